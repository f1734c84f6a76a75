/** Step completion: workflow_completion and change_review rows of the changes on the list. */
import { ownerAt } from '../../text/owner-history.ts';
import { BusinessClock, localMonday } from './business-clock.ts';
import { endOf, responsible, type ChangeFact } from '../change/fact.ts';
import { grouped, ownCommits, type ChangeRow } from '../change/load.ts';
import { factsOf, type StepContext } from '../change/step.ts';
import { reviewRows } from '../review/rows.ts';
import { writeReviews } from '../review/write.ts';
import { together } from '../together.ts';
import type { Directory } from '../identity/directory.ts';
import { completionsOf, type Completion, type Unit, type UnitEvent, type WorkflowRow } from './completions.ts';
import { markKinds, take, type Client } from '../work-list.ts';

const CHUNK = 2000;

interface EventRow {
  change_key: string;
  at: Date;
  kind: string;
  account_id: string | null;
  state: string | null;
}

/** Workflow versions by workflow id. */
async function loadWorkflows(client: Client): Promise<WorkflowRow[][]> {
  const { rows } = await client.query<WorkflowRow>(
    `select workflow_id, version, valid_from, unit, actor, start_event, start_else, end_event, clock, max_minutes, applies_to
     from workflow where unit in ('pr', 'pr_reviewer') order by workflow_id, valid_from, version`
  );
  const byId = new Map<string, WorkflowRow[]>();
  for (const row of rows) byId.set(row.workflow_id, [...(byId.get(row.workflow_id) ?? []), row]);
  return [...byId.values()];
}

/** Reviews of programs and agents are reviews, and end no wait for one (metrics.md QT5). */
const endsNoWait = ({ kind, at, account_id: account }: EventRow, directory: Directory): boolean =>
  (kind === 'review' || kind === 'approve') && account !== null && directory.actor(account, at).kind !== 'human';

const EVENTS = `
select change_key, at, kind, account_id, state from change_event
where repo_id = $1 and change_key = any($2::text[]) order by change_key, at, event_id`;

const DEPLOYED = `
select change_key, deployed_at from change_fact where repo_id = $1 and change_key = any($2::text[]) and deployed_at is not null`;

interface Happened {
  readonly events: ReadonlyMap<string, readonly UnitEvent[]>;
  /** All events, those of agents and programs too. */
  readonly all: ReadonlyMap<string, readonly EventRow[]>;
  readonly deployed: ReadonlyMap<string, Date>;
}

/** What happened to the changes, by key. */
async function loadHappened(
  client: Client,
  repoId: number,
  { keys, directory }: { readonly keys: readonly string[]; readonly directory: Directory }
): Promise<Happened> {
  const found = await together<{ events: EventRow; deployed: { change_key: string; deployed_at: Date } }>(
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
  return { events, all, deployed: new Map(found.deployed.map((row) => [row.change_key, row.deployed_at])) };
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

/** Minutes on both clocks, cut at the workflow's longest; null unless ok. */
function elapsed(done: Completion & { readonly workflow: WorkflowRow }, clock: BusinessClock): Record<string, unknown> {
  if (done.status !== 'ok' || done.startedAt === null)
    return { minutes: null, business_minutes: null, is_winsorised: false };
  const { clock: kind, max_minutes: limit } = done.workflow;
  const max = limit ?? Infinity;
  const minutes = (done.endedAt.getTime() - done.startedAt.getTime()) / 60_000;
  const business = clock.minutes(done.startedAt.getTime(), done.endedAt.getTime());
  return {
    minutes: Math.min(minutes, max),
    business_minutes: Math.min(business, max),
    is_winsorised: (kind === 'business' ? business : minutes) > max,
  };
}

class Rows {
  private readonly context: StepContext;
  private readonly clocks = new Map<string, BusinessClock>();

  constructor(context: StepContext) {
    this.context = context;
  }

  /** Clock of the team that owns the wait. */
  clock(teamId: string): BusinessClock {
    const known = this.clocks.get(teamId);
    if (known) return known;
    const { directory, settings } = this.context;
    const made = new BusinessClock({ ...settings.calendar, timeZone: directory.zoneOf(teamId) });
    this.clocks.set(teamId, made);
    return made;
  }

  /** Row of one completion; dimensions of the actor at the end. */
  row(parts: Parts, done: Completion & { readonly workflow: WorkflowRow }): Record<string, unknown> {
    const { directory, settings } = this.context;
    const { change, fact } = parts;
    const actor =
      done.reviewer === null ? responsible(change, directory) : directory.actor(done.reviewer, done.endedAt);
    const personId = actor?.kind === 'human' ? actor.personId : null;
    const teamId = directory.teamAt(personId, done.endedAt) ?? ownerAt(change, done.endedAt) ?? 'unknown';
    return {
      workflow_id: done.workflow.workflow_id,
      workflow_version: done.workflow.version,
      unit_key: done.unitKey,
      person_id: personId ?? '',
      repo_id: change.repo_id,
      change_id: change.change_id,
      started_at: done.startedAt,
      ended_at: done.endedAt,
      status: done.status,
      ...elapsed(done, this.clock(teamId)),
      pr_class: fact['pr_class'],
      code_source: fact['code_source'],
      zone: fact['zone'],
      size: fact['size'],
      team_id: teamId,
      seniority: directory.seniorityAt(personId, done.endedAt),
      week_start: localMonday(settings.timeZone, done.endedAt.getTime()),
    };
  }
}

/** Units whose actor is automation are no completions (0.17). */
function rowsOf(parts: Parts, workflows: readonly WorkflowRow[][], rows: Rows): Array<Record<string, unknown>> {
  if (parts.fact['author_kind'] === 'automation') return [];
  const unit = unitOf(parts);
  return workflows.flatMap((versions) => completionsOf(versions, unit)).map((done) => rows.row(parts, done));
}

/**
 * Takes away rows of the changes ($1 repository, $2 keys) that are not among those made ($3), and names those of them that stand already: what
 * is as it was leaves usage and packs alone.
 */
const REMOVE = `
with made as materialized (select * from json_populate_recordset(null::workflow_completion, $3::json)),
old as materialized (select * from workflow_completion where repo_id = $1 and split_part(unit_key, '/', 1) = any($2::text[])),
same as materialized (
  select o.workflow_id, o.workflow_version, o.unit_key, o.person_id from old o
  join made m using (workflow_id, workflow_version, unit_key, person_id) where o is not distinct from m),
gone as (
  delete from workflow_completion t using old o
  where t.repo_id = $1 and t.person_id = o.person_id and t.workflow_id = o.workflow_id and t.workflow_version = o.workflow_version
    and t.unit_key = o.unit_key
    and not exists (select from same s where s.workflow_id = t.workflow_id and s.workflow_version = t.workflow_version
      and s.unit_key = t.unit_key and s.person_id = t.person_id)
  returning t.person_id, t.week_start),
marked as (
  insert into dirty (kind, repo_id, item)
  select 'week', 0, person_id || '/' || week_start from gone where person_id <> ''
  union
  select 'units', 0, person_id from gone where person_id <> '' on conflict do nothing)
select workflow_id, workflow_version, unit_key, person_id from same`;

type Row = Readonly<Record<string, unknown>>;

const keyOf = (row: Row): string =>
  JSON.stringify(['workflow_id', 'workflow_version', 'unit_key', 'person_id'].map((column) => row[column]));

async function replace(
  client: Client,
  repoId: number,
  change: { keys: readonly string[]; rows: readonly Row[] }
): Promise<void> {
  const { rows } = await client.query<Row>(REMOVE, [repoId, change.keys, JSON.stringify(change.rows)]);
  const same = new Set(rows.map(keyOf));
  const added = change.rows.filter((row) => !same.has(keyOf(row)));
  if (added.length === 0) return;
  await client.query(
    'insert into workflow_completion select * from json_populate_recordset(null::workflow_completion, $1::json)',
    [JSON.stringify(added)]
  );
  const known = added.filter((row) => row['person_id'] !== '');
  const weeks = new Set(known.map((row) => `${String(row['person_id'])}/${String(row['week_start'])}`));
  const persons = new Set(known.map((row) => String(row['person_id'])));
  await markKinds(client, [
    ...[...weeks].map((item) => ({ kind: 'week' as const, repoId: 0, item })),
    ...[...persons].map((item) => ({ kind: 'units' as const, repoId: 0, item })),
  ]);
}

async function keysOf(client: Client, repoId: number, items: readonly string[]): Promise<readonly string[]> {
  if (!items.includes('*')) return items;
  const { rows } = await client.query<{ change_key: string }>(
    `select change_key from change where repo_id = $1
     union select split_part(unit_key, '/', 1) from workflow_completion where repo_id = $1
     union select change_key from change_review where repo_id = $1 order by 1`,
    [repoId]
  );
  return rows.map((row) => row.change_key);
}

/** Derives the completions of one repository. Takes `completion`, marks week and units. */
export async function deriveCompletions(client: Client, repoId: number, context: StepContext): Promise<void> {
  const items = (await take(client, 'completion', repoId)).map(({ item }) => item);
  if (items.length === 0) return;
  const workflows = await loadWorkflows(client);
  const rows = new Rows(context);
  const all = await keysOf(client, repoId, items);
  for (let from = 0; from < all.length; from += CHUNK) {
    const keys = all.slice(from, from + CHUNK);
    const { facts, loaded } = await factsOf(client, repoId, { ...context, keys });
    const {
      events,
      all: happened,
      deployed,
    } = await loadHappened(client, repoId, { keys, directory: context.directory });
    const made = loaded.changes.flatMap((change) => {
      const fact = facts.get(change.change_key);
      if (fact === undefined || endOf(change) === null) return [];
      const parts = {
        change,
        fact,
        events: events.get(change.change_key) ?? [],
        deployedAt: deployed.get(change.change_key) ?? null,
      };
      return rowsOf(parts, workflows, rows);
    });
    await replace(client, repoId, { keys, rows: made });
    const reviews = loaded.changes.flatMap((change) => {
      const fact = facts.get(change.change_key);
      if (fact === undefined) return [];
      const own = ownCommits(change, loaded.commits.get(change.change_key) ?? []);
      const reviewed = { change, fact, own, events: happened.get(change.change_key) ?? [] };
      return reviewRows(reviewed, { directory: context.directory, clockOf: (teamId) => rows.clock(teamId) }) ?? [];
    });
    await writeReviews(client, repoId, { keys, rows: reviews });
  }
}
