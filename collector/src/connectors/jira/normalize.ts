/** Outside → house rows. Pure. */
import type { HouseRow, StreamContext } from '../../connector.ts';
import { issueRows, type IssueRows, type ReportedEvent, type ReportedSpan } from '../../trackers/issue-rows.ts';
import { stageOf, type Category, type TrackerState } from '../../trackers/stages.ts';
import { typeOf } from '../../trackers/types.ts';
import type { Section } from './config.ts';
import type { History, Issue, Item, Sprint, Status, User } from './schema.ts';

export const SOURCE = 'jira';

/** What Jira says of a status; the name must tell the rest: of what is not begun it knows one category, and of what is done too. */
const CATEGORIES: Readonly<Record<string, Category>> = {
  new: 'unstarted',
  indeterminate: 'started',
  done: 'completed',
};

export function stateOf({ name, statusCategory }: Pick<Status, 'name' | 'statusCategory'>): TrackerState {
  const key = statusCategory?.key ?? '';
  return { name, category: Object.hasOwn(CATEGORIES, key) ? (CATEGORIES[key] ?? null) : null, says: null };
}

/** Custom fields of the site; null = it has none. */
export interface SiteFields {
  readonly sprint: string | null;
  readonly estimate: string | null;
}

export interface Context extends Pick<StreamContext<Section>, 'section' | 'accountId'> {
  readonly now: Date;
  readonly fields: SiteFields;
  /** Statuses that there are, by id. */
  readonly statuses: ReadonlyMap<string, Status>;
}

export const sprintRow = ({ id, name, state, startDate, endDate, completeDate }: Sprint, project: string): HouseRow => ({
  table: 'cycle',
  values: {
    ...{ source: SOURCE, cycle_id: id, project_key: project, title: name ?? null },
    // Of one that was not started the start is a plan.
    ...{ starts_at: state === 'future' ? null : (startDate ?? null), ends_at: endDate ?? null, completed_at: completeDate ?? null },
  },
}); // prettier-ignore

const isStatus = ({ field, fieldId }: Item): boolean => fieldId === 'status' || (fieldId === '' && field === 'status');
const isKey = ({ field, fieldId }: Item): boolean => fieldId === 'issuekey' || field === 'key';
const projectOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf('-')));

/** In the order in which they were written: ids only grow, times are what clocks said. */
function inOrder(changes: readonly History[]): readonly History[] {
  const number = ({ id }: History): number => Number(id);
  return changes.every((one) => Number.isSafeInteger(number(one))) ? [...changes].sort((a, b) => number(a) - number(b)) : changes; // prettier-ignore
}

const known = (id: string | null, name: string | null, { statuses }: Context): TrackerState => {
  const status = id === null ? undefined : statuses.get(id);
  // One that is gone has a name left, and one that was renamed another than it has now.
  return stateOf({ name: name ?? status?.name ?? id ?? '', statusCategory: status?.statusCategory });
};

/** Done with a resolution that says that nothing was: it was given up. */
function resolved(state: TrackerState, { fields: { resolution } }: Issue, { section }: Context): TrackerState {
  if (!resolution || state.category !== 'completed') return state;
  const said = stageOf({ name: resolution.name, category: 'completed', says: null }, section.states);
  return said === 'cancelled'
    ? { name: `${state.name} (${resolution.name})`, category: 'cancelled', says: 'cancelled' }
    : state;
}

function stateEvents(issue: Issue, changes: readonly History[], context: Context): ReportedEvent[] {
  const moves = changes.flatMap(({ id, created, items }) => (items ?? []).filter(isStatus).map((item, n) => ({ id: `${id}/${String(n)}`, at: created, item }))); // prettier-ignore
  const [first] = moves;
  const made = first ? known(first.item.from, first.item.fromString, context) : stateOf(issue.fields.status);
  const events: ReportedEvent[] = [
    { kind: 'state', id: 'created', at: issue.fields.created, from: null, to: made, method: 'created' },
    ...moves.map(({ id, at, item }): ReportedEvent => ({ kind: 'state', id, at, from: item.fromString, to: known(item.to, item.toString_, context), method: 'changelog' })),
  ];
  return events.map((event, index) => index === events.length - 1 && event.kind === 'state' ? { ...event, to: resolved(event.to, issue, context) } : event);
} // prettier-ignore

const moveEvents = (changes: readonly History[]): ReportedEvent[] =>
  changes.flatMap(({ id, created, items }) =>
    (items ?? [])
      .filter((item) => isKey(item) && item.fromString !== null && item.toString_ !== null)
      .map((item): ReportedEvent => ({ kind: 'project', id: `move ${id}`, at: created, from: projectOf(item.fromString ?? ''), to: projectOf(item.toString_ ?? ''), method: 'changelog' }))
  ); // prettier-ignore

const idsOf = (text: string | null): string[] => (text ?? '').split(',').map((one) => one.trim()).filter((one) => one !== ''); // prettier-ignore

/** Sprints that the field names now: closed ones stay in it. */
function currentSprints({ fields }: Issue, { fields: { sprint } }: Context): string[] {
  const value = sprint === null ? null : fields[sprint];
  return (Array.isArray(value) ? value : []).flatMap((one: unknown) => {
    const id = typeof one === 'object' && one !== null && 'id' in one ? one.id : null;
    return typeof id === 'number' || typeof id === 'string' ? [String(id)] : [];
  });
}

/** Spans in sprints: an issue may be in several, and each change lists all that it is in. */
function sprintSpans(issue: Issue, changes: readonly History[], context: Context): ReportedSpan[] {
  const field = context.fields.sprint;
  const moves = changes.flatMap(({ created, items }) => (items ?? []).filter(({ fieldId, field: name }) => (fieldId === '' ? name === 'sprint' : fieldId === field)).map(({ from, to }) => ({ at: created, from: idsOf(from), to: idsOf(to) }))); // prettier-ignore
  const [first] = moves;
  const open = new Map<string, ReportedSpan>();
  const spans: ReportedSpan[] = [];
  for (const id of first ? first.from : currentSprints(issue, context))
    open.set(id, { cycleId: id, addedAt: issue.fields.created, removedAt: null, method: 'created' });
  for (const { at, to } of moves) {
    for (const [id, span] of open) {
      if (to.includes(id)) continue;
      spans.push({ ...span, removedAt: at });
      open.delete(id);
    }
    for (const id of to) if (!open.has(id)) open.set(id, { cycleId: id, addedAt: at, removedAt: null, method: 'changelog' }); // prettier-ignore
  }
  for (const span of open.values()) spans.push(span);
  return spans;
}

/** Account of an assignee. Its address, which the site may hide, joins it with the others of the person. */
function accountRow({ accountId: id, emailAddress, accountType }: User, accountId: Context['accountId']): HouseRow {
  const email = emailAddress?.trim().toLowerCase() ?? '';
  return {
    table: 'account',
    values: {
      ...{ account_id: accountId(SOURCE, id), provider: SOURCE, external_id: id },
      ...(email === '' ? {} : { email: email.slice(0, 300) }),
      ...(accountType === 'app' ? { kind: 'automation' } : {}),
    },
  };
}

function kindOf({ fields: { issuetype } }: Issue): 'epic' | 'issue' | 'sub_task' {
  const level = issuetype?.hierarchyLevel ?? (issuetype?.subtask === true ? -1 : 0);
  return level > 0 ? 'epic' : level < 0 ? 'sub_task' : 'issue';
}

/** An issue and all changes of it. */
export function ofIssue(issue: Issue, history: readonly History[], context: Context): IssueRows {
  const { fields, id, key } = issue;
  const { section, accountId, now } = context;
  const changes = inOrder(history);
  const labels = fields.labels ?? [];
  const estimate = context.fields.estimate === null ? null : fields[context.fields.estimate];
  const keys = changes.flatMap(({ items }) => (items ?? []).filter(isKey).flatMap(({ fromString }) => fromString ?? []));
  const states = stateEvents(issue, changes, context);
  const last = states.at(-1);
  const isCancelled = last?.kind === 'state' && last.to.category === 'cancelled';
  return issueRows(
    {
      ...{ source: SOURCE, id, key, formerKeys: keys, project: fields.project?.key ?? projectOf(key) },
      ...{ kind: kindOf(issue), parentId: fields.parent?.id ?? null, labels },
      type: typeOf(fields.issuetype?.name ?? null, labels, section.types),
      estimate: typeof estimate === 'number' ? estimate : null,
      createdAt: fields.created,
      startedAt: null,
      doneAt: isCancelled ? null : (fields.resolutiondate ?? null),
      cancelledAt: isCancelled ? (fields.resolutiondate ?? null) : null,
      deletedAt: null,
      seenAt: now,
      assignee: fields.assignee ? accountRow(fields.assignee, accountId) : null,
      isDelegated: false,
      url: section.url.includes('api.atlassian.com') ? null : `${new URL(section.url).origin}/browse/${encodeURIComponent(key)}`,
      state: fields.updated.toISOString(),
      events: [...states, ...moveEvents(changes)],
      spans: sprintSpans(issue, changes, context),
      references: [],
    },
    section,
    now
  );
} // prettier-ignore
