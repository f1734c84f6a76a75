/**
 * TimescaleDB, where the server has it: tool events become a hypertable with compression. Without it the same table holds the same
 * rows and every query gives the same answer; only size and speed differ.
 */
import type pg from 'pg';
import { messageOf } from '../errors.ts';

export interface TimescaleState {
  readonly isUsed: boolean;
  readonly isCompressed: boolean;
  /** Why it is not used, or not fully; null = nothing to say. */
  readonly reason: string | null;
}

const makeHypertable = `
select create_hypertable('tool_event', 'at', chunk_time_interval => interval '30 days', if_not_exists => true, migrate_data => true,
  create_default_indexes => false)`;

const isCompressed = `
select from timescaledb_information.hypertables where hypertable_schema = current_schema() and hypertable_name = 'tool_event' and compression_enabled`;

/** Late events still reach compressed chunks; most telemetry is final after two months. */
const compress = [
  `alter table tool_event set (timescaledb.compress, timescaledb.compress_segmentby = 'tool_id', timescaledb.compress_orderby = 'at desc, event_id')`,
  `select add_compression_policy('tool_event', interval '60 days', if_not_exists => true)`,
];

async function attempt(client: pg.ClientBase | pg.Pool, statements: readonly string[]): Promise<string | null> {
  try {
    for (const statement of statements) {
      await client.query(statement);
    }
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Whether the server offers the extension. */
export async function hasTimescale(client: pg.ClientBase | pg.Pool): Promise<boolean> {
  const { rowCount } = await client.query(`select from pg_available_extensions where name = 'timescaledb'`);
  return rowCount !== 0;
}

/**
 * Uses TimescaleDB as far as server, licence and rights allow. Run after `migrate`; running it again changes nothing. Never fails:
 * a store without it is complete.
 */
export async function useTimescale(client: pg.ClientBase | pg.Pool): Promise<TimescaleState> {
  if (!(await hasTimescale(client))) {
    return { isUsed: false, isCompressed: false, reason: 'the server does not have the extension timescaledb' };
  }
  const refused = await attempt(client, ['create extension if not exists timescaledb', makeHypertable]);
  if (refused !== null) {
    return { isUsed: false, isCompressed: false, reason: refused };
  }
  if ((await client.query(isCompressed)).rowCount !== 0) {
    return { isUsed: true, isCompressed: true, reason: null };
  }
  const uncompressed = await attempt(client, compress);
  return { isUsed: true, isCompressed: uncompressed === null, reason: uncompressed };
}
