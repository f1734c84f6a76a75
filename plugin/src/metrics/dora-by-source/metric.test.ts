import { medianEstimate } from '../../statistics/intervals/cluster-median.ts';
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { makeCatalog } from '../../backend/query/catalog.ts';
import type { Store } from '../../backend/store/database.ts';
import { openReader } from '../../backend/fixtures/reader.ts';
import { computeRows, prepareQuery, type MetricRows } from '../../backend/query/run-metric.ts';
import type { Row } from '../define.ts';
import { bandOf } from './bands.ts';
import { sql } from '../sql.generated.ts';
import { compute } from './compute.ts';
import { metric } from './metric.ts';
import { rangeMedian } from './lead-units.ts';
import { medianOf } from './times.ts';

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
    'truncate exclusion, repo, person, change_fact, deployment_fact, deployment_change, incident, incident_link, stream_state, setting restart identity cascade'
  );
});

/** The metric as a panel runs it: as the reader role, parse → SQL → compute. */
async function run(
  params: Record<string, unknown> = {},
  given: { from?: Date; to?: Date; tz?: string; settings?: object } = {}
): Promise<MetricRows> {
  const stored = { queryType: metric.id, params, version: 1, tz: given.tz ?? 'UTC' };
  const info = { migrations: [], settings: { ...given.settings } };
  // As the collector does it at the end of a derivation.
  await database.pool.query(
    'truncate pack.deployment_pack; insert into pack.deployment_pack select * from pack.deployment_packing'
  );
  const prepared = await prepareQuery({ catalog, store, info, signal }, { stored, from: given.from ?? range.from, to: given.to ?? range.to, isAlert: false }); // prettier-ignore
  return computeRows(catalog, prepared, await store.run(prepared.sql, { signal, maxRows: 200_000 }));
}
const rowsOf = async (...given: Parameters<typeof run>): Promise<Row[]> => [...(await run(...given)).rows];

interface Part {
  readonly source?: string;
  readonly lines?: number;
  readonly pr_class?: string;
  readonly person?: string;
  readonly leadHours?: number;
  readonly author_kind?: string;
}

interface Deployment {
  readonly parts: readonly Part[];
  readonly at?: string;
  readonly service?: string;
  readonly team?: string;
  readonly kind?: string;
  readonly isFailed?: boolean;
  readonly isRework?: boolean;
  /** Index of the part that caused the failure, or that is fixed by the rework (then in the deployment before). */
  readonly cause?: number;
  readonly fixes?: number;
  readonly recoveredAfterMinutes?: number;
}

let nextChange = 1;
let nextDeployment = 1;
const changesOf: number[][] = [];

beforeEach(async () => {
  nextChange = 1;
  nextDeployment = 1;
  changesOf.length = 0;
  await database.pool.query(`insert into repo (slug) values ('acme/shop')`);
});

async function insertChange(
  part: Part,
  placed: { readonly deployment?: Deployment; readonly mergedAt?: string } = {}
): Promise<number> {
  const id = nextChange++;
  const { deployment } = placed;
  const at = deployment === undefined ? null : new Date(deployment.at ?? '2026-01-10T00:00:00Z');
  const merged = placed.mergedAt ? new Date(placed.mergedAt) : new Date((at?.getTime() ?? 0) - 3_600_000);
  const first = new Date((at ?? merged).getTime() - (part.leadHours ?? 24) * 3_600_000);
  await database.pool.query(
    `insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, title, service_id, team_id, author_kind, responsible_id,
       seniority, pr_class, class_method, code_source, confidence, method, commit_count, effective_added, size, deployment_id, deployed_at)
     values (1, $1::bigint, $1::text, $2, $3, 'change', $4, $5, $6, $7, 'unknown', $8, 'none', $9, 0.8, 'none', 1, $10, 'S', $11, $12)`,
    [id, merged, first, deployment?.service ?? 'shop', deployment?.team ?? 'web', part.author_kind ?? 'human', part.person ?? `p${id % 7}`,
      part.pr_class ?? 'feature', part.source ?? 'human', part.lines ?? 10, deployment === undefined ? null : nextDeployment, at]
  ); // prettier-ignore
  if (deployment !== undefined) {
    await database.pool.query('insert into deployment_change values ($1, 1, $2)', [nextDeployment, id]);
  }
  return id;
}

async function insert(deployments: readonly Deployment[]): Promise<void> {
  for (const deployment of deployments) {
    const ids: number[] = [];
    for (const part of deployment.parts) {
      ids.push(await insertChange(part, { deployment }));
    }
    const at = new Date(deployment.at ?? '2026-01-10T00:00:00Z');
    const { recoveredAfterMinutes: minutes } = deployment;
    await database.pool.query(
      `insert into deployment_fact (deployment_id, service_id, environment, repo_id, team_id, finished_at, kind, is_first_of_service, is_failed,
         is_rework, recovered_at, cause_repo_id, cause_change_id, fixed_repo_id, fixed_change_id, change_count)
       values ($1, $2, 'production', 1, $3, $4, $5, false, $6, $7, $8, 1, $9, 1, $10, $11)`,
      [nextDeployment, deployment.service ?? 'shop', deployment.team ?? 'web', at, deployment.kind ?? 'planned', deployment.isFailed ?? false,
        deployment.isRework ?? false, minutes === undefined ? null : new Date(at.getTime() + minutes * 60_000),
        deployment.cause === undefined ? null : ids[deployment.cause], deployment.fixes === undefined ? null : changesOf.at(-1)?.[deployment.fixes], ids.length]
    ); // prettier-ignore
    changesOf.push(ids);
    nextDeployment += 1;
  }
}

/** The earliest commit of the repository: from then on its deployments are observed. A forge tells the newest first, so it has not the lowest number. */
async function observedFrom(at: string): Promise<void> {
  await database.pool.query(
    `insert into git_commit (repo_id, commit_no, sha, parents, authored_at, committed_at, subject)
     select 1, no, no::text, '{}', $1, $1::timestamptz + lag, 'x'
     from (values (0, interval '20 days'), (1, interval '0'), (2, interval '40 days')) of_forge(no, lag)`,
    [at]
  );
}

const ai: Part = { source: 'ai_heavy' };
const human: Part = { source: 'human' };
const copies = <T>(count: number, ...list: readonly T[]): T[] => Array.from({ length: count }, () => list).flat();
/** D1 to D5 of G-24. */
const five: readonly Deployment[] = [
  { parts: [ai], isFailed: true, cause: 0 },
  { parts: [human] },
  { parts: [ai, human], isFailed: true, cause: 0 },
  { parts: [human, human, human, ai] },
  { parts: [human, human] },
];
const settings = { min_n: { proportion: 1, median: 1 } };
const of = (rows: readonly Row[], source: string): Row => {
  const found = rows.filter((row) => row['code_source'] === source);
  expect(found).toHaveLength(1);
  return found[0] as Row;
};

describe('goldens', () => {
  test('G-24: by share AI fails 85.7 % and human 15.4 %, which recombine to the total of 40 %', async () => {
    await insert(copies(7, ...five));
    const rows = await rowsOf({}, { settings });
    expect(of(rows, 'ai_heavy')).toMatchObject({
      value: 1.5 / 1.75,
      weight_sum: 12.25,
      event_sum: 10.5,
      purity: expect.closeTo(0.85, 9) as number,
    });
    expect(of(rows, 'human')['value']).toBeCloseTo(0.5 / 3.25, 9);
    expect(of(rows, 'human')).toMatchObject({ weight_sum: 22.75, event_sum: 3.5 });
    expect(await rowsOf({ groupBy: [] }, { settings })).toMatchObject([
      { value: 0.4, weight_sum: 35, event_sum: 14, n: 35 },
    ]);
  });

  test('G-24: by majority AI 1/1, human 0/3, mixed 1/1; single source AI 1/1, human 0/2; by cause AI 2/3, human 0/7', async () => {
    await insert(copies(7, ...five));
    const value = async (mode: string): Promise<unknown[]> =>
      (await rowsOf({ mode }, { settings })).map((row) => [row['code_source'], row['event_sum'], row['weight_sum']]);
    expect(await value('majority')).toEqual([['ai_heavy', 7, 7], ['human', 0, 21], ['mixed', 7, 7]]); // prettier-ignore
    expect(await value('single_source')).toEqual([['ai_heavy', 7, 7], ['human', 0, 14]]); // prettier-ignore
    expect(await value('cause')).toEqual([['ai_heavy', 14, 21], ['human', 0, 49]]); // prettier-ignore
  });

  test('mode single_source counts the same deployments whatever the grouping; where nothing is told apart by source none is said to be single', async () => {
    await insert(copies(7, ...five));
    const ask = async (mode: string, groupBy: string[], rest: object = {}): Promise<unknown[]> =>
      (await rowsOf({ mode, groupBy, ...rest }, { settings })).map((row) => [row['event_sum'], row['weight_sum'], row['n'], row['single_source_n']]); // prettier-ignore
    expect(await ask('single_source', ['code_source'])).toEqual([[7, 7, 7, 7], [0, 14, 14, 14]]); // prettier-ignore
    for (const rest of [{}, { weight: 'lines' }, { code_source: ['ai_heavy', 'human'] }])
      expect(await ask('single_source', [], rest)).toEqual([[7, 21, 21, 21]]);
    for (const groupBy of ['service', 'zone', 'size']) expect(await ask('single_source', [groupBy])).toEqual([[7, 21, 21, 21]]); // prettier-ignore
    expect(await ask('share', [])).toEqual([[14, 35, 35, null]]);
    expect(await ask('single_source', [], { metric: 'deployment_frequency' })).toMatchObject([[null, 21, 21, null]]);
  });

  test('G-21: lead times of 24, 48 and 6 hours and one change undeployed for 30 hours have the median 24 h, by Kaplan–Meier 36 h', async () => {
    await insert(
      copies(5, { parts: [{ leadHours: 24 }] }, { parts: [{ leadHours: 48 }] }, { parts: [{ leadHours: 6 }] })
    );
    await insert([{ parts: [human], at: '2025-01-01T00:00:00Z' }]);
    await database.pool.query(
      `insert into stream_state (stream_id, watermark) values ('git/history/acme/shop', '2026-01-20T06:00:00Z')`
    );
    for (let count = 0; count < 5; count += 1) {
      await insertChange({ leadHours: 0 }, { mergedAt: '2026-01-19T00:00:00Z' });
    }
    const [row] = await rowsOf({ metric: 'lead_time', groupBy: [] });
    expect(row).toMatchObject({
      value: 1440,
      // Exactly one half is left from 24 to 48 hours.
      lead_km_p50: 2160,
      undeployed_n: 5,
      n: 15,
      band: 'elite',
      status: 'ok',
      mode: null,
    });
  });

  test('a service of which nothing was deployed says so, hidden or not, and tells no number of few; a team or a source never', async () => {
    await insert(copies(8, { parts: [{ leadHours: 24 }, { leadHours: 48 }] }));
    await database.pool.query(
      `insert into stream_state (stream_id, watermark) values ('git/history/acme/shop', '2026-01-20T06:00:00Z')`
    );
    for (let count = 0; count < 3; count += 1) {
      await insertChange({ source: 'ai_heavy' }, { mergedAt: '2026-01-19T00:00:00Z' });
    }
    await database.pool.query(
      `update change_fact set service_id = 'docs', team_id = 'few' where merged_at = '2026-01-19T00:00:00Z'`
    );
    for (const [groupBy, status] of [['service', 'no_deployment'], ['team', 'low_n'], ['code_source', 'low_n']] as const) {
      const rows = await rowsOf({ metric: 'lead_time', groupBy: [groupBy] }, { settings: { k: 5 } });
      const own = rows.find((row) => ['docs', 'few', 'ai_heavy'].includes(String(row[groupBy])));
      expect(own).toMatchObject({ status: status === 'no_deployment' ? status : 'suppressed_k', value: null, undeployed_n: null, n: null });
    }
  }); // prettier-ignore

  test('five changes that waited for one deployment tell no more about lead time than one', async () => {
    const at = (day: number): string => `2026-01-${String(day + 1).padStart(2, '0')}T12:00:00Z`;
    const hours = [5, 80, 31, 12, 44, 9, 150, 61, 27, 18, 36, 70];
    await insert([{ parts: [human], at: '2025-01-01T00:00:00Z' }]);
    await insert(hours.map((leadHours, day) => ({ parts: copies(5, { leadHours }), at: at(day) })));
    const [row] = await rowsOf({ metric: 'lead_time', groupBy: [] });
    const plain = hours.map((leadHours, cluster) => ({ minutes: 60 * leadHours, weight: 1, isOpen: false, cluster }));
    const interval = medianEstimate(plain)?.intervalAt(0.95);
    expect(row).toMatchObject({ n: 60, value: 60 * 33.5 });
    expect(row?.['lo']).toBeCloseTo(interval?.lo ?? 0, 6);
    expect(row?.['hi']).toBeCloseTo(interval?.hi ?? 0, 6);
  });

  test('G-22: deployed at 10:00 and resolved at 11:00 is 60 minutes, whenever the incident began', async () => {
    await insert(copies(10, { parts: [human], at: '2026-01-10T10:00:00Z', isFailed: true, recoveredAfterMinutes: 60 }));
    expect(await rowsOf({ metric: 'recovery_time' })).toMatchObject([
      { value: 60, recovery_p90: 60, open_n: 0, n: 10, band: 'elite' },
    ]);
  });

  test('G-23: three of twenty is a rework rate of 15 %, of the source that had to be fixed', async () => {
    const fix: Deployment = { parts: [human], isRework: true, kind: 'hotfix', fixes: 0 };
    await insert([{ parts: [ai] }, fix, { parts: [ai] }, fix, { parts: [ai] }, fix, ...copies(14, { parts: [human] })]);
    expect(await rowsOf({ metric: 'rework_rate', groupBy: [] })).toMatchObject([
      { value: 0.15, event_sum: 3, n: 20, status: 'ok' },
    ]);
    await insert(copies(3, { parts: [ai] }, fix, { parts: [ai] }, fix));
    const rows = await rowsOf({ metric: 'rework_rate' }, { settings });
    expect(of(rows, 'ai_heavy')).toMatchObject({ value: 1, event_sum: 9, weight_sum: 9 });
    expect(of(rows, 'human')).toMatchObject({ value: 0, event_sum: 0, weight_sum: 23 });
  });
});

describe('shares', () => {
  test.each(['share', 'majority'])(
    'of every source add up to the total (%s, by changes and by lines)',
    async (mode) => {
      const mixed: Deployment = {
        parts: [
          { ...ai, lines: 90 },
          { ...human, lines: 10 },
          { source: 'unknown', lines: 0 },
        ],
        isFailed: true,
      };
      await insert([
        ...copies(7, ...five, mixed),
        { parts: [], isFailed: true },
        { parts: [{ lines: 0 }, { ...ai, lines: 0 }] },
      ]);
      for (const weight of ['pr', 'lines']) {
        const rows = await rowsOf({ mode, weight }, { settings });
        const [total] = await rowsOf({ mode, weight, groupBy: [] }, { settings });
        const sum = (name: string): number => rows.reduce((all, row) => all + (row[name] as number), 0);
        expect(sum('weight_sum')).toBeCloseTo(total?.['weight_sum'] as number, 9);
        expect(sum('event_sum')).toBeCloseTo(total?.['event_sum'] as number, 9);
        expect(total).toMatchObject({ weight_sum: 44, event_sum: 22 });
      }
      const [all] = await rowsOf({ metric: 'deployment_frequency', mode, groupBy: [] });
      const parts = await rowsOf({ metric: 'deployment_frequency', mode });
      expect(parts.reduce((sum, row) => sum + (row['deployments'] as number), 0)).toBeCloseTo(
        all?.['deployments'] as number,
        9
      );
    }
  );

  test('by lines give a deployment to who wrote most of it', async () => {
    await insert(copies(5, { parts: [{ ...ai, lines: 90 }, { ...human, lines: 10 }], isFailed: true })); // prettier-ignore
    expect(of(await rowsOf({ weight: 'lines' }, { settings }), 'ai_heavy')).toMatchObject({ weight_sum: 4.5 });
    expect(
      (await rowsOf({ weight: 'lines', mode: 'majority' }, { settings })).map((row) => row['code_source'])
    ).toEqual(['ai_heavy']);
    expect((await rowsOf({ mode: 'majority' }, { settings })).map((row) => row['code_source'])).toEqual(['mixed']);
  });

  test('of a filter are the same as without it', async () => {
    await insert(copies(2, ...five));
    const whole = of(await rowsOf({}, { settings }), 'ai_heavy');
    const [filtered] = await rowsOf({ code_source: ['ai_heavy'] }, { settings });
    expect(filtered).toMatchObject({ value: whole['value'], weight_sum: whole['weight_sum'], unknown_share: null });
    const [ungrouped] = await rowsOf({ code_source: ['ai_heavy'], groupBy: [] }, { settings });
    expect(ungrouped).toMatchObject({ value: whole['value'], weight_sum: whole['weight_sum'] });
  });

  test('of deployments without a change are source none, and automation ships too', async () => {
    await insert([...copies(10, { parts: [human] }), { parts: [] }, { parts: [{ ...ai, author_kind: 'automation' }] }]);
    const rows = await rowsOf({ metric: 'deployment_frequency' });
    expect(of(rows, 'none')).toMatchObject({ deployments: 2, n_dev: null, status: 'ok' });
    expect(rows.map((row) => row['code_source'])).toEqual(['human', 'none']);
  });
});

describe('verdict', () => {
  test('needs the single-source deployments to say the same as the shares', async () => {
    const pure = (part: Part, isFailed: boolean): Deployment => ({ parts: [part], isFailed });
    await insert([...copies(15, pure(ai, true)), ...copies(15, pure(ai, false)), ...copies(30, pure(human, false))]);
    expect(of(await rowsOf(), 'ai_heavy')).toMatchObject({
      value: 0.5,
      single_source_value: 0.5,
      reference: 'human',
      verdict: 'worse',
      verdict_why: null,
      gap: 0.5,
      level: 0.95,
    });
  });

  test('rests on the interval that is drawn: of two comparisons at the level that Holm asks for; unknown code is never judged', async () => {
    const pure = (source: string, count: number, failed: number): Deployment[] => [
      ...copies(failed, { parts: [{ source }], isFailed: true }),
      ...copies(count - failed, { parts: [{ source }] }),
    ];
    await insert([
      ...pure('ai_heavy', 40, 20),
      ...pure('ai_assisted', 40, 11),
      ...pure('human', 60, 6),
      ...pure('unknown', 30, 20),
    ]);
    const rows = await rowsOf();
    expect(of(rows, 'ai_heavy')).toMatchObject({ verdict: 'worse' });
    expect(of(rows, 'ai_heavy')['level']).toBeCloseTo(0.975, 9);
    expect(of(rows, 'unknown')).toMatchObject({
      verdict: 'not_judged',
      verdict_why: 'its source is unknown',
      level: null,
      p_holm: null,
    });
    for (const row of [of(rows, 'ai_heavy'), of(rows, 'ai_assisted')]) {
      expect((row['gap_lo'] as number) > 0).toBe((row['p_holm'] as number) < 0.05);
      expect(row['verdict']).toBe((row['gap_lo'] as number) > 0 ? 'worse' : 'no_clear_difference');
    }
  });

  test('says beside it that the single-source deployments alone point the same way, but not clearly', async () => {
    await insert([
      ...copies(18, { parts: [ai] }),
      ...copies(3, { parts: [ai], isFailed: true }),
      ...copies(60, { parts: [human] }),
      ...copies(6, { parts: [human], isFailed: true }),
      ...copies(40, { parts: [ai, ai, ai, human], isFailed: true }),
    ]);
    expect(of(await rowsOf(), 'ai_heavy')).toMatchObject({
      verdict: 'worse',
      verdict_why: 'unmixed deployments alone: same direction, not clearly',
    });
    expect(of(await rowsOf({ mode: 'single_source' }), 'ai_heavy')).toMatchObject({
      verdict: 'no_clear_difference',
      verdict_why: null,
    });
  });

  test('is not given where mixed batches say the opposite of single-source ones', async () => {
    await insert([
      ...copies(40, { parts: [ai] }),
      ...copies(2, { parts: [ai], isFailed: true }),
      ...copies(40, { parts: [human] }),
      ...copies(10, { parts: [human], isFailed: true }),
      ...copies(40, { parts: [ai, ai, ai, human], isFailed: true }),
    ]);
    const rows = await rowsOf();
    expect(of(rows, 'ai_heavy')).toMatchObject({
      value: 32 / 72,
      single_source_value: 2 / 42,
      verdict: 'insufficient_data',
    });
    expect(of(rows, 'human')).toMatchObject({ value: 20 / 60, single_source_value: 0.2, verdict: null });
    expect(of(await rowsOf({ mode: 'single_source' }), 'ai_heavy')).toMatchObject({
      value: 2 / 42,
      verdict: 'better',
    });
  });

  test('is not given where nothing is known to be human', async () => {
    await insert([...copies(30, { parts: [ai], isFailed: true }), ...copies(30, { parts: [{ source: 'unknown' }] })]);
    expect(of(await rowsOf({ compare_to: 'human' }), 'ai_heavy')).toMatchObject({
      value: 1,
      reference: null,
      verdict: null,
      unknown_share: 0.5,
    });
    // What nobody named is compared with unmarked code.
    for (const asked of [{}, { compare_to: 'unknown' }]) {
      expect(of(await rowsOf(asked), 'ai_heavy')).toMatchObject({ reference: 'unknown', verdict: 'worse' });
    }
  });
});

describe('own 90 days', () => {
  test('stand beside the value with the difference, for an alert', async () => {
    const at = (month: string, failed: number, count: number): Deployment[] =>
      Array.from({ length: count }, (_, index) => ({
        parts: [ai],
        at: `${month}T0${index % 10}:00:00Z`,
        isFailed: index < failed,
      }));
    await insert([...at('2025-12-01', 4, 40), ...at('2026-01-10', 12, 24)]);
    const [row] = await rowsOf({ compare: 'baseline_90d' });
    expect(row).toMatchObject({ value: 0.5, baseline: 0.1, delta: 0.4, baseline_n: 40, n: 24 });
    expect(row?.['lo']).toBeGreaterThan(0.3);
    expect(await rowsOf({ compare: 'baseline_90d', show: 'delta' })).toMatchObject([{ value: 0.4, baseline: 0.1 }]);
    const [low] = await rowsOf({ compare: 'baseline_90d', show: 'delta_lo' });
    expect(low?.['value']).toBeCloseTo((row?.['lo'] as number) - 0.1, 9);
    const [bucketed] = await rowsOf({ compare: 'baseline_90d', bucket: 'month' });
    expect(bucketed).toMatchObject({ time: new Date('2026-01-01T00:00:00Z'), baseline: 0.1 });
    const { rows, notices } = await run({ show: 'delta' });
    expect(rows).toMatchObject([{ status: 'bad_config', value: null }]);
    expect(notices[0]?.text).toContain('needs compare = baseline_90d');
  });
});

describe('what is left out', () => {
  test('a deployment younger than the link window may still fail', async () => {
    await database.pool.query(
      `insert into stream_state (stream_id, watermark) values ('csv/incidents/all', '2026-01-11T00:00:00Z')`
    );
    await insert([...copies(20, { parts: [human], at: '2026-01-09T00:00:00Z' }), ...copies(3, { parts: [human], at: '2026-01-10T12:00:00Z', isFailed: true })]); // prettier-ignore
    expect(await rowsOf()).toMatchObject([{ value: 0, n: 20, immature_n: 3 }]);
    await database.pool.query(`insert into setting (key, value) values ('link_window_hours', '6')`);
    expect(await rowsOf()).toMatchObject([{ n: 23, immature_n: 0 }]);
  });

  test('old history never lands on the first deployment: not measurable, and counted', async () => {
    await insert(copies(10, { parts: [{ leadHours: 5 }] }));
    for (let count = 0; count < 3; count += 1) {
      await insertChange(human, { mergedAt: '2026-01-02T00:00:00Z' });
    }
    expect(await rowsOf({ metric: 'lead_time' })).toMatchObject([
      { value: 300, n: 10, not_measurable_n: 3, undeployed_n: 0 },
    ]);
  });

  test('a change without a known start is counted and never timed', async () => {
    await insert(copies(12, { parts: [{ leadHours: 5 }] }));
    await database.pool.query('update change_fact set first_commit_at = null where change_id <= 3');
    const started = { metric: 'lead_time' };
    expect(await rowsOf(started)).toMatchObject([{ status: 'no_start', value: null, no_start_n: 3 }]);
    await insert(copies(4, { parts: [{ leadHours: 5 }] }));
    expect(await rowsOf(started)).toMatchObject([
      { status: 'ok', value: 300, n: 13, no_start_n: 3, no_start_share: 3 / 16 },
    ]);
    expect(await rowsOf({ ...started, lead_from: 'merged_at' })).toMatchObject([{ n: 16, no_start_n: 0 }]);
  });

  test('where most starts are unknown, the median of the rest is told of nobody: no value, no band, n known of n', async () => {
    await insert(copies(24, { parts: [{ leadHours: 5 }] }));
    await database.pool.query('update change_fact set first_commit_at = null where change_id <= 12');
    expect(await rowsOf({ metric: 'lead_time' })).toMatchObject([{ status: 'ok', value: 300, n: 12, no_start_n: 12, n_dev: 7 }]);
    await database.pool.query('update change_fact set first_commit_at = null where change_id = 13');
    expect(await rowsOf({ metric: 'lead_time' })).toMatchObject([
      { status: 'no_start', value: null, lo: null, lead_p90: null, lead_km_p50: null, band: null, unknown_share: null, n: 11, no_start_n: 13, n_dev: 7 },
    ]);
    expect(await rowsOf({ metric: 'lead_time', lead_from: 'merged_at' })).toMatchObject([{ status: 'ok', value: 60, n: 24 }]);
  }); // prettier-ignore

  test('people, unknown share and confidence are of the changes that the lead time is of', async () => {
    await insert(
      copies(15, { parts: [{ leadHours: 5 }] }, { parts: [{ source: 'unknown', person: 'without a start' }] })
    );
    await database.pool.query(
      `update change_fact set first_commit_at = null, confidence = 0.1 where code_source = 'unknown'`
    );
    const confidence = expect.closeTo(0.8, 9) as number;
    expect(await rowsOf({ metric: 'lead_time', groupBy: [] })).toMatchObject([
      { n: 15, no_start_n: 15, n_dev: 7, unknown_share: 0, mean_confidence: confidence },
    ]);
    expect(await rowsOf({ metric: 'lead_time', groupBy: [], lead_from: 'merged_at' })).toMatchObject([
      { n: 30, no_start_n: 0, n_dev: 8, unknown_share: 0.5 },
    ]);
  });

  test('a change deployed before its first commit is in bad order, never a negative or absolute time', async () => {
    await insert([...copies(10, { parts: [{ leadHours: 5 }] }), { parts: [{ leadHours: -2 }] }]);
    expect(await rowsOf({ metric: 'lead_time' })).toMatchObject([{ value: 300, n: 10, bad_order_n: 1 }]);
  });

  test('an open failure is censored: with half of them open there is no median yet, and no zero', async () => {
    const failed = (minutes?: number): Deployment => ({ parts: [human], isFailed: true, ...(minutes === undefined ? {} : { recoveredAfterMinutes: minutes }) }); // prettier-ignore
    await insert([...copies(6, failed(30)), ...copies(6, failed())]);
    expect(await rowsOf({ metric: 'recovery_time' })).toMatchObject([{ value: 30, open_n: 6 }]);
    await insert(copies(2, failed()));
    expect(await rowsOf({ metric: 'recovery_time' })).toMatchObject([{ value: null, open_n: 8, status: 'immature' }]);
  });

  test('an incident that is linked to nothing is no failure, but is shown', async () => {
    await insert(copies(20, { parts: [human] }));
    await database.pool.query(`
      insert into incident (source, external_id, service_id, title, started_at) select 'csv', i::text, 'shop', 'x', '2026-01-12' from generate_series(1, 5) i;
      insert into incident_link (incident_id, method) select incident_id, case when external_id = '1' then 'mention' else 'unlinked' end from incident`);
    expect(await rowsOf()).toMatchObject([
      { value: 0, unlinked_incidents: 4, linked_share: 0.2, link_methods: 'unlinked 4, mention 1' },
    ]);
    expect(await rowsOf({ groupBy: ['team'] })).toMatchObject([{ linked_share: null, unlinked_incidents: null }]);
    expect(await rowsOf({ groupBy: ['service'] })).toMatchObject([{ service: 'shop', linked_share: 0.2 }]);
  });

  test('environments other than production do not count', async () => {
    await insert(copies(20, { parts: [human] }));
    await database.pool.query(`update deployment_fact set environment = 'staging'`);
    expect(await rowsOf()).toMatchObject([{ value: null, n_dev: null, status: 'no_telemetry' }]);
    expect(await rowsOf({ metric: 'deployment_frequency' })).toMatchObject([{ value: null, status: 'no_telemetry' }]);
  });
});

describe('exclusions', () => {
  const exclude = (
    kind: string,
    days: readonly [string, string],
    { facts = '{}', services = '{}' } = {}
  ): Promise<unknown> =>
    database.pool.query(
      `insert into exclusion (kind, first_day, last_day, time_zone, started_at, ended_at, facts, services, reason)
       values ($1, $2::date, $3::date, 'UTC', $2::date::timestamp at time zone 'UTC', ($3::date + 1)::timestamp at time zone 'UTC', $4, $5, 'said')`,
      [kind, ...days, facts, services]
    );
  const frequency = async (given: object = {}): Promise<unknown[]> => {
    const rows = await rowsOf({ metric: 'deployment_frequency', groupBy: [], ...given });
    return rows.map(({ service, value, n }) => [...(service === null ? [] : [service]), value, n]);
  };

  test('days of a freeze are no days of delivery, and what is deployed on them is none', async () => {
    await insert([...copies(14, { parts: [human], at: '2026-01-28T12:00:00Z' }), ...copies(3, { parts: [human], at: '2026-01-25T12:00:00Z' })]); // prettier-ignore
    await observedFrom('2026-01-22T00:00:00Z');
    expect(await frequency()).toEqual([[1.7, 17]]);
    await exclude('freeze', ['2026-01-24', '2026-01-26']);
    await exclude('freeze', ['2026-01-26', '2026-01-26']);
    expect(await frequency()).toEqual([[2, 14]]);
    // Nobody froze this day in New York: its noon lies after the last one.
    const [row] = await rowsOf({ metric: 'deployment_frequency', groupBy: [], bucket: 'day' }, { from: new Date('2026-01-25T05:00:00Z'), tz: 'America/New_York' }); // prettier-ignore
    expect(row).toMatchObject({ time: new Date('2026-01-25T05:00:00Z'), value: null, status: 'undefined' });
  });

  test('a day on which one of two services is frozen is a day of both together, and of the other', async () => {
    await insert([...copies(10, { parts: [human], at: '2026-01-21T12:00:00Z' }), ...copies(10, { parts: [human], at: '2026-01-21T12:00:00Z', service: 'api' })]); // prettier-ignore
    await observedFrom('2026-01-22T00:00:00Z');
    await exclude('freeze', ['2026-01-31', '2026-01-31'], { services: '{api}' });
    const days = (10 * 24 + 12) / 24;
    expect(await frequency()).toEqual([[expect.closeTo(20 / days, 9), 20]]);
    expect(await frequency({ groupBy: ['service'] })).toEqual([['api', expect.closeTo(10 / (days - 1), 9), 10], ['shop', expect.closeTo(10 / days, 9), 10]]); // prettier-ignore
  });

  test('days of bad data about deployments are not observed, about something else they are', async () => {
    await insert(copies(9, { parts: [human], at: '2026-01-28T12:00:00Z' }));
    await observedFrom('2026-01-22T00:00:00Z');
    await exclude('bad_data', ['2026-01-24', '2026-01-24'], { facts: '{incidents}' });
    expect(await frequency()).toEqual([[0.9, 9]]);
    await exclude('bad_data', ['2026-01-24', '2026-01-24'], { facts: '{deployments}' });
    expect(await frequency()).toEqual([[1, 9]]);
  });

  test('a lead time stands still while its merged change waits in a freeze; of bad data there is none', async () => {
    await insert(copies(10, { parts: [human] }));
    await database.pool.query(`update change_fact set merged_at = deployed_at - interval '20 hours'`);
    const lead = async (): Promise<unknown> => (await rowsOf({ metric: 'lead_time', groupBy: [] }))[0]?.['value'];
    expect(await lead()).toBe(24 * 60);
    await exclude('freeze', ['2026-01-09', '2026-01-09'], { services: '{api}' });
    expect(await lead()).toBe(24 * 60);
    await exclude('freeze', ['2026-01-08', '2026-01-09']);
    expect(await lead()).toBe(4 * 60);
    await database.pool.query(`update deployment_fact set excluded_reason = 'said'`);
    expect(await lead()).toBeNull();
  });
});

describe('time', () => {
  test('a week with a change of clocks has seven days', async () => {
    const week = { from: new Date('2026-03-22T23:00:00Z'), to: new Date('2026-03-29T22:00:00Z'), tz: 'Europe/Berlin' };
    await insert(copies(14, { parts: [human], at: '2026-03-24T00:00:00Z' }));
    await observedFrom('2026-01-01T00:00:00Z');
    const rows = await rowsOf({ metric: 'deployment_frequency', bucket: 'week' }, week);
    expect(rows).toMatchObject([{ time: week.from, value: 2, days_with_deploy_per_week: 1, status: 'ok' }]);
  });

  test('a bucket that the end of the data cuts is partial, and its days are those observed', async () => {
    await database.pool.query(
      `insert into stream_state (stream_id, watermark) values ('git/history/acme/shop', '2026-01-15T00:00:00Z')`
    );
    await insert(copies(10, { parts: [human], at: '2026-01-12T12:00:00Z' }));
    await observedFrom('2026-01-12T00:00:00Z');
    const rows = await rowsOf({ metric: 'deployment_frequency', bucket: 'week' });
    expect(rows).toMatchObject([{ time: new Date('2026-01-12T00:00:00Z'), status: 'partial' }]);
    expect(rows[0]?.['value']).toBeCloseTo(10 / 3, 9);
  });

  test('days before observation began do not count: an old question about a young repository', async () => {
    await insert(copies(10, { parts: [human], at: '2026-01-25T12:00:00Z' }));
    await observedFrom('2026-01-22T00:00:00Z');
    const [row] = await rowsOf({ metric: 'deployment_frequency', groupBy: [] });
    expect(row).toMatchObject({ value: 1, n: 10 });
  });

  test('observed weeks without a deployment are zero, those before are absent', async () => {
    await insert(copies(7, { parts: [human], at: '2026-01-20T12:00:00Z' }));
    await observedFrom('2026-01-08T00:00:00Z');
    const rows = await rowsOf({ metric: 'deployment_frequency', bucket: 'week', groupBy: [] });
    expect(
      rows.map(({ time, value, n, status }) => [(time as Date).toISOString().slice(0, 10), value, n, status])
    ).toEqual([
      ['2026-01-05', 0, 0, 'partial'],
      ['2026-01-12', 0, 0, 'ok'],
      ['2026-01-19', 1, 7, 'ok'],
      ['2026-01-26', 0, 0, 'partial'],
    ]);
  });

  test('each service is observed on its own', async () => {
    await insert([...copies(6, { parts: [human], at: '2026-01-30T00:00:00Z', service: 'new' })]);
    const rows = await rowsOf({ metric: 'deployment_frequency', groupBy: ['service'] });
    expect(rows).toMatchObject([{ service: 'new', value: 3 }]);
  });

  test('rates of single buckets are of their own deployments', async () => {
    await insert([...copies(20, { parts: [human], at: '2026-01-05T00:00:00Z', isFailed: true }), ...copies(20, { parts: [human], at: '2026-01-20T00:00:00Z' })]); // prettier-ignore
    const rows = await rowsOf({ bucket: 'week' });
    expect(rows.map((row) => [(row['time'] as Date).toISOString().slice(0, 10), row['value']])).toEqual([['2026-01-05', 1], ['2026-01-19', 0]]); // prettier-ignore
  });
});

describe('few units and people', () => {
  // Somebody reports incidents: then deployments without one have not failed.
  beforeEach(() =>
    database.pool.query(
      `insert into incident (source, external_id, title, started_at) values ('example', 'i0', 'elsewhere', '2025-06-01')`
    )
  );

  test('a weight below 20 is low_n: 40 deployments with a twentieth each are two', async () => {
    await insert(copies(30, { parts: [ai, ...copies(3, human)] }));
    const rows = await rowsOf();
    expect(of(rows, 'ai_heavy')).toMatchObject({ value: null, weight_sum: 7.5, n: 30, status: 'low_n' });
    expect(of(rows, 'human')).toMatchObject({ value: 0, status: 'ok' });
  });

  test('a group of fewer than five people shows nothing, and its smallest sibling neither', async () => {
    await insert([
      ...copies(20, { parts: [{ ...ai, person: 'one' }] }),
      ...copies(20, { parts: [human] }),
      ...copies(20, { parts: [{ source: 'unknown' }] }),
    ]);
    const rows = await rowsOf();
    expect(of(rows, 'ai_heavy')).toMatchObject({
      value: null,
      n: null,
      weight_sum: null,
      n_dev: null,
      status: 'suppressed_k',
    });
    expect(rows.map((row) => row['status']).sort()).toEqual(['ok', 'suppressed_k', 'suppressed_k']);
  });
});

describe('refusals', () => {
  test('deployments have no class: refused by name in the reason, allowed for changes', async () => {
    await insert(copies(4, ...five));
    const { rows, notices } = await run({ groupBy: ['pr_class'] });
    expect(rows).toMatchObject([{ value: null, status: 'bad_config' }]);
    expect(notices[0]?.text).toContain('cannot be grouped by pr_class');
    expect(await rowsOf({ groupBy: ['pr_class'], mode: 'cause' })).toMatchObject([{ pr_class: 'feature', value: 0.2 }]);
    expect(await rowsOf({ groupBy: ['pr_class'], metric: 'lead_time' })).toMatchObject([
      { pr_class: 'feature', value: 1440 },
    ]);
    expect((await run({ metric: 'deployment_frequency', mode: 'cause' })).rows).toMatchObject([
      { status: 'bad_config' },
    ]);
    for (const dimension of ['seniority', 'usage_bucket', 'tool', 'workflow']) {
      await expect(run({ groupBy: [dimension] })).rejects.toThrow(`"${dimension}"`);
    }
  });

  test('every choice of every param runs on an empty store and gives no rows', async () => {
    const metrics =
      metric.params['metric']?.kind === 'choice' ? metric.params['metric'].choices.map(({ value }) => value) : [];
    for (const one of metrics) {
      for (const [name, param] of Object.entries(metric.params)) {
        const values: readonly unknown[] = param.kind === 'choice' ? param.choices.map(({ value }) => value) : param.kind === 'boolean' ? [true, false] : param.kind === 'groupBy' ? param.allowed.map((dimension) => [dimension]) : [['a']]; // prettier-ignore
        for (const value of name === 'metric' ? [] : values) {
          expect(await rowsOf({ metric: one, [name]: value })).toEqual([]);
        }
      }
    }
  });
});

test('the median of times without open ones is the plain median, also of an even number', () => {
  const times = (...minutes: number[]) =>
    minutes.map((one, cluster) => ({ minutes: one, weight: 1, isOpen: false, cluster }));
  expect(medianOf(times(30, 45, 60, 240))).toBe(52.5);
  expect(medianOf(times(30, 45, 60))).toBe(45);
  expect(medianOf([...times(24, 48, 6), { minutes: 30, weight: 1, isOpen: true, cluster: 3 }])).toBe(36);
  const range = (minutes: number, events: number, censored: number) => ({ first: minutes, last: minutes, events, censored }); // prettier-ignore
  expect(rangeMedian([range(6, 1, 0), range(24, 1, 0), range(30, 0, 1), range(48, 1, 0)])).toBe(36);
  expect(rangeMedian([range(6, 1, 0), range(30, 0, 3)])).toBeNull();
});

test('bands are data: a setting replaces them, and rework has none of its own', () => {
  expect(bandOf('lead_time', 1440, {})).toBe('elite');
  expect(bandOf('lead_time', 1441, {})).toBe('high');
  expect(bandOf('deployment_frequency', 0.5, {})).toBe('high');
  expect(bandOf('change_fail_rate', 0.16, {})).toBe('low');
  expect(bandOf('rework_rate', 0.1, {})).toBeNull();
  expect(bandOf('rework_rate', 0.1, { dora_bands: { rework_rate: [{ name: 'fine', limit: 0.2 }, { name: 'poor', limit: null }] } })).toBe('fine'); // prettier-ignore
});

describe('a store in which nobody reports failures', () => {
  const tagsOnly = () => insert(copies(24, { parts: [human], at: '2026-01-12T12:00:00Z' }));

  test.each(['change_fail_rate', 'rework_rate'])('has no %s: silence is not zero', async (name) => {
    await tagsOnly();
    const { rows, notices } = await run({ metric: name });
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ value, status }) => JSON.stringify({ value, status })))).toEqual(
      new Set([JSON.stringify({ value: null, status: 'no_telemetry' })])
    );
    expect(notices.map(({ text }) => text).join()).toContain('failures are unknown, not zero');
  });

  test('has zero failures once a single incident was ever reported', async () => {
    await tagsOnly();
    await database.pool.query(
      `insert into incident (source, external_id, title, started_at) values ('example', 'i1', 'elsewhere', '2025-06-01')`
    );
    const rows = await rowsOf({ metric: 'change_fail_rate' });
    expect(rows.map(({ value }) => value)).toContain(0);
  });
});
