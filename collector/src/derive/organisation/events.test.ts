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

async function storedPhases(phases: Config['phases']): Promise<unknown[]> {
  const config = configSchema.parse({ time_zone: 'Europe/Berlin', phases });
  await deriveAll(database.pool, { config });
  const { rows } = await database.pool.query<Record<string, unknown>>(
    'select phase_id as id, title, started_at as from, ended_at as to, team_id as team from phase order by phase_no'
  );
  return rows;
}

it('writes phases, each until the next one of its own team begins, and drops what is gone', async () => {
  const [first, second] = [{ id: 'a', title: 'Before', from: '2026-01-05', to: '2026-03-01' }, { id: 'b', title: 'After', from: '2026-03-29' }];
  const own = { id: 'a', title: 'Of web', from: '2026-02-01', team: 'web' };
  const [winter, march] = ['2026-01-04T23:00:00Z', '2026-03-01T23:00:00Z'].map((at) => new Date(at));
  const started = { id: 'b', title: 'After', from: new Date('2026-03-28T23:00:00Z'), to: null, team: null };
  expect(await storedPhases([first, own, second])).toEqual([
    { id: 'a', title: 'Before', from: winter, to: march, team: null },
    { id: 'a', title: 'Of web', from: new Date('2026-01-31T23:00:00Z'), to: null, team: 'web' },
    started,
  ]);
  expect(await storedPhases([{ id: 'a', title: 'Before', from: '2026-01-05' }, second])).toEqual([{ id: 'a', title: 'Before', from: winter, to: started.from, team: null }, started]);
  expect(await storedPhases([])).toEqual([]);
}); // prettier-ignore
