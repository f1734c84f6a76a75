import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { makeCatalog } from '../../backend/query/catalog.ts';
import type { Store } from '../../backend/store/database.ts';
import { openReader } from '../../backend/fixtures/reader.ts';
import { computeRows, prepareQuery, type MetricRows } from '../../backend/query/run-metric.ts';
import { kaplanMeier, survivalAt } from '../../statistics/kaplan-meier.ts';
import { shareDifference } from '../../statistics/intervals/proportion.ts';
import type { ComputeContext, Row } from '../define.ts';
import { sql } from '../sql.generated.ts';
import { compute } from './compute.ts';
import { metric } from './metric.ts';
import { survivalOfChanges } from './shares.ts';

const catalog = makeCatalog([metric], sql, { [metric.id]: compute });
const range = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-02-01T00:00:00Z') };
const signal = new AbortController().signal;

let database: TestDatabase;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openReader(database);
});
afterAll(async () => {
  await store.close();
  await database.close();
});
beforeEach(async () => {
  await database.pool.query(
    'truncate repo, person, change_fact, change_survival, change_line, change_death, pack.survival_day, pack.survival_pack, setting restart identity cascade'
  );
});

/** The metric as a panel runs it: as the reader role, parse → SQL → compute. */
async function run(
  params: Record<string, unknown> = {},
  given: { from?: Date; to?: Date; tz?: string; settings?: object } = {}
): Promise<MetricRows> {
  const stored = { queryType: metric.id, params, version: 1, tz: given.tz ?? 'UTC' };
  const info = { migrations: [], settings: { ...given.settings } };
  const prepared = await prepareQuery({ catalog, store, info, signal }, { stored, from: given.from ?? range.from, to: given.to ?? range.to, isAlert: false }); // prettier-ignore
  return computeRows(catalog, prepared, await store.run(prepared.sql, { signal, maxRows: 200_000 }));
}
const rowsOf = async (...given: Parameters<typeof run>): Promise<Row[]> => [...(await run(...given)).rows];

/** A merged change and how its lines ended, by age in days. */
interface Change {
  readonly source?: string;
  readonly lines?: number;
  readonly deaths?: ReadonlyArray<readonly [age: number, lines: number, kind?: string]>;
  /** Days from merge to the end of observation (each value is a repository of its own). */
  readonly seen?: number;
  readonly mergedAt?: string;
  readonly person?: string | null;
  readonly team?: string;
  readonly tools?: readonly string[];
  readonly revertedAfterDays?: number;
  readonly rewrittenAfterDays?: number;
  readonly rolledBack?: { readonly shippedAt?: string; readonly at: string; readonly basis: string };
  readonly attested?: Readonly<Record<string, number>>;
}

const day = 86_400_000;
const later = (at: string, days: number | undefined): Date | null =>
  days === undefined ? null : new Date(Date.parse(at) + days * day);

async function insert(changes: readonly Change[]): Promise<void> {
  for (const [index, change] of changes.entries()) {
    await insertChange(index + 1, change);
  }
  await database.pool.query(
    `insert into pack.survival_day
     select (s.merged_at at time zone 'UTC')::date, s.code_source, d.age_days,
            sum(case when d.death_kind <> 'history_rewritten' then d.effective_lines else 0 end),
            sum(case when d.death_kind = 'file_deleted' then d.effective_lines else 0 end),
            sum(case when d.death_kind = 'history_rewritten' then d.effective_lines else 0 end)
     from change_death d join change_survival s using (repo_id, change_id) where s.author_kind <> 'automation' group by 1, 2, 3`
  );
  await pack();
}

/** As the collector does it at the end of a derivation. */
async function pack(): Promise<void> {
  await database.pool.query(
    'truncate pack.survival_pack; insert into pack.survival_pack select * from pack.survival_packing'
  );
}

async function insertChange(id: number, change: Change): Promise<void> {
  const {
    mergedAt = '2026-01-10T00:00:00Z',
    lines = 20,
    deaths = [],
    seen = 120,
    person = `p${id}`,
    team = 'web',
  } = change;
  const { rolledBack } = change;
  const slug = `acme/seen-${seen}-from-${mergedAt}`;
  const { rows } = await database.pool.query<{ repo_id: number }>(
    `insert into repo (slug, observed_until) values ($1, $2) on conflict (slug) do update set slug = excluded.slug returning repo_id`,
    [slug, later(mergedAt, seen)]
  );
  const repo = rows[0]?.repo_id;
  const lost = (until: number) => deaths.filter(([age, , kind]) => age <= until && kind !== 'history_rewritten').reduce((sum, [, count]) => sum + count, 0); // prettier-ignore
  const censored = deaths
    .filter(([, , kind]) => kind === 'history_rewritten')
    .reduce((sum, [, count]) => sum + count, 0);
  await database.pool.query(
    `insert into change_survival (repo_id, change_id, merged_at, born_at, service_id, team_id, author_kind, responsible_id, pr_class,
       code_source, tools, seniority, size, zone, is_assumed, confidence, effective_lines, lost_14, lost_30, lost_60, lost_90, lost, censored,
       pending, reverted_at, is_reapplied, revert_failed_at, rewritten_at, shipped_at, rolled_back_at, rollback_basis)
     values ($1, $2, $3, $3, 'shop', $4, 'human', $5, 'feature', $6, $7, 'unknown', 'S', 'unknown', false, 0.8, $8, $9, $10, $11, $12, $13, $14,
       0, $15, false, $15, $16, $17, $18, $19)`,
    [
      repo, id, mergedAt, team, person, change.source ?? 'human', change.tools ?? [], lines,
      lost(14), lost(30), lost(60), lost(90), lost(Infinity), censored,
      later(mergedAt, change.revertedAfterDays), later(mergedAt, change.rewrittenAfterDays),
      rolledBack?.shippedAt ?? null, rolledBack?.at ?? null, rolledBack?.basis ?? null,
    ]
  ); // prettier-ignore
  for (const [source, count] of Object.entries(change.attested ?? { '': lines })) {
    await database.pool.query('insert into change_line values ($1, $2, $3, $4)', [repo, id, source, count]);
  }
  const source = Object.keys(change.attested ?? { '': 0 })[0];
  for (const [age, count, kind = 'modified'] of deaths) {
    await database.pool.query(
      'insert into change_death values ($1, $2, $3, $4, $5, $6) on conflict (repo_id, change_id, line_source, age_days, death_kind) do update set effective_lines = change_death.effective_lines + excluded.effective_lines',
      [repo, id, source, age, kind, count]
    );
  }
}

const times = (count: number, change: Change): Change[] => Array.from({ length: count }, () => change);
const only = (rows: readonly Row[], match: Row): Row => {
  const found = rows.filter((row) => Object.entries(match).every(([name, cell]) => row[name] === cell));
  expect(found).toHaveLength(1);
  return found[0] as Row;
};

const context = (params: Record<string, string | boolean | readonly string[]>): ComputeContext => ({
  params: { bucket: 'none', groupBy: ['code_source'], code_source: [], ci: true, show: 'value', compare_to: 'human', window_days: '30', ...params },
  ...range,
  tz: 'UTC',
  settings: { k: 5 },
  random: () => () => 0.5,
}); // prettier-ignore

describe('goldens', () => {
  test('G-17: survival is .80, .70, .56 with lines censored on day 50, not .50 (complete cases) or .60 (censored = alive)', async () => {
    await insert([
      ...times(2, { lines: 100, deaths: [[10, 100]] }),
      { lines: 100, deaths: [[40, 100]] },
      ...times(2, { lines: 100, seen: 50 }),
      { lines: 100, deaths: [[70, 100]] },
      ...times(4, { lines: 100 }),
    ]);
    const rows = await rowsOf();
    expect(rows.map((row) => row['horizon_d'])).toEqual(['30', '60', '90']);
    const [s30, s60, s90] = rows.map((row) => row['value'] as number);
    expect(s30).toBeCloseTo(0.8, 9);
    expect(s60).toBeCloseTo(0.7, 9);
    expect(s90).toBeCloseTo(0.56, 9);
    expect(rows.map((row) => row['mature_share'])).toEqual([1, 0.8, 0.8]);
    expect(rows[2]).toMatchObject({ n: 10, n_pr: 10, n_lines: 1000, at_risk: 400, n_dev: 10, status: 'ok' });
  });

  test('G-18: 58 % against 76 % is −18 points; of lines taken as independent that is clear, of 50 changes each it is not', async () => {
    const lines = shareDifference({ count: 290, total: 500 }, { count: 380, total: 500 });
    expect([lines?.value, lines?.lo, lines?.hi].map((x) => Number(x?.toFixed(4)))).toEqual([-0.18, -0.2362, -0.1221]);
    const changes = shareDifference({ count: 29, total: 50 }, { count: 38, total: 50 });
    expect([changes?.lo, changes?.hi].map((x) => Number(x?.toFixed(4)))).toEqual([-0.3484, 0.0042]);
    const arm = (source: string, standing: number): Change[] => [
      ...times(standing, { source, lines: 10 }),
      ...times(50 - standing, { source, lines: 10, deaths: [[20, 10]] }),
    ];
    await insert([...arm('ai_heavy', 29), ...arm('human', 38)]);
    const row = only(await rowsOf({ mode: 'gap', horizon: '90' }), { code_source: 'ai_heavy' });
    expect(row['value']).toBeCloseTo(-0.18, 9);
    expect(row['lo']).toBeLessThan(-0.3);
    expect(row['hi']).toBeGreaterThan(-0.03);
    // Much wider than if lines were independent: they are not, whole changes are drawn.
    expect((row['hi'] as number) - (row['lo'] as number)).toBeGreaterThan(2.5 * ((lines?.hi ?? 0) - (lines?.lo ?? 0)));
    expect(row).toMatchObject({ n_pr: 50, n_lines: 500, reference: 'human' });
    // What dies per line at risk up to 90 days, against human code: its interval holds 1, as that of the gap holds 0.
    expect(row['hazard_ratio']).toBeCloseTo(Math.log(0.58) / Math.log(0.76), 9);
    expect((row['hazard_lo'] as number) < 1 && (row['hazard_hi'] as number) > 1).toBe(row['verdict'] === 'no_clear_difference'); // prettier-ignore
  });

  test('of several gaps each is drawn at the level that Holm asks for, and its verdict rests on what is drawn; unknown code is never judged', async () => {
    const arm = (source: string, standing: number): Change[] => [
      ...times(standing, { source, lines: 10 }),
      ...times(40 - standing, { source, lines: 10, deaths: [[20, 10]] }),
    ];
    await insert([...arm('ai_heavy', 18), ...arm('ai_assisted', 30), ...arm('human', 36), ...arm('unknown', 4)]);
    const rows = await rowsOf({ mode: 'gap', horizon: '90' });
    const of = (source: string): Row => only(rows, { code_source: source });
    expect(of('ai_heavy')['level']).toBeCloseTo(0.975, 9);
    expect(of('ai_assisted')['level']).toBeCloseTo(0.95, 9);
    expect(of('unknown')).toMatchObject({ verdict: 'not_judged', p_holm: null, level: null, value: -0.8 });
    for (const row of [of('ai_heavy'), of('ai_assisted')]) {
      const excludesZero = (row['hi'] as number) < 0;
      expect((row['p_holm'] as number) < 0.05).toBe(excludesZero);
      expect(row['verdict']).toBe(excludesZero ? 'worse' : 'no_clear_difference');
    }
  });

  test('G-19: change survival is 50 % of the mature and 44.4 % by Kaplan–Meier, a young change reverted early counts only there', async () => {
    const six: Change[] = [
      { seen: 60, deaths: [[9, 2]] },
      { seen: 60, revertedAfterDays: 5 },
      { seen: 60, rewrittenAfterDays: 20 },
      { seen: 60, revertedAfterDays: 45 },
      { seen: 12 },
      { seen: 12, revertedAfterDays: 2 },
    ];
    await insert(six.flatMap((change) => times(5, change)));
    const [row] = await rowsOf({ mode: 'pr_survival', groupBy: [] });
    expect(row).toMatchObject({ value: 0.5, n: 20, immature: 10, failed: 10, status: 'ok' });
    expect(row?.['km_survival']).toBeCloseTo(4 / 9, 9);
    const ages = [[2, 1, 0], [5, 1, 0], [12, 0, 1], [20, 1, 0]].map(([age, events, censored]) => ({ age, events, censored }) as Row); // prettier-ignore
    expect(survivalOfChanges(ages, 6, 30)).toBeCloseTo(4 / 9, 9);
  });

  test('G-20: 23 of 200 against 15 of 300 reverted is 2.30 times, 1.24 to 4.26', () => {
    const tally = (cell: string, changes: number, reverted: number): Row => ({ cell, changes, reverted, immature: 0, people: 20, most_changes: 20, unknown: 0, reapplied: 0, confidence: 0.8, is_assumed: false }); // prettier-ignore
    const { rows } = compute(
      [tally('ai_heavy', 200, 23), tally('human', 300, 15)],
      context({ mode: 'revert', revert_value: 'rate' })
    );
    expect(rows[0]).toMatchObject({ code_source: 'ai_heavy', value: 0.115, revert_rate: 0.115, verdict: 'worse' });
    expect(rows[1]).toMatchObject({ code_source: 'human', value: 0.05, revert_ratio: null });
    const ratio = compute(
      [tally('ai_heavy', 200, 23), tally('human', 300, 15)],
      context({ mode: 'revert', revert_value: 'ratio' })
    );
    expect(ratio.rows).toHaveLength(1);
    const [row] = ratio.rows;
    expect([row?.['value'], row?.['lo'], row?.['hi']].map((x) => Number((x as number).toFixed(4)))).toEqual([
      2.3, 1.2422, 4.2613,
    ]);
  });

  test('a reference without a reverted change leaves the ratio without an upper end, not without a lower one', () => {
    const tally = (cell: string, reverted: number): Row => ({ cell, changes: 50, reverted, immature: 0, people: 20, most_changes: 5, unknown: 0, reapplied: 0, confidence: 0.8, is_assumed: false }); // prettier-ignore
    const { rows } = compute(
      [tally('ai_heavy', 9), tally('human', 0)],
      context({ mode: 'revert', revert_value: 'ratio' })
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ hi: null, ratio_hi: null, verdict: 'worse', status: 'ok' });
    expect(rows[0]?.['lo']).toBeGreaterThan(1);
    expect(rows[0]?.['value']).toBeGreaterThan(rows[0]?.['lo'] as number);
  });

  test('G-51: shipped at 10:00 and its revert deployed at 11:30 is 90 minutes, by deployment', async () => {
    await insert(
      times(10, { rolledBack: { shippedAt: '2026-01-10T10:00:00Z', at: '2026-01-10T11:30:00Z', basis: 'deployment' } })
    );
    const [row] = await rowsOf({ mode: 'time_to_rollback', groupBy: [] });
    expect(row).toMatchObject({
      value: 90,
      ttr_p50: 90,
      ttr_p90: 90,
      n: 10,
      by_deployment: 10,
      by_merge: 0,
      status: 'ok',
    });
    expect(await rowsOf({ mode: 'time_to_rollback', groupBy: ['basis'] })).toMatchObject([
      { basis: 'deployment', value: 90 },
    ]);
  });
});

describe('survival', () => {
  test('equals the plain share where nothing is censored before the age', async () => {
    await insert([...times(6, { lines: 30, deaths: [[3, 3], [50, 6]] }), ...times(4, { lines: 30 })]); // prettier-ignore
    expect((await rowsOf()).map((row) => Number((row['value'] as number).toFixed(12)))).toEqual([
      282 / 300,
      246 / 300,
      246 / 300,
    ]);
  });

  test('takes rewritten history as the end of observation, not as death', async () => {
    await insert([...times(10, { lines: 50, deaths: [[40, 20, 'history_rewritten']] })]);
    expect(await rowsOf({ horizon: '90' })).toMatchObject([{ value: 1, mature_share: 0.6, at_risk: 300 }]);
  });

  test('keeps a line that dies on day 31 alive at 30', async () => {
    await insert(times(10, { lines: 50, deaths: [[31, 10]] }));
    expect((await rowsOf()).map((row) => row['value'])).toEqual([1, 0.8, 0.8]);
  });

  test('is read no further than the cohort was observed', async () => {
    await insert(times(10, { lines: 50, seen: 40, deaths: [[5, 10]] }));
    expect(await rowsOf()).toMatchObject([
      { value: 0.8, status: 'ok' },
      { value: null, lo: null, status: 'immature' },
      { value: null, status: 'immature' },
    ]);
  });

  test('is shown where most lines died, because they were observed that long', async () => {
    await insert(times(10, { lines: 50, deaths: [[5, 45]] }));
    expect(await rowsOf({ horizon: '90' })).toMatchObject([
      { value: expect.closeTo(0.1, 9) as number, at_risk: 50, status: 'ok' },
    ]);
  });

  test('needs 100 lines and 5 changes', async () => {
    await insert(times(9, { lines: 11 }));
    expect(await rowsOf({ horizon: '30' })).toMatchObject([{ value: null, n_lines: 99, status: 'low_n' }]);
  });

  test('gives the same from the rollup of days and change by change, also where the range cuts a day', async () => {
    const at = (hour: number, source: string): Change => ({ source, lines: 40, mergedAt: `2026-01-${String(9 + (hour % 3)).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`, deaths: [[hour + 1, 7]], seen: 60 + hour }); // prettier-ignore
    await insert(Array.from({ length: 24 }, (_, hour) => at(hour, hour % 2 === 0 ? 'human' : 'ai_heavy')));
    const given = { from: new Date('2026-01-09T05:00:00Z'), to: new Date('2026-01-11T21:00:00Z') };
    const whole = await rowsOf({}, given);
    const one = await rowsOf({ team: ['web'] }, given);
    expect(whole).toEqual(one);
    expect(whole).toHaveLength(6);
    expect(whole[0]?.['value']).not.toBeNull();
  });

  test('draws the same interval on every refresh', async () => {
    await insert([...times(8, { lines: 30, deaths: [[20, 9]] }), ...times(8, { lines: 30 })]);
    const first = await rowsOf();
    expect(await rowsOf()).toEqual(first);
    const { lo, value, hi } = first[0] as { lo: number; value: number; hi: number };
    expect(lo).toBeLessThan(value);
    expect(hi).toBeGreaterThan(value);
  });

  test('has a curve from age 0 that ends where observation gets thin', async () => {
    await insert([...times(10, { lines: 50, seen: 45, deaths: [[5, 10]] })]);
    const rows = await rowsOf({ curve: true });
    expect(rows).toHaveLength(46);
    expect(rows[0]).toMatchObject({ age_d: 0, value: 1 });
    expect(rows[4]).toMatchObject({ age_d: 4, value: 1 });
    expect(rows[45]).toMatchObject({ age_d: 45, value: 0.8 });
  });

  test('takes lines by their own attestation where there is one', async () => {
    await insert([
      ...times(10, {
        source: 'ai_assisted',
        lines: 30,
        attested: { 'ai:claude-code': 10, human: 10, '': 10 },
        deaths: [[10, 5]],
      }),
    ]);
    const rows = await rowsOf({ by: 'line_source', horizon: '90' });
    expect(only(rows, { code_source: 'ai_heavy' })).toMatchObject({ value: 0.5, n_lines: 100, attested_share: 1 });
    expect(only(rows, { code_source: 'human' })).toMatchObject({ value: 1, n_lines: 100 });
    expect(only(rows, { code_source: 'ai_assisted' })).toMatchObject({ value: 1, attested_share: 0 });
    const tools = await rowsOf({ by: 'line_source', horizon: '90', groupBy: ['tool', 'basis'] });
    expect(tools.map((row) => `${String(row['tool'])}/${String(row['basis'])}`)).toEqual([
      'claude-code/line',
      'none/line',
      'unknown/pr',
    ]);
  });

  test('counts a change in the group of each of its tools', async () => {
    await insert([
      ...times(10, { source: 'ai_heavy', tools: ['cursor', 'claude-code'] }),
      ...times(10, { source: 'unknown' }),
    ]);
    const rows = await rowsOf({ groupBy: ['tool'], horizon: '30' });
    expect(rows.map((row) => [row['tool'], row['n']])).toEqual([['claude-code', 10], ['cursor', 10], ['unknown', 10]]); // prettier-ignore
    expect((await rowsOf({ groupBy: ['tool'], tool: ['cursor'], horizon: '30' })).map((row) => row['tool'])).toEqual([
      'cursor',
    ]);
  });

  test('puts a cohort into the bucket of its local merge time and marks a cut bucket partial', async () => {
    await insert([...times(10, { mergedAt: '2026-01-31T23:30:00Z' })]);
    const given = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-03-01T00:00:00Z') };
    expect(await rowsOf({ bucket: 'month', horizon: '30' }, given)).toMatchObject([
      { time: new Date('2026-01-01T00:00:00Z'), status: 'ok' },
    ]);
    expect(await rowsOf({ bucket: 'month', horizon: '30' }, { ...given, tz: 'Europe/Berlin' })).toMatchObject([
      { time: new Date('2026-01-31T23:00:00Z'), status: 'ok', value: 1 },
    ]);
    const cut = { from: new Date('2026-01-10T00:00:00Z'), to: given.to };
    expect(await rowsOf({ bucket: 'month', horizon: '30' }, cut)).toMatchObject([{ status: 'partial', value: 1 }]);
  });
});

describe('comparison', () => {
  test('has no gap where no change is known to be human, and says so', async () => {
    await insert([...times(10, { source: 'ai_heavy' }), ...times(10, { source: 'unknown' })]);
    const { rows, notices } = await run({ mode: 'gap', horizon: '90', compare_to: 'human' });
    expect(rows).toMatchObject([
      { code_source: 'ai_heavy', value: null, reference: null, status: 'no_baseline' },
      { code_source: 'unknown', value: null, reference: null, status: 'no_baseline' },
    ]);
    expect(notices[0]).toMatchObject({
      severity: 'warning',
      text: expect.stringContaining('unknown, not human') as string,
    });
  });

  test('compares with unmarked code where too little is known to be human, and names it', async () => {
    await insert([...times(10, { source: 'ai_heavy', deaths: [[5, 10]] }), ...times(10, { source: 'unknown' })]);
    const { rows, notices } = await run({ mode: 'gap', horizon: '90' });
    expect(rows).toMatchObject([
      { code_source: 'ai_heavy', value: -0.5, reference: 'unknown', verdict: 'worse', unknown_share: 0.5 },
    ]);
    expect(notices).toEqual([
      {
        severity: 'info',
        text: 'Compared with unmarked code, which may contain AI: that can only hide part of a difference, never make one.',
      },
    ]);
  });

  test.each([{ mode: 'gap', horizon: '90' }, { mode: 'revert' }])(
    'compares many marked changes with unmarked ones beside two human ones ($mode)',
    async (asked) => {
      await insert([
        ...times(40, { source: 'ai_heavy' }),
        ...times(24, { source: 'ai_assisted' }),
        ...times(30, { source: 'unknown' }),
        ...times(2, { source: 'human' }),
      ]);
      const ofAi = async (more = {}) =>
        (await run({ ...asked, ...more })).rows.find((row) => row['code_source'] === 'ai_heavy');
      expect(await ofAi()).toMatchObject({ reference: 'unknown' });
      expect(await ofAi()).toEqual(await ofAi({ compare_to: 'unknown' }));
      expect(await ofAi({ compare_to: 'human' })).toMatchObject({ reference: 'human' });
    }
  );

  test('is clear where it is clear: lo and hi on one side of 0', async () => {
    await insert([
      ...times(30, { source: 'ai_heavy', deaths: [[5, 12]] }),
      ...times(30, { source: 'human', deaths: [[5, 2]] }),
    ]);
    expect(await rowsOf({ mode: 'gap', horizon: '90' })).toMatchObject([{ value: -0.5, verdict: 'worse' }]);
    expect(await rowsOf({ mode: 'gap', horizon: '90', show: 'hi' })).toMatchObject([{ value: -0.5, gap_hi: -0.5 }]);
    // Intervals that are off are no lack of data.
    expect(await rowsOf({ mode: 'gap', horizon: '90', ci: false })).toMatchObject([{ value: -0.5, lo: null, verdict: null, status: 'ok' }]); // prettier-ignore
  });

  test('refuses a gap without code sources', async () => {
    const { rows, notices } = await run({ mode: 'gap', groupBy: ['team'] });
    expect(rows).toEqual([{ value: null, status: 'bad_config' }]);
    expect(notices[0]?.text).toContain('add code_source to groupBy');
  });
});

describe('rates', () => {
  test('leave immature changes out whatever happened to them', async () => {
    await insert([...times(20, { seen: 60 }), ...times(5, { seen: 10, revertedAfterDays: 1 })]);
    expect(await rowsOf({ mode: 'revert' })).toMatchObject([{ value: 0, n: 20, immature: 5, reverted: 0 }]);
    expect(await rowsOf({ mode: 'revert', window_days: '90' })).toMatchObject([
      { value: null, n: 0, status: 'immature' },
    ]);
  });

  test('of churn count lines gone within 14 days, of changes that are that old', async () => {
    await insert([...times(10, { deaths: [[14, 5], [15, 5]] }), ...times(3, { seen: 13, deaths: [[2, 20]] })]); // prettier-ignore
    const [row] = await rowsOf({ mode: 'churn' });
    expect(row).toMatchObject({
      value: 0.25,
      n_lines: 200,
      n: 10,
      immature: 3,
      updated_lines: null,
      moved_lines: null,
    });
  });

  test('of rollback leave out what ends before it starts', async () => {
    await insert([
      ...times(10, { rolledBack: { at: '2026-01-10T02:00:00Z', basis: 'merge' } }),
      { rolledBack: { shippedAt: '2026-01-11T00:00:00Z', at: '2026-01-10T02:00:00Z', basis: 'merge' } },
    ]);
    expect(await rowsOf({ mode: 'time_to_rollback' })).toMatchObject([
      { value: 120, n: 10, by_merge: 10, bad_order: 1 },
    ]);
  });
});

describe('privacy and population', () => {
  test('fewer than five people, or one with most lines, show nothing but that they are hidden', async () => {
    await insert([
      ...times(10, { team: 'small', person: 'p1' }),
      ...times(10, { team: 'large' }),
      ...times(10, { team: 'other' }),
    ]);
    const rows = await rowsOf({ groupBy: ['team'], horizon: '30' });
    const small = only(rows, { team: 'small' });
    expect(small).toMatchObject({ value: null, n: null, n_lines: null, n_dev: null, status: 'suppressed_k' });
    // The smallest sibling is hidden too: otherwise the total would give the hidden team away.
    expect(rows.map((row) => row['status']).sort()).toEqual(['ok', 'suppressed_k', 'suppressed_k']);
    const { rows: dominated } = await run({ groupBy: [], team: ['small'] });
    expect(dominated.every((row) => row['status'] === 'suppressed_k')).toBe(true);
  });

  test('changes of nobody known are no proof of five people', async () => {
    await insert(times(10, { person: null }));
    expect(await rowsOf({ horizon: '30' })).toMatchObject([{ value: null, status: 'suppressed_k' }]);
  });

  test('automation is no part of it', async () => {
    await insert(times(10, {}));
    await database.pool.query(`update change_survival set author_kind = 'automation'`);
    await pack();
    for (const mode of ['survival', 'pr_survival', 'revert', 'churn']) {
      expect(await rowsOf({ mode })).toEqual([]);
    }
  });

  test('an assumption about unmarked changes stands in every row', async () => {
    await insert(times(20, {}));
    await database.pool.query('update change_survival set is_assumed = true');
    await pack();
    for (const mode of ['survival', 'pr_survival', 'revert', 'churn']) {
      expect((await rowsOf({ mode })).every((row) => row['assumption'] === 'assume_unmarked_human')).toBe(true);
    }
  });
});

test('every choice of every param runs on an empty store and gives no rows', async () => {
  const modes = ['survival', 'pr_survival', 'revert', 'time_to_rollback', 'churn', 'gap'];
  for (const mode of modes) {
    for (const [name, param] of Object.entries(metric.params)) {
      const values: readonly unknown[] =
        param.kind === 'choice'
          ? param.choices.map(({ value }) => value)
          : param.kind === 'boolean'
            ? [true, false]
            : [['a']];
      for (const value of name === 'mode' || name === 'groupBy' ? [] : values) {
        expect(await rowsOf({ mode, [name]: value })).toEqual([]);
      }
    }
  }
});

test('each dimension of the matrix groups, others are refused by name', async () => {
  await insert(times(10, {}));
  for (const dimension of [
    'team',
    'repo',
    'service',
    'pr_class',
    'code_source',
    'tool',
    'seniority',
    'zone',
    'size',
    'basis',
  ]) {
    const [row] = await rowsOf({ groupBy: [dimension], horizon: '30' });
    expect(row).toMatchObject({ [dimension]: expect.any(String) as string, value: 1 });
  }
  await expect(run({ groupBy: ['usage_bucket'] })).rejects.toThrow('"groupBy" cannot be "usage_bucket"');
  await expect(run({ groupBy: ['workflow'] })).rejects.toThrow('"workflow"');
});

test('the estimator itself gives .80, .70 and .56 for the 100 lines of G-17', () => {
  const curve = kaplanMeier([
    { time: 10, events: 20, censored: 0 },
    { time: 40, events: 10, censored: 0 },
    { time: 50, events: 0, censored: 20 },
    { time: 70, events: 10, censored: 0 },
    { time: 90, events: 0, censored: 40 },
  ]);
  [0.8, 0.7, 0.56].forEach((value, index) => expect(survivalAt(curve, 30 * (index + 1))).toBeCloseTo(value, 9));
});
