/** The store behind one data source: a pool, read-only transactions, timeouts, cancellation. Knows nothing of metrics or Grafana. */
import type { Writable } from 'node:stream';
import pg from 'pg';
import type { Row } from '../../metrics/define.ts';
import type { ConnectionSettings } from '../../settings.ts';
import { cancelQuery } from './cancel.ts';
import { cancelled, toBackendError, type BackendError } from '../errors.ts';
import { Gate } from './gate.ts';
import { typeParsers } from './type-parsers.ts';

export interface SqlQuery {
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface SqlResult {
  readonly rows: Row[];
  /** Rows that the query had; more than rows.length where `maxRows` cut it. */
  readonly totalRows: number;
  /** From sending the statement to its last row. */
  readonly sqlMs: number;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Rows beyond this are counted, not kept. */
  readonly maxRows: number;
  /** A few rows that others wait for: it is run before statements that wait already. */
  readonly isQuick?: boolean;
  /** A note that must stand in the store before it is answered (note-opening.ts): the only transaction that may write. Default false. */
  readonly isNote?: boolean;
}

const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_CONNECTION_MS = 60_000;

let opened = 0;

export class Store {
  readonly settings: ConnectionSettings;
  /** Its own within the process: another data source, or other settings, is another store. */
  readonly number = (opened += 1);
  /** Whoever computes from rows enters: no more rows are held at once than are read at once. */
  readonly turns: Gate;
  private readonly pool: pg.Pool;
  private readonly gate: Gate;

  constructor(settings: ConnectionSettings, onIdleError: (error: Error) => void = () => undefined) {
    this.settings = settings;
    this.turns = new Gate(settings.poolSize);
    this.gate = new Gate(settings.poolSize);
    this.pool = new pg.Pool({
      host: settings.host,
      port: settings.port,
      database: settings.database,
      user: settings.user,
      password: settings.password,
      ssl: tlsOptions(settings),
      max: settings.poolSize,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      allowExitOnIdle: true,
      keepAlive: true,
      application_name: 'throughline grafana',
      pipeline: true,
    });
    // Without a listener a server that restarts would take the process down.
    this.pool.on('error', onIdleError);
    // The pool listens while a connection is idle. One that dies while it is taken and says nothing (an answer does not wait for the end
    // of its transaction) would end the process; its next statement fails, and that is handled.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Connections in use, and who waits for one or for a turn to compute: for metrics. */
  get load(): { readonly connections: number; readonly waiting: number } {
    return { connections: this.pool.totalCount, waiting: this.gate.waiting + this.turns.waiting };
  }

  /**
   * Runs one statement in a read-only transaction; a note in one that writes. @param asked May be made when its turn comes.
   * @throws BackendError for everything that can go wrong with a connection or a statement; `cancelled` when the signal fires.
   */
  async run(asked: SqlQuery | (() => SqlQuery), options: RunOptions): Promise<SqlResult> {
    try {
      await this.gate.enter(options.signal, options.isQuick);
    } catch {
      throw cancelled();
    }
    try {
      return await this.runAgain(typeof asked === 'function' ? asked() : asked, options);
    } finally {
      this.gate.leave();
    }
  }

  private async runAgain(query: SqlQuery, options: RunOptions): Promise<SqlResult> {
    try {
      return await this.runOnce(query, options);
    } catch (error) {
      const named = this.named(error, options.signal);
      if (named.code !== 'connection_lost' || !(error instanceof StaleConnection)) {
        throw named;
      }
      // A pooled connection may have died while nobody used it: that is no fault of this query.
      return await this.runOnce(query, options).catch((second: unknown) => {
        throw this.named(second, options.signal);
      });
    }
  }

  /** Ends every connection once it is idle. */
  async close(): Promise<void> {
    await this.pool.end();
  }

  private named(error: unknown, signal: AbortSignal): BackendError {
    const cause = error instanceof StaleConnection ? error.cause : error;
    return signal.aborted ? cancelled() : toBackendError(cause, this.settings);
  }

  private async runOnce(query: SqlQuery, options: RunOptions): Promise<SqlResult> {
    const client = await this.connect(options.signal);
    const stopListening = onAbort(options.signal, () => {
      cancelQuery(client, this.settings);
    });
    const release = (isHealthy: boolean) => {
      client.release(!isHealthy || options.signal.aborted);
    };
    try {
      if (options.isNote === true) {
        await this.begin(client, 'write');
        const result = await readRows(client, query, options);
        await client.query('commit');
        release(true);
        return result;
      }
      const { result, ended } = this.sendAtOnce(client, query, options);
      const rows = await result;
      // Nothing was written: the answer need not wait for the end of the transaction, only the connection does.
      void ended.then(release);
      return rows;
    } catch (error) {
      // A failed statement leaves the connection usable once rolled back; anything else is thrown away.
      release(
        isStatementError(error) &&
          (await client.query('rollback').then(
            () => true,
            () => false
          ))
      );
      throw error;
    } finally {
      stopListening();
    }
  }

  private async connect(signal: AbortSignal): Promise<pg.PoolClient> {
    const connecting = this.pool.connect();
    if (signal.aborted) {
      throw await giveBack(connecting);
    }
    let stopListening = () => {};
    const aborted = new Promise<never>((_, reject) => {
      stopListening = onAbort(signal, () => {
        reject(cancelled());
      });
    });
    try {
      return await Promise.race([connecting, aborted]);
    } catch (error) {
      if (signal.aborted) {
        void giveBack(connecting);
      }
      throw error;
    } finally {
      stopListening();
    }
  }

  /**
   * A transaction that reads is one message to the server, where its three statements by turns would be three waits. `ended` = whether the connection
   * is well; of a statement that failed the commit is a rollback.
   */
  private sendAtOnce(client: pg.PoolClient, query: SqlQuery, options: RunOptions): { result: Promise<SqlResult>; ended: Promise<boolean> } {
    const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
    stream.cork();
    const began = this.begin(client, 'only');
    const rows = readRows(client, query, options);
    const ended = client.query('commit').then(() => true, () => false);
    stream.uncork();
    // A connection that is dead fails both: then it is the beginning that failed.
    rows.catch(() => undefined);
    return { result: began.then(() => rows), ended };
  } // prettier-ignore

  private async begin(client: pg.PoolClient, mode: 'only' | 'write'): Promise<void> {
    await client.query(this.beginText(mode)).catch((error: unknown) => {
      throw new StaleConnection(error);
    });
  }

  private beginText(mode: 'only' | 'write'): string {
    return `begin read ${mode}; set local statement_timeout = ${String(this.settings.queryTimeoutMs)}; set local time zone 'UTC'; set local datestyle = 'ISO'; set local jit = off; set local work_mem = '64MB'`;
  }
}

/** `begin` failed: the connection was dead before the query began. */
class StaleConnection extends Error {
  constructor(cause: unknown) {
    super('the pooled connection was dead', { cause });
  }
}

/** Takes a connection that nobody waits for any more back into the pool. */
async function giveBack(connecting: Promise<pg.PoolClient>): Promise<BackendError> {
  await connecting.then(
    (client) => {
      client.release();
    },
    () => undefined
  );
  return cancelled();
}

/** Errors with an SQLSTATE that is not about the connection (class 08, 57P). */
function isStatementError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('08') && !code.startsWith('57P');
}

function readRows(client: pg.PoolClient, query: SqlQuery, { maxRows }: RunOptions): Promise<SqlResult> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const rows: Row[] = [];
    let totalRows = 0;
    const running = new pg.Query<Row>({ text: query.text, values: [...query.values], types: typeParsers });
    running.on('row', (row: Row) => {
      totalRows += 1;
      if (totalRows <= maxRows) {
        rows.push(row);
      }
    });
    running.on('error', reject);
    running.on('end', () => {
      resolve({ rows, totalRows, sqlMs: performance.now() - startedAt });
    });
    client.query(running);
  });
}

function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  signal.addEventListener('abort', listener, { once: true });
  return () => {
    signal.removeEventListener('abort', listener);
  };
}

function tlsOptions(settings: ConnectionSettings): pg.PoolConfig['ssl'] {
  const ca = settings.tlsCa === null ? {} : { ca: settings.tlsCa };
  switch (settings.tlsMode) {
    case 'disable':
      return false;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-ca':
      // The chain is checked; the name in the certificate may be another one.
      return { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case 'verify-full':
      return { ...ca, rejectUnauthorized: true };
  }
}
