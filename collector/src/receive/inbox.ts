/**
 * The inbox: what sources sent, written before it is answered. Deliveries that come together are written together, so that a flood costs
 * one transaction for many of them.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { CollectorError, redact } from '../errors.ts';
import { withStoreErrors } from '../store/connection.ts';

/** A verified request. */
export interface Delivery {
  /** connector/push. */
  readonly source: string;
  /** As the sender calls it; null = by its body. */
  readonly id: string | null;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Decompressed, without known secrets. */
  readonly body: Buffer;
}

/** new = it is worked off from now on; known = it came before. */
export type Accepted = 'new' | 'known';

export interface Inbox {
  /** Resolves when the delivery is stored. @throws CollectorError `push_flood`, `push_id_reused`, or why the store cannot be written. */
  add(delivery: Delivery): Promise<Accepted>;
}

interface Row {
  readonly source: string;
  readonly id: string;
  readonly digest: string;
  readonly headers: string;
  readonly body: Buffer;
}

interface Waiting {
  readonly row: Row;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: unknown) => void;
}

/** Most deliveries of one statement, and most bytes: more wait for the next one. */
const BATCH = 500;
const BATCH_BYTES = 8 << 20;
/** Statements at once: who comes while one is written need not wait for its end. The others of the pool are for those who read. */
const WRITERS = 2;
/** Deliveries that may wait to be worked off. */
const MAX_WAITING = 100_000;
/** Bytes of the table beside which a thousand deliveries are a backlog too. */
const MAX_BYTES = 2 ** 31;
const BACKLOG = 1_000;
const LOOK_EVERY_MS = 2_000;

const keyOf = ({ source, id }: { readonly source: string; readonly id: string }): string =>
  JSON.stringify([source, id]);

/** Ids that are ours: of a delivery by its body, and by the digest of the id that its sender gave it. */
const BY_BODY = 'sha256:';
const BY_KEY = 'key-sha256:';
const hash = (of: string | Buffer): string => createHash('sha256').update(of).digest('hex');

/** Digest and id of a body that goes by itself. */
export function namedByBody(body: Buffer): { readonly digest: string; readonly id: string } {
  const digest = hash(body).slice(0, 32);
  return { digest, id: `${BY_BODY}${digest}` };
}

/**
 * What was accepted is sent by nobody again: it is on the disk before it is answered, also where the server's commits wait for no disk (the
 * embedded one). Holds for this statement.
 */
const ON_DISK = `(select case current_setting('synchronous_commit') when 'off' then set_config('synchronous_commit', 'on', true) end as waits offset 0)`;

/**
 * An id that is longer than any sender gives would not fit an index, one with a credential or an address in it is stored nowhere, and one that
 * looks like ours would take the place of another delivery: its digest is as good.
 */
function idOf(id: string): string {
  const isPlain = id.length <= 200 && redact(id) === id && ![BY_BODY, BY_KEY].some((own) => id.startsWith(own)) && !/@|%40/.test(id); // prettier-ignore
  return isPlain ? id : `${BY_KEY}${hash(id)}`;
}

function rowOf({ source, id, headers, body }: Delivery): Row {
  const named = namedByBody(body);
  return {
    source,
    id: id === null ? named.id : idOf(id),
    digest: named.digest,
    headers: JSON.stringify(headers),
    body,
  };
}

async function insert(pool: pg.Pool, rows: readonly Row[]): Promise<Map<string, string>> {
  const { rows: created } = await pool.query<{ source: string; id: string; digest: string }>(
    `insert into inbox (source, delivery_id, digest, headers, body)
     select w.* from ${ON_DISK} s cross join unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[]) w order by 1, 2
     on conflict do nothing returning source, delivery_id as id, digest`,
    [
      rows.map(({ source }) => source),
      rows.map(({ id }) => id),
      rows.map(({ digest }) => digest),
      rows.map(({ headers }) => headers),
      rows.map(({ body }) => body),
    ]
  );
  return new Map(created.map((row) => [keyOf(row), row.digest]));
}

async function knownDigests(pool: pg.Pool, rows: readonly Row[]): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const { rows: known } = await pool.query<{ source: string; id: string; digest: string }>(
    `select source, delivery_id as id, digest from inbox join unnest($1::text[], $2::text[]) as w(source, delivery_id) using (source, delivery_id)`,
    [rows.map(({ source }) => source), rows.map(({ id }) => id)]
  );
  return new Map(known.map((row) => [keyOf(row), row.digest]));
}

const reused = (id: string): CollectorError =>
  new CollectorError({
    code: 'push_id_reused',
    message: `The delivery ${id} came before with another body. Give each delivery an id of its own, or none.`,
    fault: 'source',
  });

/** Writes the rows and says of each whether it is new. */
async function write(pool: pg.Pool, batch: readonly Waiting[]): Promise<void> {
  const created = await insert(
    pool,
    batch.map(({ row }) => row)
  );
  const others = batch.map(({ row }) => row).filter((row) => !created.has(keyOf(row)));
  const known = await knownDigests(pool, others);
  const taken = new Set<string>();
  for (const { row, resolve, reject } of batch) {
    const key = keyOf(row);
    const isNew = created.has(key) && !taken.has(key);
    taken.add(key);
    if ((created.get(key) ?? known.get(key)) === row.digest) resolve(isNew ? 'new' : 'known');
    else reject(reused(row.id));
  }
}

/** Whether so much waits that nothing more is taken; looked up now and then. */
function backlog(pool: pg.Pool): () => Promise<boolean> {
  let looked: { readonly at: number; readonly isFull: Promise<boolean> } | null = null;
  const look = async (): Promise<boolean> => {
    const { rows } = await pool.query<{ waiting: number; bytes: string }>(
      `select count(*)::integer as waiting, pg_total_relation_size('inbox') as bytes
       from (select from inbox where state = 'waiting' limit ${String(MAX_WAITING)}) w`
    );
    const { waiting = 0, bytes = '0' } = rows[0] ?? {};
    return waiting >= MAX_WAITING || (waiting >= BACKLOG && Number(bytes) >= MAX_BYTES);
  };
  return async () => {
    if (looked === null || performance.now() - looked.at > LOOK_EVERY_MS) {
      looked = { at: performance.now(), isFull: look() };
    }
    return looked.isFull;
  };
}

function nextBatch(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { row } of waiting.slice(0, BATCH)) {
    bytes += row.body.length;
    if (count > 0 && bytes > BATCH_BYTES) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** The inbox of this process. */
export function openInbox(pool: pg.Pool): Inbox {
  const waiting: Waiting[] = [];
  const isFull = backlog(pool);
  let writing = 0;
  const writeAll = async (): Promise<void> => {
    if (writing >= WRITERS) return;
    writing += 1;
    while (waiting.length > 0) {
      const batch = nextBatch(waiting);
      await withStoreErrors(() => write(pool, batch)).catch((error: unknown) =>
        batch.forEach(({ reject }) => reject(error))
      );
    }
    writing -= 1;
  };
  return {
    add: async (delivery) => {
      if (await withStoreErrors(isFull)) {
        throw new CollectorError({
          code: 'push_flood',
          message: 'So much waits to be worked off that nothing more is taken. Send it again later.',
          fault: 'collector',
          retryable: true,
          retryAfterSeconds: 30,
        });
      }
      return new Promise((resolve, reject) => {
        waiting.push({ row: rowOf(delivery), resolve, reject });
        void writeAll();
      });
    },
  };
}
