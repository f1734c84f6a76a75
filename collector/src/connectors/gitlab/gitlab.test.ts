/** Against a server that executes the part of GitLab's published GraphQL schema that is asked for, and REST v4, into a real store. */
import {
  ana,
  at,
  bo,
  duo,
  openOrganisation,
  token,
  type Organisation,
} from '../../../testing/gitlab-server/organisation.ts';
import { addRequest, notesOf, shaOf, type User } from '../../../testing/gitlab-server/world.ts';

let acme: Organisation;
beforeAll(async () => {
  acme = await openOrganisation();
});
beforeEach(() => acme.begin());
afterAll(() => acme.close());

const commit = (n: number, day: number, message = `Step ${String(n)}`) => ({ sha: shaOf(n), message, at: at(day), name: 'Ana', email: 'ana@acme.io', author: ana }); // prettier-ignore

test('a merge request becomes a change with its start, its review, its approval and what arrived', async () => {
  const request = addRequest(acme.shop, ana, {
    ...{ created_at: at(10), updated_at: at(14), merged_at: at(14), state: 'merged', merge_user: bo },
    ...{ title: 'Draft: cart', description: 'So that a cart is kept. Closes #12 and acme/other#3.', labels: ['backend'] },
    ...{ merge_commit_sha: shaOf(900), squash_commit_sha: shaOf(901), sha: shaOf(802) },
    commits: [commit(801, 8, 'Keep the cart\n\nCo-Authored-By: Claude <noreply@anthropic.com>'), commit(802, 9)],
  });
  const { told, said } = notesOf(request);
  told(at(10, 9, 1), ana, ['marked this merge request as **draft**', 'title']);
  told(at(11), ana, ['marked this merge request as **ready**', 'title']);
  told(at(11, 10), ana, ['requested review from @bo and @carl', 'reviewer']);
  said(at(12), bo, { path: 'cart.ts', thread: 't1', isResolved: true });
  said(at(12, 9, 0), bo, { path: 'total.ts', thread: 't2' });
  said(at(12, 11), ana, { path: 'cart.ts', thread: 't1' });
  said(at(12, 12), bo, {});
  said(at(12, 13), bo, { internal: true });
  told(at(12, 14), bo, ['approved this merge request', 'approved']);
  told(at(13), bo, ['unapproved this merge request', 'unapproved']);
  told(at(13, 15), bo, ['approved this merge request', 'approved']);
  expect(await acme.run()).toBe('');
  expect(await acme.skips()).toEqual([]);
  expect(await acme.query(`select c.change_key as key, r.slug, c.title, c.merge_method as method, c.merge_sha as sha, c.is_draft as draft, c.first_ready_at as ready, c.first_commit_at as begun,
    c.merged_at as merged, c.linked_issues as issues, c.labels, c.added, c.deleted, c.source, c.web_url from change c join repo r using (repo_id)`)).toEqual([
    { key: '1', slug: 'acme/platform/shop', title: 'Draft: cart', method: 'squash', sha: shaOf(900), draft: false, ready: new Date(at(10)), begun: new Date(at(8)), merged: new Date(at(14)),
      issues: ['acme/platform/shop#12', 'acme/other#3'], labels: ['backend'], added: 12, deleted: 3, source: '127.0.0.1', web_url: `${acme.server.url}/acme/platform/shop/-/merge_requests/1` },
  ]);
  expect(await acme.query(`select e.kind, e.state, a.login, to_char(e.at at time zone 'UTC', 'DD HH24:MI') as at from change_event e left join account a using (account_id) order by e.at, e.kind, e.state, a.login`)).toEqual([
    { kind: 'draft', state: null, login: 'ana', at: '10 09:01' },
    { kind: 'ready', state: null, login: 'ana', at: '11 09:00' },
    { kind: 'review_requested', state: null, login: 'bo', at: '11 10:00' },
    { kind: 'review_requested', state: null, login: 'carl', at: '11 10:00' },
    { kind: 'review', state: 'commented', login: 'bo', at: '12 09:00' },
    { kind: 'review_comment', state: 'open', login: 'bo', at: '12 09:00' },
    { kind: 'review_comment', state: 'resolved', login: 'bo', at: '12 09:00' },
    { kind: 'review_comment', state: 'reply', login: 'ana', at: '12 11:00' },
    { kind: 'comment', state: null, login: 'bo', at: '12 12:00' },
    { kind: 'review', state: 'dismissed', login: 'bo', at: '12 14:00' },
    { kind: 'dismiss', state: null, login: 'bo', at: '13 09:00' },
    { kind: 'review', state: 'approved', login: 'bo', at: '13 15:00' },
    { kind: 'merged', state: null, login: 'bo', at: '14 09:00' },
  ]);
  expect(await acme.query('select sha, request_number as number, is_on_default as landed from git_commit order by sha')).toEqual([
    { sha: shaOf(801), number: 1, landed: false },
    { sha: shaOf(802), number: 1, landed: false },
    { sha: shaOf(900), number: 1, landed: true },
    { sha: shaOf(901), number: 1, landed: false },
  ]);
  await acme.derive();
  expect(await acme.query(`select code_source, first_review_at, review_rounds from change_fact`)).toEqual([{ code_source: expect.stringMatching(/^ai/), first_review_at: new Date(at(12)), review_rounds: 1 }]);
  expect(JSON.stringify(await acme.query('select * from change_event natural join change'))).not.toContain('never-shown');
}); // prettier-ignore

test('who a program is, who an agent, and who is nobody', async () => {
  const ghost: User = { id: 99, username: 'ghost' };
  addRequest(acme.shop, token, { created_at: at(10), updated_at: at(10) });
  addRequest(acme.shop, duo, { created_at: at(11), updated_at: at(11) });
  addRequest(acme.shop, ghost, { created_at: at(12), updated_at: at(12) });
  addRequest(acme.shop, null, { created_at: at(12), updated_at: at(12) });
  addRequest(acme.shop, bo, { created_at: at(12), updated_at: at(12) });
  await acme.run();
  expect(await acme.query('select login, kind, external_id as id from account order by 1')).toEqual([
    { login: 'bo', kind: 'human', id: '127.0.0.1:8' },
    { login: 'duo_code_review_bot', kind: 'ai_agent', id: '127.0.0.1:10' },
    { login: 'project_42_bot_0a1b2c', kind: 'automation', id: '127.0.0.1:9' },
  ]);
  expect(await acme.query('select change_key as key from change where author_account_id is null order by 1')).toEqual([{ key: '3' }, { key: '4' }]); // prettier-ignore
});

test('which commit arrived: of a merge, a squash, a fast forward; into another branch git alone can tell', async () => {
  const merged = { state: 'merged', created_at: at(10), updated_at: at(14), merged_at: at(14), merge_user: bo } as const;
  addRequest(acme.shop, ana, { ...merged, merge_commit_sha: shaOf(1), commits: [commit(11, 9)], sha: shaOf(11) });
  addRequest(acme.shop, ana, { ...merged, squash_commit_sha: shaOf(2), commits: [commit(12, 9)], sha: shaOf(12) });
  addRequest(acme.shop, ana, { ...merged, commits: [commit(13, 9), commit(14, 9)], sha: shaOf(14) });
  addRequest(acme.shop, ana, { ...merged, merge_commit_sha: shaOf(4), target_branch: 'release', commits: [commit(15, 9)] });
  addRequest(acme.shop, ana, { state: 'closed', created_at: at(10), updated_at: at(15), closed_at: at(15), states: [
    { id: 1, user: bo, created_at: at(11), state: 'closed' }, { id: 2, user: ana, created_at: at(12), state: 'reopened' }, { id: 3, user: bo, created_at: at(15), state: 'closed' },
  ] }); // prettier-ignore
  await acme.run();
  expect(await acme.query('select change_key as key, merge_method as method, merge_sha as sha, merged_at is not null as merged, closed_at as closed from change order by 1')).toEqual([
    { key: '1', method: 'merge', sha: shaOf(1), merged: true, closed: new Date(at(14)) },
    { key: '2', method: 'squash', sha: shaOf(2), merged: true, closed: new Date(at(14)) },
    { key: '3', method: 'rebase', sha: shaOf(14), merged: true, closed: new Date(at(14)) },
    { key: '4', method: 'merge', sha: null, merged: false, closed: null },
    { key: '5', method: null, sha: null, merged: false, closed: new Date(at(15)) },
  ]);
  expect(await acme.query(`select kind, to_char(at, 'DD') as day from change_event where change_key = '5' order by at`)).toEqual([
    { kind: 'closed', day: '11' },
    { kind: 'reopened', day: '12' },
    { kind: 'closed', day: '15' },
  ]);
}); // prettier-ignore

test('open merge requests are looked at: a conflict begins and ends with the look that saw it, and what is not worked out is no look', async () => {
  const open = { created_at: at(10), updated_at: at(10) } as const;
  const [cart, invoice] = [addRequest(acme.shop, ana, { ...open }), addRequest(acme.shop, ana, { ...open })];
  addRequest(acme.shop, ana, { ...open, state: 'merged', merged_at: at(11), has_conflicts: true, merge_status: 'cannot_be_merged' });
  const look = async (hour: number): Promise<void> => void (await acme.run({}, { now: new Date(at(20, hour)) }));
  Object.assign(invoice, { merge_status: 'checking' });
  await look(1);
  Object.assign(cart, { merge_status: 'cannot_be_merged', has_conflicts: true });
  Object.assign(invoice, { merge_status: 'cannot_be_merged', has_conflicts: false });
  await look(2);
  Object.assign(cart, { merge_status: 'unchecked', has_conflicts: false });
  Object.assign(invoice, { merge_status: 'can_be_merged' });
  await look(3);
  Object.assign(cart, { merge_status: 'can_be_merged' });
  await look(4);
  const hour = (column: string): string => `extract(hour from ${column} at time zone 'UTC')::integer`;
  expect(await acme.query(`select change_key as key, kind, ${hour('at')} as hour from change_event where kind like 'conflict%' order by at`)).toEqual([
    { key: '1', kind: 'conflict_on', hour: 2 },
    { key: '1', kind: 'conflict_off', hour: 4 },
  ]);
  expect(await acme.query(`select change_key as key, ${hour('first_at')} as first, ${hour('last_at')} as last, look_count as looks from change_watch order by 1`)).toEqual([
    { key: '1', first: 1, last: 4, looks: 3 },
    { key: '2', first: 3, last: 4, looks: 2 },
  ]);
}, 30_000); // prettier-ignore
