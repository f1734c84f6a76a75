import pg from 'pg';
import { testDatabase, type TestDatabase } from './database.ts';

describe('test database', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.close());

  test('is migrated and empty', async () => {
    const { rows } = await db.pool.query('select count(*)::int as n from change');
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('has a reader that cannot write and sees no e-mail address', async () => {
    const reader = new pg.Client({ connectionString: db.readerUrl });
    await reader.connect();
    try {
      await expect(reader.query('insert into service values ($1, $1)', ['x'])).rejects.toThrow(/permission denied/);
      await expect(reader.query('select email from account')).rejects.toThrow(/permission denied/);
      await expect(reader.query('select person_id from account')).resolves.toBeDefined();
    } finally {
      await reader.end();
    }
  });

  test('is its own: a second one does not see the rows of the first', async () => {
    await db.pool.query(`insert into service values ('shop', 'Shop')`);
    const startedAt = performance.now();
    const other = await testDatabase();
    const clonedMs = performance.now() - startedAt;
    try {
      expect((await other.pool.query('select from service')).rowCount).toBe(0);
      // Far above what it takes (~60 ms), far below what a migration takes.
      expect(clonedMs).toBeLessThan(2000);
    } finally {
      await other.close();
    }
  });
});
