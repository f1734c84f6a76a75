import type { ChangeFact } from '../change/fact.ts';
import type { ChangeRow } from '../change/load.ts';
import { BusinessClock } from '../completion/business-clock.ts';
import { coordinationRow } from './row.ts';

const clock = new BusinessClock({
  timeZone: 'UTC',
  opens: 9 * 60,
  closes: 17 * 60,
  days: [1, 2, 3, 4, 5],
  holidays: [],
});
/** Of Friday, 6 March 2026. */
const at = (hour: number, minute = 0): Date => new Date(Date.UTC(2026, 2, 6, hour, minute));
const MONDAY = 72;

type Event = readonly [at: Date, kind: string, state?: string];
const judge = (events: readonly Event[], change: Partial<ChangeRow> = {}, fact: Record<string, unknown> = {}) =>
  coordinationRow(
    {
      change: { repo_id: 1, change_id: '7', change_key: '7', merged_at: at(MONDAY + 12), is_superseded: false, ...change } as ChangeRow,
      fact: { author_kind: 'human', team_id: 'web', ...fact } as unknown as ChangeFact,
      events: events.map(([when, kind, state = null]) => ({ at: when, account_id: null, kind, state })),
    },
    () => clock
  ); // prettier-ignore

test('a conflict from Friday 16:00 to Monday 10:00 is two business hours; one that is seen to the end ends with the merge', () => {
  expect(judge([[at(16), 'conflict_on'], [at(MONDAY + 10), 'conflict_off']])).toEqual({ repo_id: 1, change_id: '7', change_key: '7', conflict_count: 1, conflict_minutes: 120, queue_count: 0, ejection_count: 0 }); // prettier-ignore
  const twice = judge([
    [at(10), 'conflict_on'],
    [at(11), 'conflict_off'],
    [at(MONDAY + 11), 'conflict_on'],
  ]);
  expect(twice).toMatchObject({ conflict_count: 2, conflict_minutes: 120 });
});

test('a conflict that is told twice is one, nobody is in conflict while closed, and what comes after the merge does not count', () => {
  expect(judge([[at(10), 'conflict_on'], [at(11), 'conflict_on'], [at(12), 'conflict_off']])).toMatchObject({ conflict_count: 1, conflict_minutes: 120 }); // prettier-ignore
  expect(judge([[at(10), 'conflict_on'], [at(11), 'closed'], [at(15), 'reopened'], [at(16), 'conflict_on'], [at(16, 30), 'conflict_off']])).toMatchObject({ conflict_count: 2, conflict_minutes: 90 }); // prettier-ignore
  expect(judge([[at(MONDAY + 13), 'conflict_on']])).toBeNull();
});

test('the merge itself, and who takes a change out, put nothing out of the queue; where the source does not tell, all but the merge does', () => {
  const out = (state: string | undefined, minutes = 30) => {
    const left: Event = state === undefined ? [at(MONDAY + 12, -minutes), 'merge_unqueued'] : [at(MONDAY + 12, -minutes), 'merge_unqueued', state];
    return judge([[at(10), 'merge_queued'], left])?.['ejection_count'];
  }; // prettier-ignore
  expect([out('merged'), out('taken_out'), out('put_out'), out(undefined), out(undefined, 0)]).toEqual([0, 0, 1, 1, 0]);
});

test('of what is not merged, of programs, and where nothing happened there is no row', () => {
  const conflict: readonly Event[] = [[at(10), 'conflict_on']];
  expect(judge(conflict, { merged_at: null })).toBeNull();
  expect(judge(conflict, {}, { author_kind: 'automation' })).toBeNull();
  expect(judge([[at(10), 'comment']])).toBeNull();
});
