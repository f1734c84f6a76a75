/**
 * TimescaleDB, where the server has it: tables of events become hypertables whose older parts are compressed. Without it the same tables
 * hold the same rows and every query gives the same answer; only size and speed differ. docs/decisions/0005 says which tables, and why.
 */
import type pg from 'pg';
import { CollectorError, messageOf } from '../errors.ts';

/** What the store uses of the extension; kept as setting `timescale`, so that panels can tell a store that has lost it. */
export interface TimescaleState {
  readonly isUsed: boolean;
  readonly isCompressed: boolean;
  /** Of the extension in this database; null = it is not there. */
  readonly version: string | null;
  /** Why it is not used, or not fully, and what to do; null = nothing to say. */
  readonly reason: string | null;
  /** All of it as a sentence for people. */
  readonly text: string;
}

interface Hypertable {
  readonly name: string;
  /** Part of the primary key, as a hypertable demands. */
  readonly time: string;
  readonly chunkDays: number;
  /** What is asked for together: rows of one compressed batch share it, and only such batches are opened when a row comes again. */
  readonly segmentBy: string;
  readonly orderBy: string;
  /** Late rows still reach compressed chunks, but slower: most are final by then. */
  readonly compressAfterDays: number;
}

const hypertables: readonly Hypertable[] = [
  {
    name: 'tool_event',
    time: 'at',
    chunkDays: 30,
    segmentBy: 'person_id, tool_id',
    orderBy: 'at, event_id',
    compressAfterDays: 60,
  },
];

const creation = ({ name, time, chunkDays }: Hypertable): string =>
  `select create_hypertable('${name}', '${time}', chunk_time_interval => interval '${String(chunkDays)} days', if_not_exists => true,
     migrate_data => true, create_default_indexes => false)`;

const compression = ({ name, segmentBy, orderBy, compressAfterDays }: Hypertable): string[] => [
  `alter table ${name} set (timescaledb.compress, timescaledb.compress_segmentby = '${segmentBy}', timescaledb.compress_orderby = '${orderBy}')`,
  `select add_compression_policy('${name}', interval '${String(compressAfterDays)} days', if_not_exists => true)`,
];

/** `is_loaded`: the server has loaded the extension's library at its start; asking for the extension without that ends the connection. */
const FOUND = `
select (select default_version from pg_available_extensions where name = 'timescaledb') as offered,
  (select extversion from pg_extension where extname = 'timescaledb') as version,
  current_setting('timescaledb.bgw_launcher_poll_time', true) is not null as is_loaded`;

interface Found {
  readonly offered: string | null;
  readonly version: string | null;
  readonly is_loaded: boolean;
}

type Client = pg.ClientBase | pg.Pool;

async function find(client: Client): Promise<Found> {
  const { rows } = await client.query<Found>(FOUND);
  return rows[0] ?? { offered: null, version: null, is_loaded: false };
}

async function attempt(client: Client, statements: readonly string[]): Promise<string | null> {
  try {
    for (const statement of statements) {
      await client.query(statement);
    }
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Whether the server offers the extension and has loaded it. */
export async function hasTimescale(client: Client): Promise<boolean> {
  const { offered, is_loaded } = await find(client);
  return offered !== null && is_loaded;
}

const LOAD = `put timescaledb into the server's shared_preload_libraries and restart it`;

/** Why the extension cannot be made use of; null = it can. */
async function whyNot(client: Client, { offered, version, is_loaded }: Found): Promise<string | null> {
  if (offered === null) {
    return 'the server does not have the extension timescaledb';
  }
  if (!is_loaded) {
    return `the server has the extension timescaledb but has not loaded it: ${LOAD}`;
  }
  const refused = version === null ? await attempt(client, ['create extension if not exists timescaledb']) : null;
  return refused === null
    ? null
    : `the user of the store may not create the extension (${refused}); an administrator may: create extension timescaledb`;
}

async function isCompressing(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::integer as count from timescaledb_information.hypertables
     where hypertable_schema = current_schema() and hypertable_name = any($1::text[]) and compression_enabled`,
    [hypertables.map(({ name }) => name)]
  );
  return rows[0]?.count === hypertables.length;
}

/** Why hypertables stay uncompressed; null = they are compressed. */
async function compress(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ license: string | null }>(
    `select current_setting('timescaledb.license', true) as license`
  );
  if (rows[0]?.license === 'apache') {
    return `events are not compressed: the server runs TimescaleDB under the Apache licence (timescaledb.license = apache), and compression is part of the community licence`;
  }
  const refused = (await isCompressing(client)) ? null : await attempt(client, hypertables.flatMap(compression));
  return refused === null ? null : `events are not compressed: ${refused}`;
}

async function use(client: Client): Promise<Omit<TimescaleState, 'text'>> {
  const found = await find(client);
  const notUsable = await whyNot(client, found);
  const version = notUsable === null ? (found.version ?? found.offered) : found.version;
  const reason = notUsable ?? (await attempt(client, hypertables.map(creation)));
  if (reason !== null) {
    return { isUsed: false, isCompressed: false, version, reason };
  }
  const uncompressed = await compress(client);
  return { isUsed: true, isCompressed: uncompressed === null, version, reason: uncompressed };
}

function inWords({ isUsed, version, reason }: Omit<TimescaleState, 'text'>): string {
  return isUsed
    ? `TimescaleDB ${version ?? ''} keeps events; ${reason ?? 'older ones are compressed'}.`
    : `TimescaleDB is not used: ${reason ?? ''}. Answers are the same without it.`;
}

const lost = (version: string, way: string): CollectorError =>
  new CollectorError({
    code: 'store_extension',
    message: `The store keeps events in TimescaleDB ${version}, and ${way}. Until then they cannot be read, and nothing is written.`,
    fault: 'config',
  });

const NOT_LOADED = `
select extversion as version from pg_extension
where extname = 'timescaledb' and current_setting('timescaledb.bgw_launcher_poll_time', true) is null`;

/**
 * Rows that are written while the extension is not loaded land where nobody looks for them later. Each new connection asks: the server was
 * started anew since the last one.
 * @throws CollectorError `store_extension`.
 */
export async function requireLoaded(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>(NOT_LOADED);
  if (rows[0]) {
    throw lost(rows[0].version, `the server has not loaded it: ${LOAD}`);
  }
}

/**
 * A store that used the extension and has lost it shows a part of its events as if they were all: compressed rows are not where tables look.
 * @throws CollectorError `store_extension`.
 */
export async function requireTimescale(client: Client): Promise<void> {
  const { rows } = await client.query<{ value: TimescaleState }>(`select value from setting where key = 'timescale'`);
  const known = rows[0]?.value;
  if (known?.isUsed !== true) {
    return;
  }
  await requireLoaded(client);
  if ((await find(client)).version === null) {
    throw lost(
      known.version ?? '',
      'this database has no such extension any more: restore it from a backup into a server that has'
    );
  }
}

/**
 * Uses TimescaleDB as far as server, licence and rights allow, and keeps what came of it as setting `timescale`. Run after `migrate`;
 * running it again changes nothing. A store without it is complete.
 * @throws CollectorError `store_extension` when the store has lost it.
 */
export async function useTimescale(client: Client): Promise<TimescaleState> {
  await requireTimescale(client);
  const used = await use(client);
  const state = { ...used, text: inWords(used) };
  await client.query(
    `insert into setting as s (key, value) values ('timescale', $1::jsonb)
     on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at where s.value is distinct from excluded.value`,
    [JSON.stringify(state)]
  );
  return state;
}
