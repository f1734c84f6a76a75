import type { ChangeFact } from '../change/fact.ts';
import type { ChangeRow } from '../change/load.ts';
import { BusinessClock } from '../completion/business-clock.ts';
import type { Actor } from '../identity/directory.ts';
import { reviewRows, type HappenedRow } from './rows.ts';

const PEOPLE: Readonly<Record<string, Actor>> = {
  ana: { personId: 'p-ana', kind: 'human' },
  'ana-at-work': { personId: 'p-ana', kind: 'human' },
  bo: { personId: 'p-bo', kind: 'human' },
  cy: { personId: 'p-cy', kind: 'human' },
  stranger: { personId: null, kind: 'human' },
  agent: { personId: null, kind: 'ai_agent' },
  ci: { personId: null, kind: 'automation' },
};
const TEAMS: Readonly<Record<string, string>> = { 'p-ana': 'web', 'p-bo': 'web', 'p-cy': 'ops' };
const HOURS = { timeZone: 'UTC', opens: 9 * 60, closes: 17 * 60, days: [1, 2, 3, 4, 5], holidays: [] };
const clock = new BusinessClock(HOURS);
const context = {
  directory: {
    actor: (account: string | null) => PEOPLE[account ?? ''] ?? { personId: null, kind: 'human' as const },
    teamAt: (person: string | null) => TEAMS[person ?? ''] ?? null,
    seniorityAt: (person: string | null) => (person === 'p-bo' ? ('senior' as const) : ('unknown' as const)),
  },
  clockOf: () => clock,
};

/** Of Friday, 6 March 2026. */
const at = (hour: number, minute = 0): Date => new Date(Date.UTC(2026, 2, 6, hour, minute));
const MONDAY = 72;

type Event = readonly [at: Date, account: string | null, kind: string, state?: string];
const judge = (events: readonly Event[], change: Partial<ChangeRow> = {}, fact: Record<string, unknown> = {}) => {
  const happened = events.map(([when, account, kind, state = null]): HappenedRow => ({ at: when, account_id: account, kind, state })); // prettier-ignore
  const first = happened.find(({ kind, account_id: account }) => kind === 'review' && ['bo', 'cy', 'stranger'].includes(account ?? '')); // prettier-ignore
  return reviewRows(
    {
      change: { repo_id: 1, change_id: '7', change_key: '7', author_account_id: 'ana', requester_account_id: null, created_at: at(9), first_ready_at: at(16), merged_at: at(MONDAY + 12), is_superseded: false, explanation: 3, ...change } as ChangeRow,
      fact: { author_kind: 'human', responsible_id: 'p-ana', effective_added: 200, effective_deleted: 50, first_review_at: first?.at ?? null, ...fact } as unknown as ChangeFact,
      own: [],
      events: happened,
    },
    context
  );
}; // prettier-ignore

test('G-01: Friday 16:00 to Monday 10:00 is a wait of two business hours', () => {
  const found = judge([[at(MONDAY + 10), 'bo', 'review', 'approved']]);
  expect(found?.review).toMatchObject({ is_reviewed: true, wait_minutes: 120, elapsed_minutes: 120, review_minutes: 10, comment_count: 0, is_blocked: false, is_cross_team: false, explanation: 3 }); // prettier-ignore
  expect(found?.parts).toEqual([{ repo_id: 1, change_id: '7', change_key: '7', person_id: 'p-bo', first_at: at(MONDAY + 10), review_minutes: 10, comment_count: 0, team_id: 'web', seniority: 'senior' }]); // prettier-ignore
});

test('the wait begins with a request that came after it was ready and before the look, and is none where somebody looked before', () => {
  const asked = (when: Date) => judge([[when, 'bo', 'review_requested'], [at(MONDAY + 10), 'bo', 'review', 'commented']]); // prettier-ignore
  expect(asked(at(MONDAY + 9, 30))?.review['wait_minutes']).toBe(30);
  expect(asked(at(15))?.review['wait_minutes']).toBe(120);
  expect(judge([[at(15), 'bo', 'review', 'commented']])?.review['wait_minutes']).toBe(0);
});

test('hours are those of each reviewer by sessions; comments in the conversation count where somebody reviewed', () => {
  const found = judge([
    [at(16, 5), 'bo', 'review', 'commented'],
    [at(16, 5), 'bo', 'review_comment', 'open'],
    [at(16, 25), 'ana', 'comment'],
    [at(16, 35), 'bo', 'comment'],
    [at(16, 40), 'cy', 'comment'],
    [at(MONDAY + 9), 'cy', 'review', 'changes_requested'],
    [at(MONDAY + 10), 'bo', 'review', 'approved'],
    [at(MONDAY + 14), 'bo', 'comment'],
  ]);
  // bo 30 + 10 and 10; cy 10 and 10. What ana says is no review, and after the merge nothing is.
  expect(found?.review).toMatchObject({ review_minutes: 70, comment_count: 3, is_blocked: true, is_cross_team: true, is_stamp: false }); // prettier-ignore
  expect(found?.parts.map((part) => [part['person_id'], part['review_minutes'], part['comment_count']])).toEqual([['p-bo', 50, 2], ['p-cy', 20, 1]]); // prettier-ignore
});

test('no review: unreviewed, and self-merged where its author merged it; who merged it may be unknown', () => {
  const merged = (account: string | null) => judge([[at(MONDAY + 12), account, 'merged']])?.review;
  expect(merged('ana-at-work')).toMatchObject({ is_reviewed: false, is_self_merged: true, wait_minutes: null, review_minutes: null, comment_count: null, is_blocked: null, is_stamp: null, is_cross_team: null }); // prettier-ignore
  expect(merged('bo')).toMatchObject({ is_self_merged: false });
  expect(merged(null)).toMatchObject({ is_self_merged: null });
  // Whoever asked an agent for it did not write it, but is no reviewer of it either.
  const asked = { author_account_id: 'agent', requester_account_id: 'ana' };
  expect(judge([[at(16, 5), 'ana', 'review', 'approved'], [at(MONDAY + 12), 'ana', 'merged']], asked)?.review).toMatchObject({ is_reviewed: false, is_self_merged: false }); // prettier-ignore
  expect(judge([[at(16, 1), 'ana', 'comment'], [at(16, 2), 'agent', 'review', 'approved'], [at(16, 3), 'ci', 'review', 'approved']])?.review).toMatchObject({ is_reviewed: false, is_ai_reviewed: true, program_review_count: 1 }); // prettier-ignore
});

test('a stamp is an approval of much within minutes and without a word', () => {
  const stamped = (approval: Date, said: readonly Event[] = [], lines = 200) =>
    judge([...said, [approval, 'bo', 'review', 'approved']], {}, { effective_added: lines, effective_deleted: 0 })?.review['is_stamp']; // prettier-ignore
  expect(stamped(at(16, 4))).toBe(true);
  expect(stamped(at(16, 5))).toBe(false);
  expect(stamped(at(16, 4), [[at(16, 3), 'bo', 'review_comment', 'open']])).toBe(false);
  expect(stamped(at(16, 4), [], 199)).toBeNull();
  expect(judge([[at(16, 4), 'bo', 'review', 'commented']])?.review['is_stamp']).toBeNull();
});

test('comments of agents: begun threads, those whose lines changed, those that were only resolved', () => {
  const thread = (state: string): Event => [at(16, 1), 'agent', 'review_comment', state];
  const found = judge(['open', 'resolved', 'outdated', 'resolved_outdated', 'reply'].map(thread));
  expect(found?.review).toMatchObject({ is_ai_reviewed: true, ai_comment_count: 4, ai_changed_count: 2, ai_settled_count: 1 }); // prettier-ignore
  // Of an agent's own change its words are no review.
  expect(judge([thread('open')], { author_account_id: 'agent' })?.review).toMatchObject({ is_ai_reviewed: false, ai_comment_count: 0 }); // prettier-ignore
});

test('reviewers whom nobody knows are one, of no team', () => {
  const found = judge([[at(16, 1), 'stranger', 'review', 'commented']]);
  expect(found?.parts).toMatchObject([{ person_id: '', team_id: 'unknown', seniority: 'unknown' }]);
  expect(found?.review['is_cross_team']).toBeNull();
});

test('what was never at a forge, is not merged, or is a program’s has no row', () => {
  expect(judge([], { created_at: null })).toBeNull();
  expect(judge([], { merged_at: null })).toBeNull();
  expect(judge([], {}, { author_kind: 'automation' })).toBeNull();
});
