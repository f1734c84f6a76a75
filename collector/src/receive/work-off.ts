/**
 * Works the inbox off: deliveries → rows, many deliveries in one transaction. One that cannot be worked off is quarantined, named in
 * `status`, and holds up nothing; of one that can in part the rest is.
 */
import { setImmediate as others } from 'node:timers/promises';
import type pg from 'pg';
import type { Aside, HouseRow, PushedPage, Skip, UnknownName } from '../connector.ts';
import { CollectorError, lineOf, redact } from '../errors.ts';
import { transaction } from '../store/connection.ts';
import { forgetUnknown } from '../store/unknown-names.ts';
import { factTable } from '../store/tables.ts';
import { storable } from '../store/values.ts';
import { ensureRepo, repositoryFault, writePage } from '../store/write-page.ts';
import { askFor } from './ask-streams.ts';
import { boundQuarantine, forgetOld, quarantine, setAside } from './quarantine.ts';
import { normalized, type Receiver } from './receivers.ts';

export interface WorkOptions {
  readonly pool: pg.Pool;
  /** By stream. */
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

export interface Worked {
  readonly deliveries: number;
  readonly rows: number;
  readonly quarantined: number;
  /** Streams that deliveries ask to be pulled: connector/stream/scope. */
  readonly due: readonly string[];
}

interface Taken {
  readonly source: string;
  readonly delivery_id: string;
  readonly received_at: Date;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly attempts: number;
}

/** A delivery and what it means. */
interface Meant {
  readonly taken: Taken;
  readonly pages: readonly PushedPage[];
  readonly due: readonly string[];
  readonly aside: readonly Aside[];
}

const TAKE = 500;
/** What is worked off at once holds up the answers that this process gives meanwhile: this is some 600 points of telemetry. */
const TAKE_BYTES = 128 << 10;
/** After so many milliseconds of thinking others have their turn. */
const THINK_MS = 5;
/** One that was begun so often and never ended takes the process with it. */
const MAX_ATTEMPTS = 20;

/** The oldest that wait. Counted as begun first: what ends the process is known by its count. */
async function take(pool: pg.Pool): Promise<Taken[]> {
  const { rows } = await pool.query<Taken>(
    `with oldest as materialized (select source, delivery_id, received_at, octet_length(body) as bytes from inbox where state = 'waiting'
       order by received_at, source, delivery_id limit ${String(TAKE)}),
     chosen as (select source, delivery_id, sum(bytes) over before - bytes as before from oldest
       window before as (order by received_at, source, delivery_id rows unbounded preceding))
     update inbox i set attempts = attempts + 1 from chosen
     where chosen.before < ${String(TAKE_BYTES)} and i.source = chosen.source and i.delivery_id = chosen.delivery_id
     returning i.source, i.delivery_id, i.received_at, i.headers, i.body, i.attempts`
  );
  return rows.sort(
    (a, b) => a.received_at.getTime() - b.received_at.getTime() || (a.delivery_id < b.delivery_id ? -1 : 1)
  );
}

/** Texts of strangers may hold credentials; keys are left as they are, or nothing would find its row again. */
function withoutCredentials(row: HouseRow): HouseRow {
  const key = factTable(row.table)?.key ?? [];
  const values = Object.entries(row.values).map(([name, value]) => [
    name,
    typeof value === 'string' && !key.includes(name) ? redact(value) : value,
  ]);
  return { table: row.table, values: Object.fromEntries(values) as HouseRow['values'] };
}

/** A page whose repository cannot be stored is named and left out. */
function placed(page: PushedPage): PushedPage {
  const reason = page.repository === null ? null : repositoryFault(page.repository);
  return reason === null
    ? { ...page, rows: page.rows.map(withoutCredentials) }
    : {
        repository: null,
        rows: [],
        skips: [...(page.skips ?? []), { item: `repository ${page.repository ?? ''}`, reason }],
      };
}

function meant(taken: Taken, receivers: WorkOptions['receivers']): Meant {
  const receiver = receivers.get(taken.source);
  if (!receiver) {
    throw new CollectorError({
      code: 'push_unread',
      message: `Nothing of the configuration reads ${taken.source} any more. Give it its section again, then: throughline retry`,
      fault: 'config',
    });
  }
  if (taken.attempts > MAX_ATTEMPTS) {
    throw new CollectorError({
      code: 'push_fatal',
      message: `It was begun ${String(MAX_ATTEMPTS)} times and never ended. Report it with the body that table inbox holds.`,
      fault: 'collector',
    });
  }
  const { pages, due = [], aside = [] } = normalized(receiver, taken, taken.received_at);
  return {
    taken,
    aside,
    pages: pages.map(placed),
    due: due.map(({ stream, scope }) => [receiver.connector.id, stream, scope].filter((part) => part !== '').join('/')),
  };
}

interface Group {
  readonly stream: string;
  readonly repository: string | null;
  readonly rows: HouseRow[];
  readonly skips: Skip[];
  readonly unknown: UnknownName[];
}

/** Rows of one stream and repository: the first of each key, then the second of those that come differently again, and so on. */
interface Layers {
  readonly groups: Group[];
  /** By key: in which group the last row of it is, and what it says. */
  readonly last: Map<string, { readonly layer: number; readonly values: string }>;
}

function keyOf({ table, values }: HouseRow): string {
  const key = (factTable(table)?.key ?? []).map((name) => storable(values[name] ?? null));
  return JSON.stringify([table, key]);
}

/** Of a row that comes twice in one page the last would win, whatever its state: so each page holds a key once. */
function addRow({ groups, last }: Layers, row: HouseRow, place: Pick<Group, 'stream' | 'repository'>): void {
  const key = keyOf(row);
  const values = JSON.stringify(storable(row.values));
  const before = last.get(key);
  if (before?.values === values) return;
  const layer = before === undefined ? 0 : before.layer + 1;
  const group = groups[layer] ?? { ...place, rows: [], skips: [], unknown: [] };
  groups[layer] = group;
  group.rows.push(row);
  last.set(key, { layer, values });
}

/** Pages put together: as many as the most often told thing has states, however many deliveries there are. */
function groupsOf(batch: readonly Meant[]): Group[] {
  const all = new Map<string, Layers>();
  for (const { taken, pages } of batch) {
    for (const { repository, rows, skips = [], unknown = [] } of pages) {
      const place = { stream: taken.source, repository };
      const key = JSON.stringify(place);
      const layers: Layers = all.get(key) ?? {
        groups: [{ ...place, rows: [], skips: [], unknown: [] }],
        last: new Map(),
      };
      all.set(key, layers);
      for (const row of rows) addRow(layers, row, place);
      for (const skip of skips) layers.groups[0]?.skips.push(skip);
      for (const one of unknown) layers.groups[0]?.unknown.push(one);
    }
  }
  return [...all.values()].flatMap(({ groups }) => groups);
}

const keys = (batch: readonly Taken[]): [string[], string[]] => [
  batch.map(({ source }) => source),
  batch.map(({ delivery_id }) => delivery_id),
];

const askedBy = (batch: readonly Meant[]): Array<{ readonly stream: string; readonly at: Date }> =>
  batch.flatMap(({ taken, due }) => due.map((stream) => ({ stream, at: taken.received_at })));

const isPartly = ({ aside }: Meant): boolean => aside.length > 0;
/** Nothing of it was worked off. */
const isRefused = (one: Meant): boolean => isPartly(one) && one.pages.length === 0 && one.due.length === 0;

async function write(
  client: pg.ClientBase,
  batch: readonly Meant[]
): Promise<{ rows: number; aside: number; due: readonly string[] }> {
  let [count, aside] = [0, 0];
  for (const { stream, repository, rows, skips, unknown } of groupsOf(batch)) {
    const repoId = repository === null ? null : await ensureRepo(client, repository);
    const page = { rows, skips, unknown, cursor: null };
    count += (await writePage(client, { streamId: stream, repoId, page })).rows;
  }
  const taken = batch.map((one) => one.taken);
  // What was worked off leaves its id alone: bodies hold names and addresses.
  await client.query(
    `update inbox i set state = 'done', body = null, headers = '{}', error = null, worked_at = clock_timestamp()
     from unnest($1::text[], $2::text[]) as w(source, delivery_id) where i.source = w.source and i.delivery_id = w.delivery_id`,
    keys(taken)
  );
  await client.query(
    `insert into stream_state as s (stream_id, watermark, last_run_at, last_ok_at)
     select source, max(received_at), clock_timestamp(), clock_timestamp()
     from unnest($1::text[], $2::timestamptz[]) as w(source, received_at) group by 1 order by 1
     on conflict (stream_id) do update set watermark = greatest(s.watermark, excluded.watermark), last_run_at = excluded.last_run_at,
       last_ok_at = excluded.last_ok_at, last_error = null`,
    [taken.map(({ source }) => source), taken.map(({ received_at }) => received_at)]
  );
  for (const one of batch.filter(isPartly)) {
    aside += await setAside(client, one.taken, { entries: one.aside, isAll: isRefused(one) });
  }
  return { rows: count, aside, due: await askFor(client, askedBy(batch)) };
}

interface Counts {
  deliveries: number;
  rows: number;
  quarantined: number;
  readonly due: Set<string>;
}

/** Writes deliveries together; where that fails, each alone, so that the bad one is found. */
async function writeBatch(pool: pg.Pool, batch: readonly Meant[], counts: Counts): Promise<void> {
  const [first, second] = batch;
  try {
    const written = await transaction(pool, (client) => write(client, batch));
    counts.rows += written.rows;
    counts.quarantined += written.aside;
    counts.deliveries += batch.filter((one) => !isRefused(one)).length;
    written.due.forEach((stream) => counts.due.add(stream));
  } catch (error) {
    if (error instanceof CollectorError && error.retryable) {
      throw error;
    }
    if (second) {
      for (const one of batch) await writeBatch(pool, [one], counts);
    } else if (first) {
      await quarantine(pool, first.taken, lineOf(error));
      counts.quarantined += 1;
    }
  }
}

async function understood(options: WorkOptions, taken: readonly Taken[], counts: Counts): Promise<Meant[]> {
  const all: Meant[] = [];
  let begun = performance.now();
  for (const one of taken) {
    if (performance.now() - begun > THINK_MS) {
      await others();
      begun = performance.now();
    }
    try {
      all.push(meant(one, options.receivers));
    } catch (error) {
      await quarantine(options.pool, one, lineOf(error));
      counts.quarantined += 1;
    }
  }
  return all;
}

/** A fault of the store is none of the deliveries. */
async function uncount(pool: pg.Pool, taken: readonly Taken[]): Promise<void> {
  await pool
    .query(
      `update inbox i set attempts = attempts - 1 from unnest($1::text[], $2::text[]) as w(source, delivery_id)
       where i.source = w.source and i.delivery_id = w.delivery_id and state = 'waiting'`,
      keys(taken)
    )
    .catch(() => undefined);
}

/**
 * Works off what waits, oldest first. The caller sees to it that no other process does so at the same time.
 * @throws CollectorError when the store fails: what was not written waits for the next run.
 */
export async function workOff(options: WorkOptions): Promise<Worked> {
  const { pool, signal, onProgress } = options;
  const counts: Counts = { deliveries: 0, rows: 0, quarantined: 0, due: new Set() };
  for (;;) {
    signal.throwIfAborted();
    const taken = await take(pool);
    if (taken.length === 0) break;
    try {
      const batch = await understood(options, taken, counts);
      if (batch.length > 0) await writeBatch(pool, batch, counts);
    } catch (error) {
      await uncount(pool, taken);
      throw error;
    }
    onProgress?.(counts.deliveries);
  }
  if (counts.quarantined > 0) await boundQuarantine(pool);
  await forgetOld(pool);
  await forgetUnknown(pool);
  return { ...counts, due: [...counts.due].sort() };
}
