import { testDatabase } from '../../testing/database.ts';
import { withConnection } from './connection.ts';
import { analyzeMoved } from './analyze.ts';

test('who asks right after much was written is planned for what is there', async () => {
  const database = await testDatabase();
  try {
    await withConnection(database.pool, async (client) => {
      await client.query(
        `insert into person (person_id, kind) select 'person-' || i, 'human' from generate_series(1, 2000) i`
      );
      const planned = async (): Promise<number> => {
        const { rows } = await client.query<{ planned: number }>(
          `select reltuples::integer as planned from pg_class where oid = 'person'::regclass`
        );
        return rows[0]?.planned ?? NaN;
      };
      expect(await planned()).toBeLessThan(1);
      expect(await analyzeMoved(client)).toContain('public.person');
      expect(await planned()).toBe(2000);
      // Nothing moved since, and a few rows are no reason.
      await client.query(`insert into person (person_id, kind) values ('one-more', 'human')`);
      expect(await analyzeMoved(client)).not.toContain('public.person');
    });
  } finally {
    await database.close();
  }
});
