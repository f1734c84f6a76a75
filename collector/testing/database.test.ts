import pg from 'pg';
import { testDatabase, type TestDatabase } from './database.ts';
import { urlOf, useServer } from './server.ts';

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
      await expect(reader.query('insert into service values ($1, $1)', ['x'])).rejects.toThrow(/read-only/);
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

  test('is dropped although a superuser is connected to it, as autovacuum is', async () => {
    const other = await testDatabase();
    const server = await useServer();
    const stranger = new pg.Client({ connectionString: urlOf(server.adminUrl, { database: other.name }) });
    stranger.on('error', () => undefined);
    try {
      await stranger.connect();
      await other.close();
      const { rowCount } = await server.client.query('select from pg_database where datname = $1', [other.name]);
      expect(rowCount).toBe(0);
    } finally {
      await server.client.end();
      await stranger.end();
    }
  });
});
