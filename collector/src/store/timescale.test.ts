import type { HouseRow } from '../connector.ts';
import { writePage } from './write-page.ts';
import { hasTimescale, useTimescale } from './timescale.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { hashStore } from '../../testing/hash-store.ts';

// Known before the tests are named, so that a run says where it could not look.
const db = await testDatabase();
const isThere = await hasTimescale(db.pool);

afterAll(() => db.close());

const rows = Array.from({ length: 500 }, (_, index): HouseRow => {
  const at = new Date(Date.UTC(2025, 0, 1 + (index % 400), index % 24));
  return {
    table: 'tool_event',
    values: {
      tool_id: 'cursor',
      event_id: `e${String(index)}`,
      at,
      person_id: `p${String(index % 7)}`,
      type: 'tool_invocation',
    },
  };
});

const write = (to: TestDatabase): Promise<unknown> =>
  writePage(to.pool, { streamId: 's', repoId: null, page: { rows, cursor: 1 } });

(isThere ? test : test.skip)(
  'the same rows and the same answers as without it, also after compression (needs the extension timescaledb)',
  async () => {
    const plain = await testDatabase();
    try {
      await write(plain);
      await write(db);
      expect(await useTimescale(db.pool)).toMatchObject({ isUsed: true });
      expect(await hashStore(db.pool, ['tool_event'])).toEqual(await hashStore(plain.pool, ['tool_event']));
      await db.pool.query(`select compress_chunk(c, true) from show_chunks('tool_event') c`);
      await write(db);
      expect(await hashStore(db.pool, ['tool_event'])).toEqual(await hashStore(plain.pool, ['tool_event']));
      expect(await useTimescale(db.pool)).toEqual({ isUsed: true, isCompressed: true, reason: null });
    } finally {
      await plain.close();
    }
  }
);

(isThere ? test.skip : test)('a server without the extension is a complete store and says so', async () => {
  expect(await useTimescale(db.pool)).toEqual({
    isUsed: false,
    isCompressed: false,
    reason: 'the server does not have the extension timescaledb',
  });
  await write(db);
  const { rows: counted } = await db.pool.query('select count(*)::int as n from tool_event');
  expect(counted).toEqual([{ n: 500 }]);
});
