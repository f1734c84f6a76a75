import type { ChangeRow } from './load.ts';
import { reviewColumns } from './reviews.ts';
import type { Actor } from '../identity/directory.ts';

const actors: Readonly<Record<string, Actor>> = {
  ana: { personId: 'p-ana', kind: 'human' },
  'ana-at-work': { personId: 'p-ana', kind: 'human' },
  bo: { personId: 'p-bo', kind: 'human' },
  agent: { personId: null, kind: 'ai_agent' },
  ci: { personId: null, kind: 'automation' },
};
const directory = {
  actor: (account: string | null): Actor => actors[account ?? ''] ?? { personId: null, kind: 'human' },
};
const at = (hour: number): Date => new Date(Date.UTC(2026, 2, 2, hour));

type Review = readonly [hour: number, account: string | null, state?: string];
const judge = (reviews: readonly Review[], change: Partial<ChangeRow> = {}, commitsBy: readonly string[] = []) =>
  reviewColumns(
    {
      author_account_id: 'ana',
      requester_account_id: null,
      merged_at: at(20),
      ...change,
      reviews: reviews.map(([hour, account, state = 'commented']) => ({ change_key: '1', at: at(hour), account_id: account, state })),
    } as ChangeRow,
    commitsBy.map((account) => ({ author_account_id: account })),
    directory
  ); // prettier-ignore

test('the first review is of a human who did not write the change', () => {
  const others: Review[] = [[8, 'agent'], [9, 'ci'], [10, 'ana-at-work'], [11, null]]; // prettier-ignore
  expect(judge([...others, [12, 'bo'], [13, 'bo', 'approved']])).toEqual({ first_review_at: at(12), review_rounds: 1 });
  expect(judge(others)).toEqual({ first_review_at: null, review_rounds: null });
  expect(judge([])).toEqual({ first_review_at: null, review_rounds: null });
});

test('who wrote a commit of it, or asked an agent for it, is no reviewer of it', () => {
  expect(judge([[12, 'bo']], {}, ['bo']).first_review_at).toBeNull();
  const asked = { author_account_id: 'agent', requester_account_id: 'ana' };
  expect(judge([[11, 'ana'], [12, 'bo']], asked).first_review_at).toEqual(at(12)); // prettier-ignore
});

test('a review after the merge ended no wait', () => {
  expect(judge([[21, 'bo']]).first_review_at).toBeNull();
  expect(judge([[20, 'bo']]).first_review_at).toEqual(at(20));
});

test('a round is a review that asked for changes and was followed by another one', () => {
  const rounds = (...reviews: Review[]) => judge(reviews).review_rounds;
  expect(rounds([8, 'bo', 'changes_requested'], [9, 'bo', 'approved'])).toBe(2);
  expect(rounds([8, 'bo', 'changes_requested'], [9, 'bo', 'changes_requested'], [10, 'bo', 'approved'])).toBe(3);
  expect(rounds([8, 'bo', 'approved'], [9, 'bo', 'changes_requested'])).toBe(1);
  expect(rounds([8, 'agent', 'changes_requested'], [9, 'bo', 'approved'])).toBe(1);
});
