// Two ranges of one question: what one has and the other has not is never of one to four people, whatever a row counts: chosen units, rows that nobody
// groups by, and each of several counts of people. Every metric, mode and param that chooses units is asked; one that is added tomorrow is asked the same.
import { testDatabase } from '../../../collector/testing/database.ts';
import { openReader } from '../backend/fixtures/reader.ts';
import { factsSql } from '../backend/fixtures/small-groups-world.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { prepareGated } from '../backend/query/gate/gate.ts';
import { runGated } from '../backend/query/gate/together.ts';
import { computeRows, MAX_ROWS, peopleRows, prepareQuery, type EngineParts } from '../backend/query/run-metric.ts';
import { computes } from './compute.generated.ts';
import type { Metric, Param, ParamValue, ParamValues, PeopleRule, Row } from './define.ts';
import { columnsOf, defaultParams, isParamShown, peopleRules } from './query.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const WEEK_MS = 7 * 86_400_000;
const FIRST = Date.parse('2026-02-02T00:00:00Z');
const WEEKS = 16;
const FEW = [
  'dora-by-source',
  'durability',
  'flow',
  'flow-shift',
  'incident-health',
  'merge-rate',
  'signal-quality',
  'sprints',
  'work-in-progress',
];
const NOW = new Date(FIRST + WEEKS * WEEK_MS + 86_400_000);
const catalog = makeCatalog(metrics, sql, computes);
const { signal } = new AbortController();

/** Forty people, each with a change every week. In three weeks three of them alone do what all do in the others: so few that nobody is counted in four weeks. */
const WORLD = `
create table work_person as
  select 'p' || n as person, 'team-' || n % 2 as team, 'senior' as seniority, 9 as uses, array['tool-' || n % 2] as tools, n as place from generate_series(1, 40) n;
create table work as
  select row_number() over (order by w, p.place) as n, p.place % 2 + 1 as id, p.person, p.team, p.seniority, 'acme/r' || p.place % 2 as repo, 's' || p.place % 2 as service, 'unknown' as zone,
         'feature' as pr_class, 'S' as size, case when p.place % 4 < 2 then 'human' else 'ai_heavy' end as code_source, case when p.place % 4 < 2 then '{}' else p.tools end as tools, p.uses,
         timestamptz '2026-02-02' + (w - 1) * interval '7 days' + interval '60 hours' as at, w as week, p.place, w in (5, 8, 13) and p.place > 3 as is_other, w in (5, 8, 13) as is_few,
         -- In weeks of their own what these three do is counted or measured, and what the others do as well is not.
         w = 8 and p.place > 3 as is_uncounted, w = 13 and p.place > 3 as is_unmeasured
  from work_person p cross join generate_series(${String(1 - WEEKS)}, ${String(WEEKS)}) w;
${factsSql()};
delete from change where change_key !~ '^[0-9]+$';
create temporary view other as select n from work where is_other and not is_uncounted and not is_unmeasured;
create temporary view uncounted as select n from work where is_uncounted;
create temporary view unmeasured as select n from work where is_unmeasured;
update deployment_fact set kind = 'hotfix' where deployment_id in (select n from other);
update change_death set death_kind = 'file_deleted' where change_id in (select n from other);
update change_line set line_source = 'human' where change_id in (select n from other);
update change_fact set first_commit_at = null where change_id in (select n from other);
insert into account (account_id, provider, kind) values ('agent', 'git', 'ai_agent');
update change set requester_account_id = author_account_id, author_account_id = 'agent'
  where change_id in (select n from work where case when is_few then place <= 3 else place <= 12 end);
update change set first_ready_at = merged_at - interval '8 days' where change_id in (select n from other);
-- In one week nothing comes and nothing leaves: three changes wait.
delete from change where change_id in (select n from work where week = 6);
update change set first_ready_at = merged_at - interval '14 days' where change_id in (select n from work where week = 7 and place <= 3);
update change_fact f set first_ready_at = c.first_ready_at from change c where c.repo_id = f.repo_id and c.change_id = f.change_id;
update issue_cycle set added_at = added_at + interval '5 hours' where external_id in (select n::text from other);
insert into incident (source, external_id, service_id, title, started_at, resolved_at, severity, responder_account_id)
  select 'test', 'i' || n, service, 'Outage', at, at + interval '2 hours', case when is_other then 's3' else 's1' end, person from work;
insert into deployment (deployment_id, source, external_id, service_id, environment, started_at, finished_at, result) overriding system value
  select n, 'test', n::text, service, 'production', at + interval '30 minutes', at + interval '1 hour', 'success' from work;
update change_fact set deployment_id = change_id where change_id in (select n from work);
update deployment_fact set excluded_reason = 'migration' where deployment_id in (select n from uncounted);
update deployment set started_at = null where deployment_id in (select n from unmeasured);
update change_fact f set proven_by = 'line', proven_ai = w.place % 4 < 2 from work w where w.n = f.change_id;
update change_fact set proven_by = null, proven_ai = null where change_id in (select n from work where is_other and (place % 4 < 2) <> is_uncounted);
insert into tool_event (tool_id, event_id, at, person_id, type, workflow_id) select 'agent', n::text, at, person, 'tool_invocation', case when not is_other then 'change' end from work;
update usage_week u set basis = case when w.is_other then 'seat' else 'event' end from work w where w.person = u.person_id and u.week_start = date_trunc('week', w.at at time zone 'UTC')::date;
delete from change_watch where change_key in (select n::text from other);
update change_coordination set queue_count = 0 where change_id in (select n from uncounted);
delete from build where sha in (select g.sha from git_commit g where g.change_key in (select n::text from unmeasured));
update issue set type = 'bug' where external_id in (select n::text from other);
update workflow_completion set status = 'no_start' where unit_key in (select n::text from other);
update change_fact set size = 'unknown' where change_id in (select n from other);
update change_review set is_reviewed = false, elapsed_minutes = null where change_id in (select n from other);
update change_review set is_stamp = null, is_cross_team = null where change_id in (select n from uncounted);
update reviewer_part set person_id = 'p1' where change_id in (select n from unmeasured);
truncate pack.completion_pack;
insert into pack.completion_pack select * from pack.completion_packing;
truncate pack.deployment_pack, pack.survival_pack;
insert into pack.deployment_pack select * from pack.deployment_packing;
insert into pack.survival_pack select * from pack.survival_packing;
analyze`;

let parts: EngineParts;
let close: () => Promise<void>;
beforeAll(async () => {
  const database = await testDatabase();
  await database.pool.query(WORLD);
  const store = openReader(database);
  parts = { catalog, store, info: { migrations: [], settings: {} }, signal, smallGroups: 'hidden', facts: 'still' };
  close = async () => {
    await store.close();
    await database.close();
  };
}, 60_000);
afterAll(() => close());

const choosesOf = (param: Param) => ('chooses' in param ? param.chooses : 'filter');
const valuesOf = (param: Param): readonly ParamValue[] =>
  param.kind === 'choice' ? param.choices.map(({ value }) => value) : param.kind === 'boolean' ? [false, true] : [];

/** Each question, and of each the usual one and one param of it that chooses units changed. */
function everyQuestion(metric: Metric): ParamValues[] {
  const entries = Object.entries(metric.params);
  const questions = entries.filter(([, param]) => choosesOf(param) === 'question');
  const all = questions.reduce<ParamValues[]>(
    (found, [name, param]) => found.flatMap((given) => valuesOf(param).map((value) => ({ ...given, [name]: value }))),
    [{}]
  );
  const chosen = entries.filter(([, param]) => typeof choosesOf(param) === 'object');
  const asked = all.flatMap((given) => [
    given,
    ...chosen.flatMap(([name, param]) =>
      valuesOf(param)
        .filter((value) => value !== param.default && isParamShown(param, { ...defaultParams(metric), ...given }))
        .map((value) => ({ ...given, [name]: value }))
    ),
  ]);
  const plain: ParamValues = metric.params['ci'] === undefined ? {} : { ci: false };
  const meant = (given: ParamValues): string => {
    const params = { ...defaultParams(metric), ...given } as ParamValues;
    return JSON.stringify(
      entries.filter(([, param]) => isParamShown(param, params)).map(([name]) => [name, params[name]])
    );
  };
  return [...new Map(asked.map((given) => [meant({ ...given, ...plain }), { ...given, ...plain }])).values()];
}

const week = (place: number): Date => new Date(FIRST + place * WEEK_MS);
/** Ranges begin with the week of few, with that in which nothing comes and nothing leaves, and with one of all; with the week of whose others little counts, that of whose others little is measured, and those after them. */
const PAIRS = [[4, 5], [5, 6], [7, 8], [12, 13]] as const; // prettier-ignore
const STARTS = [...new Set(PAIRS.flat())];

/** What a Viewer sees. */
async function shown(metric: Metric, params: ParamValues, { from, to = week(WEEKS) }: { from: Date; to?: Date }) {
  const request = { stored: { queryType: metric.id, params, version: 1 }, from, to, isAlert: false };
  const { prepared, result } = await runGated(parts, {
    request,
    gated: await prepareGated(parts, request, NOW),
    now: NOW,
  });
  return {
    rows: computeRows(catalog, prepared, result).rows,
    from: prepared.from,
    to: prepared.to,
    before: prepared.before,
  };
}

/** All numbers of people behind a question. */
async function open(metric: Metric, params: ParamValues, [from, to]: readonly [Date, Date]): Promise<readonly Row[]> {
  const stored = { queryType: metric.id, params, version: 1 };
  const prepared = await prepareQuery(parts, { stored, from, to, isAlert: false });
  return peopleRows(catalog, prepared, await parts.store.run(prepared.sql, { signal, maxRows: MAX_ROWS }));
}

/** What two shown answers tell of fewer than five people, and how many of the rows between them are of so few. */
async function attack(metric: Metric, given: ParamValues): Promise<{ told: object[]; few: number }> {
  const params = { ...defaultParams(metric), ...given } as ParamValues;
  const rules = peopleRules(metric, params).filter((rule): rule is PeopleRule => rule.count !== null);
  if (rules.length === 0) return { told: [], few: 0 };
  const columns = columnsOf(metric, params);
  const labels = columns.filter(({ role }) => role === 'label').map(({ name }) => name);
  const numbers = columns.filter(({ role, name }) => role !== 'label' && name !== 'status').map(({ name }) => name);
  const keyOf = (row: Row) => JSON.stringify(labels.map((name) => row[name] ?? null));
  const answers = new Map(
    await Promise.all(STARTS.map(async (place) => [place, await shown(metric, given, { from: week(place) })] as const))
  );
  const told: object[] = [];
  let few = 0;
  for (const [place, next] of PAIRS) {
    const pair = [place, next].map((at) => ({ at, ...answers.get(at)! }));
    const isPair = pair.every(
      ({ at, from, to }) => from.getTime() === week(at).getTime() && to.getTime() === week(WEEKS).getTime()
    );
    for (const row of await open(metric, given, [week(place), week(next)])) {
      const [before, after] = pair.map(({ rows }) => rows.find((candidate) => keyOf(candidate) === keyOf(row)));
      for (const { count, hides = numbers } of rules) {
        if (!(Number(row[count]) > 0 && Number(row[count]) < 5)) continue;
        few += 1;
        const isShown = (name: string) =>
          typeof before?.[name] === 'number' && typeof after?.[name] === 'number' && before[name] !== after[name];
        const cells = isPair ? hides.filter(isShown) : [];
        if (cells.length > 0) told.push({ given, key: keyOf(row), place, count, people: row[count], cells });
      }
    }
  }
  return { told, few };
}

const asked = metrics.filter(
  ({ people, units }) =>
    units !== undefined && (typeof people === 'string' || people.some(({ count }) => count !== null))
);

test.each(asked.map((metric) => [metric.id, metric] as const))('%s tells of no few people between two ranges', async (id, metric) => {
  const found = await Promise.all(everyQuestion(metric).map((given) => attack(metric, given)));
  expect(found.flatMap(({ told }) => told)).toEqual([]);
  const few = found.reduce((sum, one) => sum + one.few, 0);
  // The world has such weeks for these.
  if (FEW.includes(id)) expect(few).toBeGreaterThan(0);
}, 120_000); // prettier-ignore

test('what stands beside a row of the days before is what their own question says, and hidden where that hides it', async () => {
  const metric = metrics.find(({ id }) => id === 'dora-by-source')!;
  const cells: Array<{ told: unknown; own: unknown }> = [];
  for (const place of [4, 5, 6, 8, 9]) {
    const { rows, from, before } = await shown(metric, { metric: 'lead_time', compare: 'baseline_90d', ci: false }, { from: week(place) });
    expect((from.getTime() - before!.getTime()) / WEEK_MS).toBe(13);
    const own = await shown(metric, { metric: 'lead_time', ci: false }, { from: before!, to: from });
    const isMoved = own.from.getTime() !== before!.getTime() || own.to.getTime() !== from.getTime();
    cells.push({ told: rows[0]?.['baseline_n'], own: isMoved ? null : own.rows[0]?.['n'] });
  }
  expect(cells.map(({ told }) => told)).toEqual(cells.map(({ own }) => own));
  // The last week is of few, or nothing came in it and it was of few before.
  expect(cells.map(({ own }) => typeof own === 'number').sort()).toEqual([false, false, false, true, true]);
}, 60_000); // prettier-ignore
