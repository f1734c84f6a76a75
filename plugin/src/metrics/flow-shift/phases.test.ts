// Phases beside one another, in the organisation of groups that small-groups.test.ts attacks.
import { testDatabase } from '../../../../collector/testing/database.ts';
import { ask } from '../../backend/fixtures/attack-run.ts';
import { openReader } from '../../backend/fixtures/reader.ts';
import { worldSql } from '../../backend/fixtures/small-groups-world.ts';
import { wholeWithin } from '../../backend/query/gate/snap-range.ts';
import type { Store } from '../../backend/store/database.ts';
import type { Row } from '../define.ts';

interface World {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/** Changed by more statements. */
async function openWorld(changed: string): Promise<World> {
  const database = await testDatabase();
  await database.pool.query(worldSql({ small: 'few', bands: 'alike' }));
  await database.pool.query(changed);
  const store = openReader(database);
  return { store, close: () => store.close().then(() => database.close()) };
}

const DAY_MS = 86_400_000;
const GROUPS = ['team', 'pr_class', 'code_source', 'size'] as const;
const now = new Date('2026-06-10T12:00:00Z');
const all = { from: new Date('2026-05-01T00:00:00Z'), to: now, now };
const asked = (params: object, compare: string) => ({ metric: 'flow-shift', params: { stage: 'all', compare, ...params }, adhocFilters: [], range: 0 }); // prettier-ignore

describe('a phase is judged as a range that is asked for', () => {
  let world: World;
  // One person in a week of its own, the last of the first phase.
  beforeAll(async () => {
    world = await openWorld(`update change_fact set deployed_at = timestamptz '2026-03-11' where change_id = (select min(change_id) from change_fact where responsible_id = 'rest-1')`);
  }, 60_000);
  afterAll(() => world.close());

  test('what it shows of a group that group shows in its range, and the same', async () => {
    const questions = [{}, ...GROUPS.map((name) => ({ groupBy: [name] })), { code_source: ['human'] }, { code_source: ['unknown'], groupBy: ['pr_class'] }, { team: ['team-small'] }, { unit: 'issue' }, { unit: 'issue', groupBy: ['team'] }];
    const seen = { shown: 0, hidden: 0 };
    for (const params of questions) {
      const { rows } = await ask(world.store, asked(params, 'phases'), all);
      for (const { phase, first_day: first, last_day: last } of new Map(rows.map((row) => [row['phase'], row])).values()) {
        const counted = { from: new Date(String(first)), to: new Date(Date.parse(String(last)) + DAY_MS), now };
        const range = (await ask(world.store, asked(params, 'before'), counted)).rows;
        for (const row of rows.filter((one) => one['phase'] === phase)) {
          const same = range.find((other) => GROUPS.every((name) => (row[name] ?? null) === (other[name] ?? null)));
          seen[row['n'] === null ? 'hidden' : 'shown'] += 1;
          const told = (of: Row | undefined) => ({ params, phase, n: row['n'] === null ? null : of?.['n'], value: row['value'] === null ? null : of?.['value'] });
          expect(told(row)).toEqual(told(same));
        }
      }
    }
    expect(Math.min(seen.shown, seen.hidden)).toBeGreaterThan(3);
  });

  test('whole weeks of it count, as far as the range goes', async () => {
    const days = async (to: string) => (await ask(world.store, asked({}, 'phases'), { ...all, from: new Date('2026-01-01'), to: new Date(to) })).rows.map((row) => [row['phase'], row['first_day'], row['last_day'], row['phase_state'], row['status']]);
    expect(await days('2026-06-10')).toEqual([['Before', '2026-01-19', '2026-03-15', 'finished', 'ok'], ['After', '2026-03-16', '2026-06-07', 'not finished', 'partial']]);
    expect(await days('2026-03-20')).toEqual([['Before', '2026-01-19', '2026-03-15', 'finished', 'ok'], ['After', null, null, 'not begun', 'immature']]);
    // From a Tuesday to a Sunday, and within a week.
    const within = (from: string, to: string) => wholeWithin({ from: new Date(from), to: new Date(to) }, { grain: 'week', tz: 'UTC', now });
    expect(within('2026-03-17', '2026-04-06')).toEqual({ from: new Date('2026-03-23'), to: new Date('2026-04-06') });
    expect(within('2026-03-17', '2026-03-20')).toEqual({ from: new Date('2026-03-23'), to: new Date('2026-03-23') });
  });

  test('where the first one is hidden, the others are not compared with it', async () => {
    const own = await openWorld(`update change_fact set deployed_at = null where merged_at < '2026-03-16' and responsible_id not in ('large-1', 'large-2', 'large-3', 'large-4')`);
    const { rows } = await ask(own.store, asked({ show: 'before' }, 'phases'), all);
    expect(rows).toMatchObject([{ phase: 'Before', n: null, status: 'suppressed_k' }, { phase: 'After', value: null, before: null, says: null, verdict: null, n_before: null }]);
    await own.close();
  });

  test('a team that alone is asked for is followed by its own phases', async () => {
    const own = await openWorld(`insert into phase (phase_no, phase_id, title, started_at, team_id) values (3, 'a', 'Own', '2026-01-19', 'team-rest')`);
    const titles = async (team: string[]) => [...new Set((await ask(own.store, asked({ team }, 'phases'), all)).rows.map(({ phase }) => phase))];
    expect(await titles(['team-rest'])).toEqual(['Own']);
    expect(await titles(['team-rest', 'team-large'])).toEqual(['Before', 'After']);
    expect(await titles([])).toEqual(['Before', 'After']);
    await own.close();
  });
}); // prettier-ignore
