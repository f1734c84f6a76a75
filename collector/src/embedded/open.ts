/**
 * The default store: an embedded Postgres under `.throughline/`, shared by every collector process of the folder. With a URL the
 * given server is used instead.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { serverAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { dataDirOf, dataLeftBehind, isInside, isNewHome, removeData } from './data-folder.ts';
import { buildWalls, connectAdmin, database, prepareDatabase, readerRole, urlOf, type Secrets } from './database.ts';
import { guardServer } from './guard.ts';
import { initialiseServer, type ServerOptions } from './initdb.ts';
import { withFileLock } from '../file-lock.ts';
import { holdPresence, whenRecovered } from './presence.ts';
import { privateFolder } from './private-folder.ts';
import { findServer, startServer, stopServer } from './server.ts';
import { CollectorError } from '../errors.ts';
import { readSecretFile } from '../secret-file.ts';
import { withStoreErrors } from '../store/connection.ts';

/** A store that accepts connections. */
export interface Store {
  /** URL of the writer. A secret: never print it. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly isEmbedded: boolean;
  /** What Grafana connects with; password null = an administrator of the given server sets it. */
  readonly reader: { readonly user: string; readonly password: string | null };
  /** Stops using the store; end your own pools before. An embedded server ends with its last user; readers (Grafana) do not keep it up. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Folder for everything the collector keeps, usually `.throughline`. Created when missing. */
  readonly folder: string;
  /** Postgres server to use instead of the embedded one. */
  readonly url?: string;
  /** Wanted port of the embedded server. Default 55432; the next free one when another program has it. */
  readonly port?: number;
  /**
   * For what is read again from its source: a crash of the embedded server loses the last moments, rows and cursor alike. What is sent or said
   * once waits for the disk there too (receive/inbox.ts). Default false: a commit is on the disk. A given server's own setting holds.
   */
  readonly isReadAgain?: boolean;
}

const settings = {
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '60',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '32MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  random_page_cost: '1.1',
  jit: 'off',
  // Shared memory of containers is often 64 MB, less than one parallel hash join takes.
  dynamic_shared_memory_type: process.platform === 'linux' ? 'mmap' : '',
};

function prepareFolder(folder: string): void {
  try {
    privateFolder(folder);
    const probe = path.join(folder, `.probe-${String(process.pid)}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    throw new CollectorError({
      code: isFull ? 'disk_full' : 'embedded_not_writable',
      message: isFull
        ? `The disk of ${folder} is full. Free some space, or set DATABASE_URL to a Postgres server.`
        : `Cannot write to ${folder} (${code}). Check the rights of the folder, start in another one, or set DATABASE_URL to a Postgres server.`,
      fault: 'config',
      cause,
    });
  }
}

function readSecrets(file: string): Secrets | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch {
    return null;
  }
}

function writeSecrets(file: string, secrets: Secrets): void {
  const draft = `${file}.${String(process.pid)}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

function serverOptions(data: string, { folder, port }: { folder: string; port: number }): ServerOptions {
  const account = serverAccount();
  const used = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''));
  return {
    account,
    binaries: findBinaries(account),
    dataDir: data,
    logFile: path.join(folder, 'postgres.log'),
    port,
    settings: used,
  };
}

/** On the way out nobody waits longer: a server that does not answer is left to the next start. */
const LEAVE_LIMIT_MS = 10_000;

interface Started {
  readonly options: ServerOptions;
  readonly secrets: Secrets;
  readonly leave: () => boolean;
  readonly port: number;
}

/** Where the data lies; a home that was taken away begins anew. @throws CollectorError `embedded_secrets`. */
async function findData(folder: string, known: Secrets | null): Promise<string> {
  const file = path.join(folder, 'store.json');
  if (known) {
    return dataDirOf(folder, known.data);
  }
  const left = dataLeftBehind(folder);
  if (left.length > 0 && !isNewHome(folder)) {
    throw lockedData(left[0] ?? '', file);
  }
  for (const dataDir of left) {
    await stopServer({ binaries: findBinaries(serverAccount()), dataDir });
    removeData(dataDir);
  }
  return dataDirOf(folder, undefined);
}

async function start(folder: string, wantedPort: number | undefined): Promise<Started> {
  const file = path.join(folder, 'store.json');
  const known = readSecrets(file);
  const data = await findData(folder, known);
  const secret = (): string => randomBytes(24).toString('hex');
  const secrets: Secrets = {
    ...(known ?? { port: wantedPort ?? 55_432, admin: secret(), writer: secret(), reader: secret() }),
    ...(isInside(folder, data) ? {} : { data }),
  };
  const options = serverOptions(data, { folder, port: wantedPort ?? secrets.port });
  if (known?.data !== secrets.data || !known) {
    writeSecrets(file, secrets);
  }
  await initialiseServer(options, secrets.admin);
  const port = await whenRecovered(async () => {
    const running = await startServer(options);
    const admin = await connectAdmin(secrets, running.port);
    await prepareDatabase(admin, secrets).finally(() => admin.end());
    await buildWalls(secrets, running.port);
    return running.port;
  });
  if (port !== secrets.port) {
    writeSecrets(file, { ...secrets, port });
  }
  return { options, secrets, leave: holdPresence(folder), port };
}

/** Whether the server takes connections. One that recovers from a crash is waited for, since it may hang when it is told to end meanwhile. */
async function answers({ dataDir }: ServerOptions, secrets: Secrets): Promise<boolean> {
  const running = await findServer(dataDir);
  if (running === null) {
    return false;
  }
  const connect = async (): Promise<void> => (await connectAdmin(secrets, running.port)).end();
  return whenRecovered(connect, LEAVE_LIMIT_MS).then(
    () => true,
    () => false
  );
}

const lockedData = (dataDir: string, file: string): CollectorError =>
  new CollectorError({
    code: 'embedded_secrets',
    message: `${file} is missing or damaged, and with it the passwords of the data in ${dataDir}. Restore the file, or remove ${path.dirname(file)} to start anew (everything can be collected again).`,
    fault: 'config',
  });

/** Of a session, not of the server: only who reads again may lose what was said to be done. */
const waitsForNoDisk = (url: string): string => `${url}?options=${encodeURIComponent('-c synchronous_commit=off')}`;

async function openEmbedded(
  folder: string,
  { port: wantedPort, isReadAgain = false }: Omit<StoreOptions, 'folder'>
): Promise<Store> {
  prepareFolder(folder);
  const lock = path.join(folder, 'store.lock');
  const { options, secrets, leave, port } = await withFileLock(lock, () =>
    withStoreErrors(() => start(folder, wantedPort))
  );
  let isClosed = false;
  const dismissGuard = guardServer(folder);
  const url = urlOf(database, secrets.writer, { port, name: database });
  return {
    url: isReadAgain ? waitsForNoDisk(url) : url,
    host: '127.0.0.1',
    port,
    database,
    isEmbedded: true,
    reader: { user: readerRole, password: secrets.reader },
    close: async () => {
      if (isClosed) {
        return;
      }
      isClosed = true;
      const end = async (): Promise<void> => {
        if (leave() && (await answers(options, secrets))) {
          await stopServer(options);
        }
      };
      // Where somebody has removed the folder there is nobody left to agree with.
      await (existsSync(folder) ? withFileLock(lock, end) : end());
      dismissGuard();
    },
  };
}

/** Files that a Postgres URL may name. */
const urlFiles = ['sslrootcert', 'sslcert', 'sslkey'] as const;

/**
 * An address means here what it means to psql: `sslmode=require` encrypts and asks for no certificate of a known authority.
 * @throws CollectorError `secret_file` when a file that it names cannot be read.
 */
function asLibpqSays(url: URL): URL {
  const asked = new URL(url);
  for (const name of urlFiles) {
    const file = asked.searchParams.get(name);
    if (file !== null) {
      readSecretFile(file, `${name} in DATABASE_URL`);
    }
  }
  if (asked.searchParams.has('sslmode') && !asked.searchParams.has('uselibpqcompat')) {
    asked.searchParams.set('uselibpqcompat', 'true');
  }
  return asked;
}

/** @throws CollectorError `store_url` when the URL is none of Postgres, `secret_file`. */
function openGiven(url: string): Store {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new CollectorError({
      code: 'store_url',
      message: 'DATABASE_URL is not a Postgres URL. It looks like postgres://user:password@host:5432/database.',
      fault: 'config',
    });
  }
  return {
    url: asLibpqSays(parsed).href,
    host: parsed.hostname,
    port: Number(parsed.port || 5432),
    database: decodeURIComponent(parsed.pathname.slice(1)) || decodeURIComponent(parsed.username),
    isEmbedded: false,
    reader: { user: readerRole, password: null },
    close: () => Promise.resolve(),
  };
}

/**
 * Opens the store: the given server, or the embedded one, which is created, started or joined as needed. Does not migrate.
 * @throws CollectorError `store_url`, `embedded_*`, `port_in_use`, `disk_full`, `lock_timeout`.
 */
export async function openStore({ folder, url, ...options }: StoreOptions): Promise<Store> {
  return url === undefined ? openEmbedded(path.resolve(folder), options) : openGiven(url);
}

/** Whether the embedded server of a folder runs, without starting it. */
export async function isEmbeddedRunning(folder: string): Promise<boolean> {
  const resolved = path.resolve(folder);
  const known = readSecrets(path.join(resolved, 'store.json'));
  const places = known?.data === undefined ? dataLeftBehind(resolved) : [known.data];
  const running = await Promise.all(places.map(findServer));
  return running.some((server) => server !== null);
}

/** Whether a folder holds an embedded store; data without its passwords too: opening it says what is wrong. */
export function hasEmbeddedStore(folder: string): boolean {
  return ['store.json', path.join('postgres', 'PG_VERSION')].some((file) => existsSync(path.join(folder, file)));
}
