/** Step change: rows of change_fact for changes whose facts arrived, changed or went away. */
import { loadAuthorUsage, type UsageWindow } from './author-usage.ts';
import { adoptReverts } from './reverts.ts';
import { changeFact, endOf, type ChangeFact, type FactContext } from './fact.ts';
import { loadChanges, ownCommits, type Loaded } from './load.ts';
import type { Directory } from '../identity/directory.ts';
import type { DeriveSettings } from '../settings.ts';
import { mark, take, type Client, type Work } from '../work-list.ts';

/** Changes looked at together: bounds memory in large repositories. */
const CHUNK = 2000;
const DAY = 86_400_000;

export interface StepContext {
  readonly directory: Directory;
  readonly settings: DeriveSettings;
}

/** Work items → change keys: an item is a key, or a sha of a commit of the change, or `*`. */
async function keysOf(client: Client, repoId: number, items: readonly string[]): Promise<string[]> {
  const isAll = items.includes('*');
  const { rows } = await client.query<{ change_key: string }>(
    `select change_key from change where repo_id = $1 and ($2 or change_key = any($3::text[]))
     union select change_key from change_fact where repo_id = $1 and ($2 or change_key = any($3::text[]))
     union select change_key from git_commit where repo_id = $1 and not $2 and sha = any($3::text[]) and change_key is not null
     order by change_key`,
    [repoId, isAll, items]
  );
  return rows.map((row) => row.change_key);
}

/** Makes local dates. One format for all: each holds memory that is not on the heap until much later. */
function localDates(timeZone: string): (at: Date) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone });
  return (at) => format.format(at);
}

function windowsOf(loaded: Loaded, { directory, settings }: StepContext): UsageWindow[] {
  const dateOf = localDates(settings.timeZone);
  return loaded.changes.flatMap((change): UsageWindow[] => {
    const { personId, kind } = directory.actor(change.author_account_id);
    const end = endOf(change);
    const own = ownCommits(change, loaded.commits.get(change.change_key) ?? []);
    const first =
      change.first_commit_at?.getTime() ??
      own.reduce((least, { authored_at: at }) => Math.min(least, at.getTime()), Infinity);
    if (personId === null || kind !== 'human' || end === null || !Number.isFinite(first)) return [];
    const days = [...new Set(own.map((commit) => dateOf(commit.authored_at)))];
    return [{ key: change.change_key, personId, repoId: change.repo_id, from: new Date(first - DAY), to: end, days }];
  });
}

/** Facts of changes by key: merged ones, and for counting those that were closed without a merge. */
export async function factsOf(
  client: Client,
  repoId: number,
  at: StepContext & { readonly keys: readonly string[] }
): Promise<{ facts: Map<string, ChangeFact>; loaded: Loaded; context: FactContext }> {
  const loaded = await loadChanges(client, repoId, at.keys);
  const usage = await loadAuthorUsage(client, windowsOf(loaded, at), at.settings.timeZone);
  const context: FactContext = { loaded, usage, directory: at.directory, settings: at.settings };
  const facts = new Map<string, ChangeFact>();
  for (const change of loaded.changes) {
    const fact = changeFact(change, context);
    if (fact !== null) facts.set(change.change_key, fact);
  }
  return { facts, loaded, context };
}

async function writeFacts(client: Client, facts: readonly ChangeFact[]): Promise<void> {
  const [first] = facts;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const updated = columns.filter((column) => column !== 'repo_id' && column !== 'change_id');
  await client.query(
    `insert into change_fact as f (${columns.join(', ')})
     select ${columns.join(', ')} from json_populate_recordset(null::change_fact, $1::json)
     on conflict (repo_id, change_id) do update set ${updated.map((column) => `${column} = excluded.${column}`).join(', ')}
     where row(${updated.map((column) => `f.${column}`).join(', ')}) is distinct from row(${updated.map((column) => `excluded.${column}`).join(', ')})`,
    [JSON.stringify(facts)]
  );
}

/** Takes away facts of changes that were withdrawn or are not merged, with all that followed from them. */
async function removeFacts(client: Client, repoId: number, keys: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ change_id: string }>(
    'delete from change_fact where repo_id = $1 and change_key = any($2::text[]) returning change_id',
    [repoId, keys]
  );
  await mark(
    client,
    'survival',
    rows.map((row) => ({ repoId, item: row.change_id }))
  );
}

/** Persons whose commits are among the work: their declared usage is counted anew, and so is who was active in those weeks. */
async function markAuthors(client: Client, repoId: number, shas: readonly string[]): Promise<void> {
  await client.query(
    `insert into dirty (kind, repo_id, item)
     select distinct 'declared', 0, a.person_id from git_commit g join account a on a.account_id = g.author_account_id
     where g.repo_id = $1 and g.sha = any($2::text[]) and a.person_id is not null
     union
     select 'week', 0, a.person_id || '/' || date_trunc('week', g.authored_at at time zone 'UTC')::date
     from git_commit g join account a on a.account_id = g.author_account_id
     where g.repo_id = $1 and g.sha = any($2::text[]) and a.person_id is not null
     on conflict do nothing`,
    [repoId, shas]
  );
}

async function deriveChunk(
  client: Client,
  repoId: number,
  at: StepContext & { readonly keys: readonly string[] }
): Promise<void> {
  const { facts, loaded } = await factsOf(client, repoId, at);
  const isMerged = new Set(
    loaded.changes
      .filter((change) => change.merged_at !== null && !change.is_superseded)
      .map((change) => change.change_key)
  );
  const merged = [...facts.values()].filter((fact) => isMerged.has(fact.change_key));
  await removeFacts(
    client,
    repoId,
    at.keys.filter((key) => !isMerged.has(key))
  );
  await writeFacts(client, merged);
  const work = (items: readonly string[]): Work[] => items.map((item) => ({ repoId, item }));
  await mark(client, 'completion', work(at.keys));
  await mark(client, 'survival', work(merged.map((fact) => fact.change_id)));
  await markAuthors(
    client,
    repoId,
    [...loaded.commits.values()].flat().map((commit) => commit.sha)
  );
}

/** Services whose deployments may hold changes of the repository. */
async function markDelivery(client: Client, repoId: number): Promise<void> {
  await client.query(
    `insert into dirty (kind, repo_id, item) select distinct 'delivery', 0, service_id from deployment where repo_id = $1
     on conflict do nothing`,
    [repoId]
  );
}

/** Derives the changes of one repository. Takes `change`; marks completion, survival, declared, delivery. */
export async function deriveChanges(client: Client, repoId: number, context: StepContext): Promise<void> {
  await adoptReverts(client, repoId);
  const items = (await take(client, 'change', repoId)).map(({ item }) => item);
  if (items.length === 0) return;
  const keys = await keysOf(client, repoId, items);
  for (let from = 0; from < keys.length; from += CHUNK) {
    await deriveChunk(client, repoId, { ...context, keys: keys.slice(from, from + CHUNK) });
  }
  await markAuthors(client, repoId, items);
  await markDelivery(client, repoId);
}
