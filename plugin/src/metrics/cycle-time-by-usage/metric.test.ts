import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { hideSmallGroups } from '../../backend/query/small-groups.ts';
import { bindQuery } from '../../backend/query/bind-query.ts';
import { seededRandom } from '../../statistics/prng.ts';
import type { ComputeResult, ParamValues, Row } from '../define.ts';
import { defaultParams } from '../query.ts';
import { sql as texts } from '../sql.generated.ts';
import { compute } from './compute.ts';
import { metric } from './metric.ts';

const sql = texts[metric.id]?.[''] ?? '';
const range = { from: new Date('2026-03-30Z'), to: new Date('2026-05-25Z'), tz: 'UTC' };
const DAY = 86_400_000;

let database: TestDatabase;
let nextWorkflow = 0;

beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(
    `insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
     insert into team (team_id, title) values ('core', 'Core'), ('far', 'Far')`
  );
});
afterAll(() => database.close());

interface Person {
  readonly id: string;
  /** Hours of each unit before the landing and after the washout, by class; a plain list is of class feature. */
  readonly before?: readonly number[] | Readonly<Record<string, readonly number[]>>;
  readonly now?: readonly number[] | Readonly<Record<string, readonly number[]>>;
  /** Uses in 30 days; null = no telemetry (coverage 1), undefined = no row at all. */
  readonly uses?: number | null;
  readonly usesBefore?: number;
  readonly isSeated?: boolean;
  readonly basis?: string;
  readonly team?: string;
}

interface World {
  readonly workflow: string;
  readonly tool: string;
}

/** A workflow with a tool of its own that landed on 2026-03-16, and what people did in it. */
async function world(people: readonly Person[], options: { landedAt?: string } = {}): Promise<World> {
  nextWorkflow += 1;
  const made = { workflow: `w${nextWorkflow}`, tool: `t${nextWorkflow}` };
  const query = (text: string, values: unknown[]) => database.pool.query(text, values);
  await query('insert into tool (tool_id, title) values ($1, $1)', [made.tool]);
  await query(
    `insert into workflow (workflow_id, version, valid_from, unit, actor, start_event, end_event) values ($1, 1, '2025-01-01', 'pr', 'author', 'first_commit', 'merged')`,
    [made.workflow]
  );
  await query('insert into workflow_tool (workflow_id, tool_id) values ($1, $2)', [made.workflow, made.tool]);
  await query(`insert into landing select $1, $2, team_id, $3, 'config' from team`, [made.tool, made.workflow, options.landedAt ?? '2026-03-16']); // prettier-ignore
  for (const person of people) {
    await query(`insert into person (person_id, kind) values ($1, 'human') on conflict do nothing`, [person.id]);
    await addUnits(made, person, { name: 'before', units: person.before ?? [], firstEnd: '2026-01-21T12:00Z' });
    await addUnits(made, person, { name: 'now', units: person.now ?? [], firstEnd: '2026-04-01T12:00Z' });
    if (person.uses !== undefined) {
      await addUsage(made, person);
    }
  }
  return made;
}

async function addUnits(
  { workflow }: World,
  person: Person,
  period: { readonly name: string; readonly units: NonNullable<Person['now']>; readonly firstEnd: string }
): Promise<void> {
  const classes: Readonly<Record<string, readonly number[]>> = Array.isArray(period.units)
    ? { feature: period.units as readonly number[] }
    : (period.units as Readonly<Record<string, readonly number[]>>);
  for (const [prClass, hours] of Object.entries(classes)) {
    await database.pool.query(
      `insert into workflow_completion (workflow_id, workflow_version, unit_key, person_id, repo_id, started_at, ended_at, minutes,
         business_minutes, status, pr_class, code_source, zone, size, team_id, seniority, week_start)
       select $1, 1, $2 || n, $3, 1, e - h * interval '1 hour', e, h * 60, h * 60, 'ok', $4, 'unknown', 'unknown', 'M', $5, 'unknown',
              date_trunc('week', e at time zone 'UTC')::date
       from unnest($6::float8[]) with ordinality as u(h, n) cross join lateral (
         select $7::timestamptz + ((n - 1)::integer % 7) * interval '7 days' as e) x`,
      [workflow, `${person.id}/${period.name}/${prClass}/`, person.id, prClass, person.team ?? 'core', hours, period.firstEnd] // prettier-ignore
    );
  }
}

async function addUsage({ tool }: World, person: Person): Promise<void> {
  await database.pool.query(
    `insert into usage_week (tool_id, person_id, week_start, uses, active_days, accepted_lines, uses_30d, active_days_30d,
       accepted_lines_30d, uses_prior_30d, active_days_prior_30d, accepted_lines_prior_30d, coverage, prior_coverage, is_seated, basis, team_id)
     select $1, $2, w::date, $3, 0, 0, $3, 0, 0, $7, 0, 0, $4, $4, $5, $6, 'core'
     from generate_series(date '2026-03-16', date '2026-05-18', interval '7 days') w`,
    [tool, person.id, person.uses ?? 0, person.uses === null ? 1 : 3, person.isSeated ?? true, person.basis ?? 'event', person.usesBefore ?? person.uses ?? 0] // prettier-ignore
  );
}

async function ask({ workflow }: Pick<World, 'workflow'>, params: ParamValues = {}, over: Partial<typeof range> = {}): Promise<ComputeResult> {
  const all = { ...defaultParams(metric), workflow: [workflow], ...params };
  // As the collector does it at the end of a derivation.
  await database.pool.query('truncate pack.completion_pack; insert into pack.completion_pack select * from pack.completion_packing');
  const asked = { ...range, ...over };
  const { text, values } = bindQuery(metric, sql, { params: all, builtIns: asked });
  const { rows } = await database.pool.query<Row>(text, [...values]);
  const result = compute(rows, { params: all, ...asked, settings: { k: 5 }, random: seededRandom });
  return { ...result, rows: hideSmallGroups(metric, result.rows, { params: all, k: 5, tz: 'UTC' }) };
} // prettier-ignore

const of = (result: ComputeResult, bucket: string): Row => {
  const found = result.rows.find((row) => row['bucket'] === bucket);
  if (found === undefined) {
    throw new Error(`no row ${bucket} among ${result.rows.map((row) => String(row['bucket'])).join()}`);
  }
  return found;
};
const many = (count: number, make: (index: number) => Person): Person[] => Array.from({ length: count }, (_, index) => make(index)); // prettier-ignore
const times = (count: number, hours: number): number[] => Array.from({ length: count }, () => hours);

describe('cycle time by usage: bands', () => {
  it('keeps the zero band and lets no use weigh a unit twice (G-12, each person ten times)', async () => {
    const made = await world([
      ...many(10, (i) => ({ id: `a${i}`, now: [100 / 60, 200 / 60], uses: 3 })),
      ...many(10, (i) => ({ id: `c${i}`, now: [2], uses: 1 })),
      ...many(10, (i) => ({ id: `b${i}`, now: [5], uses: 0 })),
    ]);
    const result = await ask(made);
    expect(of(result, 'high')).toMatchObject({ n: 20, n_dev: 10, tool_uses: 10 * 3 * 8 });
    expect(of(result, 'high')['value']).toBeCloseTo(150, 6);
    expect(of(result, 'low')['value']).toBeCloseTo(120, 6);
    expect(of(result, 'zero')).toMatchObject({ n: 10, n_dev: 10, tool_uses: 0, status: 'ok' });
    expect(of(result, 'zero')['value']).toBeCloseTo(300, 6);
    const users = ['high', 'low'].map((band) => of(result, band));
    const units = users.reduce((sum, row) => sum + Number(row['n']), 0);
    // Rolling up units joined with their uses would give 145.71.
    expect(users.reduce((sum, row) => sum + Number(row['value']) * Number(row['n']), 0) / units).toBeCloseTo(140, 6);
  });

  it('never folds unknown usage into zero', async () => {
    const made = await world([
      ...many(6, (i) => ({ id: `u${i}`, now: times(3, 4), uses: null })),
      ...many(6, (i) => ({ id: `n${i}`, now: times(3, 4) })),
      ...many(6, (i) => ({ id: `z${i}`, now: times(3, 8), uses: 0 })),
    ]);
    const result = await ask(made);
    expect(of(result, 'zero')).toMatchObject({ n: 18, n_dev: 6, unknown_share: 36 / 54, dev_share: 1 });
    expect(of(result, 'unknown')).toMatchObject({ n: 36, n_dev: 12, dev_share: null, tool_uses: null });
    const effect = await ask(made, { mode: 'effect' });
    expect(of(effect, 'unknown')).toMatchObject({ status: 'no_telemetry', value: null, verdict: null });
  });

  it('tells shelfware from people without a seat', async () => {
    const made = await world([
      ...many(6, (i) => ({ id: `s${i}`, now: times(3, 4), uses: 0, isSeated: true })),
      ...many(5, (i) => ({ id: `f${i}`, now: times(3, 6), uses: 0, isSeated: false })),
    ]);
    const result = await ask(made, { split_zero: true });
    expect(of(result, 'zero_seated')).toMatchObject({ value: 240, n_dev: 6, dev_share: 6 / 11 });
    expect(of(result, 'zero_unseated')).toMatchObject({ value: 360, n_dev: 5 });
    const share = await ask(made, { split_zero: true, centre: 'dev_share', bucket: 'month' });
    expect(share.rows.map((row) => [row['bucket'], row['value'], row['status']])).toContainEqual([
      'zero_seated',
      6 / 11,
      'ok',
    ]);
  });

  it('looks at another window when asked', async () => {
    const made = await world(many(6, (i) => ({ id: `p${i}`, now: times(3, 4), uses: 9, usesBefore: 0 })));
    expect((await ask(made)).rows.map((row) => row['bucket'])).toEqual(['high']);
    expect((await ask(made, { window: 'prior_30d' })).rows.map((row) => row['bucket'])).toEqual(['zero']);
    expect((await ask(made, { measure: 'active_days' })).rows.map((row) => row['bucket'])).toEqual(['zero']);
  });

  it('cuts users at thirds, ties down, and asks for fifteen of them', async () => {
    const people = many(18, (i) => ({ id: `t${i}`, now: times(3, 1 + i), uses: 1 + i }));
    const thirds = await ask(await world([...people, ...many(5, (i) => ({ id: `tz${i}`, now: times(3, 9), uses: 0 }))]), { bands: 'tercile' }); // prettier-ignore
    expect(thirds.rows.map((row) => [row['bucket'], row['n_dev'], row['status']])).toEqual([['zero', 5, 'ok'], ['low', 6, 'ok'], ['mid', 6, 'ok'], ['high', 6, 'ok']]); // prettier-ignore
    const few = await ask(await world([...people.slice(0, 14), ...many(9, (i) => ({ id: `tz${i}`, now: times(3, 9), uses: 0 }))]), { bands: 'tercile' }); // prettier-ignore
    expect(few.rows.filter((row) => row['value'] !== null).map((row) => row['bucket'])).toEqual(['zero']);
    const tied = await ask(await world(many(18, (i) => ({ id: `t${i}`, now: times(3, 2), uses: 5 }))), {
      bands: 'tercile',
    });
    expect(tied.rows.map((row) => row['bucket'])).toEqual(['low']);
  });

  it('says in the row when usage rests on marks in git', async () => {
    const result = await ask(
      await world(many(6, (i) => ({ id: `d${i}`, now: times(3, 4), uses: 4, basis: 'declared' })))
    );
    expect(of(result, 'high')['basis']).toBe('declared');
    expect(result.notices?.map(({ text }) => text).join()).toContain('marks in git (declared)');
  });

  it('gives buckets of time, flags those cut by the range, and honours filters', async () => {
    const made = await world(
      many(6, (i) => ({ id: `q${i}`, now: { feature: times(7, 4), bugfix: times(7, 1) }, uses: 4 }))
    );
    const weeks = await ask(made, { bucket: 'week' }, { from: new Date('2026-04-01Z') });
    expect(weeks.rows).toHaveLength(7);
    expect(weeks.rows[0]).toMatchObject({ time: new Date('2026-03-30Z'), status: 'partial', n: 12, tool_uses: 24 });
    expect(weeks.rows[1]).toMatchObject({
      time: new Date('2026-04-06Z'),
      status: 'ok',
      value: 150,
      n: 12,
      tool_uses: 24,
    });
    const fixes = await ask(made, { pr_class: ['bugfix'] });
    expect(of(fixes, 'high')).toMatchObject({ value: 60, n: 42, tool_uses: null });
    const classes = await ask(made, { groupBy: ['pr_class'] });
    expect(classes.rows.map((row) => [row['pr_class'], row['value']])).toEqual([['bugfix', 60], ['feature', 240]]); // prettier-ignore
    expect((await ask(made, { usage_bucket: ['low'] })).rows).toEqual([]);
    expect((await ask(made, { team: ['far'] })).rows).toEqual([]);
    expect((await ask(made, { show: 'hi' })).rows[0]).toMatchObject({ value: 150, hi: 150 });
  });
});

describe('cycle time by usage: privacy', () => {
  it('hides small bands, the next smallest with a single one, and a band that one person dominates (G-50)', async () => {
    const band = (count: number, name: string, uses: number) => many(count, (i) => ({ id: `${name}${i}`, now: times(3, 4), uses })); // prettier-ignore
    const result = await ask(await world([...band(7, 'h', 9), ...band(5, 'l', 1), ...band(2, 'z', 0)]));
    expect(result.rows.map((row) => [row['bucket'], row['status'], row['n_dev']])).toEqual([['zero', 'suppressed_k', null], ['low', 'suppressed_k', null], ['high', 'ok', 7]]); // prettier-ignore
    const dominated = await ask(await world([...band(6, 'h', 9), { id: 'one', now: times(100, 4), uses: 9 }]));
    expect(of(dominated, 'high')).toMatchObject({
      status: 'suppressed_k',
      value: null,
      n: null,
      cycle_mean: null,
      tool_uses: null,
    });
  });

  it('publishes concentration for eight people and more, and the largest one for twenty', async () => {
    const people = (count: number) => many(count, (i) => ({ id: `k${i}`, before: times(3, 10), now: times(3, i < 4 ? 5 : 10), uses: 4 })); // prettier-ignore
    const seven = await ask(await world(people(7)), { mode: 'concentration' });
    expect(seven.rows).toMatchObject([{ status: 'suppressed_k', value: null, gini: null, n_dev: null }]);
    const eight = await ask(await world(people(8)), { mode: 'concentration' });
    expect(eight.rows).toMatchObject([{ status: 'ok', value: 4, top_1_share: null }]);
    const twenty = await ask(await world(people(20)), { mode: 'concentration' });
    expect(twenty.rows[0]?.['top_1_share']).toBeCloseTo(0.25, 9);
    // Of eight people without the four nobody may know the rest.
    expect(eight.rows[0]?.['delta_without_top_k']).toBeNull();
    expect(twenty.rows[0]?.['delta_without_top_k']).toBeCloseTo(0, 9);
  });

  it('tells of no gains that three people or fewer carry, and of no usage of few', async () => {
    const gain = (hours: readonly number[]) => many(20, (i) => ({ id: `g${i}`, before: times(3, 10), now: times(3, hours[i] ?? 10), uses: i < 2 ? 4 : 1 })); // prettier-ignore
    const three = await ask(await world(gain([5, 6, 7])), { mode: 'concentration' });
    const hidden = { gini: null, hhi: null, effective: null, top_share: null, top_1_share: null, carriers_80: null, delta_without_top_k: null }; // prettier-ignore
    expect(three.rows).toMatchObject([{ status: 'suppressed_k', value: null, ...hidden, below_high_share: null }]);
    const five = await ask(await world(gain([5, 5, 5, 5, 5])), { mode: 'concentration' });
    expect(five.rows).toMatchObject([{ status: 'ok', value: 4, carriers_80: 4, below_high_share: null }]);
  });
});

describe('cycle time by usage: the longest time of a workflow', () => {
  it('says of a median that lies on it "at least", with the share of units cut', async () => {
    const made = await world([
      ...many(6, (i) => ({ id: `slow${i}`, now: [720, 720, 720, 24], uses: 0 })),
      ...many(6, (i) => ({ id: `fast${i}`, now: [720, 24, 24, 24], uses: 9 })),
    ]);
    await database.pool.query('update workflow set max_minutes = 43200 where workflow_id = $1', [made.workflow]);
    const result = await ask(made, { centre: 'p50' });
    expect(of(result, 'zero')).toMatchObject({ value: 43200, capped: '≥ 30 days', capped_share: 0.75, status: 'ok' });
    expect(of(result, 'high')).toMatchObject({ value: 1440, capped: null, capped_share: 0.25 });
    expect(result.notices?.find(({ text }) => text.includes('≥ 30 days'))).toMatchObject({ severity: 'warning' });
    await database.pool.query('update workflow set max_minutes = null where workflow_id = $1', [made.workflow]);
    expect(of(await ask(made), 'zero')).toMatchObject({ capped: null, capped_share: null });
  });
});

describe('cycle time by usage: effect', () => {
  const arm = (name: string, uses: number, pairs: ReadonlyArray<readonly [number, number]>): Person[] =>
    pairs.map(([before, now], i) => ({ id: `${name}${i}`, before: times(3, before), now: times(3, now), uses }));
  const zero = arm('z', 0, [[10, 10], [12, 12], [8, 8.4], [9, 9], [11, 10.5]]); // prettier-ignore
  const low = arm('l', 2, [[10, 9.5], [12, 12], [9, 9], [8, 8.2], [11, 10.8]]); // prettier-ignore
  const high = arm('h', 12, [[10, 7], [12, 8.4], [9, 7.2], [8, 6.4], [11, 8.8]]); // prettier-ignore

  it('gives worked example 1 in full (G-13)', async () => {
    const result = await ask(await world([...zero, ...low, ...high]), { mode: 'effect' });
    const fast = of(result, 'high');
    expect(fast['value']).toBeCloseTo(Math.expm1(-0.2770101380709266), 9);
    // Welch's interval, recomputed by scipy.stats.ttest_ind: of two comparisons the clearer one is drawn at 97.5 %.
    expect(fast['level']).toBeCloseTo(0.975, 9);
    expect(fast['lo']).toBeCloseTo(-0.3203517847298455, 6);
    expect(fast['hi']).toBeCloseTo(-0.15451117772334225, 6);
    expect(fast['p']).toBeCloseTo(0.00034421351556617613, 8);
    expect(fast['p_holm']).toBeCloseTo(0.0006884270311323523, 8);
    expect(fast['p_permutation']).toBeCloseTo(2 / 252, 12);
    expect(fast['within_pct']).toBeCloseTo(-0.2416, 4);
    expect(fast['hl_shift_pct']).toBeCloseTo(Math.expm1(-0.27193371548), 9);
    expect(fast['cliffs_delta']).toBeCloseTo(0.88, 9);
    // By Welch's error 0.0360 and t with 5.63 degrees of freedom.
    expect(fast['mde_pct']).toBeCloseTo(0.115159, 5);
    expect(fast).toMatchObject({
      status: 'ok',
      verdict: 'improved',
      design: 'did',
      grade: 'C',
      n: 30,
      n_dev: 5,
      dropped_dev: 0,
    });
    expect(fast).toMatchObject({ baseline_from: '2026-01-19', baseline_to: '2026-03-16', base_p50: 600, cur_p50: 432 });
    const little = of(result, 'low');
    expect([little['value'], little['lo'], little['hi']].map((value) => Number(Number(value).toFixed(4)))).toEqual([-0.0094, -0.0535, 0.0368]); // prettier-ignore
    expect(little).toMatchObject({ verdict: 'no_clear_change', status: 'ok' });
    // A verdict rests on the interval whether it is shown or not.
    const bare = await ask(await world([...zero, ...low, ...high]), { mode: 'effect', ci: false });
    expect([of(bare, 'high'), of(bare, 'low')]).toMatchObject([{ lo: null, verdict: 'improved' }, { lo: null, verdict: 'no_clear_change' }]); // prettier-ignore
    expect(little['p_holm']).toBeCloseTo(0.643939476137927, 6);
    expect(little['p_permutation']).toBeCloseTo(180 / 252, 12);
    expect(of(result, 'zero')).toMatchObject({ value: 0, lo: null, hi: null, p: null, p_holm: null, n_dev: 5, status: 'ok', verdict: null }); // prettier-ignore
  });

  it('needs five non-users: else only the change of the band itself', async () => {
    const result = await ask(await world([...zero.slice(1), ...high]), { mode: 'effect' });
    expect(of(result, 'high')).toMatchObject({ value: null, lo: null, status: 'low_n', design: 'before_after', grade: 'E', verdict: 'insufficient_data' }); // prettier-ignore
    expect(of(result, 'high')['within_pct']).toBeCloseTo(-0.2416, 4);
  });

  it('says no baseline where the tool landed before the data, and shows cohorts only', async () => {
    const people = [...zero, ...high].map(({ id, now = [], uses = 0 }) => ({ id, now, uses }));
    const result = await ask(await world(people), { mode: 'effect' });
    expect(of(result, 'high')).toMatchObject({ value: null, status: 'no_baseline', design: 'cross_section', grade: 'D', baseline_from: null, n_dev: 5 }); // prettier-ignore
    expect(Number(of(result, 'high')['cohort_pct'])).toBeCloseTo(-0.2424, 2);
    for (const mode of ['mix', 'concentration']) {
      expect((await ask(await world(people), { mode })).rows.every((row) => row['status'] === 'no_baseline' || row['status'] === 'suppressed_k')).toBe(true); // prettier-ignore
    }
  });

  it('waits until the washout has passed', async () => {
    const made = await world([...zero, ...high]);
    const early = await ask(made, { mode: 'effect' }, { from: new Date('2026-01-01Z'), to: new Date('2026-03-29Z') });
    expect(early.rows.map((row) => row['status'])).toContain('immature');
    expect(of(early, early.rows[0]?.['bucket'] as string)).toMatchObject({ value: null, verdict: 'too_early' });
  });

  it('drops people with fewer than three units in a period, and units that straddle the landing', async () => {
    const rare = { id: 'rare', before: times(2, 10), now: times(3, 1), uses: 12 };
    const long = { id: 'h0', now: [24 * 40] };
    const made = await world([...zero, ...high, rare]);
    await addUnits(made, long, { name: 'long', units: long.now, firstEnd: '2026-04-15T12:00Z' });
    const fast = of(await ask(made, { mode: 'effect' }), 'high');
    expect(fast).toMatchObject({ dropped_dev: 1, straddle_n: 1, n_dev: 5, n: 30 });
    expect(fast['value']).toBeCloseTo(Math.expm1(-0.2770101380709266), 9);
  });

  it('compares each team with its own landing', async () => {
    const made = await world([...zero, ...high.map((person) => ({ ...person, team: 'far' }))]);
    await database.pool.query(`update landing set landed_at = '2026-05-11' where tool_id = $1 and team_id = 'far'`, [made.tool]); // prettier-ignore
    const result = await ask(made, { mode: 'effect' });
    expect(of(result, 'zero')).toMatchObject({ status: 'ok', n_dev: 5 });
    expect(result.rows.find((row) => row['bucket'] === 'high')).toBeUndefined();
  });

  it('does not join versions of a workflow', async () => {
    const made = await world([...zero, ...high]);
    await database.pool.query(
      `insert into workflow select workflow_id, 2, '2026-03-16', unit, actor, start_event, start_else, end_event, clock, max_minutes,
         applies_to, baseline_weeks, washout_days from workflow where workflow_id = $1`,
      [made.workflow]
    );
    await database.pool.query(`update workflow_completion set workflow_version = 2 where workflow_id = $1 and ended_at >= '2026-04-08'`, [made.workflow]); // prettier-ignore
    const described = await ask(made);
    expect(new Set(described.rows.map((row) => row['workflow']))).toEqual(
      new Set([made.workflow, `${made.workflow}@1`])
    );
    const effect = await ask(made, { mode: 'effect' });
    expect(effect.rows.every((row) => row['value'] === null)).toBe(true);
  });

  it('gives no verdict when too much usage is unknown', async () => {
    const lost = many(10, (i) => ({ id: `x${i}`, before: times(3, 9), now: times(3, 9), uses: null }));
    const fast = of(await ask(await world([...zero, ...high, ...lost]), { mode: 'effect' }), 'high');
    expect(fast).toMatchObject({ status: 'ok', unknown_share: 0.5, verdict: 'insufficient_data' });
  });

  it('says no telemetry of a join that knows the usage of nobody', async () => {
    const lost = many(10, (i) => ({ id: `x${i}`, before: times(3, 9), now: times(3, 9), uses: null }));
    expect((await ask(await world(lost), { mode: 'join_quality' })).rows).toMatchObject([
      { status: 'no_telemetry', value: 0, unknown_share: 1 },
    ]);
  });

  it('says no telemetry when too few accounts of the tool are joined to people', async () => {
    const made = await world([...zero, ...high]);
    await database.pool.query('insert into tool_match (tool_id, users, matched) values ($1, 10, 8)', [made.tool]);
    expect(of(await ask(made, { mode: 'effect' }), 'high')).toMatchObject({ status: 'no_telemetry', value: null });
    expect(of(await ask(made), 'high')).toMatchObject({ status: 'no_telemetry', value: null });
    expect((await ask(made, { mode: 'join_quality' })).rows).toMatchObject([{ status: 'ok', match_rate: 0.8 }]);
  });

  it('takes people without a seat as the reference when zero is split', async () => {
    const free = zero.map((person) => ({ ...person, isSeated: false }));
    const shelf = arm('s', 0, [[10, 5], [12, 6], [8, 4], [9, 4.5], [11, 5.5]]); // prettier-ignore
    const result = await ask(await world([...free, ...shelf, ...high]), { mode: 'effect', split_zero: true });
    expect(of(result, 'zero_unseated')).toMatchObject({ value: 0, verdict: null });
    expect(of(result, 'zero_seated')['value']).toBeCloseTo(0.5 / 1.00045 - 1, 3);
    expect(of(result, 'high')['value']).toBeCloseTo(Math.expm1(-0.2770101380709266), 9);
  });
});

describe('cycle time by usage: mix and concentration', () => {
  it('gives the founding figures without a mix shift (G-14)', async () => {
    const made = await world(
      many(10, (i) => ({
        id: `m${i}`,
        before: { refactor: times(4, 17), bugfix: times(2, 4), feature: times(4, 6) },
        now: { refactor: times(4, 13.26), bugfix: times(2, 4), feature: times(4, 6.24) },
        uses: 4,
      }))
    );
    const { rows } = await ask(made, { mode: 'mix' });
    const row = (group: string) => rows.find((each) => each['group'] === group);
    expect(row('all')?.['value']).toBeCloseTo(-0.14, 6);
    expect(row('all')).toMatchObject({ n: 200, n_dev: 10, simpson: 'false', status: 'ok' });
    expect(row('all')?.['mix_adj_pct']).toBeCloseTo(-0.14, 6);
    expect(['bugfix', 'feature', 'refactor'].map((group) => Number(row(group)?.['value']).toFixed(6))).toEqual(['0.000000', '0.040000', '-0.220000']); // prettier-ignore
    expect(['bugfix', 'feature', 'refactor'].map((group) => (Number(row(group)?.['within']) / 60).toFixed(3))).toEqual(['0.000', '0.096', '-1.496']); // prettier-ignore
    expect(row('all')?.['mix']).toBeCloseTo(0, 9);
    // Everybody gained alike, so the interval of a class is its value.
    expect(row('refactor')?.['lo']).toBeCloseTo(-0.22, 6);
    expect(row('refactor')?.['hi']).toBeCloseTo(-0.22, 6);
  });

  it('sees a reversal and takes the verdict from the adjusted change (G-15)', async () => {
    const made = await world(
      many(10, (i) => ({
        id: `r${i}`,
        before: { refactor: times(2, 10), feature: times(8, 20) },
        now: { refactor: times(8, 11), feature: times(2, 22) },
        uses: 4,
      }))
    );
    const { rows } = await ask(made, { mode: 'mix' });
    const all = rows.find((each) => each['group'] === 'all');
    expect(all?.['delta_pct']).toBeCloseTo(-0.2666666667, 6);
    expect(all?.['mix_adj_pct']).toBeCloseTo(0.1, 6);
    expect([Number(all?.['within']) / 60, Number(all?.['mix']) / 60].map((value) => value.toFixed(6))).toEqual(['1.500000', '-6.300000']); // prettier-ignore
    expect(all).toMatchObject({ simpson: 'true', verdict: 'regressed' });
    const byPerson = await ask(made, { mode: 'mix', mix_by: 'developer' });
    expect(byPerson.rows).toHaveLength(1);
    expect(byPerson.rows[0]).toMatchObject({ group: 'all' });
  });

  it('finds the four who carry it (G-11, G-16)', async () => {
    const uses = [0, 0, 1, 1, 2, 2, 3, 4, 12, 20, 31, 40];
    const made = await world(uses.map((count, i) => ({ id: `e${i}`, before: times(8, 10), now: times(8, i < 8 ? 10 : 5.8), uses: count }))); // prettier-ignore
    const [row] = (await ask(made, { mode: 'concentration' })).rows;
    expect(row?.['gini']).toBeCloseTo(2 / 3, 9);
    expect(row?.['delta_pct']).toBeCloseTo(-0.14, 6);
    expect(row?.['delta_without_top_k']).toBeCloseTo(0, 9);
    expect(row?.['hhi']).toBeCloseTo(0.25, 9);
    expect(row).toMatchObject({ value: 4, carriers_80: 4, top_share: 1, below_high_share: 0.5, n_dev: 12, n: 192 });
    // Everybody's part in the change is known: four of twelve got faster, of whom chance would make as much.
    expect(row).toMatchObject({ verdict: 'no_clear_change' });
    const { rows: steps } = await ask(made, { mode: 'concentration', curve: true });
    expect(steps.map((step) => [step['largest'], step['value'], step['status']])).toEqual([['none', 0, 'ok'], ['4', 1, 'ok'], ['10', null, 'suppressed_k'], ['20', null, 'suppressed_k'], ['50', null, 'suppressed_k'], ['all', 1, 'ok']]); // prettier-ignore
    const nobody = await world(many(8, (i) => ({ id: `f${i}`, before: times(3, 5), now: times(3, 6), uses: 1 })));
    expect((await ask(nobody, { mode: 'concentration' })).rows).toMatchObject([{ status: 'undefined', value: null }]);
  });
});

describe('cycle time by usage: too little data', () => {
  it('has no per cent, in a class, over all or of those who carry it', async () => {
    // Of eight people one had all of it before: no interval.
    const eight = many(8, (i) => ({
      id: `t${i}`,
      ...(i === 0 ? { before: { bugfix: times(12, 10) } } : {}),
      now: { bugfix: times(6, 7 + 2 * i) },
      uses: 4,
    }));
    const rest = many(12, (i) => ({ id: `t${i + 8}`, before: times(6, 10 + i), now: times(6, 5 + i), uses: 4 }));
    const mixed = (await ask(await world([...eight, ...rest]), { mode: 'mix' })).rows;
    const told = (group: string) => mixed.find((row) => row['group'] === group);
    expect(told('bugfix')).toMatchObject({ status: 'low_n', base_mean: null, value: null, delta_pct: null, lo: null });
    expect(told('feature')).toMatchObject({ status: 'ok', delta_pct: expect.any(Number), lo: expect.any(Number) });
    const alone = await world(eight);
    const asked = { mode: 'concentration' };
    const carried = { curve: true, ...asked };
    for (const params of [asked, carried]) {
      const rows = (await ask(alone, params)).rows.filter(({ verdict }) => verdict !== null);
      for (const row of rows) expect(row).toMatchObject({ verdict: 'insufficient_data', delta_pct: null });
    }
    const { rows } = await ask(alone, { mode: 'mix' });
    expect(rows.find(({ group }) => group === 'all')).toMatchObject({
      verdict: 'insufficient_data',
      mix_adj_pct: null,
    });
    const NOTHING = { value: null, delta_pct: null, within: null, mix: null, base_mean: null, cur_mean: null };
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(row).toMatchObject({ ...NOTHING, status: 'low_n' });
  });
});

describe('cycle time by usage: the Lorenz curve', () => {
  it('tells what the steps of top_k tell one by one, and nothing else', async () => {
    const made = await world(
      many(27, (i) => ({ id: `l${i}`, before: times(3, 10), now: times(3, 3 + i / 5), uses: 4 }))
    );
    const { rows } = await ask(made, { mode: 'concentration', curve: true });
    for (const k of [4, 10, 20, 50]) {
      const [asked] = (await ask(made, { mode: 'concentration', top_k: k })).rows;
      expect(rows.find(({ largest }) => largest === String(k))?.['value']).toBe(asked?.['top_share']);
    }
    expect(rows.map(({ verdict }) => verdict)).toEqual(rows.map(() => 'improved'));
    const seven = await ask(await world(many(7, (i) => ({ id: `s${i}`, before: times(3, 10), now: times(3, 5), uses: 4 }))), { mode: 'concentration', curve: true }); // prettier-ignore
    expect(seven.rows.map((row) => [row['largest'], row['value'], row['people_share'], row['verdict'], row['status']])).toEqual(['none', '4', '10', '20', '50', 'all'].map((step) => [step, null, null, null, 'suppressed_k'])); // prettier-ignore
  });
});

describe('cycle time by usage: join quality', () => {
  it('gives covered shares, what never became a time, and attributed events', async () => {
    const made = await world([
      ...many(6, (i) => ({ id: `g${i}`, now: times(4, 4), uses: 4 })),
      ...many(2, (i) => ({ id: `i${i}`, now: times(4, 4) })),
    ]);
    await database.pool.query(
      `insert into workflow_completion (workflow_id, workflow_version, unit_key, repo_id, ended_at, status, pr_class, code_source, zone, size,
         team_id, seniority, week_start)
       select $1, 1, status, 1, '2026-04-02', status, 'x', 'x', 'x', 'x', 'core', 'x', '2026-03-30' from unnest('{bad_order,abandoned}'::text[]) status`,
      [made.workflow]
    );
    await database.pool.query(
      `insert into tool_event (tool_id, event_id, at, type, workflow_id) values ($1, '1', '2026-04-02', 'x', 'named'), ($1, '2', '2026-04-02', 'x', null)`,
      [made.tool]
    );
    const [row] = (await ask(made, { mode: 'join_quality' })).rows;
    expect(row).toMatchObject({ value: 0.75, n: 32, n_dev: 8, unknown_share: 0.25, event_share: 0.75, attributed_share: 0.5, bad_order_n: 1, no_start_n: 0, abandoned_n: 1 }); // prettier-ignore
    expect(Number(row?.['lo'])).toBeLessThan(0.75);
  });
});

describe('cycle time by usage: edges', () => {
  it('counts units without a known start and never times them; a workflow that has no others says so', async () => {
    const made = await world(many(6, (i) => ({ id: `s${i}`, now: times(3, 4) })));
    const { rowCount } = await database.pool.query(
      `update workflow_completion set status = 'no_start', minutes = null, started_at = null
       where workflow_id = $1 and unit_key in (select unit_key from workflow_completion where workflow_id = $1 order by 1 limit 4)`,
      [made.workflow]
    );
    const some = await ask(made);
    expect(rowCount).toBe(4);
    expect(some.rows.length).toBeGreaterThan(0);
    for (const row of some.rows) expect(row['no_start_share']).toBeCloseTo(4 / 18, 9);
    expect((some.notices ?? []).map(({ text }) => text).join()).toContain(
      `About 20 % of the units of ${made.workflow}`
    );
    await database.pool.query(
      `update workflow_completion set status = 'no_start', minutes = null, started_at = null where workflow_id = $1`,
      [made.workflow]
    );
    expect((await ask(made)).rows).toMatchObject([
      { value: null, n: 0, n_dev: null, status: 'no_start', no_start_share: 1 },
    ]);
  });

  it('gives nothing for an unknown workflow, and the time alone where no tool is listed', async () => {
    expect((await ask({ workflow: 'none' })).rows).toEqual([]);
    const made = await world(many(6, (i) => ({ id: `o${i}`, now: times(3, 4) })));
    await database.pool.query('delete from workflow_tool where workflow_id = $1', [made.workflow]);
    expect((await ask(made)).rows).toMatchObject([{ tool: 'none', bucket: 'unknown', value: 240, basis: 'none' }]);
    expect((await ask(made, { mode: 'effect' })).rows).toMatchObject([{ status: 'no_telemetry', value: null }]);
  });

  it('gives the same rows twice, and over ranges of years', async () => {
    const made = await world(
      many(8, (i) => ({ id: `y${i}`, before: times(5, 3 + i), now: times(7, 2 + i), uses: i % 4 }))
    );
    expect(await ask(made)).toEqual(await ask(made));
    const long = await ask(made, {}, { from: new Date('2019-01-01Z') });
    expect(long.rows.reduce((sum, row) => sum + Number(row['n']), 0)).toBeLessThanOrEqual(8 * 12);
    expect(long.rows.some((row) => row['bucket'] === 'unknown')).toBe(true);
    const late = await ask(made, {}, { from: new Date(range.from.getTime() + 7 * DAY) });
    expect(late.rows.length).toBeGreaterThan(0);
  });
});
