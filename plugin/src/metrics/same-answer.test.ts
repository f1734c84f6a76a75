// One question has one answer: whatever the order of rows, the plan of the statement, the time of day, and whether it is kept from before.
import { deriveAll } from '../../../collector/src/derive/derive.ts';
import { writePage } from '../../../collector/src/store/write-page.ts';
import { testDatabase } from '../../../collector/testing/database.ts';
import { DEMO_NOW } from '../../../collector/testing/demo.ts';
import { exampleConfig, fillExample } from '../../../collector/testing/example-store.ts';
import { boards } from '../../../dashboards/src/boards.ts';
import { demoStore } from '../backend/fixtures/demo-store.ts';
import { openReader } from '../backend/fixtures/reader.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { prepareGated } from '../backend/query/gate/gate.ts';
import { runGated } from '../backend/query/gate/together.ts';
import { KeptAnswers } from '../backend/query/kept-answers.ts';
import { answerQuery, type DataRequest } from '../backend/query/query-data.ts';
import { render } from '../backend/query/render.ts';
import { computeRows } from '../backend/query/run-metric.ts';
import type { Store } from '../backend/store/database.ts';
import { migrations } from '../backend/store/schema.generated.ts';
import { StoreInfoCache } from '../backend/store/store-info.ts';
import { seededRandom } from '../statistics/prng.ts';
import { computes } from './compute.generated.ts';
import type { Metric, Param, ParamValues, Row } from './define.ts';
import { columnsOf, defaultParams, isParamShown, parseQuery, peopleRules } from './query.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const catalog = makeCatalog(metrics, sql, computes);
const { signal } = new AbortController();
const YEAR_MS = 365 * 86_400_000;

const demo = demoStore();

interface Question {
  readonly queryType: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Every mode and every other question of every metric that computes about people, by code source where it can be: these have intervals. */
const questions: Question[] = metrics
  .filter(({ id }) => catalog.computeOf(id) !== undefined)
  .flatMap((metric) =>
    modesOf(metric).map((mode) => ({ queryType: metric.id, params: { ...mode, ...groupingOf(metric) } }))
  )
  .filter((question) => {
    const { metric, params } = parseQuery({ ...question, version: 1 }, catalog.metrics);
    return peopleRules(metric, params).some(({ count }) => count !== null);
  });

function modesOf(metric: Metric): Array<Record<string, unknown>> {
  const isAsked = (param: Param, mode: Record<string, unknown>) => isParamShown(param, { ...defaultParams(metric), ...mode } as ParamValues);
  return Object.entries(metric.params).reduce<Array<Record<string, unknown>>>(
    (modes, [name, param]) =>
      param.kind === 'choice' && (name === 'mode' || param.chooses === 'question')
        ? modes.flatMap((mode) => (isAsked(param, mode) ? param.choices.map(({ value }) => ({ ...mode, [name]: value })) : [mode]))
        : modes,
    [{}]
  );
} // prettier-ignore

function groupingOf({ params }: Metric): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).flatMap(([name, param]) => (param.kind === 'groupBy' ? [[name, param.allowed.includes('code_source') ? ['code_source'] : [param.allowed[0]]]] : [])));
} // prettier-ignore

/** Rows as a panel gets them, for each order of the statement's rows. */
async function rowsInOrders(from: Store, question: Question, { now = DEMO_NOW, orders = [(rows: Row[]) => rows] } = {}): Promise<Row[][]> {
  const info = await new StoreInfoCache(from, migrations).read(signal);
  const parts = { catalog, store: from, info, signal };
  const request = { stored: { ...question, version: 1 }, from: new Date(now.getTime() - YEAR_MS), to: now, isAlert: false };
  const gated = await prepareGated(parts, request, now);
  const { prepared, result } = await runGated(parts, { request, gated, now });
  const parsed = parseQuery(request.stored, catalog.metrics);
  const labels = columnsOf(parsed.metric, parsed.params).filter(({ role }) => role === 'time' || role === 'label' || role === 'text').map(({ name }) => name);
  const keyOf = (row: Row) => JSON.stringify(labels.map((name) => row[name]));
  return orders.map((order) =>
    computeRows(catalog, prepared, { ...result, rows: order([...result.rows]) }).rows.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  );
} // prettier-ignore

const rowsOf = async (from: Store, question: Question, { now = DEMO_NOW } = {}): Promise<Row[]> =>
  (await rowsInOrders(from, question, { now }))[0]!;

function shuffled(rows: Row[], seed: string): Row[] {
  const random = seededRandom(seed);
  return rows.map((row) => ({ row, at: random() })).sort((one, other) => one.at - other.at).map(({ row }) => row);
} // prettier-ignore

/** Sums of the same numbers in another order differ in the last of sixteen digits. */
const isSame = (one: unknown, other: unknown) =>
  typeof one === 'number' && typeof other === 'number'
    ? Math.abs(one - other) <= 1e-12 * Math.max(1, Math.abs(one))
    : JSON.stringify(one) === JSON.stringify(other);

const usually = new Map<Question, Promise<Row[]>>();
function usualRows(question: Question): Promise<Row[]> {
  const known = usually.get(question) ?? rowsOf(demo.store, question);
  usually.set(question, known);
  return known;
}

/** Questions whose rows differ, with the first row that does. */
async function different(questions: readonly Question[], other: (question: Question) => Promise<Row[]>): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const question of questions) {
    const again = await other(question);
    const usual = await usualRows(question);
    const cells = usual.flatMap((row, place) => Object.keys(row).filter((name) => !isSame(row[name], again[place]?.[name])).map((name) => [place, name, row[name], again[place]?.[name]])); // prettier-ignore
    if (cells.length > 0 || usual.length !== again.length) found.push([question, usual.length, again.length, ...cells.slice(0, 5)].map((part) => JSON.stringify(part)).join(' ')); // prettier-ignore
  }
  return found;
} // prettier-ignore

test('numbers and intervals are the same to twelve digits, in whatever order the rows come', async () => {
  const found = await different(questions, async (question) => {
    const orders = [(rows: Row[]) => rows, (rows: Row[]) => shuffled(rows, JSON.stringify(question))];
    const both = rowsInOrders(demo.store, question, { orders });
    usually.set(
      question,
      both.then(([usual]) => usual!)
    );
    return (await both)[1]!;
  });
  expect(found).toEqual([]);
}, 240_000);

test('they are the same at any time of the day', async () => {
  const earlier = new Date(DEMO_NOW.getTime() - 11.9 * 3_600_000);
  expect(await different(questions, (question) => rowsOf(demo.store, question, { now: earlier }))).toEqual([]);
}, 240_000);

/** The keys of dora-by-source are columns of one statement, which some plans take the square of the time for: one of them asks it. */
const once = questions.filter(
  ({ queryType, params }) => queryType !== 'dora-by-source' || params['metric'] === 'recovery_time'
);

// Each plan is asked of every second question: more is no other mechanism.
test.each([
  ['by indexes and sorts', 0, ['enable_seqscan = off', 'enable_hashagg = off', 'enable_mergejoin = off']],
  ['without hash joins', 1, ['enable_hashjoin = off', 'enable_hashagg = off', 'enable_bitmapscan = off']],
])(
  'they are the same whatever the plan of the statement: %s',
  async (_plan, first, changed) => {
    const settings = [...changed, 'max_parallel_workers_per_gather = 0'];
    for (const setting of settings)
      await demo.database.pool.query(`alter database ${demo.database.name} set ${setting}`);
    const other = openReader(demo.database);
    try {
      const asked = once.filter((_, index) => index % 2 === first);
      expect(await different(asked, (question) => rowsOf(other, question))).toEqual([]);
    } finally {
      await other.close();
      for (const setting of settings) await demo.database.pool.query(`alter database ${demo.database.name} reset ${setting.split(' ')[0]!}`); // prettier-ignore
    }
  },
  240_000
);

describe('an answer that is kept', () => {
  const panels = boards.flatMap(({ rows }) => rows.flatMap((row) => row.panels.flatMap(({ query }) => query ?? [])));
  const stored = (query: Question) => ({
    ...query,
    params: Object.fromEntries(
      Object.entries(query.params).map(([name, value]) => [name, Array.isArray(value) && String(value[0]).startsWith('$') ? [] : value])
    ),
    version: 1,
  }); // prettier-ignore

  function asking(answers: KeptAnswers, of = demo.store) {
    const instance = { store: of, info: new StoreInfoCache(of, migrations) };
    const engine = { catalog, answers, render: (input: Parameters<typeof render>[1]) => render(catalog, input) };
    return async (query: object, now = DEMO_NOW, rest: Partial<DataRequest> = {}) => {
      const request = { refId: 'A', stored: query, from: new Date(now.getTime() - YEAR_MS), to: now, isAlert: false, role: 'Editor', ...rest };
      const { frames, error } = await answerQuery(engine, request, { instance: () => instance, signal });
      expect(error).toBeNull();
      return frames.map((frame) => Buffer.from(frame).toString('base64'));
    };
  } // prettier-ignore

  test('is the one that would be given anew, byte by byte, for each panel of the boards', async () => {
    const kept = new KeptAnswers();
    const [usual, anew] = [asking(kept), asking(new KeptAnswers(0))];
    // Boards share panels.
    const different = new Map(panels.map(stored).map((query) => [JSON.stringify(query), query]));
    for (const [place, query] of [...different.values()].entries()) {
      const later = new Date(DEMO_NOW.getTime() + 200 + place);
      const first = await usual(query);
      const before = kept.load.kept;
      const again = await usual(query, later);
      if (kept.load.kept === before) continue;
      expect(again).toEqual(first);
      expect(again).toEqual(await anew(query, later));
    }
    // All but those about a moment: events, rows, the state of the collection.
    expect(kept.load.kept).toBeGreaterThan(different.size / 2);
  }, 240_000);

  test('is what each viewer gets alone, where many with other values ask at the same moment', async () => {
    const valuesOf = async (sql: string) => (await demo.database.pool.query<{ value: string }>(sql)).rows.map(({ value }) => value);
    const [teams, repos, classes] = await Promise.all([
      valuesOf('select distinct team_id as value from change_fact order by 1'),
      valuesOf('select slug as value from repo order by 1'),
      valuesOf('select distinct pr_class as value from change_fact order by 1'),
    ]);
    const sets = [
      ...teams.slice(0, 2).map((team) => ({ team: [team] })),
      ...repos.slice(-2).map((repo) => ({ repo: [repo] })),
      { team: teams.slice(0, 1), pr_class: classes.slice(0, 1) },
      { team: teams.slice(1, 2), pr_class: classes.slice(1, 2) },
      { repo: repos.slice(0, 1), pr_class: classes.slice(0, 1) },
      { pr_class: classes.slice(0, 2) },
    ];
    const filters = (id: string, set: object) => Object.entries(set).filter(([name]) => metrics.find((metric) => metric.id === id)?.params[name] !== undefined); // prettier-ignore
    const asked = [...new Map(panels.map(stored).map((query) => [query.queryType, query])).values()]
      .filter(({ queryType }) => ['durability', 'flow', 'dora-by-source', 'cycle-time-by-usage', 'work-in-progress'].includes(queryType))
      .flatMap((query) => sets.map((set) => ({ ...query, params: { ...query.params, ...Object.fromEntries(filters(query.queryType, set)) } })));
    const [crowd, lonely] = [openReader(demo.database), openReader(demo.database)];
    const atOnce = asking(new KeptAnswers(0), crowd);
    const alone = asking(new KeptAnswers(0), lonely);
    const together = await Promise.all(asked.map((query) => atOnce(query)));
    for (const [place, query] of asked.entries()) expect({ query, frames: await alone(query) }).toEqual({ query, frames: together[place] });
    await Promise.all([crowd.close(), lonely.close()]);
  }, 240_000); // prettier-ignore

  test('is asked anew once a stream wrote, and for another role, panel or format', async () => {
    const kept = new KeptAnswers();
    const ask = asking(kept);
    const [query] = panels.map(stored).filter(({ queryType }) => queryType === 'durability');
    const asked = async (rest: Partial<DataRequest> = {}, changed = {}) => {
      await ask({ ...query, params: { ...query!.params, ...changed } }, DEMO_NOW, rest);
      return kept.load.asked;
    };
    expect([await asked(), await asked(), await asked({ role: 'Viewer' }), await asked({ refId: 'B' }), await asked({}, { format: 'numeric' })]).toEqual([1, 1, 2, 3, 4]);
    await demo.database.pool.query(`update stream_state set row_count = row_count + 1 where stream_id = (select min(stream_id) from stream_state)`);
    expect([await asked(), await asked()]).toEqual([5, 5]);
  }, 240_000); // prettier-ignore

  test('says nothing in the words of another viewer, and has the columns that are asked for', async () => {
    const [ask, anew] = [asking(new KeptAnswers()), asking(new KeptAnswers(0))];
    const texts = async (words: string) => {
      const adhocFilters = [{ key: 'repo', operator: '=', value: 'acme/shop' }];
      const query = { queryType: 'flow', params: { format: 'table', repo: [words] }, version: 1, adhocFilters };
      const found = await ask(query);
      expect(found).toEqual(await anew(query));
      return found.map((frame) => Buffer.from(frame, 'base64').toString('latin1')).join('');
    };
    expect(await texts('typed-by-somebody')).toContain('typed-by-somebody');
    const other = await texts('typed-by-another');
    expect([other.includes('typed-by-another'), other.includes('typed-by-somebody')]).toEqual([true, false]);
    const shown = (columns: string) => ({ queryType: 'durability', params: { format: 'table', columns }, version: 1 });
    const read = await ask(shown('read'));
    expect(await ask(shown('all'))).toEqual(await anew(shown('all')));
    expect(await ask(shown('all'))).not.toEqual(read);
  }, 240_000);

  test('is asked anew after every page, in whatever order it comes, and after every derivation', async () => {
    // Of a small store: what is derived anew is not asked about here.
    const database = await testDatabase();
    await fillExample(database.pool);
    const store = openReader(database);
    await database.pool.query(`insert into stream_state (stream_id, last_ok_at, watermark, row_count) values
      ('git/history/newer', '2026-11-01', '2026-11-01', 10), ('git/history/older', '2026-10-01', '2026-10-01', 10)`);
    const kept = new KeptAnswers();
    const ask = asking(kept, store);
    const [query] = panels.map(stored).filter(({ queryType }) => queryType === 'durability');
    const isAskedAfter = async (write: () => Promise<unknown>) => {
      await ask(query!);
      const before = kept.load.asked;
      await write();
      await ask(query!);
      return kept.load.asked > before;
    };
    const older = (set: string) => () => database.pool.query(`update stream_state set ${set} where stream_id = 'git/history/older'`);
    expect(await isAskedAfter(() => Promise.resolve())).toBe(false);
    expect(await isAskedAfter(older(`watermark = watermark + interval '1 hour'`))).toBe(true);
    expect(await isAskedAfter(older(`last_ok_at = last_ok_at + interval '1 hour'`))).toBe(true);
    expect(await isAskedAfter(older('row_count = row_count + 1'))).toBe(true);
    expect(await isAskedAfter(() => database.pool.query(`update stream_state set row_count = row_count + case stream_id when 'git/history/newer' then 1 else -1 end
      where stream_id in ('git/history/newer', 'git/history/older')`))).toBe(true);
    const page = { rows: [{ table: 'git_commit' as const, values: { repo_id: 1, sha: 'f'.repeat(40), committed_at: '2020-01-01', authored_at: '2020-01-01', parents: [], subject: 'late' } }], cursor: null };
    expect(await isAskedAfter(() => writePage(database.pool, { streamId: 'git/history/older', page, repoId: 1 }))).toBe(true);
    // What the page brought becomes facts later: the stream does not move then.
    const derived = () => deriveAll(database.pool, { config: exampleConfig });
    expect(await isAskedAfter(derived)).toBe(true);
    expect(await isAskedAfter(derived)).toBe(false);
    await store.close();
    await database.close();
  }, 240_000); // prettier-ignore

  test('is never one of a question that only looks alike: a filter that leaves nothing, an alert rule', async () => {
    const query = { queryType: 'dora-by-source', params: { metric: 'change_fail_rate', groupBy: ['code_source'], ci: false, format: 'table' }, version: 1 };
    const nobody = { ...query, adhocFilters: [{ key: 'team', operator: '=~', value: 'nobody' }] };
    // A Monday: the range of an alert rule by days is one of a panel by weeks.
    const monday = new Date('2026-11-16T00:00:00Z');
    const range = { from: new Date('2026-10-19T00:00:00Z'), to: monday };
    const [one, other] = [openReader(demo.database), openReader(demo.database)];
    try {
      const [first, second] = [asking(new KeptAnswers(), one), asking(new KeptAnswers(), other)];
      await first(nobody, monday, range);
      await first({ ...query, params: { ...query.params, format: 'numeric' } }, monday, { ...range, isAlert: true });
      expect(await first(query, monday, range)).toEqual(await second(query, monday, range));
    } finally {
      await one.close();
      await other.close();
    }
  }, 240_000); // prettier-ignore
});
