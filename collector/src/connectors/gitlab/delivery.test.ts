/** Deployments, pipelines and jobs, issues and incidents, and groups, as a GitLab of published shape tells them. */
import {
  ana,
  at,
  bo,
  NOW,
  openOrganisation,
  token,
  type Organisation,
} from '../../../testing/gitlab-server/organisation.ts';
import {
  addRequest,
  nextId,
  shaOf,
  type Deployment,
  type Issue,
  type Job,
  type Pipeline,
} from '../../../testing/gitlab-server/world.ts';

let acme: Organisation;
beforeAll(async () => {
  acme = await openOrganisation();
});
beforeEach(() => acme.begin());
afterAll(() => acme.close());

function deployment(environment: number, day: number, more: Partial<Deployment> = {}): Deployment {
  const id = nextId();
  const one: Deployment = {
    ...{ id, ref: 'main', sha: shaOf(day), created_at: at(day, 8), updated_at: at(day, 9), status: 'success', environment },
    deployable: { id, name: 'deploy', started_at: at(day, 8, 30), finished_at: at(day, 8, 50) },
    ...more,
  };
  acme.shop.deployments.push(one);
  return one;
} // prettier-ignore

/** A job by the minutes at which it was made, began and ended. */
const job = (name: string, status: string, { made, begun, ended, ...more }: { made: number; begun?: number; ended?: number } & Partial<Job>): Job => {
  const when = (minute: number | undefined): string | null => (minute === undefined ? null : at(20, 9, minute));
  return { id: nextId(), name, status, createdAt: at(20, 9, made), startedAt: when(begun), finishedAt: when(ended), ...more };
}; // prettier-ignore

function pipeline(jobs: Job[], more: Partial<Pipeline> = {}): Pipeline {
  const one: Pipeline = {
    ...{ id: nextId(), ref: 'main', sha: shaOf(77), source: 'push', status: 'SUCCESS', user: ana, jobs },
    ...{ createdAt: at(20), updatedAt: at(20, 10), startedAt: at(20, 9, 1), finishedAt: at(20, 9, 30) },
    ...more,
  };
  acme.shop.pipelines.push(one);
  return one;
}

test('deployments go by the tier of their environment, a rule, or its name; they end when their job did', async () => {
  acme.shop.environments.push(
    { id: 1, name: 'prod-eu', tier: 'production' },
    { id: 2, name: 'production', tier: 'staging' },
    { id: 3, name: 'live', tier: null },
    { id: 4, name: 'review/topic-1', tier: 'development' },
    { id: 5, name: 'canary', tier: 'other' }
  );
  deployment(1, 10);
  deployment(2, 11);
  deployment(3, 12, { status: 'failed' });
  deployment(4, 13, { status: 'canceled' });
  deployment(5, 14);
  deployment(1, 15, { status: 'running' });
  deployment(1, 16, { status: 'blocked' });
  deployment(1, 17, { deployable: null, updated_at: at(29), finishedAt: at(17, 12) });
  expect(await acme.run({ environments: [{ name: 'canary', service: 'edge' }] })).toBe('');
  expect(await acme.skips()).toEqual([]);
  const rows = (): Promise<object[]> => acme.query(`select to_char(started_at at time zone 'UTC', 'DD HH24:MI') as began, to_char(finished_at at time zone 'UTC', 'DD HH24:MI') as ended, environment, service_id as service, result from deployment order by started_at`);
  const service = 'acme/platform/shop';
  expect(await rows()).toEqual([
    { began: '10 08:30', ended: '10 08:50', environment: 'production', service, result: 'success' },
    { began: '11 08:30', ended: '11 08:50', environment: 'staging', service, result: 'success' },
    { began: '12 08:30', ended: '12 08:50', environment: 'production', service, result: 'failure' },
    { began: '13 08:30', ended: '13 08:50', environment: 'review/topic-1', service, result: 'cancelled' },
    { began: '14 08:30', ended: '14 08:50', environment: 'production', service: 'edge', result: 'success' },
    { began: '17 08:00', ended: '17 12:00', environment: 'production', service, result: 'success' },
  ]);
  // The one that ran ends; the same commit is deployed again a year later: that is another deployment.
  Object.assign(acme.shop.deployments[5] ?? {}, { status: 'success', updated_at: '2026-06-01T13:00:00.000Z' });
  deployment(1, 10, { created_at: '2027-05-10T08:00:00.000Z', updated_at: '2027-05-10T09:00:00.000Z', deployable: { id: 1, name: 'deploy', started_at: '2027-05-10T08:00:00.000Z', finished_at: '2027-05-10T08:10:00.000Z' } });
  expect(await acme.run({ environments: [{ name: 'canary', service: 'edge' }] }, { now: new Date('2027-05-11T00:00:00Z') })).toBe('');
  expect(await acme.query(`select sha, count(*)::integer as n from deployment where environment = 'production' and result = 'success' group by 1 order by 1`)).toEqual([
    { sha: shaOf(10), n: 2 },
    { sha: shaOf(14), n: 1 },
    { sha: shaOf(15), n: 1 },
    { sha: shaOf(17), n: 1 },
  ]);
}); // prettier-ignore

test('days before the deployments that are read are not observed', async () => {
  acme.shop.environments.push({ id: 1, name: 'production', tier: 'production' });
  deployment(1, 10);
  await acme.run();
  const known = (): Promise<object[]> => acme.query('select deployments_known_from as at from repo');
  expect(await known()).toEqual([{ at: null }]);
  await acme.empty();
  await acme.run({ since: '2026-05-15' });
  expect(await known()).toEqual([{ at: new Date('2026-05-15T00:00:00Z') }]);
});

test('a pipeline that is run again has two attempts; jobs have their tries; manual ones that nobody started are none', async () => {
  pipeline(
    [
      job('test', 'FAILED', { made: 0, begun: 1, ended: 10, retried: true }),
      job('lint', 'SUCCESS', { made: 0, begun: 1, ended: 5 }),
      job('flaky', 'FAILED', { made: 0, begun: 1, ended: 3, retried: true }),
      job('flaky', 'SUCCESS', { made: 3, begun: 4, ended: 6 }),
      job('style', 'FAILED', { made: 0, begun: 1, ended: 2, allowFailure: true }),
      job('deploy', 'MANUAL', { made: 0 }),
      job('skipped', 'SKIPPED', { made: 0 }),
      { ...job('test', 'SUCCESS', { made: 0 }), createdAt: '2027-05-20T09:00:00.000Z', startedAt: '2027-05-20T09:01:00.000Z', finishedAt: '2027-05-20T09:11:00.000Z' },
    ],
    { finishedAt: '2027-05-20T09:11:00.000Z', updatedAt: '2027-05-20T09:11:00.000Z' }
  );
  pipeline([], { status: 'FAILED', sha: shaOf(78) });
  pipeline([job('test', 'RUNNING', { made: 0, begun: 1 })], { status: 'RUNNING', finishedAt: null, sha: shaOf(79) });
  expect(await acme.run({}, { now: new Date('2027-05-21T00:00:00Z') })).toBe('');
  expect(await acme.query(`select sha, attempt, result, to_char(finished_at at time zone 'UTC', 'YYYY HH24:MI') as ended, round(extract(epoch from finished_at - started_at) / 60)::integer as minutes from build where kind = 'run' order by 1, 2`)).toEqual([
    { sha: shaOf(77), attempt: 1, result: 'failure', ended: '2026 09:10', minutes: 9 },
    { sha: shaOf(77), attempt: 2, result: 'success', ended: '2027 09:11', minutes: 10 },
    { sha: shaOf(78), attempt: 1, result: 'failure', ended: '2026 09:30', minutes: 29 },
    { sha: shaOf(79), attempt: 1, result: null, ended: null, minutes: null },
  ]);
  expect(await acme.query(`select name, attempt, result, is_required as required from build where kind = 'check' and sha = '${shaOf(77)}' order by 1, 2`)).toEqual([
    { name: 'flaky', attempt: 1, result: 'failure', required: null },
    { name: 'flaky', attempt: 2, result: 'success', required: null },
    { name: 'lint', attempt: 1, result: 'success', required: null },
    { name: 'skipped', attempt: 1, result: 'skipped', required: null },
    { name: 'style', attempt: 1, result: 'failure', required: false },
    { name: 'test', attempt: 1, result: 'failure', required: null },
    { name: 'test', attempt: 2, result: 'success', required: null },
  ]);
}); // prettier-ignore

test('a pipeline is told to its merge request, by its ref or by the branch; jobs that deploy are deployments', async () => {
  const merged = { state: 'merged', created_at: at(19), updated_at: at(21), merged_at: at(21), merge_commit_sha: shaOf(5) } as const;
  addRequest(acme.shop, ana, { ...merged, source_branch: 'topic' });
  addRequest(acme.shop, ana, { created_at: at(22), updated_at: at(22), source_branch: 'topic' });
  addRequest(acme.shop, bo, { created_at: at(19), updated_at: at(19) });
  pipeline([job('test', 'SUCCESS', { made: 0, begun: 1, ended: 2 })], { ref: 'topic', sha: shaOf(1) });
  pipeline([job('test', 'SUCCESS', { made: 0, begun: 1, ended: 2 })], { ref: 'refs/merge-requests/3/head', source: 'merge_request_event', sha: shaOf(2) });
  pipeline([job('deploy to prod', 'SUCCESS', { made: 3, begun: 4, ended: 9 })], { sha: shaOf(3) });
  pipeline([job('deploy to prod', 'SUCCESS', { made: 3, begun: 4, ended: 9 })], { ref: 'nobodys', sha: shaOf(4) });
  expect(await acme.run({ deployments: [{ job: 'deploy*' }] })).toBe('');
  expect(await acme.query(`select sha, change_key as key, kind from build order by sha, kind`)).toEqual([
    { sha: shaOf(1), key: '1', kind: 'check' },
    { sha: shaOf(1), key: '1', kind: 'run' },
    { sha: shaOf(2), key: '3', kind: 'check' },
    { sha: shaOf(2), key: '3', kind: 'run' },
    { sha: shaOf(3), key: null, kind: 'check' },
    { sha: shaOf(3), key: null, kind: 'run' },
    { sha: shaOf(4), key: null, kind: 'check' },
    { sha: shaOf(4), key: null, kind: 'run' },
  ]);
  expect(await acme.query('select sha, environment, result from deployment')).toEqual([{ sha: shaOf(3), environment: 'production', result: 'success' }]);
}); // prettier-ignore

test('a pipeline with more jobs than a page has all of them', async () => {
  pipeline(Array.from({ length: 130 }, (_, n) => job(`job ${String(n)}`, 'SUCCESS', { made: 0, begun: 1, ended: 2 })));
  expect(await acme.run()).toBe('');
  expect(await acme.skips()).toEqual([]);
  expect(await acme.query(`select count(*)::integer as n from build where kind = 'check'`)).toEqual([{ n: 130 }]);
});

function issue(iid: number, more: Partial<Issue> = {}): void {
  acme.shop.issues.push({ iid, title: `Title ${String(iid)}`, state: 'opened', created_at: at(1), updated_at: at(20), closed_at: null, ...more });
} // prettier-ignore

const closedOn = (day: number, more: Partial<Issue> = {}): Partial<Issue> => ({ state: 'closed', closed_at: at(day), states: [{ id: nextId(), user: bo, created_at: at(day), state: 'closed' }], ...more }); // prettier-ignore

test('an incident has the times of its timeline, its severity and who answers; one that goes backwards, has no end or is a duplicate says so', async () => {
  const timeline = [
    { at: at(1, 6), tags: ['Start time'] },
    { at: at(1, 7), tags: ['Impact detected', 'Response initiated'] },
    { at: at(1, 12), tags: ['End time'] },
  ];
  issue(1, { issue_type: 'incident', severity: 'HIGH', assignees: [bo], description: 'Root cause: 1f3c9aa', timeline, ...closedOn(2) });
  issue(2, { issue_type: 'incident', severity: 'UNKNOWN', labels: ['severity::1'] });
  issue(3, { issue_type: 'incident', timeline: [{ at: at(1, 12), tags: ['Start time'] }, { at: at(1, 11), tags: ['End time'] }], ...closedOn(3) });
  issue(4, { issue_type: 'incident', ...closedOn(2, { duplicateOf: 'https://gitlab/acme/platform/shop/-/issues/1' }) });
  issue(5, { issue_type: 'incident', confidential: true, title: 'never-shown', description: 'Root cause: 1f3c9aa' });
  issue(6, { labels: ['outage'] });
  issue(7);
  expect(await acme.run({ incident_labels: ['Outage'] })).toBe('');
  expect(await acme.query(`select i.external_id as id, title, severity, environment, to_char(started_at at time zone 'UTC', 'DD HH24') as began, to_char(acknowledged_at at time zone 'UTC', 'DD HH24') as answered,
    to_char(resolved_at at time zone 'UTC', 'DD HH24') as ended, a.login, cause_sha as cause from incident i left join account a on a.account_id = responder_account_id order by 1`)).toEqual([
    { id: 'acme/platform/shop#1', title: 'Title 1', severity: 's2', environment: 'production', began: '01 06', answered: '01 07', ended: '01 12', login: 'bo', cause: '1f3c9aa' },
    { id: 'acme/platform/shop#2', title: 'Title 2', severity: 's1', environment: 'production', began: '01 09', answered: null, ended: null, login: null, cause: null },
    { id: 'acme/platform/shop#3', title: 'Title 3', severity: null, environment: 'production', began: '01 09', answered: null, ended: '03 09', login: null, cause: null },
    { id: 'acme/platform/shop#4', title: 'Title 4', severity: null, environment: 'dismissed', began: '01 09', answered: null, ended: '02 09', login: null, cause: null },
    { id: 'acme/platform/shop#5', title: 'Confidential incident #5', severity: null, environment: 'production', began: '01 09', answered: null, ended: null, login: null, cause: null },
    { id: 'acme/platform/shop#6', title: 'Title 6', severity: null, environment: 'production', began: '01 09', answered: null, ended: null, login: null, cause: null },
  ]);
  expect(await acme.skips()).toEqual([expect.stringMatching(/incident acme\/platform\/shop#3: its timeline ends .* before it starts/)]);
}); // prettier-ignore

test('issues are read as those of other forges: labels of the configuration, closed, opened again, moved away', async () => {
  const label = (day: number, action: 'add' | 'remove', name: string) => ({ id: nextId(), created_at: at(day), action, label: { name } }); // prettier-ignore
  issue(12, {
    ...closedOn(12), labels: ['Bug'], assignees: [ana],
    labelled: [label(4, 'add', 'workflow::ready'), label(6, 'add', 'workflow::in dev'), label(6, 'remove', 'workflow::ready')],
  }); // prettier-ignore
  const opened = [{ id: nextId(), user: bo, created_at: at(5), state: 'closed' }, { id: nextId(), user: bo, created_at: at(7), state: 'reopened' }]; // prettier-ignore
  issue(13, { states: opened });
  issue(14, { ...closedOn(9, { moved_to_id: 99 }) });
  issue(15, { issue_type: 'test_case' });
  const states = { 'workflow::ready': 'ready', 'workflow::in dev': 'in_progress' };
  expect(await acme.run({ issue_states: states })).toBe('');
  await acme.derive();
  expect(await acme.query(`select i.external_id as id, i.type, to_char(u.ready_at, 'DD') as ready, to_char(u.started_at, 'DD') as started, to_char(u.done_at, 'DD') as done, u.reopened_count as again, u.stage from issue i join issue_fact u using (source, external_id) order by 1`)).toEqual([
    { id: 'acme/platform/shop#12', type: 'bug', ready: '04', started: '06', done: '12', again: 0, stage: 'done' },
    { id: 'acme/platform/shop#13', type: null, ready: null, started: null, done: null, again: 1, stage: null },
    { id: 'acme/platform/shop#14', type: null, ready: null, started: null, done: null, again: 0, stage: 'cancelled' },
  ]);
}); // prettier-ignore

test('groups are teams with their people; tokens are nobody; who comes later does so on the day it was seen', async () => {
  const { groups } = acme.world;
  groups.push({ id: 6, path: 'acme/platform', name: 'Platform', parent: 5, members: [{ user: ana, access_level: 40 }] });
  groups.push({ id: 7, path: 'acme/platform/core', name: 'Core', parent: 6, members: [{ user: token, access_level: 30 }] });
  groups[0]?.members.push({ user: ana, access_level: 30 }, { user: bo, access_level: 50 });
  await acme.run();
  const read = (): Promise<object[]> => acme.query(`select team_id as team, t.parent_team_id as parent, a.login, m.role, m.is_primary as main, to_char(m.valid_from at time zone 'UTC', 'YYYY') as since from team t left join team_account m using (team_id) left join account a using (account_id) order by 1, 3`);
  expect(await read()).toEqual([
    { team: 'acme', parent: null, login: 'ana', role: 'member', main: false, since: '1970' },
    { team: 'acme', parent: null, login: 'bo', role: 'maintainer', main: true, since: '1970' },
    { team: 'platform', parent: 'acme', login: 'ana', role: 'maintainer', main: true, since: '1970' },
    { team: 'platform.core', parent: 'platform', login: null, role: null, main: null, since: null },
  ]);
  groups[2]?.members.push({ user: bo, access_level: 30 });
  await acme.run({}, { now: new Date(NOW.getTime() + 86_400_000) });
  expect((await read()).at(-1)).toMatchObject({ team: 'platform.core', login: 'bo', since: '2026' });
}); // prettier-ignore
