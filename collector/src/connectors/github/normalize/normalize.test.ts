/** One pull request as rows, by what the forge says of it. */
import { drawnPull } from '../../../../testing/github-server/drawn-pull.ts';
import type { Pull } from '../schema.ts';
import { incidentRow, ofIssue } from './issues.ts';
import { endOf } from './deployments.ts';
import { firstReady } from './events.ts';
import { isOnDefault, mergeMethod, pullRows, type PullContext } from './pull.ts';
import { ownerOf } from '../../../text/codeowners.ts';

const at = (text: string): Date => new Date(`2026-03-${text}:00Z`);
const context: PullContext = {
  accountId: (provider, key) => `${provider}:${key}`,
  provider: 'github',
  branch: 'main',
  now: at('20T00:00'),
};
const rows = (pull: Pull, table: string) =>
  pullRows(pull, context)
    .filter((row) => row.table === table)
    .map(({ values }) => values);

describe('when a pull request could first be reviewed', () => {
  const ready = { __typename: 'ReadyForReviewEvent', id: 'r', createdAt: at('03T00:00') };
  const draft = { __typename: 'ConvertToDraftEvent', id: 'd', createdAt: at('02T12:00') };
  test.each([
    { name: 'opened ready: when it was opened', given: {}, expected: at('02T10:00') },
    { name: 'opened as a draft: when it became ready', given: { items: [ready] }, expected: at('03T00:00') },
    { name: 'a later return to draft does not move it', given: { items: [draft, ready] }, expected: at('02T10:00') },
    { name: 'still a draft: never', given: { isDraft: true }, expected: null },
  ])('$name', ({ given, expected }) => {
    expect(firstReady(drawnPull(given))).toEqual(expected);
  });
});

describe('how it was merged', () => {
  test.each([
    ['Merge pull request #7 from acme/topic', 'merge'],
    ['feat: cart (#7)', 'squash'],
    ['feat: last words', 'rebase'],
  ])('%s: %s', (messageHeadline, method) => {
    expect(mergeMethod(drawnPull({ merge: { oid: 'f'.repeat(40), messageHeadline, committedDate: at('04T00:00') } }))).toBe(method); // prettier-ignore
  });
  test('what was merged into the branch before it was renamed counts', () => {
    expect(isOnDefault({ baseRefName: 'master' }, 'main')).toBe(true);
    expect(isOnDefault({ baseRefName: 'develop' }, 'main')).toBe(false);
  });
});

test.each<[reason: string | null, state: string | null]>([
  ['merge', 'merged'],
  ['MANUAL', 'taken_out'],
  ['CI_FAILURE', 'put_out'],
  ['merge conflict', 'put_out'],
  ['something new', null],
  ['__proto__', null],
  [null, null],
])('what left the merge queue because of %s is %s', (reason, state) => {
  const left = { __typename: 'RemovedFromMergeQueueEvent', id: 'q', createdAt: at('03T00:00'), reason };
  expect(rows(drawnPull({ items: [left] }), 'change_event')).toMatchObject([{ kind: 'merge_unqueued', state }]);
});

test('work begins with the earliest own commit, one that a force push took away included; clocks in the future count for nothing', () => {
  const before = { oid: 'a'.repeat(40), authoredDate: at('01T01:00') };
  const push = { __typename: 'HeadRefForcePushedEvent', id: 'p', createdAt: at('03T00:00'), beforeCommit: before };
  expect(rows(drawnPull({ items: [push] }), 'change')[0]).toMatchObject({ first_commit_at: at('01T01:00') });
  expect(rows(drawnPull({ commits: [{ authoredDate: new Date('2062-01-01T00:00:00Z') }] }), 'change')[0]).toMatchObject({ first_commit_at: null }); // prettier-ignore
});

test('a merge into another branch is left to git: neither merged nor given up, and no commit is claimed', () => {
  const pull = drawnPull({ base: 'develop' });
  const [change] = rows(pull, 'change');
  expect(change).toMatchObject({ closed_at: null, base_branch: 'develop' });
  expect(Object.keys(change ?? {})).not.toContain('merged_at');
  expect(rows(pull, 'git_commit')).toEqual([]);
});

test('a deleted account is nobody, a program is no person, an agent is known by its number', () => {
  expect(rows(drawnPull({ author: null }), 'change')[0]).toMatchObject({ author_account_id: null });
  const kinds = (login: string, databaseId: number) =>
    rows(drawnPull({ author: { __typename: 'Bot', login, databaseId } }), 'account')[0];
  expect(kinds('copilot-swe-agent', 198982749)).toMatchObject({ account_id: 'github:id:198982749', kind: 'ai_agent', login: 'copilot-swe-agent[bot]' }); // prettier-ignore
  expect(kinds('renovate', 29139614)).toMatchObject({ kind: 'automation', external_id: 'github.com:29139614' });
});

test('own commits of a squash carry their marks; the commit on the branch belongs to the same change', () => {
  const message = 'feat: last words\n\nCo-Authored-By: Claude <noreply@anthropic.com>';
  const pull = drawnPull({ commits: [{ message }] });
  expect(rows(pull, 'commit_mark')).toEqual([expect.objectContaining({ tool_id: 'claude-code', kind: 'co_author' })]);
  expect(rows(pull, 'git_commit').map(({ change_key: key, request_number: number, is_on_default: isOn }) => [key, number, isOn])).toEqual([['7', 7, false], ['7', 7, true]]); // prettier-ignore
});

test('a review that is not submitted yet is not told; who was asked stands in the request', () => {
  const items = [
    {
      __typename: 'PullRequestReview',
      id: '1',
      state: 'PENDING',
      author: { __typename: 'User', login: 'bo', databaseId: 8 },
    },
    { __typename: 'ReviewRequestedEvent', id: '2', createdAt: at('02T11:00'), actor: null, requestedReviewer: { __typename: 'User', login: 'bo', databaseId: 8 } }, // prettier-ignore
    { __typename: 'ReviewRequestedEvent', id: '3', createdAt: at('02T11:00'), actor: null, requestedReviewer: { __typename: 'Team' } }, // prettier-ignore
  ];
  expect(rows(drawnPull({ items }), 'change_event').map(({ event_id: id, account_id: who }) => [id, who])).toEqual([['2', 'github:id:8'], ['3', null]]); // prettier-ignore
});

test('what is said in the diff: of a thread the first comment says what became of it; the text of a pull request leaves a score', () => {
  const bo = { __typename: 'User', login: 'bo', databaseId: 8 };
  const bot = { __typename: 'Bot', login: 'copilot-pull-request-reviewer', databaseId: 9 };
  const thread = (id: string, is: { isResolved: boolean; isOutdated: boolean }, ...authors: Array<typeof bo | null>) => ({
    ...{ id, ...is },
    comments: { totalCount: authors.length, nodes: authors.map((author, index) => ({ id: `${id}${String(index)}`, createdAt: at('02T11:00'), author })) },
  });
  const threads = [thread('a', { isResolved: false, isOutdated: false }, bot, bo), thread('b', { isResolved: true, isOutdated: false }, bo), thread('c', { isResolved: false, isOutdated: true }, null), thread('d', { isResolved: true, isOutdated: true }, bo)];
  const pull = drawnPull({ threads, body: 'Because. Tested.' });
  expect(rows(pull, 'change_event').map(({ event_id: id, kind, state, account_id: who }) => [id, kind, state, who])).toEqual([
    ['a0', 'review_comment', 'open', 'github:id:9'],
    ['a1', 'review_comment', 'reply', 'github:id:8'],
    ['b0', 'review_comment', 'resolved', 'github:id:8'],
    ['c0', 'review_comment', 'outdated', null],
    ['d0', 'review_comment', 'resolved_outdated', 'github:id:8'],
  ]);
  expect(rows(pull, 'change')).toMatchObject([{ explanation: 2 }]);
}); // prettier-ignore

describe('how a deployment ended', () => {
  const status = (state: string, time: string) => ({ state, createdAt: at(time), environmentUrl: null, logUrl: null });
  const deployment = (state: string, ...nodes: ReturnType<typeof status>[]) => ({
    id: 'DE_1',
    commitOid: 'a'.repeat(40),
    environment: 'production',
    state,
    createdAt: at('02T10:00'),
    updatedAt: at('02T13:00'),
    statuses: { nodes },
  });
  test.each([
    ['its first success counts, whatever came later', deployment('INACTIVE', status('INACTIVE', '04T10:00'), status('SUCCESS', '02T11:00')), ['success', at('02T11:00')]], // prettier-ignore
    ['a failure that was followed by a success is none', deployment('ACTIVE', status('SUCCESS', '02T12:00'), status('FAILURE', '02T11:00')), ['success', at('02T12:00')]], // prettier-ignore
    ['a failure', deployment('FAILURE', status('FAILURE', '02T11:00')), ['failure', at('02T11:00')]],
    ['statuses are gone, the state stays', deployment('ACTIVE'), ['success', at('02T13:00')]],
    ['under way', deployment('IN_PROGRESS', status('IN_PROGRESS', '02T11:00')), null],
    ['given up before it began', deployment('INACTIVE', status('INACTIVE', '02T11:00')), null],
  ])('%s', (_name, given, expected) => {
    const end = endOf(given);
    expect(end && [end.result, end.at]).toEqual(expected);
  });
});

test('an issue with the label is an incident, with the commit that its text names', () => {
  const issue = {
    number: 3,
    title: 'Checkout is down',
    url: 'https://github.com/acme/shop/issues/3',
    state: 'CLOSED',
    stateReason: 'COMPLETED',
    createdAt: at('02T10:00'),
    updatedAt: at('02T12:00'),
    closedAt: at('02T12:00'),
    body: 'It hurts.\n\nRoot cause: 1f3c0de99',
    labels: { totalCount: 2, nodes: [{ name: 'Incident' }, { name: 'sev2' }] },
  };
  const naming = { accountId: (provider: string, key: string) => `${provider} ${key}`, source: 'github', name: 'acme/shop', service: 'shop', incidentLabels: ['incident'], incidentTypes: ['incident', 'outage'], types: { Defect: 'bug' as const }, fullName: 'acme/store', settings: { states: { 'status: review': 'review' as const, 'status: doing': 'in_progress' as const }, customer_labels: [], revenue_labels: [] } }; // prettier-ignore
  expect(incidentRow(issue, naming)[0]?.values).toMatchObject({ external_id: 'acme/shop#3', severity: 's2', cause_sha: '1f3c0de99', resolved_at: at('02T12:00'), environment: 'production' }); // prettier-ignore
  expect(incidentRow({ ...issue, stateReason: 'DUPLICATE' }, naming)[0]?.values).toMatchObject({ environment: 'dismissed' }); // prettier-ignore
  expect(incidentRow({ ...issue, labels: { totalCount: 0, nodes: [] } }, naming)).toEqual([]);
  const rowsOf = (one: typeof issue, table = 'issue') => ofIssue(one, naming, at('20T12:00')).rows.filter((row) => row.table === table).map(({ values }) => values); // prettier-ignore
  expect(rowsOf({ ...issue, stateReason: 'NOT_PLANNED' })).toMatchObject([{ done_at: null, cancelled_at: at('02T12:00') }]); // prettier-ignore
  // Who has it.
  const assigned = { ...issue, assignees: { nodes: [{ __typename: 'User', login: 'ana', databaseId: 7 }] } };
  expect(rowsOf(assigned)).toMatchObject([{ assignee_account_id: 'github id:7' }]);
  expect(incidentRow(assigned, naming)[0]?.values).toMatchObject({ responder_account_id: 'github id:7' });
  expect(rowsOf(issue)).toMatchObject([{ assignee_account_id: null }]);
  // By its type too, whatever its labels; types weigh more than labels, and words that nobody knows weigh nothing.
  const typed = (name: string, ...labels: string[]) => ({ ...issue, issueType: { name }, labels: { totalCount: labels.length, nodes: labels.map((label) => ({ name: label })) } }); // prettier-ignore
  expect(incidentRow(typed('Outage'), naming)).toHaveLength(1);
  expect(incidentRow(typed('Task'), naming)).toEqual([]);
  const types = [typed('Bug'), typed('Feature', 'bug'), typed('defect', 'enhancement'), typed('Task', 'bug'), typed('Task')]; // prettier-ignore
  const event = (__typename: string, when: string, more: object = {}) => ({ __typename, id: `${__typename} ${when}`, createdAt: at(when), ...more }); // prettier-ignore
  const labelled = (type: string, when: string, name: string) => event(type, when, { label: { name } });
  const nodes = [labelled('LabeledEvent', '02T10:10', 'Status: doing'), labelled('LabeledEvent', '02T10:20', 'bug'), labelled('LabeledEvent', '02T10:30', 'Status: Review'), labelled('UnlabeledEvent', '02T10:31', 'Status: doing'), event('ClosedEvent', '02T11:00', { stateReason: 'COMPLETED' }), event('ReopenedEvent', '02T11:30')]; // prettier-ignore
  const states = rowsOf({ ...issue, timelineItems: { totalCount: 6, nodes } } as typeof issue, 'issue_event');
  expect(states.map(({ to_value: to, category, stage }) => [to, category, stage])).toEqual([['open', 'open', null], ['Status: doing', 'open', 'in_progress'], ['Status: Review', 'open', 'review'], ['closed', 'completed', 'done'], ['open', 'open', null], ['closed', 'completed', 'done']]); // prettier-ignore
  const parent = (nameWithOwner: string) => rowsOf({ ...issue, parent: { number: 1, repository: { nameWithOwner } } } as typeof issue).map(({ kind, parent_id: id }) => [kind, id]); // prettier-ignore
  expect([parent('acme/store'), parent('acme/other')]).toEqual([[['sub_task', 'acme/shop#1']], [['sub_task', 'acme/other#1']]]); // prettier-ignore
  expect(types.flatMap((one) => rowsOf(one).map(({ type }) => type))).toEqual(['bug', 'feature', 'bug', 'bug', null]);
});

test('the last rule for everything names the owner team', () => {
  expect(ownerOf('* @acme/old\n# a comment\n*.md @acme/docs\n*   @ana @acme/platform # since May\n')).toBe('platform');
  expect(ownerOf('/web/ @acme/web')).toBeNull();
});
