import { transaction } from './connection.ts';
import { copyInto } from './write-page.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query(
    'create table thing (id integer, words text, list text[], object jsonb, bytes bytea, at timestamptz, is_on boolean, big bigint)'
  );
});
afterAll(() => db.close());

const columns = ['id', 'words', 'list', 'object', 'bytes', 'at', 'is_on', 'big'];
const at = new Date('2026-03-02T10:00:00.123Z');

test('every kind of value arrives as it was', async () => {
  const words = 'tab\t newline\n return\r backslash \\ \\N quote" ümläut';
  const rows = [
    [
      1,
      words,
      ['a,b', 'c"d', 'e\\f', '', 'NULL'],
      { k: [1, 'x\t"y"'] },
      Buffer.from([0, 255, 92]),
      at,
      true,
      9_007_199_254_740_993n,
    ],
    [2, null, [], null, null, null, false, undefined],
  ];
  expect(await transaction(db.pool, (client) => copyInto(client, { table: 'thing', columns, rows }))).toBe(2);
  const { rows: stored } = await db.pool.query('select * from thing order by id');
  expect(stored).toEqual([
    {
      id: 1,
      words,
      list: ['a,b', 'c"d', 'e\\f', '', 'NULL'],
      object: { k: [1, 'x\t"y"'] },
      bytes: Buffer.from([0, 255, 92]),
      at,
      is_on: true,
      big: '9007199254740993',
    },
    { id: 2, words: null, list: [], object: null, bytes: null, at: null, is_on: false, big: null },
  ]);
});

test('rows come from a stream and are not held', async () => {
  async function* many(): AsyncGenerator<unknown[]> {
    for (let id = 0; id < 50_000; id++) {
      yield [id, 'x'.repeat(20)];
    }
    await Promise.resolve();
  }
  expect(
    await transaction(db.pool, (client) => copyInto(client, { table: 'thing', columns: ['id', 'words'], rows: many() }))
  ).toBe(50_000);
});

test('a bad value in the middle keeps nothing and the connection stays usable', async () => {
  const before = (await db.pool.query('select from thing')).rowCount;
  const rows = [[1], ['not a number'], [3]];
  await expect(
    transaction(db.pool, (client) => copyInto(client, { table: 'thing', columns: ['id'], rows }))
  ).rejects.toThrow(/invalid input syntax/);
  expect((await db.pool.query('select from thing')).rowCount).toBe(before);
});
