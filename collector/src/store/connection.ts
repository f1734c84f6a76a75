/** Connections, transactions and clear words for what goes wrong with them. */
import pg from 'pg';
import { CollectorError, messageOf } from '../errors.ts';
import { requireLoaded } from './timescale.ts';

/** A pool, or a client whose transaction the caller manages. */
export type Db = pg.Pool | pg.ClientBase;

interface Fault {
  readonly code: string;
  readonly text: string;
  readonly fault: 'source' | 'config' | 'collector';
  readonly retryable?: boolean;
}

const gone: Fault = {
  code: 'store_gone',
  text: 'The store went away. What was being written is rolled back; the next run carries on where this one stopped. Check that Postgres is up.',
  fault: 'source',
  retryable: true,
};
const unreachable: Fault = {
  code: 'store_unreachable',
  text: 'Cannot reach the store. Check host and port of DATABASE_URL and that Postgres is up.',
  fault: 'source',
  retryable: true,
};

/** By SQLSTATE, its class, or the name of the system error. */
const faults: Readonly<Record<string, Fault>> = {
  '08': gone,
  '08P01': {
    code: 'store_protocol',
    text: 'The store did not understand what it was sent. Report it, and say which connection pooler is in between.',
    fault: 'collector',
  },
  '57P01': gone,
  '57P02': gone,
  '57P03': { ...gone, text: 'The store is starting or stopping. The next run carries on.' },
  ECONNRESET: gone,
  EPIPE: gone,
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  '28': {
    code: 'store_login',
    text: 'The store refused the login. Check user and password of DATABASE_URL.',
    fault: 'config',
  },
  '25006': {
    code: 'store_read_only',
    text: 'The store takes no writes. A replica: name the primary in DATABASE_URL. Else its sessions begin read-only; have an administrator run: alter role NAME set default_transaction_read_only = off',
    fault: 'config',
  },
  '57014': {
    code: 'store_timeout',
    text: 'The store stopped a statement that took longer than it allows. Have an administrator run: alter role NAME set statement_timeout = 0',
    fault: 'config',
  },
  '25P03': {
    code: 'store_timeout',
    text: 'The store ended a connection that waited longer than it allows. Have an administrator run: alter role NAME set idle_in_transaction_session_timeout = 0',
    fault: 'config',
  },
  '25P04': {
    code: 'store_timeout',
    text: 'The store ended a transaction that took longer than it allows. Have an administrator run: alter role NAME set transaction_timeout = 0',
    fault: 'config',
  },
  '58P01': {
    code: 'store_extension',
    text: 'The server lacks a file of an extension that this database uses, as after an upgrade of the server or its packages. Install that version again, or have an administrator run as the first statement of a session: alter extension timescaledb update',
    fault: 'config',
  },
  '3D000': {
    code: 'store_missing',
    text: 'The database does not exist. Create it, or correct its name in DATABASE_URL.',
    fault: 'config',
  },
  '42501': {
    code: 'store_rights',
    text: 'The user of DATABASE_URL lacks a right in the store. It must own the tables that it migrated.',
    fault: 'config',
  },
  '53100': {
    code: 'disk_full',
    text: 'The disk of the store is full. Free some space; the next run carries on where this one stopped.',
    fault: 'source',
    retryable: true,
  },
  '53': {
    code: 'store_busy',
    text: 'The store has no connection or memory left for this. The next run carries on.',
    fault: 'source',
    retryable: true,
  },
  '40': {
    code: 'store_conflict',
    text: 'Two writers met in the store and this one gave way. The next run carries on.',
    fault: 'source',
    retryable: true,
  },
};

const tls: Fault = {
  code: 'store_tls',
  text: 'TLS with the store could not be agreed. In DATABASE_URL ?sslmode=require encrypts, ?sslmode=verify-full&sslrootcert=FILE checks the server too, and ?sslmode=disable is for servers without TLS.',
  fault: 'config',
};

/** Known by their words: one code stands for several, or there is none. */
const byWords: readonly (readonly [RegExp, Fault])[] = [
  [/no encryption|SSL off|certificate|does not support SSL|wrong version number/i, tls],
  [/during recovery/i, faults['25006'] ?? tls],
  [/must be preloaded/i, faults['58P01'] ?? tls],
];

/** Words of `pg` for a connection that broke; it has no code then. */
const brokenConnection =
  /connection terminated|connection error|client has encountered a connection error|timeout expired|not queryable/i;

function faultOf(error: unknown): Fault | null {
  if (error instanceof AggregateError) {
    return error.errors.map(faultOf).find((fault) => fault !== null) ?? null;
  }
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    byWords.find(([words]) => words.test(message))?.[1] ??
    faults[code] ??
    (/^[0-9A-Z]{5}$/.test(code) ? faults[code.slice(0, 2)] : undefined) ??
    (brokenConnection.test(message) ? gone : null)
  );
}

/** Which store this is, or a connection leads to. */
export function placeOf(
  at: pg.ClientBase | { readonly host: string; readonly port: number; readonly database: string }
): string {
  const { host, port, database = '' } = at as Partial<pg.Client>;
  return `${host ?? ''}:${String(port ?? '')}/${database}`;
}

/**
 * The error as people should see it; errors that are no fault of the store's state pass unchanged.
 * @param place Of the store, where it is known and the error does not name it.
 */
export function toStoreError(error: unknown, place?: string): unknown {
  const fault = error instanceof CollectorError ? null : faultOf(error);
  return fault
    ? new CollectorError({
        code: fault.code,
        message: `${fault.text} (${place === undefined ? '' : `${place}: `}${messageOf(error)})`,
        fault: fault.fault,
        retryable: fault.retryable ?? false,
        cause: error,
      })
    : error;
}

/** The store went away, unsaid by `pg`. */
export const storeGone = (): CollectorError =>
  new CollectorError({ code: gone.code, message: gone.text, fault: gone.fault, retryable: true });

/** Runs `work` and words what the store throws. */
export async function withStoreErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStoreError(error);
  }
}

/**
 * Begins a transaction that writes, takes as long as it takes and computes between two statements, whatever the server's defaults for the
 * user are. Of the transaction, not of the session: a pooler hands out another connection for the next one.
 */
export const BEGIN =
  'begin read write; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0';

async function prepareConnection(client: pg.ClientBase): Promise<void> {
  // For single statements; a transaction says it itself.
  await client.query('set default_transaction_read_only = off');
  await requireLoaded(client);
}

/** A pool whose connections may break, idle or in use, without ending the process. */
export function openPool(url: string, options: { max?: number; name?: string } = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 8,
    application_name: options.name ?? 'throughline',
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it; its types do not say so
    onConnect: prepareConnection,
  });
  pool.on('error', () => undefined);
  // The queue looks for a listener here.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  return pool;
}

/** A pool connection outside a transaction, given back afterwards; a broken one is thrown away. */
export async function withConnection<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return withStoreErrors(async () => {
    const client = await pool.connect();
    // Without a listener a connection that breaks between two queries would end the process.
    const ignore = (): void => undefined;
    client.on('error', ignore);
    let isBroken = true;
    try {
      const result = await work(client);
      isBroken = false;
      return result;
    } catch (error) {
      throw toStoreError(error, placeOf(client));
    } finally {
      client.off('error', ignore);
      client.release(isBroken);
    }
  });
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws.
 * @throws CollectorError `store_gone`, `store_unreachable`, `store_busy`, `store_conflict` (all retryable), `disk_full`, `store_login`, `store_missing`, `store_rights`, `store_tls`, `store_read_only`,
 *   `store_timeout`, `store_extension`, `store_protocol`.
 */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return withConnection(pool, async (client) => {
    await client.query(BEGIN);
    try {
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}

/** What was committed before is on the disk afterwards, also where commits wait for none. A store that is gone is told by whoever needs it. */
export async function waitForDisk(pool: pg.Pool): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query('set local synchronous_commit = on');
    // A commit waits if something was written.
    await client.query(`select pg_logical_emit_message(true, 'throughline', '')`);
  }).catch(() => undefined);
}

/** In a transaction of its own for a pool, in the caller's for a client. */
export async function inTransaction<T>(db: Db, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  return db instanceof pg.Pool ? transaction(db, work) : withStoreErrors(() => work(db));
}
