/** States that an issue went through: opened, labelled with a word of the configuration, closed, opened again. Pure. */
import type { ReportedEvent } from '../../../trackers/issue-rows.ts';
import { nameOf, type StageMap, type TrackerState } from '../../../trackers/stages.ts';
import type { Issue, IssueEvent } from '../schema-issues.ts';

/** GitHub tells open from closed, and why it was closed; a label alone may tell more. */
const OPEN: TrackerState = { name: 'open', category: 'open', says: null };
const DONE: TrackerState = { name: 'closed', category: 'completed', says: 'done' };

/** Closed as nothing, or as a duplicate: it was given up. */
export const isGivenUp = (reason: string | null | undefined): boolean => reason === 'NOT_PLANNED' || reason === 'DUPLICATE'; // prettier-ignore

const closedBy = (reason: string | null | undefined): TrackerState =>
  isGivenUp(reason)
    ? { name: `closed (${(reason ?? '').toLowerCase().replace('_', ' ')})`, category: 'cancelled', says: 'cancelled' }
    : DONE;

interface Told {
  readonly id: string;
  readonly at: Date;
  readonly to: TrackerState;
}

/** States in the order in which GitHub tells them. The label that was put on last counts; without it the issue is open, and no more is known. */
function told(events: readonly IssueEvent[], states: StageMap): Told[] {
  const wanted = new Set(Object.keys(states).map(nameOf));
  const all: Told[] = [];
  for (const { __typename: type, id, createdAt: at, stateReason, label } of events) {
    if (id === undefined || at === undefined) continue;
    const name = label?.name ?? '';
    if (type === 'ClosedEvent') all.push({ id, at, to: closedBy(stateReason) });
    else if (type === 'ReopenedEvent') all.push({ id, at, to: OPEN });
    else if (!wanted.has(nameOf(name))) continue;
    else if (type === 'LabeledEvent') all.push({ id, at, to: { name, category: 'open', says: null } });
    else if (nameOf(all.at(-1)?.to.name ?? '') === nameOf(name)) all.push({ id, at, to: OPEN });
  }
  return all;
}

/** Changes of state of an issue. Where GitHub does not tell when it was closed (it forgets none, but may fail), the issue does. */
export function stateEvents(issue: Issue, states: StageMap): ReportedEvent[] {
  const events = told(
    (issue.timelineItems?.nodes ?? []).filter((one) => one !== null),
    states
  );
  const { closedAt, createdAt, stateReason } = issue;
  const isMissing = closedAt !== null && !['completed', 'cancelled'].includes(events.at(-1)?.to.category ?? '');
  const all = [...events, ...(isMissing ? [{ id: 'closed', at: closedAt, to: closedBy(stateReason) }] : [])];
  return [
    { kind: 'state', id: 'created', at: createdAt, from: null, to: OPEN, method: 'created' },
    ...all.map(({ id, at, to }, index): ReportedEvent => ({
      ...{ kind: 'state', id, at, to, method: 'event' },
      from: all[index - 1]?.to.name ?? OPEN.name,
    })),
  ];
}
