/** What working beside others cost a merged change (metrics.md QT4, coordination tax): rows of `change_coordination`. Pure. */
import type { ChangeFact } from '../change/fact.ts';
import type { ChangeRow } from '../change/load.ts';
import type { BusinessClock } from '../completion/business-clock.ts';
import type { HappenedRow } from '../review/rows.ts';

export interface Coordinated {
  readonly change: ChangeRow;
  readonly fact: ChangeFact;
  /** In order. */
  readonly events: readonly HappenedRow[];
}

interface Conflicts {
  readonly count: number;
  /** Business minutes. */
  readonly minutes: number;
}

/** A queue lets go of what it merges at about the time of the merge. */
const MERGING_MS = 60_000;

/** Ends a conflict: nobody looks at what is closed. */
const ENDS: readonly string[] = ['conflict_off', 'closed', 'merged'];

function conflictsOf(events: readonly HappenedRow[], end: Date, clock: BusinessClock): Conflicts {
  let [count, minutes, since] = [0, 0, null as Date | null];
  const close = (at: Date): void => {
    if (since !== null) minutes += clock.minutes(since.getTime(), at.getTime());
    since = null;
  };
  for (const { kind, at } of events) {
    if (kind === 'conflict_on' && since === null) [count, since] = [count + 1, at];
    if (ENDS.includes(kind)) close(at);
  }
  close(end);
  return { count, minutes };
}

/** Put out, other than by being merged or by somebody who took it out; where the source does not tell, all that is not the merge itself. */
const isEjection = ({ kind, state, at }: HappenedRow, mergedAt: Date): boolean =>
  kind === 'merge_unqueued' &&
  (state === 'put_out' || (state === null && mergedAt.getTime() - at.getTime() > MERGING_MS));

/** Null = it is not merged, is a program's, or nothing of the kind was seen. @param clockOf Open hours of a team. */
export function coordinationRow(
  { change, fact, events }: Coordinated,
  clockOf: (teamId: string) => BusinessClock
): Readonly<Record<string, unknown>> | null {
  const mergedAt = change.merged_at;
  if (mergedAt === null || change.is_superseded || fact['author_kind'] === 'automation') return null;
  const until = events.filter(({ at }) => at <= mergedAt);
  const conflicts = conflictsOf(until, mergedAt, clockOf(String(fact['team_id'])));
  const queued = until.filter(({ kind }) => kind === 'merge_queued').length;
  if (conflicts.count + queued === 0) return null;
  return {
    repo_id: change.repo_id,
    change_id: change.change_id,
    change_key: change.change_key,
    conflict_count: conflicts.count,
    conflict_minutes: conflicts.minutes,
    queue_count: queued,
    ejection_count: until.filter((event) => isEjection(event, mergedAt)).length,
  };
}
