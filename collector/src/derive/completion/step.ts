/** Step completion: workflow_completion, change_review and change_coordination rows of the changes on the list. */
import { ownerAt } from '../../text/owner-history.ts';
import { endOf, responsible, type ChangeFact } from '../change/fact.ts';
import { grouped, ownCommits, type ChangeRow } from '../change/load.ts';
import { factsOf, type StepContext } from '../change/step.ts';
import { coordinationRow } from '../coordination/row.ts';
import { reviewRows } from '../review/rows.ts';
import { writeCoordination, writeReviews } from '../review/write.ts';
import { together } from '../together.ts';
import type { Directory } from '../identity/directory.ts';
import { completionsOf, type Completion, type Unit, type UnitEvent, type WorkflowRow } from './completions.ts';
import { Rows, type Ended, type Row } from './rows.ts';
import { loadWorkflows, replaceCompletions } from './store.ts';
import { take, type Client } from '../work-list.ts';

const CHUNK = 2000;

interface EventRow {
  change_key: string;
  at: Date;
  kind: string;
  account_id: string | null;
  state: string | null;
}

/** Reviews of programs and agents are reviews, and end no wait for one (metrics.md QT5). */
const endsNoWait = ({ kind, at, account_id: account }: EventRow, directory: Directory): boolean =>
  (kind === 'review' || kind === 'approve') && account !== null && directory.actor(account, at).kind !== 'human';

/** Rows of changes: $2 repository, $3 keys. */
const OF_CHANGES = `repo_id = $2 and split_part(unit_key, '/', 1) = any($3::text[])`;

const EVENTS = `
select change_key, at, kind, account_id, state from change_event
where repo_id = $1 and change_key = any($2::text[]) order by change_key, at, event_id`;

const DEPLOYED = `
select change_key, deployed_at, excluded_reason is not null as is_excluded from change_fact
where repo_id = $1 and change_key = any($2::text[]) and (deployed_at is not null or excluded_reason is not null)`;

interface Happened {
  readonly events: ReadonlyMap<string, readonly UnitEvent[]>;
  /** All events, those of agents and programs too. */
  readonly all: ReadonlyMap<string, readonly EventRow[]>;
  readonly deployed: ReadonlyMap<string, Date>;
  /** Keys of changes in bad data. */
  readonly excluded: ReadonlySet<string>;
}

interface DeployedRow {
  change_key: string;
  deployed_at: Date | null;
  is_excluded: boolean;
}

/** What happened to the changes, by key. */
async function loadHappened(
  client: Client,
  repoId: number,
  { keys, directory }: { readonly keys: readonly string[]; readonly directory: Directory }
): Promise<Happened> {
  const found = await together<{ events: EventRow; deployed: DeployedRow }>(
    client,
    { events: EVENTS, deployed: DEPLOYED },
    [repoId, keys]
  );
  // Whoever ended a unit may be its actor.
  await directory.know(client, { accounts: found.events.map((event) => event.account_id) });
  const events = new Map<string, UnitEvent[]>();
  for (const row of found.events.filter((one) => !endsNoWait(one, directory))) {
    const known = events.get(row.change_key) ?? [];
    events.set(row.change_key, known);
    known.push({ at: row.at, kind: row.kind, accountId: row.account_id, state: row.state });
  }
  const all = grouped(found.events, (row) => row.change_key);
  const deployed = new Map<string, Date>();
  for (const { change_key: key, deployed_at: at } of found.deployed) if (at !== null) deployed.set(key, at);
  const excluded = new Set(found.deployed.filter((row) => row.is_excluded).map((row) => row.change_key));
  return { events, all, deployed, excluded };
}

interface Parts {
  readonly change: ChangeRow;
  readonly fact: ChangeFact;
  readonly events: readonly UnitEvent[];
  readonly deployedAt: Date | null;
}

function unitOf({ change, fact, events, deployedAt }: Parts): Unit {
  const [added, deleted] = [fact['effective_added'], fact['effective_deleted']];
  return {
    changeKey: change.change_key,
    slug: change.slug,
    prClass: String(fact['pr_class']),
    labels: change.labels,
    lines: typeof added === 'number' && typeof deleted === 'number' ? added + deleted : null,
    firstCommitAt: fact['first_commit_at'] as Date | null,
    createdAt: change.created_at,
    readyAt: change.first_ready_at,
    mergedAt: change.merged_at,
    closedAt: change.closed_at,
    deployedAt,
    authorAccountId: change.author_account_id,
    events,
  };
}

/** Row of one completion; dimensions of the actor at the end. */
function rowOf(parts: Parts, done: Ended & Pick<Completion, 'reviewer'>, rows: Rows): Row {
  const { change, fact } = parts;
  const actor = done.reviewer === null ? responsible(change, rows.directory) : rows.directory.actor(done.reviewer, done.endedAt); // prettier-ignore
  return rows.row(done, {
    personId: actor?.kind === 'human' ? actor.personId : null,
    ownerTeamId: ownerAt(change, done.endedAt),
    repoId: change.repo_id,
    changeId: change.change_id,
    prClass: String(fact['pr_class']),
    codeSource: String(fact['code_source']),
    zone: String(fact['zone']),
    size: String(fact['size']),
  });
}

/** Units whose actor is automation are no completions (0.17). */
function rowsOf(parts: Parts, workflows: readonly WorkflowRow[][], rows: Rows): Row[] {
  if (parts.fact['author_kind'] === 'automation') return [];
  const unit = unitOf(parts);
  return workflows.flatMap((versions) => completionsOf(versions, unit)).map((done) => rowOf(parts, done, rows));
}

async function keysOf(client: Client, repoId: number, items: readonly string[]): Promise<readonly string[]> {
  if (!items.includes('*')) return items;
  const { rows } = await client.query<{ change_key: string }>(
    `select change_key from change where repo_id = $1
     union select split_part(unit_key, '/', 1) from workflow_completion where repo_id = $1
     union select change_key from change_review where repo_id = $1
     union select change_key from change_coordination where repo_id = $1 order by 1`,
    [repoId]
  );
  return rows.map((row) => row.change_key);
}

/** Derives the completions of one repository. Takes `completion`, marks week and units. */
export async function deriveCompletions(client: Client, repoId: number, context: StepContext): Promise<void> {
  const items = (await take(client, 'completion', repoId)).map(({ item }) => item);
  if (items.length === 0) return;
  const workflows = await loadWorkflows(client, ['pr', 'pr_reviewer']);
  const rows = new Rows(context);
  const all = await keysOf(client, repoId, items);
  for (let from = 0; from < all.length; from += CHUNK) {
    const keys = all.slice(from, from + CHUNK);
    const { facts, loaded } = await factsOf(client, repoId, { ...context, keys });
    const {
      events,
      all: happened,
      deployed,
      excluded,
    } = await loadHappened(client, repoId, { keys, directory: context.directory });
    const made = loaded.changes.flatMap((change) => {
      const fact = facts.get(change.change_key);
      if (fact === undefined || endOf(change) === null || excluded.has(change.change_key)) return [];
      const parts = {
        change,
        fact,
        events: events.get(change.change_key) ?? [],
        deployedAt: deployed.get(change.change_key) ?? null,
      };
      return rowsOf(parts, workflows, rows);
    });
    await replaceCompletions(client, made, { where: OF_CHANGES, values: [repoId, keys] });
    const reviews = loaded.changes.flatMap((change) => {
      const fact = facts.get(change.change_key);
      if (fact === undefined) return [];
      const own = ownCommits(change, loaded.commits.get(change.change_key) ?? []);
      const reviewed = { change, fact, own, events: happened.get(change.change_key) ?? [] };
      return reviewRows(reviewed, { directory: context.directory, clockOf: (teamId) => rows.clock(teamId) }) ?? [];
    });
    await writeReviews(client, repoId, { keys, rows: reviews });
    const coordinated = loaded.changes.flatMap((change): Array<Readonly<Record<string, unknown>>> => {
      const fact = facts.get(change.change_key);
      const seen = happened.get(change.change_key);
      if (fact === undefined || seen === undefined) return [];
      const row = coordinationRow({ change, fact, events: seen }, (teamId) => rows.clock(teamId));
      return row === null ? [] : [row];
    });
    await writeCoordination(client, repoId, { keys, rows: coordinated });
  }
}
