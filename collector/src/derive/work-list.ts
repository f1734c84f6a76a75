/** Table `dirty` as a work list: each step takes its kind and marks what later steps must do, in one transaction. */
import type pg from 'pg';
import type { StaleKind } from '../store/stale.ts';

export type Client = pg.ClientBase;

/**
 * Kinds between steps. declared: item = person; week: item = person/Monday; units: item = person; completion: item = change_key; survival: item =
 * change_id; delivery: item = service. `*` = all.
 */
export type WorkKind = StaleKind | 'declared' | 'week' | 'units' | 'completion' | 'survival' | 'delivery';

export interface Work {
  readonly repoId: number;
  readonly item: string;
}

/** Takes all work of a kind (of one repository) off the list; it comes back when the transaction is rolled back. */
export async function take(client: Client, kind: WorkKind, repoId?: number): Promise<Work[]> {
  const { rows } = await client.query<{ repo_id: number; item: string }>(
    'delete from dirty where kind = $1 and ($2::integer is null or repo_id = $2) returning repo_id, item',
    [kind, repoId ?? null]
  );
  return rows.map((row) => ({ repoId: row.repo_id, item: row.item }));
}

/** Repositories that have work of one of the kinds. */
export async function reposWith(client: Client, kinds: readonly WorkKind[]): Promise<number[]> {
  const { rows } = await client.query<{ repo_id: number }>(
    'select distinct repo_id from dirty where kind = any($1::text[]) and repo_id > 0 order by repo_id',
    [kinds]
  );
  return rows.map((row) => row.repo_id);
}

/** Adds work; what is already on the list stays. */
export async function mark(client: Client, kind: WorkKind, work: readonly Work[]): Promise<void> {
  if (work.length === 0) return;
  await client.query(
    `insert into dirty (kind, repo_id, item) select $1, repo_id, item from unnest($2::integer[], $3::text[]) as w(repo_id, item)
     on conflict do nothing`,
    [kind, work.map(({ repoId }) => repoId), work.map(({ item }) => item)]
  );
}

/** Marks everything of a kind in every repository. */
export async function markAllRepos(client: Client, kinds: readonly WorkKind[]): Promise<void> {
  await client.query(
    `insert into dirty (kind, repo_id, item) select kind, repo_id, '*' from repo, unnest($1::text[]) as kind on conflict do nothing`,
    [kinds]
  );
}
