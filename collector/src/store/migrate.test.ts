import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate, readMigrations, requireSchema, schemaVersion } from './migrate.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';

let db: TestDatabase;
let folder: string;

beforeEach(async () => {
  db = await testDatabase({ isEmpty: true });
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-migrations-'));
  file('000001_one', 'create table one (id integer);');
  file('000002_two', 'create table two (id integer);');
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await db.close();
});

function file(name: string, sql: string): void {
  writeFileSync(path.join(folder, `${name}.sql`), sql);
}

test('each file is applied once, in order, by as many processes as there are', async () => {
  const applied = await Promise.all([1, 2, 3].map(() => migrate(db.url, folder)));
  expect(applied.flat().sort()).toEqual(['000001_one', '000002_two']);
  expect(await migrate(db.url, folder)).toEqual([]);
  expect(await schemaVersion(db.pool, folder)).toEqual({
    current: '000002_two',
    expected: '000002_two',
    pending: [],
    unknown: [],
    edited: [],
    isUnreleased: false,
  });
});

test('no lock outlives the transaction of a file: a pooler would keep it', async () => {
  const held = `select classid, objid from pg_locks where pid = pg_backend_pid() and locktype = 'advisory'`;
  file('000003_three', `create table during as ${held}; commit; create table after as ${held}; begin;`);
  await migrate(db.url, folder);
  expect((await db.pool.query('select from during')).rowCount).toBe(1);
  expect((await db.pool.query('select from after')).rowCount).toBe(0);
});

test('a file that fails leaves nothing behind; what came before it stays', async () => {
  file('000003_three', 'create table three (id integer); select 1 / 0;');
  await expect(migrate(db.url, folder)).rejects.toMatchObject({
    code: 'migration_failed',
    message: expect.stringContaining('division by zero') as string,
  });
  expect(await schemaVersion(db.pool, folder)).toMatchObject({ current: '000002_two', pending: ['000003_three'] });
  expect((await db.pool.query(`select to_regclass('three') as three`)).rows).toEqual([{ three: null }]);
});

test('a migration whose process is killed in the middle of a file is done by the next one, which waits for what the server still does', async () => {
  file('000003_three', 'create table three (id integer); select pg_sleep(2);');
  const script = `import { migrate } from ${JSON.stringify(path.join(import.meta.dirname, 'migrate.ts'))};
    await migrate(...${JSON.stringify([db.url, folder])});`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { stdio: 'ignore', env: { ...process.env, NODE_OPTIONS: '' } });
  const ended = once(child, 'exit');
  const isInFile = async (): Promise<boolean> =>
    (await db.pool.query(`select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`))
      .rowCount !== 0;
  while (child.exitCode === null && !(await isInFile())) await sleep(20);
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(await schemaVersion(db.pool, folder)).toMatchObject({ current: '000002_two', pending: ['000003_three'] });
  expect(await migrate(db.url, folder)).toEqual(['000003_three']);
  expect(await schemaVersion(db.pool, folder)).toMatchObject({ current: '000003_three', pending: [] });
}, 30_000);

test('an older store is named as older, with the command that helps', async () => {
  await migrate(db.url, folder);
  file('000003_three', 'create table three (id integer);');
  await expect(requireSchema(db.pool, folder)).rejects.toMatchObject({
    code: 'schema_older',
    message: expect.stringMatching(/000002_two.*000003_three.*throughline migrate/) as string,
  });
});

test('a newer store is left alone', async () => {
  await migrate(db.url, folder);
  rmSync(path.join(folder, '000002_two.sql'));
  await expect(requireSchema(db.pool, folder)).rejects.toMatchObject({ code: 'schema_newer' });
  await expect(migrate(db.url, folder)).rejects.toMatchObject({
    code: 'schema_newer',
    message: expect.stringContaining('Update this collector') as string,
  });
});

test('a store from before the first release is refused with the way out, and left alone', async () => {
  await migrate(db.url, folder);
  for (const name of ['000001_one', '000002_two']) rmSync(path.join(folder, `${name}.sql`));
  file('000001_first', 'create table first (id integer);');
  const refused = {
    code: 'schema_unreleased',
    message: expect.stringMatching(/000002_two.*000001_first.*DATABASE_URL.*--home.*throughline demo/) as string,
  };
  await expect(migrate(db.url, folder)).rejects.toMatchObject(refused);
  await expect(requireSchema(db.pool, folder)).rejects.toMatchObject(refused);
  expect((await db.pool.query(`select to_regclass('first') as first`)).rows).toEqual([{ first: null }]);
});

test('a file that was edited after it was applied is found', async () => {
  await migrate(db.url, folder);
  file('000001_one', 'create table one (id bigint);');
  await expect(migrate(db.url, folder)).rejects.toMatchObject({
    code: 'schema_edited',
    message: expect.stringContaining('000001_one') as string,
  });
});

test('line endings of a checkout do not count as an edit', () => {
  const [before] = readMigrations(folder);
  file('000001_one', 'create table one (id integer);\r\n');
  const [windows] = readMigrations(folder);
  file('000001_one', 'create table one (id integer);\n');
  expect(readMigrations(folder)[0]?.sha256).toBe(windows?.sha256);
  expect(before?.sha256).not.toBe(windows?.sha256);
});

test('a user who may not create roles is told what an administrator has to run', async () => {
  const user = `limited_${db.name}`;
  await db.pool.query(`create role ${user} login password 'x'`);
  await db.pool.query(`grant create, temporary on database ${db.name} to ${user}`);
  await db.pool.query(`grant create, usage on schema public to ${user}`);
  const url = new URL(db.url);
  url.username = user;
  url.password = 'x';
  file('000001_one', 'create role throughline_other nologin;');
  try {
    await expect(migrate(url.href, folder)).rejects.toMatchObject({
      code: 'role_missing',
      message: expect.stringContaining('create role throughline_reader nologin') as string,
    });
    // Once the role is there, the same user migrates the real schema.
    expect(await migrate(url.href)).toEqual(readMigrations().map(({ name }) => name));
  } finally {
    await db.pool.query(`drop owned by ${user}`).catch(() => undefined);
    await db.close();
    const other = await testDatabase({ isEmpty: true });
    await other.pool.query(`drop role if exists ${user}`).catch(() => undefined);
    await other.close();
    db = await testDatabase({ isEmpty: true });
  }
});

test('every file that is shipped has a number of its own', () => {
  const numbers = readMigrations().map(({ name }) => name.slice(0, 6));
  expect(new Set(numbers).size).toBe(numbers.length);
});
