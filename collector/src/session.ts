/** What every command needs: configuration, the store (opened and migrated) and a pool of the writer. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { namedConfig } from './connectors/configured.ts';
import { hasEmbeddedStore, openStore, type Store } from './embedded/open.ts';
import { privateFolder } from './embedded/private-folder.ts';
import { CollectorError } from './errors.ts';
import { readSecretFile } from './secret-file.ts';
import { applySwitches } from './privacy/switches.ts';
import { migrate } from './store/migrate.ts';
import { openPool, waitForDisk } from './store/connection.ts';
import { buildReaderWallsIfAllowed } from './store/reader-walls.ts';
import { useTimescale, type TimescaleState } from './store/timescale.ts';
import { waitForStore, type Patience } from './store/wait.ts';

/** Options that all commands share. */
export interface CommonOptions {
  readonly config?: string;
  /** Folder for the embedded store, mirrors and connection files. */
  readonly home: string;
}

/** How a command opens its session. */
export interface OpenOptions {
  /** Default false. */
  readonly isDemo?: boolean;
  /** For a command that only looks: an embedded store is not made. Default false. */
  readonly mustExist?: boolean;
  /** Whether what it writes is read again after a crash (embedded/open.ts). Default false: what is said to be done is on the disk. */
  readonly isReadAgain?: boolean;
  /** For a store that is not ready yet. Default: none, a person is told at once. */
  readonly patience?: Patience | undefined;
}

export interface Session {
  readonly config: Config;
  readonly store: Store;
  readonly pool: pg.Pool;
  readonly timescale: TimescaleState;
  readonly home: string;
  close(): Promise<void>;
}

/** Default folder, relative to where the command runs. */
export const defaultHome = (): string => process.env.THROUGHLINE_HOME ?? '.throughline';

/**
 * The store's URL: configuration, DATABASE_URL, or host and password file (containers); undefined = embedded.
 * Secrets in files never pass through the environment of the process list.
 */
export function storeUrl(
  config: Config,
  env: Readonly<Record<string, string | undefined>> = process.env
): string | undefined {
  const given = config.store.url ?? env.DATABASE_URL;
  if (given !== undefined || env.THROUGHLINE_STORE_HOST === undefined) {
    return given;
  }
  const url = new URL('postgres://localhost');
  url.hostname = env.THROUGHLINE_STORE_HOST;
  url.port = env.THROUGHLINE_STORE_PORT ?? '5432';
  url.username = env.THROUGHLINE_STORE_USER ?? 'throughline';
  url.pathname = `/${env.THROUGHLINE_STORE_DATABASE ?? 'throughline'}`;
  const file = env.THROUGHLINE_STORE_PASSWORD_FILE;
  url.password = file ? readSecretFile(file, 'THROUGHLINE_STORE_PASSWORD_FILE') : '';
  if (env.THROUGHLINE_STORE_TLS) {
    url.searchParams.set('sslmode', env.THROUGHLINE_STORE_TLS);
  }
  return url.toString();
}

/** How the plugin's tools reach the store that was opened last (mode 0600): host, port, database, reader role. */
export function writeConnection(home: string, store: Store, folder: string): void {
  privateFolder(home);
  const { host, port, database, reader } = store;
  const connection = {
    host,
    port,
    database,
    user: reader.user,
    password: reader.password,
    folder: path.resolve(folder),
  };
  const file = path.join(home, 'connection.json');
  const draft = `${file}.${String(process.pid)}`;
  // A new file: the mode of one that is there would stay as it is.
  writeFileSync(draft, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Folder of the embedded store that was opened last; null = none was. */
export function lastFolder(home: string): string | null {
  try {
    const { folder } = JSON.parse(readFileSync(path.join(home, 'connection.json'), 'utf8')) as { folder?: string };
    return folder ?? null;
  } catch {
    return null;
  }
}

/** There is no embedded store where one is to be read. */
export const storeEmpty = (home: string): CollectorError =>
  new CollectorError({
    code: 'store_empty',
    message: `There is no store under ${path.resolve(home)} yet. Run: npm start, or throughline collect --repo PATH_OR_URL; or set DATABASE_URL.`,
    fault: 'config',
  });

/** A store of its own for the demo organisation, beside the one for real data. */
export const demoFolder = (home: string): string => path.join(home, 'demo');

/**
 * Reads the configuration, opens and migrates the store.
 * @throws CollectorError of loadConfig, openStore, waitForStore and migrate, `store_empty`.
 */
export async function openSession(
  { config: file, home }: CommonOptions,
  { isDemo = false, mustExist = false, isReadAgain = false, patience }: OpenOptions = {}
): Promise<Session> {
  const loaded = loadConfig(file, process.cwd());
  const given = namedConfig(loaded.config);
  const url = storeUrl(given);
  const folder = isDemo && url === undefined ? demoFolder(home) : home;
  if (mustExist && url === undefined && !hasEmbeddedStore(folder)) {
    throw storeEmpty(folder);
  }
  const store = await openStore({ folder, isReadAgain, ...(url === undefined ? {} : { url }) });
  const pool = openPool(store.url);
  const close = async (): Promise<void> => {
    if (isReadAgain && store.isEmbedded) await waitForDisk(pool);
    await pool.end();
    await store.close();
  };
  try {
    if (patience) {
      await waitForStore(store.url, patience);
    }
    await migrate(store.url);
    const timescale = await useTimescale(pool);
    await buildReaderWallsIfAllowed(pool);
    // A command that only looks, and one without a file that says so, changes nothing of what is collected.
    const isSaid = loaded.file !== null && !mustExist;
    const collect = await applySwitches(pool, isSaid ? given.privacy.collect : null);
    const config = { ...given, privacy: { ...given.privacy, collect } };
    if (store.isEmbedded) {
      writeConnection(home, store, folder);
    }
    return { config, store, pool, timescale, home, close };
  } catch (error) {
    await close();
    throw error;
  }
}
