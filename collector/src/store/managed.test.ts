/** Stores that somebody else runs: few rights, timeouts, read-only sessions, TLS, a pooler. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { configSchema } from '../config/schema.ts';
import { deriveAll } from '../derive/derive.ts';
import { openStore } from '../embedded/open.ts';
import { openPool, toStoreError, transaction, withStoreErrors } from './connection.ts';
import { withHeldLock } from './held-lock.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { useTimescale } from './timescale.ts';
import { writePage } from './write-page.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';

let db: TestDatabase;
let user: string;
let url: string;
let pool: pg.Pool;

const signal = new AbortController().signal;

beforeAll(async () => {
  db = await testDatabase({ isEmpty: true });
  user = `tenant_${db.name}`;
  // What a provider gives: a database, no superuser, no roles, sessions that end what takes long and begin read-only.
  await db.pool.query(`create role ${user} login password 'x' nocreaterole nocreatedb`);
  await db.pool.query(
    `grant create on database ${db.name} to ${user}; grant create, usage on schema public to ${user}`
  );
  await db.pool.query(`alter role ${user} set statement_timeout = '300ms'`);
  await db.pool.query(`alter role ${user} set idle_in_transaction_session_timeout = '300ms'`);
  await db.pool.query(`alter role ${user} set default_transaction_read_only = on`);
  const tenant = new URL(db.url);
  tenant.username = user;
  tenant.password = 'x';
  url = tenant.href;
  pool = openPool(url, { max: 4 });
});
afterAll(async () => {
  await pool.end();
  await db.pool.query(`drop owned by ${user} cascade`).catch(() => undefined);
  await db.close();
  const other = await testDatabase({ isEmpty: true });
  await other.pool.query(`drop role if exists ${user}`).catch(() => undefined);
  await other.close();
});

test('a user without rights beyond its database migrates, collects and derives', async () => {
  // Here the provider keeps temporary tables back too.
  const statement = `grant temporary on database ${db.name} to ${user}`;
  await expect(migrate(url)).rejects.toMatchObject({
    code: 'store_rights',
    message: `The store's user may not make temporary tables. Have an administrator run: ${statement}`,
  });
  await db.pool.query(statement);
  expect(await migrate(url)).toEqual([]);
  expect((await schemaVersion(pool)).pending).toEqual([]);
  expect(await useTimescale(pool)).toMatchObject({ text: expect.stringMatching(/^TimescaleDB /) as string });
  const rows = [{ table: 'service' as const, values: { service_id: 'shop', title: 'Shop' } }];
  expect(await writePage(pool, { streamId: 's', repoId: null, page: { rows, cursor: 1 } })).toEqual({
    rows: 1,
    skips: 0,
  });
  await deriveAll(pool, { config: configSchema.parse({}), full: true });
  // A statement on its own writes too.
  await pool.query(`update stream_state set last_ok_at = now()`);
});

test('a transaction takes as long as it takes', async () => {
  await transaction(pool, async (client) => {
    await client.query('select pg_sleep(0.5)');
    await sleep(500);
    await client.query(`update service set title = 'Shop 2'`);
  });
  const work = async (): Promise<string> => {
    await sleep(700);
    return 'done';
  };
  expect(await withHeldLock(pool, { name: 'x', signal }, work)).toEqual({ isBusy: false, result: 'done' });
});

test('a statement that the server stops is named with what an administrator has to run', async () => {
  await expect(withStoreErrors(() => pool.query('select pg_sleep(2)'))).rejects.toMatchObject({
    code: 'store_timeout',
    message: expect.stringContaining('alter role NAME set statement_timeout = 0') as string,
  });
});

test('a session that stays read-only is named with what an administrator has to run', async () => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await expect(withStoreErrors(() => client.query(`update service set title = ''`))).rejects.toMatchObject({
      code: 'store_read_only',
      message: expect.stringContaining('alter role NAME set default_transaction_read_only = off') as string,
    });
  } finally {
    await client.end();
  }
});

const withCode = (code: string, message: string): Error => Object.assign(new Error(message), { code });

test.each([
  ['a replica', withCode('0A000', 'cannot set transaction read-write mode during recovery'), 'store_read_only'],
  [
    'TLS is demanded',
    withCode('28000', 'no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", no encryption'),
    'store_tls',
  ],
  ['TLS is not known', new Error('The server does not support SSL connections'), 'store_tls'],
  [
    'an unknown authority',
    withCode('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'),
    'store_tls',
  ],
  [
    'another host',
    withCode('ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames"),
    'store_tls',
  ],
  [
    'an idle transaction',
    withCode('25P03', 'terminating connection due to idle-in-transaction timeout'),
    'store_timeout',
  ],
  ['a long transaction', withCode('25P04', 'terminating connection due to transaction timeout'), 'store_timeout'],
  [
    'a removed library',
    withCode('58P01', 'could not access file "$libdir/timescaledb-2.26.3": No such file or directory'),
    'store_extension',
  ],
  ['a wrong password', withCode('28P01', 'password authentication failed for user "u"'), 'store_login'],
])('%s is one line with its code', (_, error, code) => {
  const worded = toStoreError(error);
  expect(worded).toMatchObject({ code });
  expect((worded as Error).message).not.toContain('\n');
});

test('an address says the same as to psql, and a file of it that cannot be read is named', async () => {
  const asked = await openStore({ folder: '', url: 'postgres://u@db.internal/throughline?sslmode=require' });
  expect(asked.url).toContain('sslmode=require&uselibpqcompat=true');
  expect((await openStore({ folder: '', url: 'postgres://u@db.internal/throughline' })).url).not.toContain(
    'uselibpqcompat'
  );
  await expect(
    openStore({ folder: '', url: 'postgres://u@db.internal/t?sslmode=verify-full&sslrootcert=/no/ca.pem' })
  ).rejects.toMatchObject({
    code: 'secret_file',
    message:
      'Cannot read the secret file /no/ca.pem (ENOENT). Check sslrootcert in DATABASE_URL and the rights of the file.',
  });
});
