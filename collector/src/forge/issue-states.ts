/** States that an issue of a forge went through: opened, labelled with a word of the configuration, closed, opened again. Pure. */
import type { ReportedEvent } from '../trackers/issue-rows.ts';
import { nameOf, type StageMap, type TrackerState } from '../trackers/stages.ts';

/** A forge tells open from closed, and perhaps why it was closed; a label alone may tell more. */
const OPEN: TrackerState = { name: 'open', category: 'open', says: null };
const DONE: TrackerState = { name: 'closed', category: 'completed', says: 'done' };

/** Given up: closed as nothing, as a duplicate, or because it goes on elsewhere. */
export const givenUp = (reason: string): TrackerState => ({ name: `closed (${reason})`, category: 'cancelled', says: 'cancelled' }); // prettier-ignore

export type Happened = { readonly id: string; readonly at: Date } & (
  | { readonly kind: 'closed'; readonly givenUpAs: string | null }
  | { readonly kind: 'reopened' }
  | { readonly kind: 'labelled' | 'unlabelled'; readonly label: string }
);

interface Told {
  readonly id: string;
  readonly at: Date;
  readonly to: TrackerState;
}

const closedAs = (reason: string | null): TrackerState => (reason === null ? DONE : givenUp(reason));

/** States in the order in which the forge tells them. The label that was put on last counts; without it the issue is open, and no more is known. */
function told(events: readonly Happened[], states: StageMap): Told[] {
  const wanted = new Set(Object.keys(states).map(nameOf));
  const all: Told[] = [];
  for (const event of events) {
    const { id, at } = event;
    if (event.kind === 'closed') all.push({ id, at, to: closedAs(event.givenUpAs) });
    else if (event.kind === 'reopened') all.push({ id, at, to: OPEN });
    else if (!wanted.has(nameOf(event.label))) continue;
    else if (event.kind === 'labelled') all.push({ id, at, to: { name: event.label, category: 'open', says: null } });
    else if (nameOf(all.at(-1)?.to.name ?? '') === nameOf(event.label)) all.push({ id, at, to: OPEN });
  }
  return all;
}

export interface Lived {
  readonly createdAt: Date;
  /** Null = it is open. */
  readonly closedAt: Date | null;
  readonly givenUpAs: string | null;
  readonly events: readonly Happened[];
}

/** Changes of state of an issue. Where its forge does not tell when it was closed, the issue does. */
export function stateEvents({ createdAt, closedAt, givenUpAs, events }: Lived, states: StageMap): ReportedEvent[] {
  const known = told(events, states);
  const isMissing = closedAt !== null && !['completed', 'cancelled'].includes(known.at(-1)?.to.category ?? '');
  const all = [...known, ...(isMissing ? [{ id: 'closed', at: closedAt, to: closedAs(givenUpAs) }] : [])];
  return [
    { kind: 'state', id: 'created', at: createdAt, from: null, to: OPEN, method: 'created' },
    ...all.map(({ id, at, to }, index): ReportedEvent => ({
      ...{ kind: 'state', id, at, to, method: 'event' },
      from: all[index - 1]?.to.name ?? OPEN.name,
    })),
  ];
}
