/** What a command says it has done stays done on the embedded server, also when its Postgres is killed the moment after. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../testing/otlp-process.ts';
import { runCli, type Ended } from '../../testing/run-cli.ts';
import { openStore, type Store } from '../embedded/open.ts';
import { openSession } from '../session.ts';
import { migrate } from '../store/migrate.ts';

let folder: string;
let home: string;
let port: number;
let store: Store;

async function ask<T extends pg.QueryResultRow>(sql: string, url = store.url): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Kills the server; what waited in its memory is gone. */
async function killAndReopen(): Promise<void> {
  const pid = Number(readFileSync(path.join(home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(pid, 'SIGKILL');
  await store.close();
  store = await openStore({ folder: home, port });
}

const throughline = (...args: string[]): Promise<Ended> => runCli([...args, '--home', home], { cwd: folder });
const people = (): Promise<unknown[]> => ask('select display_name, email from person join account using (person_id)');

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-on-disk-'));
  chmodSync(folder, 0o755);
  home = path.join(folder, '.throughline');
  port = await freePort();
  // Held by this process, so that the end of a command does not end the server in order.
  store = await openStore({ folder: home, port });
  await migrate(store.url);
  await ask(`create table waited (what text, setting text);
    create function note() returns trigger language plpgsql as $$ begin
      insert into waited values (tg_op, current_setting('synchronous_commit')); return null; end $$;
    create trigger note after insert or delete on person for each row execute function note()`);
  writeFileSync(
    path.join(folder, 'people.csv'),
    'person_key,email,team,valid_from\nzofia,zofia@acme.io,checkout,2026-01-01\n'
  );
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a file that was imported and a person who was erased', async () => {
  expect(await throughline('import', 'people.csv')).toMatchObject({ code: 0 });
  await killAndReopen();
  expect(await people()).toMatchObject([{ email: 'zofia@acme.io' }]);

  expect((await throughline('person', '--erase', 'zofia@acme.io', '--yes')).stdout).toMatch(/^Erased\. /);
  await killAndReopen();
  expect(await people()).toEqual([]);
  expect(await ask(`select distinct what, setting from waited order by what`)).toEqual([
    { what: 'DELETE', setting: 'on' },
    { what: 'INSERT', setting: 'on' },
  ]);
}, 60_000);

test('what reads again waits for no disk, until its session ends', async () => {
  const reading = await openSession({ home }, { isReadAgain: true });
  expect((await reading.pool.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'off' }]);
  await reading.pool.query(`insert into service values ('shop', 'Shop')`);
  await reading.close();
  await killAndReopen();
  expect(await ask('select service_id from service')).toEqual([{ service_id: 'shop' }]);
}, 60_000);
