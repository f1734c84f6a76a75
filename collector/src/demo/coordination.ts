/** What working beside others costs the demo's changes: conflicts with the base as hourly looks see them, and the merge queue of one team. */
import type { DemoChange } from './changes.ts';
import { HOUR_MS, teamAt, type Timeline } from './organisation.ts';
import { generator, plantedDecks, seedOf } from './random.ts';
import { TRUTHS } from './truths.ts';

export interface Coordination {
  /** First and last look while it was open, and how many; null = it was opened and merged between two looks. */
  readonly watch: { readonly firstAt: Date; readonly lastAt: Date; readonly looks: number } | null;
  readonly events: ReadonlyArray<{ readonly at: Date; readonly kind: string; readonly state: string | null }>;
}

type Happened = Coordination['events'][number];

/** A conflict for the planted part of the time from the first look to the merge, from one look to another; it may last until the merge. */
function conflictOf(openedAt: Date, looks: number, start: number): Happened[] {
  const look = (place: number): Date => new Date(openedAt.getTime() + place * HOUR_MS);
  const on = Math.min(looks, 1 + Math.floor(start * looks));
  const off = on + Math.max(1, Math.round(TRUTHS.conflict.ofTime * looks));
  return [
    { at: look(on), kind: 'conflict_on', state: null },
    ...(off > looks ? [] : [{ at: look(off), kind: 'conflict_off', state: null }]),
  ];
}

function queueOf(mergedAt: Date, isPutOut: boolean): Happened[] {
  const before = (minutes: number): Date => new Date(mergedAt.getTime() - minutes * 60_000);
  return [
    ...(isPutOut
      ? [{ at: before(20), kind: 'merge_queued', state: null }, { at: before(14), kind: 'merge_unqueued', state: 'put_out' }]
      : []),
    { at: before(8), kind: 'merge_queued', state: null },
    { at: mergedAt, kind: 'merge_unqueued', state: 'merged' },
  ];
} // prettier-ignore

/** Draws from streams of its own, so that nothing else is drawn otherwise. */
export function coordinating(seed: number, time: Timeline): (change: DemoChange, openedAt: Date) => Coordination {
  const random = generator(seedOf(seed, 'conflicts'));
  const isInConflict = plantedDecks(random, TRUTHS.conflict.share, 50);
  const isPutOut = plantedDecks(generator(seedOf(seed, 'queue')), { all: TRUTHS.queue.putOut }, 50);
  return ({ source, author, mergedAt }, openedAt) => {
    const looks = Math.floor((mergedAt.getTime() - openedAt.getTime()) / HOUR_MS);
    const look = (place: number): Date => new Date(openedAt.getTime() + place * HOUR_MS);
    const isQueued = teamAt(author, mergedAt, time) === TRUTHS.queue.team;
    return {
      watch: looks === 0 ? null : { firstAt: look(1), lastAt: look(looks), looks },
      events: [
        ...(looks > 0 && isInConflict(source) ? conflictOf(openedAt, looks, random() / 2) : []),
        ...(isQueued ? queueOf(mergedAt, isPutOut('all')) : []),
      ],
    };
  };
}
