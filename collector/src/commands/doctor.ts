import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { loadConfig } from '../config/load.ts';
import { hasEmbeddedStore, openStore, type Store } from '../embedded/open.ts';
import { messageOf } from '../errors.ts';
import { heldInWords, readHeld } from '../privacy/remove.ts';
import { readSwitchedOff } from '../privacy/switches.ts';
import { schemaVersion, startAnew } from '../store/migrate.ts';
import { gitVersion, requireGit } from '../git/version.ts';
import { openPool, placeOf } from '../store/connection.ts';
import { hasReaderWalls } from '../store/reader-walls.ts';
import { fault, ok, warning, type Finding } from './finding.ts';
import { checkSources } from './doctor-sources.ts';
import { storeEmpty, storeUrl, type CommonOptions } from '../session.ts';
import { print } from '../terminal/print.ts';

async function checkGit(): Promise<Finding> {
  try {
    await requireGit();
    return ok('git', (await gitVersion()).trim());
  } catch (error) {
    return fault('git', messageOf(error));
  }
}

async function checkSchema(pool: pg.Pool): Promise<Finding> {
  const version = await schemaVersion(pool);
  if (version.isUnreleased) {
    return fault('schema', `the store was made by a version from before the first release. ${startAnew}`);
  }
  if (version.unknown.length > 0) {
    return fault(
      'schema',
      `the store is newer (${version.unknown.join(', ')}) than this collector (${version.expected}); update the collector.`
    );
  }
  if (version.edited.length > 0) {
    return fault('schema', `migration ${version.edited.join(', ')} was edited after it was applied; restore the file.`);
  }
  return version.pending.length > 0
    ? warning(
        'schema',
        `${version.current ?? 'empty'}; ${String(version.pending.length)} migrations to apply: throughline migrate`
      )
    : ok('schema', version.current ?? '(empty)');
}

async function checkRoles(pool: pg.Pool): Promise<Finding> {
  const { rows } = await pool.query<{ exists: boolean; can_login: boolean | null; writes: boolean }>(
    `select exists (select from pg_roles where rolname = 'throughline_reader') as exists,
            (select rolcanlogin from pg_roles where rolname = 'throughline_reader') as can_login,
            exists (select from information_schema.role_table_grants
                    where grantee = 'throughline_reader' and privilege_type <> 'SELECT' and table_schema in ('public', 'pack')) as writes`
  );
  const role = rows[0];
  if (!role?.exists) {
    return fault('roles', 'role throughline_reader is missing; run: throughline migrate');
  }
  if (role.writes) {
    return warning('roles', 'role throughline_reader may write; revoke everything but select.');
  }
  if (role.can_login && !(await hasReaderWalls(pool))) {
    return warning(
      'roles',
      'throughline_reader may take locks, keep large objects or make temporary tables; docs/security.md has the statements for an administrator.'
    );
  }
  return role.can_login
    ? ok('roles', 'throughline_reader may log in and only read')
    : warning('roles', "throughline_reader cannot log in yet; run: alter role throughline_reader login password '…'");
}

async function checkClock(pool: pg.Pool): Promise<Finding> {
  const before = Date.now();
  const { rows } = await pool.query<{ now: Date }>('select clock_timestamp() as now');
  const after = Date.now();
  const skewMs = Math.abs((rows[0]?.now.getTime() ?? after) - (before + after) / 2);
  return skewMs > 60_000
    ? warning(
        'clock',
        `this machine and the store differ by ${String(Math.round(skewMs / 1000))} s; events near "now" may be refused.`
      )
    : ok('clock', `differs from the store by ${String(Math.round(skewMs))} ms`);
}

const backendOf = async (client: pg.PoolClient): Promise<number | undefined> =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;

/** Says what `migrate` made of the extension, and when its files are newer than what the database runs. */
async function checkTimescale(pool: pg.Pool): Promise<Finding> {
  const { rows: kept } = await pool.query<{ text: string | null }>(
    `select value ->> 'text' as text from setting where key = 'timescale'`
  );
  const { rows: newer } = await pool.query<{ installed: string; offered: string }>(
    `select e.extversion as installed, a.default_version as offered from pg_extension e join pg_available_extensions a on a.name = e.extname
     where e.extname = 'timescaledb' and a.default_version <> e.extversion`
  );
  const text = kept[0]?.text ?? 'not looked for yet; run: throughline migrate';
  return newer[0]
    ? warning(
        'timescaledb',
        `${text} The server has ${newer[0].offered}: have an administrator run as the first statement of a session: alter extension timescaledb update`
      )
    : ok('timescaledb', text);
}

async function checkPrivacy(pool: pg.Pool): Promise<Finding> {
  const off = await readSwitchedOff(pool);
  const held = await readHeld(pool);
  if (held.length > 0) return warning('privacy', held.map(heldInWords).join('; '));
  return ok('privacy', off.length === 0 ? 'everything is collected' : `not collected: ${off.join(', ')}`);
}

/** Server connections that `run` may hold at once: locks, pages and the queue's. */
const CONNECTIONS_NEEDED = 8;
const POOLER_WAIT_MS = 5_000;

/** Whether the pooler gives so many transactions a connection at the same time. */
async function opensTransactions(clients: readonly pg.PoolClient[]): Promise<boolean> {
  const opened = Promise.all(clients.map((client) => client.query('begin; select 1')));
  const isOpen = await Promise.race([opened.then(() => true), sleep(POOLER_WAIT_MS, false, { ref: false })]);
  opened.catch(() => undefined);
  return isOpen;
}

/** Two open connections that one server process serves: a pooler lends it for a transaction. */
async function checkPooler(url: string): Promise<Finding[]> {
  const pool = openPool(url, { max: CONNECTIONS_NEEDED });
  const clients: pg.PoolClient[] = [];
  try {
    clients.push(await pool.connect(), await pool.connect());
    const served: Array<number | undefined> = [];
    for (const client of clients) served.push(await backendOf(client));
    if (served[0] !== served[1]) {
      return [];
    }
    while (clients.length < CONNECTIONS_NEEDED) clients.push(await pool.connect());
    return [
      (await opensTransactions(clients))
        ? ok('pooler', 'in transaction mode, with connections enough')
        : warning(
            'pooler',
            `in transaction mode, and fewer than ${String(CONNECTIONS_NEEDED)} connections at once: raise its pool size (PgBouncer: default_pool_size), or the collector waits for itself.`
          ),
    ];
  } finally {
    for (const client of clients) client.release(true);
    await pool.end();
  }
}

async function checkStore(store: Store): Promise<Finding[]> {
  const pool = openPool(store.url, { max: 1 });
  try {
    const { rows } = await pool.query<{ version: string }>(`select current_setting('server_version') as version`);
    const where = `${placeOf(store)}${store.isEmbedded ? ' (embedded)' : ''}`;
    const findings = [ok('store', `${where}, Postgres ${rows[0]?.version ?? '?'}`)];
    for (const check of [checkSchema, checkRoles, checkClock]) {
      findings.push(await check(pool));
    }
    if ((await schemaVersion(pool)).pending.length === 0) {
      findings.push(await checkTimescale(pool), await checkPrivacy(pool));
    }
    return [...findings, ...(await checkPooler(store.url))];
  } finally {
    await pool.end();
  }
}

/** An embedded store that was never made is no fault before the first start, and looking makes none. */
async function findStore(home: string, url: string | undefined): Promise<Finding[]> {
  if (url === undefined && !hasEmbeddedStore(home)) {
    return [warning('store', storeEmpty(home).message)];
  }
  const store = await openStore({ folder: home, ...(url === undefined ? {} : { url }) });
  try {
    return await checkStore(store);
  } finally {
    await store.close();
  }
}

/** `throughline doctor`: everything that can be wrong before collecting starts. @returns 1 when something is. */
export async function doctor(options: CommonOptions): Promise<number> {
  const findings: Finding[] = [ok('node', process.version), await checkGit()];
  try {
    const { config, file } = loadConfig(options.config, process.cwd());
    findings.push(ok('configuration', file ?? 'no throughline.yaml here; defaults'));
    // What sources say does not wait for a store that is in trouble.
    const asked = checkSources(config);
    for (const found of await findStore(options.home, storeUrl(config)).finally(() => asked)) findings.push(found);
    for (const found of await asked) findings.push(found);
  } catch (error) {
    findings.push(fault('configuration or store', messageOf(error)));
  }
  for (const { check, state, text } of findings) {
    print(`${state.padEnd(8)} ${check}: ${text}\n`);
  }
  return findings.some(({ state }) => state === 'fault') ? 1 : 0;
}
