import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { configSchema, type Config } from '../../config/schema.ts';
import { deriveAll } from '../derive.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
});
afterAll(() => database.close());

async function stored(events: Config['events']): Promise<unknown[]> {
  const config = configSchema.parse({ time_zone: 'Europe/Berlin', events });
  await deriveAll(database.pool, { config });
  const { rows } = await database.pool.query<Record<string, unknown>>(
    'select kind, title, description, started_at, ended_at, team_id from calendar_event order by event_no'
  );
  return rows;
}

const policy = { kind: 'policy', title: 'Two reviewers', from: '2026-03-27' } as const;
const pilot = { kind: 'experiment', title: 'Pilot', text: 'half', from: '2026-03-28', to: '2026-03-29', team: 'web' } as const; // prettier-ignore

it('writes days of the configured zone, also where the clocks change, and drops what is gone', async () => {
  expect(await stored([policy, pilot])).toEqual([
    {
      kind: 'policy',
      title: 'Two reviewers',
      description: null,
      started_at: new Date('2026-03-26T23:00:00Z'),
      ended_at: null,
      team_id: null,
    },
    {
      kind: 'experiment',
      title: 'Pilot',
      description: 'half',
      started_at: new Date('2026-03-27T23:00:00Z'),
      ended_at: new Date('2026-03-29T22:00:00Z'),
      team_id: 'web',
    },
  ]);
  expect(await stored([pilot])).toMatchObject([{ title: 'Pilot', team_id: 'web' }]);
  expect(await stored([])).toEqual([]);
});
