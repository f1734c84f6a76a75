import pg from 'pg';
import type { HouseRow } from '../connector.ts';
import { writePage } from './write-page.ts';
import { hasTimescale, requireLoaded, requireTimescale, useTimescale } from './timescale.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { hashStore } from '../../testing/hash-store.ts';

// Known before the tests are named, so that a run says where it could not look.
const db = await testDatabase();
const isThere = await hasTimescale(db.pool);
const withIt = isThere ? test : test.skip;
const withoutIt = isThere ? test.skip : test;

afterAll(() => db.close());

const rowsOf = (type: string, count = 500): HouseRow[] =>
  Array.from({ length: count }, (_, index): HouseRow => {
    const at = new Date(Date.UTC(2025, 0, 1 + (index % 400), index % 24));
    return {
      table: 'tool_event',
      values: { tool_id: 'cursor', event_id: `e${String(index)}`, at, person_id: `p${String(index % 7)}`, type },
    };
  });

const write = (to: TestDatabase, rows = rowsOf('tool_invocation')): Promise<unknown> =>
  writePage(to.pool, { streamId: 's', repoId: null, page: { rows, cursor: 1 } });

const tables = ['tool_event', 'pack.tool_event_month'];

withIt(
  'the same rows and the same answers as without it, also after compression (needs the extension timescaledb)',
  async () => {
    const plain = await testDatabase();
    try {
      await write(plain);
      await write(db);
      expect(await useTimescale(db.pool)).toMatchObject({ isUsed: true });
      expect(await hashStore(db.pool, tables)).toEqual(await hashStore(plain.pool, tables));
      await db.pool.query(`select compress_chunk(c, true) from show_chunks('tool_event') c`);
      await write(db);
      expect(await hashStore(db.pool, tables)).toEqual(await hashStore(plain.pool, tables));
      for (const each of [plain, db]) {
        await write(each, rowsOf('ai_commit', 520));
      }
      expect(await hashStore(db.pool, tables)).toEqual(await hashStore(plain.pool, tables));
      expect(await useTimescale(db.pool)).toMatchObject({ isUsed: true, isCompressed: true, reason: null });
      const { rows } = await db.pool.query(`select value ->> 'text' as text from setting where key = 'timescale'`);
      expect(rows).toEqual([
        { text: expect.stringMatching(/^TimescaleDB 2\.\S+ keeps events; older ones are compressed\.$/) as string },
      ]);
    } finally {
      await plain.close();
    }
  }
);

withIt('a policy compresses what is older than two months (needs the extension timescaledb)', async () => {
  await useTimescale(db.pool);
  const { rows } = await db.pool.query(
    `select config ->> 'compress_after' as after from timescaledb_information.jobs where hypertable_name = 'tool_event'`
  );
  expect(rows).toEqual([{ after: '60 days' }]);
});

withIt(
  'under the Apache licence events are not compressed, and it says why (needs the extension timescaledb)',
  async () => {
    const other = await testDatabase();
    const client = new pg.Client({ connectionString: other.url });
    try {
      await client.connect();
      await client.query('create extension if not exists timescaledb');
      await client.query(`set timescaledb.license = 'apache'`).catch(() => undefined);
      const { rows } = await client.query<{ license: string }>(
        `select current_setting('timescaledb.license') as license`
      );
      // A session may set it only until the library with the community part is loaded.
      if (rows[0]?.license === 'apache') {
        expect(await useTimescale(client)).toMatchObject({
          isUsed: true,
          isCompressed: false,
          reason: expect.stringContaining('community licence') as string,
        });
      }
    } finally {
      await client.end();
      await other.close();
    }
  }
);

withoutIt('a server without the extension is a complete store and says so', async () => {
  const state = await useTimescale(db.pool);
  expect(state).toMatchObject({ isUsed: false, isCompressed: false, version: null });
  expect(state.reason).toMatch(
    /^the server (does not have the extension timescaledb|has the extension timescaledb but has not loaded it: .*)$/
  );
  await write(db);
  const { rows: counted } = await db.pool.query('select count(*)::int as n from tool_event');
  expect(counted).toEqual([{ n: 500 }]);
  await requireTimescale(db.pool);
});

withoutIt(
  'a store that used the extension and has lost it is refused, since what is left would look like everything',
  async () => {
    await db.pool.query(`update setting set value = '{"isUsed": true, "version": "2.26.4"}' where key = 'timescale'`);
    for (const work of [requireTimescale, useTimescale]) {
      await expect(work(db.pool)).rejects.toMatchObject({
        code: 'store_extension',
        message: expect.stringMatching(
          /^The store keeps events in TimescaleDB 2\.26\.4, and this database has no such extension any more: .*nothing is written\.$/
        ) as string,
      });
    }
    await requireLoaded(db.pool);
  }
);

const KEPT = `with made as (
   select person_id, tool_id, date_trunc('month', at at time zone 'UTC')::date as month,
     bit_or(1 << (extract(day from at at time zone 'UTC')::integer - 1)) as days, count(*) as uses
   from tool_event where isfinite(at) group by 1, 2, 3)
 select count(*)::integer as rows, coalesce(sum(m.uses), 0)::integer as uses, bool_and((m.days, m.uses) is not distinct from (made.days, made.uses)) as is_same
 from made full join pack.tool_event_month m using (person_id, tool_id, month)`;

test('the days on which a tool was used and its uses are kept as events come, whoever writes them, and each once', async () => {
  const other = await testDatabase();
  try {
    await write(other, rowsOf('tool_invocation', 900));
    await write(other, rowsOf('tool_invocation', 900));
    await other.pool.query(
      `insert into tool_event (tool_id, event_id, at, type) values ('cursor', 'late', '2024-02-29T23:59:59.999Z', 'chat'), ('cursor', 'never', 'infinity', 'chat')`
    );
    expect((await other.pool.query(KEPT)).rows).toEqual([{ is_same: true, rows: 97, uses: 901 }]);
    const leap = await other.pool.query(`select days from pack.tool_event_month where month = '2024-02-01'`);
    expect(leap.rows).toEqual([{ days: 1 << 28 }]);
  } finally {
    await other.close();
  }
});

withIt(
  'compressing counts nothing, and what comes late into compressed chunks counts once (needs the extension timescaledb)',
  async () => {
    const other = await testDatabase();
    const kept = async (): Promise<unknown> => (await other.pool.query(KEPT)).rows;
    try {
      await useTimescale(other.pool);
      await write(other, rowsOf('tool_invocation', 900));
      const before = [{ is_same: true, rows: 96, uses: 900 }];
      expect(await kept()).toEqual(before);
      await other.pool.query(`select compress_chunk(c, true) from show_chunks('tool_event') c`);
      expect(await kept()).toEqual(before);
      // The same ones changed, which unpacks them, and thirty more of the same months.
      await write(other, rowsOf('chat', 930));
      const after = [{ is_same: true, rows: 96, uses: 930 }];
      expect(await kept()).toEqual(after);
      await other.pool.query(`select compress_chunk(c, true) from show_chunks('tool_event') c`);
      await other.pool.query(`select decompress_chunk(c, true) from show_chunks('tool_event') c`);
      expect(await kept()).toEqual(after);
    } finally {
      await other.close();
    }
  }
);
