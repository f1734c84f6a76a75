/** Table `dirty` as a work list: each step takes its kinds and marks what later steps must do, in one transaction. */
import type pg from 'pg';
import type { StaleKind } from '../store/stale.ts';

export type Client = pg.ClientBase;

/**
 * Kinds between steps. declared: item = person or person/UTC day; week: item = person/Monday, '' = nobody: another week became the newest; units: item = person; completion: item = change_key; survival: item =
 * change_id; delivery: item = service; work_unit: item = issue/<external_id>, incident/<service> or agent_run/<person>/<Monday of the UTC week>; landing: all of them. `*` = all.
 */
export type WorkKind =
  StaleKind | 'declared' | 'week' | 'units' | 'completion' | 'survival' | 'delivery' | 'work_unit' | 'landing';

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

/** The same of several kinds in one repository, by kind. */
export async function takeKinds<Kind extends WorkKind>(
  client: Client,
  repoId: number,
  kinds: readonly Kind[]
): Promise<Readonly<Record<Kind, string[]>>> {
  const { rows } = await client.query<{ kind: Kind; item: string }>(
    'delete from dirty where kind = any($1::text[]) and repo_id = $2 returning kind, item',
    [kinds, repoId]
  );
  const taken = Object.fromEntries(kinds.map((kind) => [kind, [] as string[]])) as Record<Kind, string[]>;
  for (const { kind, item } of rows) taken[kind].push(item);
  return taken;
}

/** What waits: repositories (0 = none) by kind, in order. */
export class Pending {
  private readonly repos: ReadonlyMap<string, readonly number[]>;
  /** Days whose packs are behind what was noted of them. */
  readonly hasDays: boolean;

  constructor(kinds: readonly PendingKind[], hasDays: boolean) {
    this.repos = new Map(kinds.map(({ kind, repos }) => [kind, repos]));
    this.hasDays = hasDays;
  }
  has(...kinds: readonly WorkKind[]): boolean {
    return kinds.some((kind) => this.repos.has(kind));
  }
  reposWith(...kinds: readonly WorkKind[]): number[] {
    const repos = kinds.flatMap((kind) => this.repos.get(kind) ?? []).filter((repoId) => repoId > 0);
    return [...new Set(repos)].sort((a, b) => a - b);
  }
}

interface PendingKind {
  readonly kind: string;
  readonly repos: readonly number[];
}

/** Columns of a query that tell `Pending`. */
export const PENDING = `
  (select coalesce(json_agg(k), '[]') from (select kind, array_agg(distinct repo_id) as repos from dirty group by 1) k) as kinds,
  exists (select from pack.survival_delta) as has_days`;

export interface PendingRow {
  readonly kinds: readonly PendingKind[];
  readonly has_days: boolean;
}

/** What waits now. */
export async function loadPending(client: Client): Promise<Pending> {
  const { rows } = await client.query<PendingRow>(`select ${PENDING}`);
  return new Pending(rows[0]?.kinds ?? [], rows[0]?.has_days ?? false);
}

/** Adds work; what is already on the list stays. */
export const mark = (client: Client, kind: WorkKind, work: readonly Work[]): Promise<void> =>
  markKinds(
    client,
    work.map((one) => ({ kind, ...one }))
  );

/** The same of several kinds. */
export async function markKinds(
  client: Client,
  work: ReadonlyArray<Work & { readonly kind: WorkKind }>
): Promise<void> {
  if (work.length === 0) return;
  await client.query(
    `insert into dirty (kind, repo_id, item) select * from unnest($1::text[], $2::integer[], $3::text[]) on conflict do nothing`,
    [work.map(({ kind }) => kind), work.map(({ repoId }) => repoId), work.map(({ item }) => item)]
  );
}

/** Marks everything of a kind in every repository. */
export async function markAllRepos(client: Client, kinds: readonly WorkKind[]): Promise<void> {
  await client.query(
    `insert into dirty (kind, repo_id, item) select kind, repo_id, '*' from repo, unnest($1::text[]) as kind on conflict do nothing`,
    [kinds]
  );
}
