/** The connection by which a process says that it has the embedded store open, and what outlives a crash of the server. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** Name of the connection: each process that has the store open holds one. Readers do not count. */
export const PRESENCE = 'throughline presence';

/** A server that replays its log after a crash takes no connection; with our settings (max_wal_size) that is seconds, on a slow disk a minute. */
const RECOVERY_LIMIT_MS = 120_000;
/** On the way out nobody waits that long: a server that does not answer is left to the next start. */
const LEAVE_LIMIT_MS = 10_000;

/** Whether the server ended this connection, or takes none just now, because a backend crashed or it is starting or stopping. */
function isRecovering(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    ['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(code) ||
    /connection terminated|connection error|not queryable/i.test(message)
  );
}

/** Tries again while the server recovers from a crash. @throws what `work` throws for any other reason, or after the limit. */
export async function whenRecovered<T>(work: () => Promise<T>, limitMs = RECOVERY_LIMIT_MS): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRecovering(error) || Date.now() > until) {
        throw error;
      }
      await sleep(50);
    }
  }
}

export interface Presence {
  /** Ends the presence. @returns whether no other process has the store open; false too when the server does not answer. */
  leave(): Promise<boolean>;
}

/** Connections that were closed a moment ago may still be listed, so what is seen once is looked at again. */
async function isUsedByOthers(client: pg.Client): Promise<boolean> {
  for (let look = 0; look < 10; look++) {
    const { rowCount } = await client.query(
      'select from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()',
      [PRESENCE]
    );
    if (rowCount === 0) {
      return false;
    }
    await sleep(30);
  }
  return true;
}

interface Server {
  readonly connect: () => Promise<pg.Client>;
  /** Whether its process runs, be it in recovery. */
  readonly isUp: () => Promise<boolean>;
}

/** Holds the presence that `first` is, and connects again when a crash of the server ends it: else others would end the server under us. */
export function holdPresence(first: pg.Client, { connect, isUp }: Server): Presence {
  let isLeaving = false;
  let held: pg.Client | null = null;
  const hold = (client: pg.Client): void => {
    held = client;
    client.once('end', () => {
      held = null;
      if (!isLeaving) {
        void again();
      }
    });
  };
  const again = async (): Promise<void> => {
    // Who leaves connects once more and meets the error; until then there is nobody to tell.
    const client = await whenRecovered(connect).catch(() => null);
    if (client !== null && isLeaving) {
      await client.end().catch(() => undefined);
    } else if (client !== null) {
      hold(client);
    }
  };
  const ask = async (): Promise<boolean> => {
    const client = held ?? (await connect());
    held = null;
    try {
      return !(await isUsedByOthers(client));
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  hold(first);
  return {
    leave: async () => {
      isLeaving = true;
      return (await isUp()) ? whenRecovered(ask, LEAVE_LIMIT_MS).catch(() => false) : true;
    },
  };
}
