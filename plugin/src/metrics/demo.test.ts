// The demo organisation has truths planted in it; each metric must recover them within its own interval.
import { DEMO_NOW as now, timeline, TRUTHS } from '../../../collector/testing/demo.ts';
import { boards } from '../../../dashboards/src/boards.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { askMetric } from '../backend/fixtures/ask-metric.ts';
import { demoStore } from '../backend/fixtures/demo-store.ts';
import { shareFaults, sharesIn } from '../backend/fixtures/shares.ts';
import { computeRows, MAX_ROWS, prepareQuery } from '../backend/query/run-metric.ts';
import { migrations } from '../backend/store/schema.generated.ts';
import { StoreInfoCache } from '../backend/store/store-info.ts';
import { mulberry32 } from '../statistics/prng.ts';
import { computes } from './compute.generated.ts';
import type { Metric, ParamValues, Row } from './define.ts';
import { columnsOf, defaultParams, peopleRules } from './query.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const time = timeline(now);
const catalog = makeCatalog(metrics, sql, computes);
const signal = new AbortController().signal;

const demo = demoStore();

async function ask(metric: string, params: Record<string, unknown>, from = time.start): Promise<Row[]> {
  const info = await new StoreInfoCache(demo.store, migrations).read(signal);
  return [...(await askMetric({ catalog, store: demo.store, info }, { metric, params, from, to: now })).rows];
}

const one = (rows: readonly Row[], key: Record<string, unknown>): Row => {
  const found = rows.filter((row) => Object.entries(key).every(([name, value]) => row[name] === value));
  expect({ key, count: found.length }).toEqual({ key, count: 1 });
  return found[0] as Row;
};

/** The planted value lies inside the row's own interval, and the row is good. */
function expectInside(row: Row, planted: number): void {
  expect(row.status).toBe('ok');
  expect({
    planted,
    isInside: Number(row.lo) <= planted && planted <= Number(row.hi),
    lo: row.lo,
    hi: row.hi,
  }).toMatchObject({ isInside: true });
}

test.each(Object.entries(TRUTHS.aliveAt90))(
  'lines of %s changes are alive after 90 days as planted',
  async (source, planted) => {
    const rows = await ask('durability', { mode: 'survival', horizon: '90', code_source: [source] });
    expectInside(one(rows, { code_source: source }), planted);
  }
);

test.each(Object.entries(TRUTHS.revertedWithin30))('changes of %s are reverted as planted', async (source, planted) => {
  const rows = await ask('durability', { mode: 'revert', code_source: [source] });
  expectInside(one(rows, { code_source: source }), planted);
});

test('the durability gap of AI-heavy to human code is found and judged', async () => {
  const gap = one(await ask('durability', { mode: 'gap', horizon: '90' }), { code_source: 'ai_heavy' });
  expectInside(gap, TRUTHS.aliveAt90.ai_heavy - TRUTHS.aliveAt90.human);
  expect(gap.verdict).toBe('worse');
});

test.each(['ai_heavy', 'human'] as const)('changes of %s cause failures as planted', async (source) => {
  const rows = await ask('dora-by-source', { metric: 'change_fail_rate', mode: 'cause', groupBy: ['code_source'] });
  expectInside(one(rows, { code_source: source }), TRUTHS.failure[source]);
});

describe('team checkout', () => {
  const filter = { team: [TRUTHS.cycle.team], workflow: ['change'], tool: ['claude-code'] };

  test('cycle time falls by 14 % overall: refactors −22 %, bug fixes 0 %, features +4 %', async () => {
    const rows = await ask('cycle-time-by-usage', { mode: 'mix', ...filter });
    expectInside(one(rows, { group: 'all' }), TRUTHS.cycle.overall);
    for (const [prClass, planted] of Object.entries(TRUTHS.cycle.change)) {
      // Eight weeks of baseline hold some thirty units of a class: the mean of the class is near what is planted, not on it.
      expect({ prClass, isNear: Math.abs(Number(one(rows, { group: prClass }).value) - planted) < 0.05 }).toEqual({
        prClass,
        isNear: true,
      });
    }
  });

  test('four of twelve carry it', async () => {
    const [row] = await ask('cycle-time-by-usage', { mode: 'concentration', ...filter });
    expect(row).toMatchObject({ n_dev: TRUTHS.cycle.developers });
    expect(row?.carriers_80).toBe(TRUTHS.cycle.carriers);
  });
});

test.each(Object.entries(TRUTHS.recall))('marks of AI in %s are recalled as planted', async (repo, { marked, squash }) => {
  const row = one(await ask('signal-quality', { mode: 'recall', groupBy: ['repo'] }, time.landing), { repo });
  expectInside(row, marked);
  expect(row.reason).toBe(marked < 0.9 && squash === 'pr_body' ? 'squash drops trailers: set its message to the commits' : null);
}); // prettier-ignore

test('the share of AI code in acme/shop is what was planted and not what is marked', async () => {
  const row = one(await ask('signal-quality', { mode: 'ai_share', groupBy: ['repo'] }, time.landing), {
    repo: 'acme/shop',
  });
  const { rows } = await demo.database.pool.query<{ share: number }>(
    `select avg((code_source in ('ai_heavy', 'ai_assisted'))::integer)::float8 as share from merged_unit
     where repo = 'acme/shop' and merged_at >= $1`,
    [time.landing]
  );
  expectInside(row, Number(rows[0]?.share));
  expect(Number(row.raw)).toBeLessThan(Number(rows[0]?.share) * 0.85);
});

test('strangers among the users of codex are found, and where nobody knows better no share is corrected', async () => {
  const { accounts, strangers } = TRUTHS.codex;
  const codex = one(await ask('signal-quality', { mode: 'match' }), { tool: 'codex' });
  expect(codex).toMatchObject({ value: (accounts - strangers) / accounts, n: accounts, status: 'no_telemetry' });
  const untold = one(await ask('signal-quality', { mode: 'ai_share', groupBy: ['repo'] }), { repo: 'acme/mobile' });
  expect(untold).toMatchObject({ value: null, lo: null, recall: null, status: 'undefined' });
  expect(untold.reason).toContain('recall is not known');
});

test('uses of claude-code are attributed as planted', async () => {
  const rows = await ask('signal-quality', { mode: 'attribution', tool: ['claude-code'] });
  const share = (named_by: string): number => Number(one(rows, { named_by }).value);
  expect(share('field')).toBeCloseTo(TRUTHS.namedUses.field, 2);
  expect(share('feature')).toBeCloseTo(TRUTHS.namedUses.feature, 2);
  expect(share('change')).toBeCloseTo(TRUTHS.namedUses.change, 2);
});

test('runs of the agent that debugs, which a feature assigns, take the planted time in each band', async () => {
  const rows = await ask('cycle-time-by-usage', { workflow: ['debug_run'], tool: ['claude-code'] });
  for (const [bucket, planted] of Object.entries(TRUTHS.runs.minutes)) {
    const row = one(rows, { bucket });
    expectInside(row, planted);
    expect(row.basis).toBe('event');
  }
});

test('work moved into review: its time there grew by the planted share', async () => {
  // In team platform work on the process came later.
  const team = ['search', 'mobile', 'data'];
  const reviewed = async (from: Date, to: Date): Promise<number> => {
    const { rows } = await demo.database.pool.query<{ mean: number }>(
      `select avg(minutes) as mean from workflow_completion
       where workflow_id = 'review' and team_id = any($1) and status = 'ok' and ended_at >= $2 and ended_at < $3 and pr_class <> 'revert'`,
      [team, from, to]
    );
    return Number(rows[0]?.mean);
  };
  const ratio = (await reviewed(time.landing, now)) / (await reviewed(time.start, time.landing));
  expect(ratio).toBeCloseTo(TRUTHS.reviewShare.after / TRUTHS.reviewShare.before, 1);
});

/** Metrics that are answered to somebody whom Grafana names alone. */
const ofUser = new Set(
  metrics.filter(({ ofAsker, forAdmins }) => ofAsker === true || forAdmins === true).map(({ id }) => id)
);

/** The demo holds no own commits of changes: which of them merge the base is not known there. */
const notPlanted = new Set(['What does merging the base cost?']);

/** Every panel of every board, with all filters on All and one tool: what `npm run grafana` shows. */
const panels = boards.flatMap(({ title, rows }) =>
  rows.flatMap((row) =>
    row.panels.flatMap((panel) =>
      panel.query === undefined ||
      panel.isGoodEmpty === true ||
      notPlanted.has(panel.title) ||
      ofUser.has(panel.query.queryType)
        ? []
        : [[`${title}: ${panel.title}`, panel.query] as const]
    )
  )
);
test.each(panels)('%s has an answer', async (_title, { queryType, params }) => {
  const chosen = Object.entries(params).filter(([, value]) => !String(value).startsWith('$'));
  const tool = Object.hasOwn(params, 'tool') && queryType === 'cycle-time-by-usage' ? { tool: ['claude-code'] } : {};
  const rows = await ask(queryType, { ...Object.fromEntries(chosen), ...tool });
  expect(rows.length).toBeGreaterThan(0);
});

/** Rows whose numbers may differ in the last digits, where sums were made in another order. */
function rounded(rows: readonly Row[]): unknown[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [name, typeof cell === 'number' ? Number(cell.toPrecision(9)) : cell])
    )
  );
}

describe('rollups', () => {
  const questions = [
    ['cycle-time-by-usage', {}],
    ['cycle-time-by-usage', { bucket: 'month', tool: ['claude-code'] }],
    ['cycle-time-by-usage', { mode: 'effect', tool: ['claude-code'] }],
    ['cycle-time-by-usage', { mode: 'join_quality' }],
    ['dora-by-source', {}],
    ['dora-by-source', { metric: 'change_fail_rate', mode: 'cause', bucket: 'month' }],
    ['dora-by-source', { metric: 'change_fail_rate', mode: 'single_source', groupBy: ['code_source', 'service'] }],
    ['dora-by-source', { metric: 'deployment_frequency', team: ['checkout'] }],
    ['dora-by-source', { metric: 'recovery_time' }],
    ['dora-by-source', { metric: 'rework_rate', compare: 'baseline_90d' }],
  ] as const;

  test('give the same answers as what they pack, in a range that cuts days', async () => {
    const from = new Date(now.getTime() - 250 * 86_400_000 - 5_000_000);
    const { rows } = await demo.database.pool.query<{ sizes: string[] }>(
      'select array_agg(distinct size) as sizes from (select size from change_survival union select size from workflow_completion) s'
    );
    const asked = [
      ['durability', {}],
      ['durability', { curve: true, exclude_file_deleted: true }],
      ['durability', { mode: 'gap', code_source: ['human', 'ai_heavy'] }],
      ['cycle-time-by-usage', {}],
      ['cycle-time-by-usage', { bucket: 'week', centre: 'mean', split_zero: true }],
      ['cycle-time-by-usage', { bands: 'tercile', tool: ['claude-code'] }],
      ['cycle-time-by-usage', { groupBy: ['team'], bucket: 'month' }],
      ['cycle-time-by-usage', { team: ['checkout'] }],
      ['cycle-time-by-usage', { mode: 'effect' }],
      ['cycle-time-by-usage', { mode: 'effect', groupBy: ['team'] }],
      ['cycle-time-by-usage', { mode: 'mix' }],
      ['cycle-time-by-usage', { mode: 'mix', mix_by: 'developer' }],
      ['cycle-time-by-usage', { mode: 'concentration' }],
      ['cycle-time-by-usage', { mode: 'join_quality', bucket: 'month' }],
      ...questions.filter(([metric]) => metric === 'dora-by-source'),
    ] as const;
    for (const [metric, params] of asked) {
      const packed = await ask(metric, params, from);
      expect(packed.length).toBeGreaterThan(1);
      // A filter by every size leaves nothing out and goes row by row; these three are null where there is a filter.
      const single = await ask(metric, { ...params, size: [...(rows[0]?.sizes ?? []), 'none', 'unknown'] }, from);
      const comparable = (all: readonly Row[]) =>
        rounded(all.map((row) => ({ ...row, tool_uses: null, cause_share: null, purity: null })));
      expect(comparable(single)).toEqual(comparable(packed));
    }
  }, 120_000);

  // The last one: it takes the rollups away.
  test('give the same answers as the rows that they sum up, in a range that cuts their blocks', async () => {
    const from = new Date(now.getTime() - 250 * 86_400_000);
    const answers = async (): Promise<unknown[]> => {
      const all: unknown[] = [];
      for (const [metric, params] of questions) all.push(rounded(await ask(metric, params, from)));
      return all;
    };
    const before = await answers();
    const { rows } = await demo.database.pool.query<{ packs: string }>(
      'select (select count(*) from pack.usage_pack) as packs'
    );
    expect(Number(rows[0]?.packs)).toBeGreaterThan(0);
    await demo.database.pool.query('truncate pack.usage_pack');
    expect(await answers()).toEqual(before);
  });
});

/** Each metric in each of its modes and keys, as a whole, by month and by its first dimensions, where it gives a share. */
const shares = metrics.flatMap((metric) => {
  const { id, params } = metric;
  const choices = ['mode', 'metric'].flatMap((name) => {
    const param = params[name];
    return param?.kind === 'choice' ? param.choices.map(({ value }) => ({ [name]: value })) : [];
  });
  const ways = [
    {},
    ...(params['bucket'] === undefined ? [] : [{ bucket: 'month' }]),
    ...(params['groupBy']?.kind === 'groupBy' ? [{ groupBy: [] }, { groupBy: params['groupBy'].allowed.slice(0, 1) }] : []),
  ];
  const all = (choices.length === 0 ? [{}] : choices).flatMap((choice) => ways.map((way) => ({ ...choice, ...way }) as ParamValues));
  const asked = (params: ParamValues) => ({ ...defaultParams(metric), ...params });
  return all.filter((way) => sharesIn(columnsOf(metric, asked(way)), asked(way)).length > 0).map((way) => [id, way] as const);
}); // prettier-ignore

test.each(shares)('%s %j gives no share outside 0…1', async (id, params) => {
  const metric = metrics.find((found) => found.id === id);
  expect(metric).toBeDefined();
  if (metric === undefined) return;
  const rows = await ask(id, params);
  const chosen = { ...defaultParams(metric), ...params };
  expect(shareFaults(columnsOf(metric, chosen), rows, chosen)).toEqual([]);
});

describe('the same question has the same answer, to ten digits, whatever the order in which the store gives the rows', () => {
  // Those that count people are asked the same by same-answer.test.ts.
  const counts = (metric: Metric, params: ParamValues): boolean =>
    catalog.computeOf(metric.id) !== undefined &&
    peopleRules(metric, { ...defaultParams(metric), ...params }).some(({ count }) => count !== null);
  const questions = metrics.flatMap((metric) =>
    ['mode', 'metric'].flatMap((name) => {
      const param = metric.params[name];
      const all = param?.kind === 'choice' ? param.choices.map(({ value }): ParamValues => ({ [name]: value })) : [];
      return all.filter((params) => !counts(metric, params)).map((params) => [metric.id, params] as const);
    })
  );

  test.each(questions)('%s %j', async (queryType, params) => {
    const info = await new StoreInfoCache(demo.store, migrations).read(signal);
    const request = { stored: { queryType, params, version: 1 }, from: time.start, to: now, isAlert: false };
    const prepared = await prepareQuery({ catalog, store: demo.store, info, signal }, request);
    const result = await demo.store.run(prepared.sql, { signal, maxRows: MAX_ROWS });
    const answers = [1, 2, 3].map((seed) => {
      const random = mulberry32(seed);
      const rows = seed === 1 ? result.rows : result.rows.map((row) => ({ row, key: random() })).sort((one, two) => one.key - two.key).map(({ row }) => row); // prettier-ignore
      return rounded(computeRows(catalog, prepared, { ...result, rows }).rows);
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  /** Rows without the last digits, in an order of their own: a metric without compute gives them as the store does. */
  const rounded = (rows: readonly Row[]): string[] =>
    rows.map((row) => JSON.stringify(row, (_, cell: unknown) => (typeof cell === 'number' ? Number(cell.toPrecision(10)) : cell))).sort(); // prettier-ignore
});
