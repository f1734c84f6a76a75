/** What the backend has to know of a store before it may ask for numbers: its schema and the organisation's settings. */
import { BackendError } from '../errors.ts';
import { SharedRuns } from '../shared-runs.ts';
import type { SqlQuery, Store } from './database.ts';

export interface StoreInfo {
  /** Applied migrations in order. */
  readonly migrations: readonly string[];
  /** Organisation settings (table `setting`). */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Settings change when the collector starts, not between two refreshes of a dashboard. */
const KEEP_MS = 30_000;

const MIGRATIONS: SqlQuery = { text: `select name from throughline_migration order by name`, values: [] };
/** Without what changes with every derivation (facts-version.ts). */
const SETTINGS: SqlQuery = { text: `select key, value from setting where key <> 'facts_derived'`, values: [] };
/** Without the library of the extension, which the server loads at its start, compressed events are not where a table looks. */
const EXTENSION: SqlQuery = {
  text: `select exists (select from pg_extension where extname = 'timescaledb') and current_setting('timescaledb.bgw_launcher_poll_time', true) is not null as is_there`,
  values: [],
};
const ALL_ROWS = 10_000;

/** Reads and keeps the info of one store; all panels of a board that need it at once wait for one reading. Errors are not kept. */
export class StoreInfoCache {
  private readonly store: Store;
  private readonly expected: readonly string[];
  private readonly runs = new SharedRuns();
  private kept: { readonly info: StoreInfo; readonly until: number } | null = null;

  /** `expected` = migrations that this plugin was built for. */
  constructor(store: Store, expected: readonly string[]) {
    this.store = store;
    this.expected = expected;
  }

  /**
   * The info, at most half a minute old.
   * @throws BackendError `schema_missing`, `schema_older`, `schema_newer`, `store_extension`, and all that a connection can throw.
   */
  async read(signal: AbortSignal): Promise<StoreInfo> {
    if (this.kept !== null && this.kept.until > performance.now()) {
      return this.kept.info;
    }
    return this.runs.join('info', signal, async (shared) => {
      const info = await readStoreInfo(this.store, shared);
      requireSchema(info.migrations, this.expected);
      this.kept = { info, until: performance.now() + KEEP_MS };
      return info;
    });
  }
}

/** Reads the info as it is, without judging the schema. @throws BackendError `schema_missing`, `store_extension` and connection errors. */
export async function readStoreInfo(store: Store, signal: AbortSignal): Promise<StoreInfo> {
  try {
    const migrations = await store.run(MIGRATIONS, { signal, maxRows: ALL_ROWS });
    const settings = await store.run(SETTINGS, { signal, maxRows: ALL_ROWS });
    const info = {
      migrations: migrations.rows.map((row) => String(row['name'])),
      settings: Object.fromEntries(settings.rows.map((row) => [String(row['key']), row['value'] as unknown])),
    };
    await requireTimescale(store, info.settings['timescale'], signal);
    return info;
  } catch (error) {
    throw isMissingTable(error) ? schemaMissing(store) : error;
  }
}

/** A part of the events would look like all of them. @throws BackendError `store_extension`. */
async function requireTimescale(store: Store, used: unknown, signal: AbortSignal): Promise<void> {
  if ((used as { isUsed?: unknown } | undefined)?.isUsed !== true) {
    return;
  }
  const { rows } = await store.run(EXTENSION, { signal, maxRows: 1 });
  if (rows[0]?.['is_there'] !== true) {
    const { database, host, port } = store.settings;
    throw new BackendError({
      code: 'store_extension',
      status: 409,
      message: `Database "${database}" at ${host}:${String(port)} keeps events in TimescaleDB, and the server has lost it or has not loaded it: put timescaledb into its shared_preload_libraries and restart it, or restore the database into a server that has it.`,
    });
  }
}

/**
 * Compares the migrations of a store with those this plugin was built for.
 * @throws BackendError `schema_older`, `schema_newer`.
 */
export function requireSchema(found: readonly string[], expected: readonly string[]): void {
  const missing = expected.filter((name) => !found.includes(name));
  const unknown = found.filter((name) => !expected.includes(name));
  const last = expected.at(-1) ?? '';
  if (found.length > 0 && unknown.length > 0 && !found.includes(expected[0] ?? '')) {
    throw new BackendError({
      code: 'schema_older',
      status: 409,
      message: `The store was made by a version from before the first release (it has ${found.at(-1) ?? ''}), and this plugin cannot read it. Fill an empty database or folder with: throughline demo, or throughline collect; then name it in the data source.`,
    });
  }
  if (missing.length > 0) {
    throw new BackendError({
      code: 'schema_older',
      status: 409,
      message: `The store's schema is older than this plugin: it ends at ${found.at(-1) ?? 'nothing'} and the plugin needs ${last}. Run: throughline migrate`,
    });
  }
  if (unknown.length > 0) {
    throw new BackendError({
      code: 'schema_newer',
      status: 409,
      message: `The store's schema is newer than this plugin: it has ${unknown.join(', ')} and the plugin ends at ${last}. Update the plugin.`,
    });
  }
}

function isMissingTable(error: unknown): boolean {
  const cause = error instanceof BackendError ? error.cause : error;
  return (cause as { code?: unknown } | undefined)?.code === '42P01';
}

function schemaMissing({ settings }: Store): BackendError {
  return new BackendError({
    code: 'schema_missing',
    status: 409,
    message: `Database "${settings.database}" at ${settings.host}:${String(settings.port)} holds no Throughline store. Check the database name, or run: throughline migrate`,
  });
}
