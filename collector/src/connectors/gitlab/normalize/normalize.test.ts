import { userKind } from './accounts.ts';
import { requestOf } from './builds.ts';
import { closedIssues } from './closing.ts';
import { placeOf } from './deployments.ts';
import { happenedIn } from './notes.ts';
import { teamId } from './project.ts';

const told = (body: string, action?: string): string =>
  happenedIn({ id: 'gid://gitlab/Note/1', createdAt: new Date(), system: true, body, author: null, ...(action === undefined ? {} : { systemNoteMetadata: { action } }) })
    .map(({ kind, state, about }) => [kind, state, about].filter((part) => part !== undefined).join(' '))
    .join(', '); // prettier-ignore

test.each([
  ['marked this merge request as **draft**', 'draft'],
  ['marked this merge request as **draft** from 0a1b2c3d', 'draft'],
  ['marked as a **Work In Progress**', 'draft'],
  ['unmarked as a **Work In Progress**', 'ready'],
  ['unmarked this merge request as a **Draft**', 'ready'],
  ['marked this merge request as **ready**', 'ready'],
  ['approved this merge request', 'review approved'],
  ['unapproved this merge request', 'dismiss'],
  ['reset approvals from @ana by pushing to the branch', 'dismiss'],
  ['requested changes', 'review changes_requested'],
  ['left review comments without approving', 'review commented'],
  ['requested review from @ana', 'review_requested ana'],
  ['requested review from @ana-b, @bo.c, and @d_e', 'review_requested ana-b, review_requested bo.c, review_requested d_e'],
  ['requested review from @ana and removed review request for @bo, and @c.', 'review_requested ana, review_unrequested bo, review_unrequested c'],
  ['removed review request for @bo', 'review_unrequested bo'],
  ['started a merge train', 'merge_queued'],
  ['added this merge request to the merge train at position 2', 'merge_queued'],
  ['removed this merge request from the merge train because pipeline did not succeed', 'merge_unqueued put_out'],
  ['removed this merge request from the merge train', 'merge_unqueued taken_out'],
  ['aborted this merge request from the merge train because x', 'merge_unqueued put_out'],
  ['enabled an automatic merge when all merge checks for 0a1b pass', 'auto_merge'],
  ['enabled an automatic merge when the pipeline for 0a1b succeeds', 'auto_merge'],
  ['canceled the automatic merge', ''],
  ['added 3 commits\n\n<ul><li>approved this merge request</li></ul>', ''],
  ['mentioned in issue #7', ''],
  ['changed title from **approved this merge request**', ''],
])('the note "%s" tells: %s', (body, happened) => {
  expect(told(body)).toBe(happened);
}); // prettier-ignore

test('an action that newer notes carry counts where the words are others', () => {
  expect([told('hat zugestimmt', 'approved'), told('x', 'unapproved'), told('x', 'requested_changes'), told('x', 'reviewed'), told('x', '__proto__')]).toEqual(['review approved', 'dismiss', 'review changes_requested', 'review commented', '']); // prettier-ignore
});

test.each<[string, boolean, string]>([
  ['ana', false, 'human'],
  ['project_123_bot_0a1b', true, 'automation'],
  ['project_123_bot', true, 'automation'],
  ['group_42_bot_9f', false, 'automation'],
  ['service_account_group_7_0a1b', false, 'automation'],
  ['GitLabDuo', true, 'ai_agent'],
  ['duo_code_review_bot', true, 'ai_agent'],
  ['duo-developer', true, 'ai_agent'],
  ['renovate-bot', false, 'automation'],
  ['anything', true, 'automation'],
  ['security-bot', true, 'automation'],
  ['botany', false, 'human'],
  ['duolingo', false, 'human'],
])('%s (bot: %s) is %s', (username, bot, kind) => {
  expect(userKind({ username, bot })).toBe(kind);
});

const closed = (description: string, title = ''): string =>
  closedIssues({ description, title }, { slug: 'acme/shop', base: 'https://gitlab.com' }).join(' ');

test('issues are closed by the words and references of the default pattern, not by what stands in code', () => {
  expect(closed('Closes #1, #2 and acme/other#3. Fixes https://gitlab.com/acme/x/-/issues/4')).toBe('acme/shop#1 acme/shop#2 acme/other#3 acme/x#4'); // prettier-ignore
  expect(closed('Implements: #5\nresolving issue #6')).toBe('acme/shop#5 acme/shop#6');
  expect(closed('Closes https://gitlab.com/acme/x/-/work_items/9')).toBe('acme/x#9');
  expect(closed('See #7. `Closes #8`\n```\nfixes #9\n```')).toBe('');
  expect(closed('Closes https://evil.io/acme/x/-/issues/4')).toBe('');
  expect(closed('', 'Fix #12')).toBe('acme/shop#12');
});

test('the ref of a pipeline names its merge request', () => {
  expect(['refs/merge-requests/12/head', 'refs/merge-requests/12/merge', 'refs/merge-requests/12/train', 'main', 'refs/merge-requests/x/head', null].map((ref) => requestOf({ ref }))).toEqual([12, 12, 12, null, null, null]); // prettier-ignore
});

test('a rule decides over the tier, the tier over the name', () => {
  const naming = { rules: [{ name: 'prod-*', project: '*', environment: 'canary' }], name: 'acme/shop', service: 's' };
  const of = (name: string, tier: string | null): string => placeOf({ name, tier }, naming).environment;
  expect([of('prod-eu', 'production'), of('eu', 'production'), of('production', 'staging'), of('production', null), of('QA', 'testing')]).toEqual(['canary', 'production', 'staging', 'production', 'qa']); // prettier-ignore
});

test('a team is the path of its group below the top', () => {
  expect([teamId('Acme'), teamId('acme/Platform'), teamId('acme/platform/core')]).toEqual(['acme', 'platform', 'platform.core']); // prettier-ignore
});
