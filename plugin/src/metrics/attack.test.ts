// The demo organisation, attacked as a Viewer can: all questions by one value, all but one, or all of team and code source, over ranges a week
// apart. Shown answers are told apart by the people behind them; what two of them differ by must be nobody or at least five.
import { testDatabase, type TestDatabase } from '../../../collector/testing/database.ts';
import { prepareDemo } from '../../../collector/testing/demo.ts';
import { openReader } from '../backend/fixtures/reader.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { prepareGated } from '../backend/query/gate/gate.ts';
import { computeRows, MAX_ROWS } from '../backend/query/run-metric.ts';
import type { Store } from '../backend/store/database.ts';
import { computes } from './compute.generated.ts';
import type { Row } from './define.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const K = 5;
const now = new Date('2026-11-20T12:00:00Z');
const WEEK_MS = 7 * 86_400_000;
const catalog = makeCatalog(metrics, sql, computes);
const { signal } = new AbortController();

interface Unit {
  readonly team_id: string;
  readonly code_source: string;
  readonly person: string | null;
  readonly at: number;
}
/** One shown number: which units it counts. */
interface Shown {
  readonly team: readonly string[];
  readonly source: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly n: number;
}

let database: TestDatabase;
let store: Store;
let units: readonly Unit[];
beforeAll(async () => {
  database = await testDatabase();
  await prepareDemo(database.pool, { now });
  store = openReader(database);
  const found = await database.pool.query<Unit>(
    `select team_id, code_source, responsible_id as person, extract(epoch from merged_at)::float8 * 1000 as at
     from change_survival where author_kind <> 'automation'`
  );
  units = found.rows;
}, 240_000);
afterAll(async () => {
  await store.close();
  await database.close();
});

async function ask(
  params: Record<string, unknown>,
  from: Date
): Promise<{ rows: readonly Row[]; from: number; to: number }> {
  const stored = { queryType: 'durability', params: { mode: 'revert', ci: false, ...params }, version: 1 };
  const parts = { catalog, store, info: { migrations: [], settings: {} }, signal };
  const gated = await prepareGated(parts, { stored, from, to: now, isAlert: false }, now);
  const marks = await gated.marks();
  const prepared = marks === null ? gated.prepared : { ...gated.prepared, marks };
  const { rows } = computeRows(catalog, prepared, await store.run(prepared.sql, { signal, maxRows: MAX_ROWS }));
  return { rows, from: prepared.from.getTime(), to: prepared.to.getTime() };
}

/** All, each alone, all but each. */
function choices(values: readonly string[]): string[][] {
  return [
    [...values],
    ...values.map((value) => [value]),
    ...values.map((value) => values.filter((other) => other !== value)),
  ];
}

const isIn = ({ team, source, from, to }: Shown, unit: Unit): boolean =>
  team.includes(unit.team_id) && source.includes(unit.code_source) && unit.at >= from && unit.at < to;

/** People behind the units of `larger` that `smaller` has not; null = it is no part of it. */
function difference(larger: Shown, smaller: Shown): number | null {
  const isPart =
    smaller.team.every((one) => larger.team.includes(one)) &&
    smaller.source.every((one) => larger.source.includes(one)) &&
    larger.from <= smaller.from &&
    larger.to >= smaller.to;
  if (!isPart) return null;
  return new Set(
    units
      .filter((unit) => isIn(larger, unit) && !isIn(smaller, unit) && unit.person !== null)
      .map(({ person }) => person)
  ).size;
}

test('no two answers differ by one to four people', async () => {
  const teams = [...new Set(units.map(({ team_id }) => team_id))].sort();
  const sources = [...new Set(units.map(({ code_source }) => code_source))].sort();
  const shown: Shown[] = [];
  let hidden = 0;
  let seenUnits = 0;
  let allUnits = 0;
  for (const weeks of [12, 13]) {
    for (const team of choices(teams)) {
      for (const source of choices(sources)) {
        const filters = { ...(team.length === teams.length ? {} : { team }), ...(source.length === sources.length ? {} : { code_source: source }) };
        const { rows, from, to } = await ask({ ...filters, groupBy: [] }, new Date(now.getTime() - weeks * WEEK_MS));
        const n = rows[0]?.['n'];
        const question = { team, source, from, to, n: 0 };
        const size = units.filter((unit) => isIn(question, unit)).length;
        allUnits += size;
        if (typeof n === 'number') {
          shown.push({ ...question, n });
          seenUnits += size;
        } else if (rows.length > 0) hidden += 1;
      }
    }
  }
  const pairs = shown.flatMap((larger) => shown.map((smaller) => ({ larger, smaller, people: difference(larger, smaller) })));
  const attacked = pairs.filter(({ people }) => people !== null);
  const told = attacked.filter(({ people }) => people !== null && people > 0 && people < K);
  console.info(`answers shown ${String(shown.length)}, hidden ${String(hidden)}, pairs attacked ${String(attacked.length)}, told apart ${String(told.length)}, units visible ${String(Math.round((100 * seenUnits) / allUnits))} %`);
  expect(hidden).toBeGreaterThan(0);
  expect(shown.length).toBeGreaterThan(40);
  expect(told.slice(0, 3)).toEqual([]);
}, 120_000); // prettier-ignore
