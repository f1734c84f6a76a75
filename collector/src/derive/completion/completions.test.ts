import { completionsOf, matchesRepo, type Unit, type WorkflowRow } from './completions.ts';

const at = (hours: number): Date => new Date(Date.UTC(2026, 2, 2) + hours * 3_600_000);
const workflow = (given: Partial<WorkflowRow> = {}): WorkflowRow => ({
  workflow_id: 'change',
  version: 1,
  valid_from: new Date(0),
  unit: 'pr',
  actor: 'author',
  start_event: 'first_commit',
  start_else: null,
  end_event: 'merged',
  clock: 'calendar',
  max_minutes: null,
  applies_to: {},
  ...given,
});
const unit = (given: Partial<Unit> = {}): Unit => ({
  changeKey: '7',
  slug: 'shop/cart',
  prClass: 'feature',
  labels: [],
  lines: 100,
  firstCommitAt: at(0),
  createdAt: at(1),
  readyAt: null,
  mergedAt: at(10),
  closedAt: at(10),
  deployedAt: null,
  authorAccountId: 'ana',
  events: [],
  ...given,
});
const run = (definition: WorkflowRow, of: Unit): unknown[] =>
  completionsOf([definition], of).map(({ unitKey, startedAt, endedAt, status }) => [
    unitKey,
    startedAt,
    endedAt,
    status,
  ]);

describe('completions', () => {
  it('a merged change runs from its first commit to the merge', () => {
    expect(run(workflow(), unit())).toEqual([['7', at(0), at(10), 'ok']]);
  });
  it('an end before the start is kept as bad_order, never turned round', () => {
    expect(run(workflow(), unit({ firstCommitAt: at(11) }))).toEqual([['7', at(11), at(10), 'bad_order']]);
  });
  it('a missing start falls back, then is no_start', () => {
    expect(run(workflow({ start_event: 'ready', start_else: 'created' }), unit())).toEqual([
      ['7', at(1), at(10), 'ok'],
    ]);
    expect(run(workflow({ start_event: 'ready' }), unit())).toEqual([['7', null, at(10), 'no_start']]);
  });
  it('a change closed without a merge is abandoned, an open one is nothing', () => {
    expect(run(workflow(), unit({ mergedAt: null }))).toEqual([['7', null, at(10), 'abandoned']]);
    expect(run(workflow(), unit({ mergedAt: null, closedAt: null }))).toEqual([]);
    expect(run(workflow({ end_event: 'deployed' }), unit())).toEqual([]);
  });
  it('counts each reviewer, not the author', () => {
    const review = (accountId: string, hours: number, kind = 'review'): Unit['events'][number] => ({
      at: at(hours),
      kind,
      accountId,
      state: null,
    });
    const events = [
      review('bo', 2, 'review_requested'),
      review('ana', 3),
      review('bo', 4),
      review('bo', 6),
      review('cy', 8),
    ];
    const reviews = workflow({
      unit: 'pr_reviewer',
      actor: 'reviewer',
      start_event: 'review_requested',
      start_else: 'created',
      end_event: 'review_submitted',
    });
    expect(run(reviews, unit({ events }))).toEqual([
      ['7/bo', at(2), at(4), 'ok'],
      ['7/cy', at(1), at(8), 'ok'],
    ]);
  });
  it('measures only what the workflow applies to', () => {
    expect(run(workflow({ applies_to: { pr_class: ['refactor'] } }), unit())).toEqual([]);
    expect(
      run(workflow({ applies_to: { repos: ['shop/*'], max_lines: 100, exclude_labels: ['release'] } }), unit())
    ).toHaveLength(1);
    expect(run(workflow({ applies_to: { exclude_labels: ['release'] } }), unit({ labels: ['release'] }))).toEqual([]);
    expect(run(workflow({ applies_to: { max_lines: 99 } }), unit())).toEqual([]);
    expect(matchesRepo(['shop/*'], 'shopping/x')).toBe(false);
  });
  it('uses the version that is valid at the end', () => {
    const versions = [workflow(), workflow({ version: 2, valid_from: at(5), start_event: 'created' })];
    expect(completionsOf(versions, unit()).map((one) => [one.workflow.version, one.startedAt])).toEqual([[2, at(1)]]);
    expect(completionsOf(versions, unit({ mergedAt: at(4) })).map((one) => one.workflow.version)).toEqual([1]);
  });
});
