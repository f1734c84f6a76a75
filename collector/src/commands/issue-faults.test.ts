import { testDatabase } from '../../testing/database.ts';
import { readIssueFaults } from './issue-faults.ts';

test('states that map to nothing and times that go back are counted by tracker; an empty store has none', async () => {
  const db = await testDatabase();
  expect(await readIssueFaults(db.pool)).toEqual({ unmapped: [], bad_order: [] });
  await db.pool
    .query(`insert into issue_fact (source, external_id, reopened_count, moved_count, bad_order_count, unmapped_states) values
    ('jira', '1', 0, 0, 0, '{Waiting,Parked}'), ('jira', '2', 0, 0, 2, '{Waiting}'), ('linear', '3', 0, 0, 0, '{}')`);
  expect(await readIssueFaults(db.pool)).toEqual({
    unmapped: [
      { source: 'jira', state: 'Waiting', issues: 2 },
      { source: 'jira', state: 'Parked', issues: 1 },
    ],
    bad_order: [{ source: 'jira', issues: 1 }],
  });
  await db.close();
});
