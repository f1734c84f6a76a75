// The demo organisation, attacked as a Viewer can: by values of what tells who people are and where they work, and of code source; each, all
// but each, and together; over ranges a week apart. An answer is what is shown of a question, a set of units; the numbers add up over units.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
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

const WHO = ['team', 'seniority', 'repo', 'service'] as const;
const DIMENSIONS = [...WHO, 'code_source'] as const;
type Filters = Partial<Record<(typeof DIMENSIONS)[number], readonly string[]>>;
type Unit = Readonly<Record<(typeof DIMENSIONS)[number], string>> & {
  readonly person: string | null;
  readonly at: number;
};

/** A shown answer: the units it counts, and the range they are of. */
interface Shown {
  readonly weeks: number;
  readonly units: ReadonlySet<number>;
}

let database: TestDatabase;
let store: Store;
let units: readonly Unit[];
beforeAll(async () => {
  database = await testDatabase();
  await prepareDemo(database.pool, { now });
  store = openReader(database);
  const found = await database.pool.query<Unit>(
    `select f.team_id as team, f.seniority, r.slug as repo, f.service_id as service, f.code_source, f.responsible_id as person,
            extract(epoch from f.merged_at)::float8 * 1000 as at
     from change_survival f join repo r using (repo_id) where f.author_kind <> 'automation'`
  );
  units = found.rows;
}, 240_000);
afterAll(async () => {
  await store.close();
  await database.close();
});

async function ask(
  stored: { queryType: string; params: object },
  from: Date,
  smallGroups: 'hidden' | 'shown' = 'hidden'
) {
  const parts = { catalog, store, info: { migrations: [], settings: {} }, signal, smallGroups };
  const gated = await prepareGated(parts, { stored: { ...stored, version: 1 }, from, to: now, isAlert: false }, now);
  const marks = await gated.marks();
  const prepared = marks === null ? gated.prepared : { ...gated.prepared, marks };
  const { rows } = computeRows(catalog, prepared, await store.run(prepared.sql, { signal, maxRows: MAX_ROWS }));
  return { rows, from: prepared.from, to: prepared.to };
}

const valuesOf = (name: (typeof DIMENSIONS)[number]): string[] => [...new Set(units.map((unit) => unit[name]))].sort();
const alone = (name: (typeof DIMENSIONS)[number]): Filters[] => valuesOf(name).map((value) => ({ [name]: [value] }));
const butOne = (name: (typeof DIMENSIONS)[number]): Filters[] =>
  valuesOf(name).map((value) => ({ [name]: valuesOf(name).filter((other) => other !== value) }));
const both = (ones: readonly Filters[], others: readonly Filters[]): Filters[] =>
  ones.flatMap((one) => others.map((other) => ({ ...one, ...other })));

/** What a Viewer asks: each value, all but each, and values of two dimensions together. */
function questions(): Array<{ weeks: number; filters: Filters }> {
  const single = [{}, ...DIMENSIONS.flatMap((name) => [...alone(name), ...butOne(name)])];
  const together = [
    ...both([...alone('team'), ...butOne('team')], alone('code_source')),
    ...both(alone('team'), alone('seniority')),
    ...both(alone('seniority'), alone('service')),
    ...both(alone('team'), alone('repo')),
  ];
  return [
    ...[...single, ...together].map((filters) => ({ weeks: 13, filters })),
    ...[{}, ...DIMENSIONS.flatMap(alone)].map((filters) => ({ weeks: 14, filters })),
  ];
}

const isIn = (unit: Unit, filters: Filters): boolean =>
  Object.entries(filters).every(([name, values]) => values.includes(unit[name as keyof Filters]));
const peopleOf = (indexes: Iterable<number>): number =>
  new Set([...indexes].map((index) => units[index]?.person).filter((person) => person !== null)).size;

/** Pairs of answers of which one is part of the other, and those that differ by 1 to 4 people. */
function attackPairs(shown: readonly Shown[]): { attacked: number; told: number } {
  const differences = shown.flatMap((larger) =>
    shown
      .filter(
        (smaller) =>
          smaller !== larger &&
          smaller.units.size < larger.units.size &&
          [...smaller.units].every((index) => larger.units.has(index))
      )
      .map((smaller) => peopleOf([...larger.units].filter((index) => !smaller.units.has(index))))
  );
  return { attacked: differences.length, told: differences.filter((people) => people > 0 && people < K).length };
}

/** Sets of 1 to 4 people that who-and-where describes, and how many of them linear algebra over all answers determines. */
function attackLinear(
  shown: readonly Shown[],
  inRange: readonly number[]
): { described: number; isolated: number; residue: number } {
  const atomOf = (index: number) => DIMENSIONS.map((name) => units[index]?.[name]).join('\u001f');
  const atoms = [...new Set(inRange.map(atomOf))];
  const placeOf = new Map(atoms.map((atom, place) => [atom, place]));
  const vector = (indexes: Iterable<number>): number[] => {
    const row = new Array<number>(atoms.length).fill(0);
    for (const index of indexes) row[placeOf.get(atomOf(index)) ?? 0] = 1;
    return row;
  };
  const answers = new Matrix(shown.map((answer) => vector(answer.units)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(answers.transpose().mmul(answers), {
    assumeSymmetric: true,
  });
  const basis = realEigenvalues.flatMap((size, place) => (size > 1e-8 ? [eigenvectorMatrix.getColumn(place)] : []));
  const rest = (row: readonly number[]): number => {
    const inside = basis.reduce(
      (sum, axis) => sum + axis.reduce((dot, cell, place) => dot + cell * (row[place] ?? 0), 0) ** 2,
      0
    );
    return row.reduce((sum, cell) => sum + cell * cell, 0) - inside;
  };
  const pairs: Array<readonly (typeof WHO)[number][]> = [
    ...WHO.map((name) => [name]),
    ...WHO.flatMap((one, place) => WHO.slice(place + 1).map((other) => [one, other])),
  ];
  const setsOf = (names: readonly (typeof DIMENSIONS)[number][]) => {
    const groups = new Map<string, number[]>();
    for (const index of inRange) {
      const key = names.map((name) => units[index]?.[name]).join('\u001f');
      groups.set(key, [...(groups.get(key) ?? []), index]);
    }
    return [...groups.values()].filter((indexes) => peopleOf(indexes) < K);
  };
  const isDetermined = (indexes: readonly number[]) => rest(vector(indexes)) < 1e-6;
  const sets = pairs.flatMap(setsOf);
  // What code is (its source) may narrow a group of people: docs/privacy.md says so, here it is counted.
  const residue = WHO.flatMap((name) => setsOf([name, 'code_source'])).filter(isDetermined).length;
  return { described: sets.length, isolated: sets.filter(isDetermined).length, residue };
}

test('no questions isolate one to four people by who they are, and no two answers differ by so few', async () => {
  const shown: Shown[] = [];
  const everything: Shown[] = [];
  let inRange: number[] = [];
  for (const { weeks, filters } of questions()) {
    const stored = { queryType: 'durability', params: { mode: 'revert', ci: false, groupBy: [], ...filters } };
    const { rows, from, to } = await ask(stored, new Date(now.getTime() - weeks * WEEK_MS));
    const within = units
      .map((_, index) => index)
      .filter((index) => Number(units[index]?.at) >= from.getTime() && Number(units[index]?.at) < to.getTime());
    const own = new Set(within.filter((index) => isIn(units[index] as Unit, filters)));
    if (weeks === 13) inRange = within;
    if (typeof rows[0]?.['n'] === 'number') shown.push({ weeks, units: own });
    if (peopleOf(own) >= K) everything.push({ weeks, units: own });
  }
  const ofOneRange = (answers: readonly Shown[]) => answers.filter(({ weeks }) => weeks === 13);
  const gated = { ...attackPairs(shown), ...attackLinear(ofOneRange(shown), inRange) };
  const open = { ...attackPairs(everything), ...attackLinear(ofOneRange(everything), inRange) };
  console.info(
    `answers: ${String(everything.length)} of five people and more, ${String(shown.length)} shown; pairs ${JSON.stringify(gated)}; without the gate ${JSON.stringify(open)}`
  );
  expect({ told: gated.told, isolated: gated.isolated }).toEqual({ told: 0, isolated: 0 });
  // The attack is one: without the gate it succeeds.
  expect(open.told).toBeGreaterThan(0);
  expect(open.isolated).toBeGreaterThan(0);
  expect(shown.length).toBeGreaterThan(everything.length / 3);
}, 120_000);

/** Questions of the boards as shipped, every variable at All. */
function boardQuestions(): Array<{ board: string; queryType: string; params: object }> {
  const folder = path.join(import.meta.dirname, '..', '..', '..', 'dashboards');
  interface Panel {
    readonly panels?: Panel[];
    readonly targets?: Array<{ queryType?: string; params?: object }>;
  }
  const all = (panels: readonly Panel[]): Panel[] => panels.flatMap((panel) => [panel, ...all(panel.panels ?? [])]);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const board = JSON.parse(
        readFileSync(path.join(folder, name), 'utf8').replaceAll(/"\$\{?\w+(?::\w+)?\}?"/g, '"$__all"')
      ) as { panels: Panel[] };
      return all(board.panels).flatMap(({ targets = [] }) =>
        targets.map(({ queryType = '', params = {} }) => ({ board: name, queryType, params }))
      );
    });
}

test('hiding does not hide the product: of the units of the default boards at least 80 % are shown', async () => {
  const sum = (rows: readonly Row[]): number =>
    rows.reduce((total, row) => total + (typeof row['n'] === 'number' ? row['n'] : 0), 0);
  const year = new Date(now.getTime() - 52 * WEEK_MS);
  const byBoard = new Map<string, { shown: number; all: number }>();
  const seen = new Set<string>();
  for (const { board, queryType, params } of boardQuestions()) {
    const stored = {
      queryType,
      params: {
        ...params,
        ...(metrics.find(({ id }) => id === queryType)?.params['ci'] === undefined ? {} : { ci: false }),
      },
    };
    const question = JSON.stringify([board, stored]);
    if (seen.has(question) || metrics.every(({ id }) => id !== queryType)) continue;
    seen.add(question);
    const gated = await ask(stored, year);
    const open = await ask(stored, gated.from, 'shown');
    const until = gated.to.getTime();
    const ofRange = open.rows.filter(({ time }) => !(time instanceof Date) || time.getTime() < until);
    const { shown, all } = byBoard.get(board) ?? { shown: 0, all: 0 };
    byBoard.set(board, { shown: shown + sum(gated.rows), all: all + Math.max(sum(gated.rows), sum(ofRange)) });
  }
  const shares = [...byBoard]
    .filter(([, { all }]) => all > 0)
    .map(([board, { shown, all }]) => ({ board, share: shown / all }));
  console.info(shares.map(({ board, share }) => `${board} ${String(Math.round(share * 100))} %`).join(', '));
  expect(shares.length).toBeGreaterThan(2);
  expect(shares.filter(({ share }) => share < 0.8)).toEqual([]);
}, 120_000);
