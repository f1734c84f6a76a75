/** Which workflow a use counts for (metrics.md 3): the one it names, else by its feature, else by its change; each step is asked in that order. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { DAYS } from './statements.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  // Workflow review lists the feature review; change 1 is a unit of both.
  await db.pool.query(`
    insert into tool (tool_id, title) values ('bot', 'Bot');
    insert into workflow_tool (workflow_id, tool_id, features) values ('review', 'bot', '{review}'), ('refactor', 'bot', '{refactor}');
    insert into workflow_completion (workflow_id, workflow_version, unit_key, repo_id, ended_at, status, pr_class, code_source, zone, size, team_id,
      seniority, week_start)
    select workflow, 1, unit, 1, '2026-04-08', 'ok', 'feature', 'unknown', 'unknown', 'S', 'unknown', 'unknown', '2026-04-06'
    from (values ('review', '1/bo'), ('refactor', '1')) c(workflow, unit)`);
});
afterAll(() => db.close());

test.each([
  { use: 'names its workflow: neither feature nor change counts', workflow: 'refactor', feature: 'review', change: '1', counts: ['refactor'] }, // prettier-ignore
  { use: 'has a feature that a workflow lists: its change does not count', workflow: null, feature: 'review', change: '1', counts: ['review'] }, // prettier-ignore
  { use: 'has a feature that none lists and a change: all workflows with the change', workflow: null, feature: 'chat', change: '1', counts: ['refactor', 'review'] }, // prettier-ignore
  { use: 'has a change alone', workflow: null, feature: null, change: '1', counts: ['refactor', 'review'] }, // prettier-ignore
  { use: 'has a change that is no unit: unattributed', workflow: null, feature: null, change: '2', counts: [] }, // prettier-ignore
  { use: 'has nothing: unattributed', workflow: null, feature: null, change: null, counts: [] }, // prettier-ignore
])('a use that $use', async ({ workflow, feature, change, counts }) => {
  await db.pool.query('delete from tool_event');
  await db.pool.query(
    `insert into tool_event (tool_id, event_id, at, person_id, type, feature, workflow_id, repo_id, change_key)
     values ('bot', '1', '2026-04-07T10:00:00Z', 'ana', 'tool_invocation', $1, $2, 1, $3)`,
    [feature, workflow, change]
  );
  const { rows } = await db.pool.query<{ workflowId: string; uses: number }>(DAYS, ['UTC', ['ana']]);
  // Of the tool as a whole ('') it counts in any case.
  expect(rows.map((one) => [one.workflowId, one.uses])).toEqual(['', ...counts].map((id) => [id, 1]));
});
