/** Writes pages: rows, skips, work list and cursor in one transaction. Knows no connector by name. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Page, Skip } from '../connector.ts';
import { CollectorError, redact } from '../errors.ts';
import type { Category } from '../privacy/categories.ts';
import { letIn } from '../privacy/door.ts';
import { isWebUrl } from '../text/web-url.ts';
import { inTransaction, type Db } from './connection.ts';
import { catalogOf, type Catalog, type Table } from './catalog.ts';
import { writeFound } from './found-scopes.ts';
import { storedCursor } from './cursor-names.ts';
import { makePseudonyms } from './pseudonym.ts';
import { takeBack } from './replace.ts';
import { factTable, factTableNames, staleItems, type HouseRow, type HouseTable } from './tables.ts';
import { countUnknown } from './unknown-names.ts';
import { overlongText, upsertGroup, type Group, type ReadyRow, type Upserted, type Written } from './upsert.ts';
import { storable, storableText } from './values.ts';

export { copyInto } from './copy.ts';

/** Longest name or reason of a skipped input, in characters. */
const MAX_SKIP_LENGTH = 300;
/** Skipped inputs of one page that are named. */
const MAX_SKIPS = 1000;

export interface PageWrite {
  /** connector/stream/scope, e.g. git/history/acme/shop. */
  readonly streamId: string;
  readonly page: Page<unknown>;
  /** Repository of the stream: put into `repo_id` of every row that does not give it. Null = stream without one. */
  readonly repoId: number | null;
}

/** What a page changed. A page read twice gives zeros. */
export interface PageWritten {
  /** Rows inserted, changed or taken back. */
  readonly rows: number;
  /** Inputs skipped for the first time. */
  readonly skips: number;
  /** Rows that were left out, by the category that is switched off (`privacy.collect`); absent = none was. */
  readonly notCollected?: ReadonlyMap<Category, number>;
}

/** Column of every page of a thing on the web. */
const LINK = 'web_url';
/** Whoever clicks it must get to the web and nowhere else (`javascript:`, `data:`). */
const isLink = (value: unknown): boolean => value === null || (typeof value === 'string' && isWebUrl(value));

/** Links that are none: the row counts, without them. */
const badLinks = ({ page: { rows } }: PageWrite): Skip[] =>
  rows
    .filter(({ values }) => values[LINK] !== undefined && !isLink(values[LINK]))
    .map((row) => ({
      item: refusedItem(row, factTable(row.table)?.key ?? []),
      reason: `its link is no address of the web (http, https) and is left out: ${redact(JSON.stringify(row.values[LINK])).slice(0, 80)}`,
    }));

/** Tables whose rows count as the repository's own; deployments and tool events may name none. */
function withRepo(table: Table, values: HouseRow['values'], repoId: number | null): HouseRow['values'] {
  const column = table.columns.get('repo_id');
  return repoId === null || !column || column.isIdentity || values.repo_id !== undefined
    ? values
    : { ...values, repo_id: repoId };
}

function badRow(streamId: string, message: string): CollectorError {
  return new CollectorError({
    code: 'bad_row',
    message: `Stream ${streamId}: ${message} Nothing of the page was kept.`,
    fault: 'collector',
  });
}

/**
 * Checks a row against the store's own catalogue. Undefined values are left out (= not known here, the stored value stays).
 * @throws CollectorError `bad_row`, `invalid_value`.
 */
function ready(catalog: Catalog, row: HouseRow, { streamId, repoId }: PageWrite): ReadyRow {
  const entry = factTable(row.table);
  const table = catalog.get(row.table);
  if (!entry || !table) {
    throw badRow(streamId, `${row.table} is not a table that streams may write.`);
  }
  const given = withRepo(table, row.values, repoId);
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const column = table.columns.get(name);
    if (!column || column.isIdentity || name === entry.numbered) {
      throw badRow(streamId, `table ${row.table} has no column ${name} that a stream may write.`);
    }
    if (value !== undefined) {
      values[name] = name === LINK && !isLink(value) ? null : storable(value);
    }
  }
  const missing = table.key.filter((name) => values[name] === undefined || values[name] === null);
  if (missing.length > 0) {
    throw badRow(streamId, `a row of ${row.table} lacks its key ${missing.join(', ')}.`);
  }
  return { row: { table: row.table, values: given }, values };
}

/** Groups by table and columns, parents first; of rows with the same key the last one stays. */
function group(catalog: Catalog, write: PageWrite): Group[] {
  const groups = new Map<string, { name: HouseTable; table: Table; columns: string[]; rows: Map<string, ReadyRow> }>();
  for (const row of write.page.rows) {
    const checked = ready(catalog, row, write);
    const columns = Object.keys(checked.values).sort();
    // Rows of two sources about one thing are both needed: the store weighs them by rank.
    const source = factTable(row.table)?.bySourceRank ? checked.values.source : null;
    const id = JSON.stringify([row.table, columns, source]);
    const table = catalog.get(row.table);
    if (!table) {
      continue;
    }
    const found = groups.get(id) ?? { name: row.table, table, columns, rows: new Map<string, ReadyRow>() };
    groups.set(id, found);
    const key = JSON.stringify(table.key.map((name) => checked.values[name]));
    found.rows.delete(key);
    found.rows.set(key, checked);
  }
  return [...groups.values()]
    .sort((a, b) => factTableNames.indexOf(a.name) - factTableNames.indexOf(b.name))
    .map((found) => ({ ...found, rows: [...found.rows.values()] }));
}

/** The row as it was owned before, so that its former owner is derived anew too. */
function formerOwner({ row, movedFrom }: Written): HouseRow[] {
  const owner = factTable(row.table)?.owner;
  return owner !== undefined && movedFrom !== null
    ? [{ table: row.table, values: { ...row.values, [owner]: movedFrom } }]
    : [];
}

async function markDirty(client: pg.ClientBase, written: readonly Written[], repoId: number | null): Promise<void> {
  const marks = new Map<string, { kind: string; repo_id: number; item: string }>();
  for (const one of written) {
    for (const row of [one.row, ...formerOwner(one)]) {
      const repo = typeof row.values.repo_id === 'number' ? row.values.repo_id : repoId;
      for (const { kind, item } of staleItems(row, repo)) {
        marks.set(`${kind} ${String(repo)} ${item}`, { kind, repo_id: repo ?? 0, item: storableText(item) });
      }
    }
  }
  if (marks.size > 0) {
    await client.query(
      `insert into dirty (kind, repo_id, item)
       select kind, repo_id, item from json_to_recordset($1::json) as m(kind text, repo_id integer, item text)
       order by kind, repo_id, item on conflict do nothing`,
      [JSON.stringify([...marks.values()])]
    );
  }
}

/** What is skipped is foreign text: cut, but still itself. */
function short(text: string): string {
  const stored = storableText(text);
  if (stored.length <= MAX_SKIP_LENGTH) {
    return stored;
  }
  const digest = createHash('sha256').update(stored).digest('hex').slice(0, 12);
  // The cut may go through a character.
  return `${storableText(stored.slice(0, MAX_SKIP_LENGTH))}… (${stored.length.toLocaleString('en')} characters, ${digest})`;
}

/** So many at once are one fault: the first are named, the others counted together. */
function fewest(skips: ReadonlyMap<string, string>): Map<string, string> {
  const named = new Map([...skips].slice(0, MAX_SKIPS));
  const left = skips.size - named.size;
  const [, reason = ''] = [...skips].at(-1) ?? [];
  return left === 0 ? named : named.set(`${left.toLocaleString('en')} more`, reason);
}

/** Stores skipped inputs under their stream; returns how many were not known before. */
export async function writeSkips(client: pg.ClientBase, streamId: string, skips: readonly Skip[]): Promise<number> {
  if (skips.length === 0) {
    return 0;
  }
  const unique = new Map(skips.map(({ item, reason }) => [short(item), short(reason)]));
  const payload = JSON.stringify([...fewest(unique)].map(([item, reason]) => ({ item, reason })));
  const { rows } = await client.query<{ new_count: number }>(
    `with incoming as (select item, reason from json_to_recordset($2::json) as s(item text, reason text)),
     known as (select s.item from skipped s join incoming using (item) where s.stream_id = $1),
     written as (
       insert into skipped as s (stream_id, item, reason) select $1, item, reason from incoming order by item
       on conflict (stream_id, item) do update set reason = excluded.reason where s.reason is distinct from excluded.reason
     )
     select (select count(*) from incoming)::integer - (select count(*) from known)::integer as new_count`,
    [streamId, payload]
  );
  return rows[0]?.new_count ?? 0;
}

async function advance(
  client: pg.ClientBase,
  { streamId, page }: PageWrite,
  { rows, skips }: PageWritten
): Promise<void> {
  await client.query(
    `insert into stream_state as s (stream_id, cursor, watermark, row_count, skipped_count) values ($1, $2, $3, $4, $5)
     on conflict (stream_id) do update set cursor = excluded.cursor, watermark = greatest(s.watermark, excluded.watermark),
       row_count = s.row_count + excluded.row_count, skipped_count = s.skipped_count + excluded.skipped_count`,
    [
      streamId,
      JSON.stringify(storable((await storedCursor(client, page.cursor)) ?? null)),
      page.watermark ? storable(page.watermark) : null,
      rows,
      skips,
    ]
  );
}

/** What a refused row is called in `skipped`: its table and key. */
function refusedItem({ table, values }: HouseRow, key: readonly string[]): string {
  return `${table} ${key.map((name) => String(storable(values[name] ?? null))).join(' ')}`;
}

async function writeRows(client: pg.ClientBase, groups: readonly Group[]): Promise<Upserted & { skips: Skip[] }> {
  const written: Written[] = [];
  const skips: Skip[] = [];
  const refused: Upserted['refused'][number][] = [];
  for (const one of groups) {
    const done = await upsertGroup(client, one);
    for (const row of done.written) written.push(row);
    for (const { row, reason } of done.refused) {
      refused.push({ row, reason });
      skips.push({ item: refusedItem(row, one.table.key), reason });
    }
  }
  return { written, refused, skips };
}

/** Ordinals are counted up per repository: one writer at a time. */
async function lockRepos(client: pg.ClientBase, groups: readonly Group[]): Promise<void> {
  const numbered = groups.filter(({ name }) => factTable(name)?.numbered !== undefined).flatMap(({ rows }) => rows);
  const ids = [...new Set(numbered.map(({ values }) => Number(values.repo_id)))].sort((a, b) => a - b);
  if (ids.length > 0) {
    await client.query('select from repo where repo_id = any($1::integer[]) order by repo_id for no key update', [ids]);
  }
}

/**
 * Writes a page: rows by natural key, skips, what has to be derived anew, cursor and watermark, all or nothing. With a pool in a
 * transaction of its own; with a client in the caller's transaction.
 * A value that is left out stays as stored; null says "known to be none" (but never erases where the source cannot know, see
 * merge-policy.ts). A row whose values the store refuses is stored as skipped and the others go on.
 * @throws CollectorError `bad_row`, `invalid_value` (a fault of the connector), or what `transaction` throws.
 */
export async function writePage(db: Db, given: PageWrite): Promise<PageWritten> {
  return inTransaction(db, async (client) => {
    const { notCollected, ...allowed } = await letIn(client, given.page);
    const rows = await makePseudonyms(client, allowed.rows);
    const replaced = await makePseudonyms(client, given.page.replaced ?? []);
    const write = { ...given, page: { ...given.page, ...allowed, rows, replaced } };
    const catalog = await catalogOf(db, client);
    const groups = group(catalog, write);
    await lockRepos(client, groups);
    const { written, skips: refused } = await writeRows(client, groups);
    const taken = await takeBack(client, { catalog, groups, repoId: write.repoId }, write.page.replaced);
    await markDirty(client, [...written, ...taken], write.repoId);
    const skips = await writeSkips(client, write.streamId, [
      ...(write.page.skips ?? []),
      ...badLinks(write),
      ...refused,
    ]);
    await countUnknown(client, write.streamId, write.page.unknown ?? []);
    if (write.page.found) {
      await writeFound(client, write.streamId, write.page.found);
    }
    const done = { rows: written.length + taken.length, skips };
    await advance(client, write, done);
    return notCollected.size === 0 ? done : { ...done, notCollected };
  });
}

/** Why a repository of this name cannot be stored; null = it can. */
export const repositoryFault = (slug: string): string | null => overlongText('the name of its repository', slug);

/**
 * The surrogate key of a repository, which is created when the store does not know it yet.
 * @throws CollectorError `bad_repository` for a name that has no place in an index.
 */
export async function ensureRepo(db: Db, slug: string): Promise<number> {
  const fault = repositoryFault(slug);
  if (fault !== null) {
    const message = `${slug.slice(0, 100)}…: ${fault}. Check the names of repositories at the source.`;
    throw new CollectorError({ code: 'bad_repository', message, fault: 'source' });
  }
  return inTransaction(db, async (client) => {
    const { rows } = await client.query<{ repo_id: number }>(
      `with created as (insert into repo (slug) select $1 where not exists (select from repo where slug = $1)
         on conflict (slug) do nothing returning repo_id)
       select repo_id from created union all select repo_id from repo where slug = $1`,
      [storableText(slug)]
    );
    return rows[0]?.repo_id ?? ensureRepo(client, slug);
  });
}
