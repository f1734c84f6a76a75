/** The entries of tables.ts say the same as the store's own catalogue. */
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { copiedTables, derivedTables, factTableNames, factTables, ownTables, type FactTable } from './tables.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

async function pairs(sql: string): Promise<Map<string, string[]>> {
  const { rows } = await db.pool.query<{ name: string; value: string }>(sql);
  const found = new Map<string, string[]>();
  for (const { name, value } of rows) {
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

test('every table of the store has one entry, and every entry its table', async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `select relname as name from pg_class where relkind in ('r', 'p') and not relispartition
       and relnamespace not in (select oid from pg_namespace where nspname ~ '^(pg_|information_schema$|graphile_worker$|_?timescaledb)')`
  );
  const entries = [...factTableNames, ...derivedTables, ...copiedTables, ...ownTables].map((name) =>
    name.replace(/^.*\./, '')
  );
  expect([...entries].sort()).toEqual(rows.map(({ name }) => name).sort());
});

test('a key is a primary or unique key of its table', async () => {
  const keys = await pairs(
    `select conrelid::regclass::text as name, (select string_agg(attname, ',' order by attname) from pg_attribute
       where attrelid = conrelid and attnum = any(conkey)) as value from pg_constraint where contype in ('p', 'u')`
  );
  const missing = factTableNames.filter(
    (name) => !keys.get(name)?.includes([...factTables[name].key].sort().join(','))
  );
  expect(missing).toEqual([]);
});

test('every column that an entry names exists', async () => {
  const columns = await pairs(
    `select attrelid::regclass::text as name, attname as value from pg_attribute where attnum > 0 and not attisdropped`
  );
  const missing = factTableNames.flatMap((name) => {
    const { key, merge, bySourceRank, owner, numbered }: FactTable = factTables[name];
    const named = [
      ...key,
      ...Object.keys(merge ?? {}).filter((column) => column !== '*'),
      ...(bySourceRank ? ['source', 'source_rank', ...bySourceRank.nullIsKnown] : []),
      ...[owner, numbered].filter((column) => column !== undefined),
    ];
    return named.filter((column) => !columns.get(name)?.includes(column)).map((column) => `${name}.${column}`);
  });
  expect(missing).toEqual([]);
});

test('parents stand before their children', async () => {
  const parents = await pairs(
    `select conrelid::regclass::text as name, confrelid::regclass::text as value from pg_constraint where contype = 'f'`
  );
  const order: readonly string[] = factTableNames;
  const late = factTableNames.flatMap((name) =>
    (parents.get(name) ?? [])
      .filter((parent) => parent !== name && order.indexOf(parent) > order.indexOf(name))
      .map((parent) => `${parent} stands after ${name}`)
  );
  expect(late).toEqual([]);
});
