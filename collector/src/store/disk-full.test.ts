/** The disk of the store fills up while a person's `collect` writes: Postgres says 53100. */
import type pg from 'pg';
import { TestRepository } from '../connectors/git/fixtures/make-repository.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { hashStore } from '../../testing/hash-store.ts';
import { runCli, type Ended } from '../../testing/run-cli.ts';

const repo = new TestRepository();
let sound: TestDatabase;
let full: TestDatabase;

beforeAll(async () => {
  // Two pages of history, so that the cursor stands between them when the second one fails.
  for (let n = 1; n <= 1200; n += 1) {
    const files = n % 100 === 0 ? { files: { 'a.ts': `line ${String(n)}\n` } } : {};
    repo.commit('main', { message: `Change ${String(n)} (#${String(n)})`, ...files });
  }
  repo.git('tag', 'v1.0.0');
  [sound, full] = [await testDatabase(), await testDatabase()];
  for (const { pool } of [sound, full]) {
    // Pseudonyms of both stores are the same.
    await pool.query(`insert into secret (key, value) values ('person_hmac', 'of both')`);
  }
});
afterAll(async () => {
  repo.remove();
  await sound.close();
  await full.close();
});

const collect = ({ url }: TestDatabase): Promise<Ended> =>
  runCli(['collect', '--repo', repo.folder, '--home', `${repo.parent}/home`], { url });

/** No space for a row of the table once it has got `rows` more. */
async function fill(pool: pg.Pool, table: string, rows: number): Promise<void> {
  await pool.query(`
    create sequence rows_written;
    create function no_space() returns trigger language plpgsql as $$ begin
      if nextval('rows_written') > ${String(rows)} then
        raise exception 'could not extend file "base/1/2": No space left on device' using errcode = '53100';
      end if;
      return new;
    end $$;
    create trigger no_space before insert on ${table} for each row execute function no_space()`);
}
const free = (pool: pg.Pool): Promise<unknown> =>
  pool.query('drop function no_space cascade; drop sequence rows_written');

/** Everything but when the sources were asked. */
async function contentOf(pool: pg.Pool): Promise<object> {
  const { rows } = await pool.query('select stream_id, cursor, row_count, skipped_count from stream_state order by 1');
  return { ...(await hashStore(pool)), stream_state: rows as object[] };
}

test('in the middle of a page: one line, nothing of the page, and the next run makes what one run makes', async () => {
  const { pool, url } = full;
  await fill(pool, 'git_commit', 1100);
  const ended = await collect(full);
  const { host, pathname } = new URL(url);
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: `shop: history: The disk of the store is full. Free some space; the next run carries on where this one stopped. (${host}${pathname}: could not extend file "base/1/2": No space left on device) [disk_full]\n`,
  });
  // The first page is there with its cursor, of the second one nothing is.
  const pages = await pool.query(
    `select (select count(*)::integer from git_commit) as commits, (select count(*)::integer from change) as changes,
       cursor ->> 'tip' as tip, last_ok_at, last_error is not null as is_failed
     from stream_state where stream_id = 'git/history/shop'`
  );
  expect(pages.rows).toEqual([
    { commits: 1000, changes: 1000, tip: repo.sha('main~200'), last_ok_at: null, is_failed: true },
  ]);
  await free(pool);
  expect((await collect(full)).code).toBe(0);
  expect((await collect(sound)).code).toBe(0);
  expect(await contentOf(pool)).toEqual(await contentOf(sound.pool));
}, 120_000);

test.each([
  ['line lifetimes', 'line_span'],
  ['Derived facts', 'change_fact'],
])(
  'in the middle of %s: one line, and the next run catches up',
  async (title, table) => {
    const { pool } = full;
    repo.commit('main', { message: `Change before ${table}`, files: { 'a.ts': `line of ${table}\n` } });
    repo.git('status'); // Writes what was told.
    await fill(pool, table, 0);
    const ended = await collect(full);
    expect(ended.code).toBe(1);
    const faults = ended.stderr.split('\n').filter((line) => line.includes('['));
    expect(faults).toEqual([
      expect.stringMatching(new RegExp(`^(shop: )?${title}: The disk of the store is full\\. .* \\[disk_full\\]$`)),
    ]);
    await free(pool);
    expect((await collect(full)).code).toBe(0);
    expect((await pool.query(`select from stream_state where last_error is not null`)).rowCount).toBe(0);
    const { rows } = await pool.query(
      'select (select count(*) from change_fact) = (select count(*) from change) as are_derived'
    );
    expect(rows).toEqual([{ are_derived: true }]);
  },
  60_000
);
