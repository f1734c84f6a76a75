/** Step change: rows of change_fact for changes whose facts arrived, changed or went away. */
import { loadAuthorUsage, type UsageWindow } from './author-usage.ts';
import { adoptReverts } from './reverts.ts';
import { authorOf, changeFact, endOf, type ChangeFact, type FactContext } from './fact.ts';
import { loadChanges, ownCommits, type Loaded } from './load.ts';
import { removeFacts, writeFacts } from './write-facts.ts';
import { writeMentions } from '../issues/mentions.ts';
import type { Directory } from '../identity/directory.ts';
import type { DeriveSettings } from '../settings.ts';
import { markKinds, type Client } from '../work-list.ts';

/** Changes looked at together: bounds memory in large repositories. */
const CHUNK = 2000;
/** Changes of a run whose facts are kept for its later steps. */
const MAX_KEPT = 200;
const DAY = 86_400_000;

export interface StepContext {
  readonly directory: Directory;
  readonly settings: DeriveSettings;
  /** What step change made of few changes, by repository. Steps of the same run need not read it again. */
  readonly kept: Map<number, Kept>;
}

/** Facts of changes by key, and what they were made of. */
interface Facts {
  readonly facts: ReadonlyMap<string, ChangeFact>;
  readonly loaded: Loaded;
}
interface Kept extends Facts {
  readonly keys: ReadonlySet<string>;
}

/** Work items → change keys: an item is a key, or a sha of a commit of the change, or `*`. */
async function keysOf(client: Client, repoId: number, items: readonly string[]): Promise<string[]> {
  if (items.length === 0) return [];
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
    const { personId, kind } = authorOf(change, directory);
    const end = endOf(change);
    const own = ownCommits(change, loaded.commits.get(change.change_key) ?? []);
    const first =
      change.first_commit_at?.getTime() ??
      own.reduce((least, { authored_at: at }) => Math.min(least, at.getTime()), Infinity);
    if (personId === null || kind !== 'human' || end === null || !Number.isFinite(first)) return [];
    const days = [...new Set(own.map((commit) => dateOf(commit.authored_at)))];
    const last = dateOf(end);
    return [
      {
        ...{ key: change.change_key, personId, repoId: change.repo_id, from: new Date(first - DAY), to: end },
        days: days.every((day) => day <= last) ? days : [],
      },
    ];
  });
}

/** Everybody who wrote, asked for or reviewed one of the changes. */
const accountsOf = ({ changes, commits }: Loaded): ReadonlyArray<string | null> => [
  ...changes.flatMap((change) => [
    change.author_account_id,
    change.requester_account_id,
    ...change.reviews.map((review) => review.account_id),
  ]),
  ...[...commits.values()].flat().map((commit) => commit.author_account_id),
];

/** Facts of changes by key: merged ones, and for counting those that were closed without a merge. */
export async function factsOf(
  client: Client,
  repoId: number,
  at: StepContext & { readonly keys: readonly string[] }
): Promise<Facts> {
  const kept = at.kept.get(repoId);
  if (kept !== undefined && at.keys.every((key) => kept.keys.has(key))) {
    const changes = kept.loaded.changes.filter(({ change_key: key }) => at.keys.includes(key));
    return { facts: kept.facts, loaded: { ...kept.loaded, changes } };
  }
  const loaded = await loadChanges(client, repoId, at.keys);
  await at.directory.know(client, { accounts: accountsOf(loaded) });
  const usage = await loadAuthorUsage(client, windowsOf(loaded, at), at.settings.timeZone);
  const context: FactContext = { loaded, usage, directory: at.directory, settings: at.settings };
  const facts = new Map<string, ChangeFact>();
  for (const change of loaded.changes) {
    const fact = changeFact(change, context);
    if (fact !== null) facts.set(change.change_key, fact);
  }
  return { facts, loaded };
}

/** Authors of commits that came, changed or moved ($2 all, else $3 shas and keys of their changes), and the weeks in which they were active. */
const MARK_AUTHORS = `
with changed as (
  select g.author_account_id, g.authored_at from git_commit g where g.repo_id = $1 and ($2 or g.sha = any($3::text[]))
  union select g.author_account_id, g.authored_at from git_commit g where g.repo_id = $1 and g.change_key = any($3::text[])),
who as (
  select a.person_id, c.authored_at from changed c join account_person a on a.account_id = c.author_account_id
  where c.authored_at >= a.valid_from and c.authored_at < a.valid_to)
insert into dirty (kind, repo_id, item)
select 'declared', 0, person_id || case when $2 then '' else '/' || (authored_at at time zone 'UTC')::date end from who
union
select 'week', 0, person_id || '/' || date_trunc('week', authored_at at time zone 'UTC')::date from who
on conflict do nothing`;

/** Services whose deployments may hold changes of the repository; where nothing moved ($2), those with incidents that its texts may name. */
const MARK_DELIVERY = `
insert into dirty (kind, repo_id, item) select distinct 'delivery', 0, d.service_id from deployment d
where d.repo_id = $1 and ($2 or exists (select from incident i where i.service_id = d.service_id) or exists (select from incident i where i.service_id is null))
on conflict do nothing`;

interface Chunk extends StepContext {
  readonly keys: readonly string[];
  /** Changes whose commits came, changed or moved. */
  readonly withCommits: ReadonlySet<string>;
}

/** @returns whether something that deployments look at is other than it was. */
async function deriveChunk(client: Client, repoId: number, at: Chunk): Promise<boolean> {
  // What it names decides which issues tell what it is for.
  await writeMentions(client, repoId, at.keys);
  const { facts, loaded } = await factsOf(client, repoId, at);
  if (at.keys.length <= MAX_KEPT && [...at.kept.values()].reduce((n, { keys }) => n + keys.size, 0) <= MAX_KEPT)
    at.kept.set(repoId, { facts, loaded, keys: new Set(at.keys) });
  const merged = loaded.changes.filter((change) => change.merged_at !== null && !change.is_superseded);
  const isMerged = new Set(merged.map((change) => change.change_key));
  const gone = at.keys.filter((key) => !isMerged.has(key));
  const removed = await removeFacts(client, repoId, gone);
  const written = await writeFacts(
    client,
    [...facts.values()].filter((fact) => isMerged.has(fact.change_key))
  );
  const stale = new Set([...removed, ...written.filter((one) => one.is_of_survival).map((one) => one.change_id)]);
  // Lines follow the commits of a change; shares of a revert stand in no column of it.
  for (const { change_key: key, change_id: id, is_revert: reverts, reverted_at: revertedAt } of merged)
    if (at.withCommits.has(key) || reverts || revertedAt !== null) stale.add(id);
  await markKinds(client, [
    ...at.keys.map((item) => ({ kind: 'completion' as const, repoId, item })),
    ...[...stale].map((item) => ({ kind: 'survival' as const, repoId, item })),
  ]);
  return removed.length > 0 || written.some((one) => one.is_of_delivery);
}

const TAKE = `
with taken as (delete from dirty where kind in ('change', 'commit') and repo_id = $1 returning kind, item)
select array(select item from taken where kind = 'change') as change, array(select item from taken where kind = 'commit') as commit,
  exists (select from revert where repo_id = $1) as has_reverts`;

interface Taken {
  readonly change: readonly string[];
  readonly commit: readonly string[];
  readonly has_reverts: boolean;
}

/** Derives the changes of one repository. Takes `change` and `commit`; marks completion, survival, declared, week, delivery. */
export async function deriveChanges(client: Client, repoId: number, context: StepContext): Promise<void> {
  const { rows } = await client.query<Taken>(TAKE, [repoId]);
  const { change, commit, has_reverts: hasReverts } = rows[0] ?? { change: [], commit: [], has_reverts: false };
  const adopted = hasReverts ? await adoptReverts(client, repoId) : [];
  if (change.length + commit.length + adopted.length === 0) return;
  const withCommits = new Set(await keysOf(client, repoId, commit));
  const others = [...change, ...adopted].filter((item) => !withCommits.has(item));
  const keys = [...new Set([...withCommits, ...(await keysOf(client, repoId, others))])].sort();
  let hasMoved = commit.length > 0;
  for (let from = 0; from < keys.length; from += CHUNK)
    hasMoved =
      (await deriveChunk(client, repoId, { ...context, keys: keys.slice(from, from + CHUNK), withCommits })) ||
      hasMoved;
  if (commit.length > 0) await client.query(MARK_AUTHORS, [repoId, commit.includes('*'), commit]);
  await client.query(MARK_DELIVERY, [repoId, hasMoved]);
}
