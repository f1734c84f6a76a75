/**
 * The connector contract. A connector lives in `connectors/<source>/`; it never sees the database.
 * Glossary: a *connector* is a place data comes from; a *stream* is one kind of data of it, pulled on its own schedule;
 * a *page* is what is written in one transaction; a *cursor* is where the next pull starts.
 */
import type { ZodType } from 'zod';
import type { HouseRow, ReplaceableTable } from './store/tables.ts';

export type { HouseRow, HouseTable, HouseValue } from './store/tables.ts';

/** An input that could not be used. It is counted, stored and named in `status`; the rest of the page goes on. */
export interface Skip {
  /** What, e.g. `1f3c… src/a.bin` or `people.csv:14`. */
  readonly item: string;
  /** Why, in words. */
  readonly reason: string;
}

/** Rows that a page gives whole: what is stored in `table` with these values and does not come with the page is taken back. */
export interface Replaced {
  readonly table: ReplaceableTable;
  readonly values: Readonly<Record<string, string>>;
}

/** Rows and the cursor after them: written in one transaction. A page read twice changes nothing. */
export interface Page<Cursor> {
  readonly rows: readonly HouseRow[];
  readonly cursor: Cursor;
  /** Data is complete up to here; absent = unchanged. */
  readonly watermark?: Date;
  /** What the rows of the page replace. The repository's own only. */
  readonly replaced?: readonly Replaced[];
  readonly skips?: readonly Skip[];
  /** For progress: units done and in total; total null = unknown. */
  readonly progress?: { readonly done: number; readonly total: number | null; readonly unit: string };
}

/** What a stream gets beside its cursor. */
export interface StreamContext<Config> {
  readonly config: Config;
  /** Scope of this run, e.g. a repository slug. */
  readonly scope: string;
  /** account_id of an address or login (HMAC with the install secret): `digest('git', 'ana@acme.io')`. */
  readonly accountId: (provider: string, key: string) => string;
  /** Directory for caches (mirrors); exists. */
  readonly cacheDir: string;
  readonly now: () => Date;
}

export interface Stream<Config, Cursor> {
  /** Kebab-case, unique within the connector. */
  readonly id: string;
  /** Zod type of the stored cursor. A cursor that does not parse starts the stream from the beginning. */
  readonly cursor: ZodType<Cursor>;
  /** How much to read again on each pull, in seconds. 0 where the source is append-only (git). */
  readonly overlapSeconds: number;
  /** Default schedule in cron syntax; `throughline.yaml` may override it. */
  readonly every: string;
  /** Scopes of this stream for a configuration (e.g. one per repository). */
  readonly scopes: (config: Config) => readonly string[];
  /**
   * Pulls pages after `cursor` (null = from the beginning).
   * @throws CollectorError with a stable code; the stream run stores its message and the next run starts at the last cursor.
   */
  readonly pull: (
    context: StreamContext<Config>,
    cursor: Cursor | null,
    signal: AbortSignal
  ) => AsyncIterable<Page<Cursor>>;
}

export interface Connector<Config> {
  /** = folder name. */
  readonly id: string;
  readonly title: string;
  /** Its section of `throughline.yaml`; every field described with default and consequence. */
  readonly config: ZodType<Config>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- streams of one connector have cursors of different types; run-stream parses each with its own zod type
  readonly streams: ReadonlyArray<Stream<Config, any>>;
}
