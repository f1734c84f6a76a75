import type { Events } from './events.ts';
import { CARRIED, ELSEWHERE, ENDED, type FilePlan } from './file-plan.ts';

/** Plans of files that continue one vanished file: a line of it ends only when none of them has it. */
export interface SharedSource {
  readonly plans: readonly FilePlan[];
  /** For each line of the vanished file how many of the plans remove it. */
  readonly removedIn: Uint32Array;
}

/** Vanished files that go on in several files. Says already of their lines which ones stand unchanged in another file. */
export function sharedSources(plans: readonly FilePlan[]): SharedSource[] {
  const bySource = new Map<string, FilePlan[]>();
  for (const plan of plans) {
    if (plan.file.status !== 'renamed') continue;
    const path = plan.file.oldPath as string;
    const list = bySource.get(path);
    if (list) list.push(plan);
    else bySource.set(path, [plan]);
  }
  return Array.from(bySource.values()).flatMap((group) => (group.length > 1 ? [shareSource(group)] : []));
}

function shareSource(plans: readonly FilePlan[]): SharedSource {
  const removedIn = new Uint32Array(plans[0]?.old.length ?? 0);
  for (const { removedAt } of plans) for (const line of removedAt) removedIn[line] = (removedIn[line] as number) + 1;
  for (const { removedAt, fates } of plans)
    for (const [removed, line] of removedAt.entries())
      if ((removedIn[line] as number) < plans.length) fates[removed] = ELSEWHERE;
  return { plans, removedIn };
}

/** Of a line that no file has, one file answers: the one that carries it over, else the first. */
export function nameOwners({ plans, removedIn }: SharedSource): void {
  const isAnswered = new Uint8Array(removedIn.length);
  for (const { removedAt, fates } of plans)
    for (const [removed, line] of removedAt.entries()) if (fates[removed] === CARRIED) isAnswered[line] = 1;
  for (const { removedAt, fates } of plans) {
    for (const [removed, line] of removedAt.entries()) {
      if (fates[removed] !== ENDED) continue;
      if (isAnswered[line]) fates[removed] = ELSEWHERE;
      isAnswered[line] = 1;
    }
  }
}

/** A line that stands in several of the files is several lines from now on. */
export function bookCopies({ plans, removedIn }: SharedSource, events: Events): void {
  const holders = removedIn.map((count) => plans.length - count);
  for (const { removedAt, fates } of plans)
    for (const [removed, line] of removedAt.entries())
      if (fates[removed] === CARRIED) holders[line] = (holders[line] as number) + 1;
  const copies = new Map<number, number>();
  const old = plans[0]?.old ?? new Int32Array(0);
  for (const [line, count] of holders.entries()) {
    const value = old[line] as number;
    if (count > 1) copies.set(value, (copies.get(value) ?? 0) + count - 1);
  }
  for (const [value, count] of copies) events.reshaped(value, count);
}
