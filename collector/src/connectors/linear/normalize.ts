/** Outside → house rows. Pure. */
import type { HouseRow, StreamContext } from '../../connector.ts';
import { pattern } from '../../text/pattern.ts';
import { issueRows, type IssueRows, type ReportedEvent, type ReportedSpan } from '../../trackers/issue-rows.ts';
import type { Category, Stage, TrackerState } from '../../trackers/stages.ts';
import { typeOf } from '../../trackers/types.ts';
import type { Section } from './config.ts';
import type { Cycle, Entry, Issue, Span, Team, WorkflowState } from './schema.ts';

export const SOURCE = 'linear';
const NUMBER = pattern`-\d+$`;

/** Types of states: what Linear says they are, and what that alone says of the stage. Review is `started` too, so its name must tell. */
const TYPES: Readonly<Record<string, readonly [Category, Stage | null]>> = {
  triage: ['backlog', 'backlog'],
  backlog: ['backlog', 'backlog'],
  unstarted: ['unstarted', 'ready'],
  started: ['started', null],
  completed: ['completed', 'done'],
  canceled: ['cancelled', 'cancelled'],
  duplicate: ['cancelled', 'cancelled'],
};

export function stateOf({ name, type }: WorkflowState): TrackerState {
  const [category, says] = Object.hasOwn(TYPES, type) ? (TYPES[type] ?? [null, null]) : [null, null];
  return { name, category, says };
}

export const projectRow = ({ key, name }: Team): HouseRow => ({
  table: 'tracker_project',
  values: { source: SOURCE, project_key: key, title: name ?? null },
});

export const cycleRow = (cycle: Cycle): HouseRow => ({
  table: 'cycle',
  values: {
    source: SOURCE,
    cycle_id: cycle.id,
    project_key: cycle.team?.key ?? '',
    title: cycle.name ?? `Cycle ${String(cycle.number)}`,
    starts_at: cycle.startsAt,
    ends_at: cycle.endsAt,
    completed_at: cycle.completedAt ?? null,
  },
});

const byTime = (a: { readonly at: Date }, b: { readonly at: Date }): number => a.at.getTime() - b.at.getTime();

/** Times in states, oldest first: Linear lists them in either order. */
function inOrder(spans: readonly Span[]): readonly Span[] {
  const [first, last] = [spans[0], spans.at(-1)];
  return first !== undefined && last !== undefined && first.startedAt > last.startedAt ? [...spans].reverse() : spans;
}

/** A state begins when the one before it ends: where that lies before its own beginning, time goes back, and the event says so. */
function stateEvents(spans: readonly Span[]): ReportedEvent[] {
  const all = inOrder(spans);
  return all.flatMap((span, index): ReportedEvent[] => {
    const before = all[index - 1];
    const isBack = before?.endedAt && before.endedAt < before.startedAt;
    if (!span.state) return [];
    return [
      {
        kind: 'state',
        id: span.id,
        at: isBack ? (before.endedAt ?? span.startedAt) : span.startedAt,
        from: before?.state?.name ?? null,
        to: stateOf(span.state),
        method: 'span',
      },
    ];
  });
}

function moveEvents(history: readonly Entry[], teams: ReadonlyMap<string, string>): ReportedEvent[] {
  return history
    .filter(({ fromTeamId, toTeamId }) => fromTeamId && toTeamId)
    .map(({ id, createdAt, fromTeamId, toTeamId }) => ({
      kind: 'project' as const,
      id: `move ${id}`,
      at: createdAt,
      from: teams.get(fromTeamId ?? '') ?? fromTeamId ?? null,
      to: teams.get(toTeamId ?? '') ?? toTeamId ?? '',
      method: 'changelog' as const,
    }))
    .sort(byTime);
}

/** Spans in cycles: an issue is in one at a time, and its history tells each change but not the cycle that it was made in. */
function cycleSpans({ createdAt, cycle, addedToCycleAt, history }: Issue): ReportedSpan[] {
  const moves = history.nodes.good
    .filter(({ fromCycleId: from, toCycleId: to }) => (from ?? null) !== (to ?? null))
    .map((entry) => ({ at: entry.createdAt, from: entry.fromCycleId ?? null, to: entry.toCycleId ?? null }))
    .sort(byTime);
  const [first] = moves;
  const made = first === undefined ? (cycle?.id ?? null) : first.from;
  const madeAt = first === undefined ? (addedToCycleAt ?? createdAt) : createdAt;
  const begun = [...(made === null ? [] : [{ at: madeAt, to: made, method: 'created' as const }]), ...moves.map(({ at, to }) => ({ at, to, method: 'changelog' as const }))]; // prettier-ignore
  return begun.flatMap(({ at, to, method }, index): ReportedSpan[] =>
    to === null ? [] : [{ cycleId: to, addedAt: at, removedAt: begun[index + 1]?.at ?? null, method }]
  );
}

/** Account of an assignee; its address joins it with the others of the person. */
function accountRow({ id, email }: NonNullable<Issue['assignee']>, accountId: Context['accountId']): HouseRow {
  const address = email?.trim().toLowerCase() ?? '';
  return {
    table: 'account',
    values: {
      account_id: accountId(SOURCE, id),
      provider: SOURCE,
      external_id: id,
      ...(address === '' ? {} : { email: address.slice(0, 300) }),
    },
  };
}

export interface Context extends Pick<StreamContext<Section>, 'section' | 'accountId'> {
  readonly now: Date;
  /** Keys of teams by id. */
  readonly teams: ReadonlyMap<string, string>;
}

/** An issue with all of its lists. One in the trash is deleted, one in the archive is not. */
export function ofIssue(issue: Issue, { section, accountId, now, teams }: Context): IssueRows {
  const labels = issue.labels.nodes.good.map(({ name }) => name);
  const project = issue.team?.key ?? NUMBER.replace(issue.identifier, '');
  return issueRows(
    {
      source: SOURCE,
      id: issue.id,
      key: issue.identifier,
      formerKeys: issue.previousIdentifiers ?? [],
      project,
      kind: issue.parent ? 'sub_task' : 'issue',
      parentId: issue.parent?.id ?? null,
      type: typeOf(null, labels, section.types),
      labels,
      estimate: issue.estimate ?? null,
      createdAt: issue.createdAt,
      startedAt: issue.startedAt ?? null,
      doneAt: issue.completedAt ?? null,
      cancelledAt: issue.canceledAt ?? null,
      deletedAt: issue.trashed === true ? (issue.archivedAt ?? issue.updatedAt) : null,
      assignee: issue.assignee ? accountRow(issue.assignee, accountId) : null,
      isDelegated: Boolean(issue.delegate),
      url: issue.url ?? null,
      state: issue.updatedAt.toISOString(),
      events: [...stateEvents(issue.stateHistory.nodes.good), ...moveEvents(issue.history.nodes.good, teams)],
      spans: cycleSpans(issue),
      references: issue.attachments.nodes.good.map(({ url }) => url),
    },
    section,
    now
  );
}
