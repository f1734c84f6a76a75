// Where few people are behind one share of AI code, answers are those of a store that knows AI as one source: what the gate promises there, it promises here.
import { testDatabase } from '../../../collector/testing/database.ts';
import { ADDITIVE, OF_REVIEWS, groupings, type Mode, type Question } from '../backend/fixtures/attack-questions.ts';
import { ask, rangesTo } from '../backend/fixtures/attack-run.ts';
import { attackWorldSql, LAST_DAY } from '../backend/fixtures/attack-worlds.ts';
import { openReader } from '../backend/fixtures/reader.ts';
import { readOneAi } from '../backend/query/ai-group.ts';
import { dimensionValues } from '../backend/query/dimensions.ts';
import type { Store } from '../backend/store/database.ts';
import type { Cell, Row } from './define.ts';
import { metrics } from './registry.generated.ts';

const NOW = new Date(LAST_DAY.getTime() + 2 * 86_400_000);
const { signal } = new AbortController();
const parts = (store: Store) => ({ store, signal, info: { migrations: [], settings: {} } });
const open: Array<() => Promise<void>> = [];

async function storeOf(sql: string): Promise<Store> {
  const database = await testDatabase();
  await database.pool.query(sql);
  await database.pool.query('analyze');
  const store = openReader(database);
  open.push(async () => {
    await store.close();
    await database.close();
  });
  return store;
}

let [shares, one]: Store[] = [];
beforeAll(async () => {
  const sql = attackWorldSql('marked');
  shares = await storeOf(sql);
  one = await storeOf(sql.replaceAll('"code_source":"ai_assisted"', '"code_source":"ai_heavy"'));
}, 240_000);
afterAll(() => Promise.all(open.map((close) => close())));

const SOURCES = ['human', 'unknown', 'none'];
const AI = ['ai', 'ai_heavy'] as const;

/** By code source and something else, and of some sources. `ai` is what the store calls AI as one. */
function questionsOf({ metric, params }: Mode, ai: string): Question[] {
  const asked = metrics.find(({ id }) => id === metric)!;
  const of = (more: Question['params']): Question => ({ metric, adhocFilters: [], range: 0, params: { ...params, ...more } });
  const bySource = groupings(asked).filter((groups) => groups.includes('code_source') && !groups.includes('service'));
  const other = groupings(asked).filter((groups) => groups.length === 1 && !groups.includes('code_source'));
  return [
    ...bySource.map((groupBy) => of({ groupBy })),
    ...(asked.params['bucket'] === undefined || bySource.length === 0 ? [] : ['week', 'month'].map((bucket) => of({ bucket, groupBy: ['code_source'] }))),
    ...[[ai], SOURCES, [ai, 'unknown']].flatMap((code_source) => [[], ...other.slice(-1)].map((groupBy) => of({ code_source, groupBy }))),
  ];
} // prettier-ignore

/** Sums of the same numbers may be made in another order. */
const said = (cell: Cell): Cell =>
  cell === 'ai_heavy' ? 'ai' : typeof cell === 'number' ? Number(cell.toPrecision(9)) : cell;
const textOf = (row: Row): string => JSON.stringify(Object.entries(row).map(([name, cell]) => [name, said(cell)])); // prettier-ignore

async function answerOf(store: Store, question: Question, range: number) {
  const { rows, from, to } = await ask(store, question, { ...rangesTo(NOW)[range]!, now: NOW });
  return { from, to, rows: rows.map(textOf).sort() };
}

test('AI code is one group where few people are behind one of its shares', async () => {
  expect([await readOneAi(parts(shares!)), await readOneAi(parts(one!))]).toEqual([true, false]);
});

const MODES: readonly Mode[] = [
  ...ADDITIVE,
  ...OF_REVIEWS,
  ...['single_source', 'majority', 'cause'].map((mode) => ({ metric: 'dora-by-source', params: { metric: 'change_fail_rate', mode } })),
  { metric: 'dora-by-source', params: { metric: 'change_fail_rate', weight: 'lines' } },
  ...['rate', 'per_change'].map((metric) => ({ metric: 'incident-health', params: { metric } })),
  { metric: 'coordination-tax', params: {} },
].filter(({ metric }) => metrics.find(({ id }) => id === metric)?.params['code_source'] !== undefined); // prettier-ignore

const told = new Map<string, number>();

test.each(MODES.map((mode) => [`${mode.metric} ${JSON.stringify(mode.params)}`, mode] as const))(
  '%s answers as if the store knew no shares',
  async (_, mode) => {
    const [own, other] = AI.map((ai) => questionsOf(mode, ai)) as [Question[], Question[]];
    // Each second one: the other half asks the same of other modes.
    const first = MODES.indexOf(mode) % 2;
    for (const [index, question] of own.entries()) {
      if (index % 2 !== first) continue;
      const range = index % 3 === 0 ? 16 : 13;
      const answer = await answerOf(shares!, question, range);
      expect({ question, ...answer }).toEqual({ question, ...(await answerOf(one!, other[index]!, range)) });
      const rows = answer.rows.filter((row) => row.includes('["code_source","ai"]') && !row.includes('suppressed_k'));
      told.set(mode.metric, (told.get(mode.metric) ?? 0) + rows.length);
    }
  },
  120_000
);

test('and tells something', () => {
  const metricsTold = [...told].filter(([, rows]) => rows > 0).map(([metric]) => metric);
  expect(metricsTold).toEqual(expect.arrayContaining(['durability', 'dora-by-source', 'delivery-health', 'flow', 'flow-shift', 'review-burden']));
}); // prettier-ignore

test.each([[['ai_heavy']], [['ai_assisted']], [['ai_heavy', 'human']]])('%s alone is not told', async (code_source) => {
  const question = { metric: 'durability', params: { mode: 'revert', groupBy: ['code_source'], code_source }, adhocFilters: [], range: 0 };
  expect((await answerOf(shares!, question, 13)).rows).toEqual([]);
  const whole = { ...question, params: { ...question.params, code_source: ['ai_heavy', 'ai_assisted'] } };
  expect((await answerOf(shares!, whole, 13)).rows.filter((row) => row.includes('"ai"'))).toHaveLength(1);
}); // prettier-ignore

test('is the value that filters offer', async () => {
  const values = async (isOneAi: boolean) =>
    (await shares!.run(dimensionValues('code_source', {}, { isOneAi }), { signal, maxRows: 9 })).rows.map((row) => row['value']);
  expect(await values(true)).toEqual(['ai', 'unknown']);
  expect(await values(false)).toEqual(['ai_assisted', 'ai_heavy', 'unknown']);
}); // prettier-ignore
