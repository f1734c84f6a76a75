/** A generated organisation is read from a server that executes GitHub's own schema, into a real store. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { startGitHub, type FaultPlan, type GitHubServer, type GitHubServerOptions } from '../../../testing/github-server/server.ts'; // prettier-ignore
import { World, type WorldOptions } from '../../../testing/github-server/world.ts';
import { configSchema, type Config } from '../../config/schema.ts';
import { lineOf } from '../../errors.ts';
import { openJobs } from '../../jobs/list.ts';
import { runPass, type Failure } from '../../jobs/run-once.ts';
import { newLogger } from '../../logger.ts';
import { progressOn } from '../../terminal/progress.ts';

const DAY = 86_400_000;
const token = 'github-token-never-shown';
/** The world goes on for twenty days from here. */
const START = new Date('2026-10-05T12:00:00Z');

// Several passes over an organisation, each through a real store.
jest.setTimeout(240_000);

let server: GitHubServer;
const opened: Array<{ close: () => Promise<void> }> = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function serve(
  more: Partial<GitHubServerOptions> = {},
  world: Partial<WorldOptions> = {}
): Promise<GitHubServer> {
  const made = new World({
    repositories: 4,
    pulls: 80,
    days: 90,
    hugeEvery: 17,
    end: new Date(START.getTime() + 20 * DAY),
    ...world,
  });
  server = await startGitHub({ world: made, now: START, token, ...more });
  opened.push(server);
  return server;
}

/** A store with a secret that all tests share: the same account has the same pseudonym in each. */
async function store(): Promise<TestDatabase> {
  const db = await testDatabase();
  opened.push(db);
  await db.pool.query(`insert into secret (key, value) values ('person_hmac', $1) on conflict (key) do update set value = excluded.value`, ['5a'.repeat(32)]); // prettier-ignore
  return db;
}

const configOf = (more: object = {}): Config =>
  configSchema.parse({
    github: { token, url: server.url, owners: ['acme'], mirrors: false, since: '2020-01-01', ...more },
  });

interface Collected {
  readonly failures: Failure[];
  readonly said: string;
}

async function collect(
  db: TestDatabase,
  config = configOf(),
  signal = new AbortController().signal
): Promise<Collected> {
  const context = {
    session: { pool: db.pool, home: '/nowhere' },
    config,
    log: newLogger('silent'),
    cacheDir: '/nowhere',
    now: () => new Date(server.limits.now),
  };
  const failures = await runPass(openJobs(context), { pool: db.pool, progress: progressOn(null), signal });
  return { failures, said: failures.map(({ error }) => lineOf(error)).join('\n') };
}

const one = async <T>(db: TestDatabase, sql: string): Promise<T> => (await db.pool.query(sql)).rows[0] as T;

/** Digest of what is known, without the numbers that the store gives by order of arrival. */
async function digest(db: TestDatabase): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const tables =
    'account change change_event git_commit commit_mark deployment incident issue build change_fact team_account membership person';
  for (const table of tables.split(' ')) {
    // Conflicts are what looks saw, and the looks are others.
    const { rows } = await db.pool.query<{ line: string }>(
      `select (to_jsonb(t) - array['repo_id', 'commit_no', 'change_id', 'deployment_id', 'incident_id', 'valid_from'])::text as line from ${table} t
       ${table === 'change_event' ? `where kind not in ('conflict_on', 'conflict_off')` : ''} order by 1`
    );
    const hash = createHash('sha256').update(rows.map(({ line }) => line).join('\n')).digest('hex').slice(0, 12); // prettier-ignore
    found[table] = `${String(rows.length)} ${hash}`;
  }
  return found;
}

const skipped = async (db: TestDatabase): Promise<string[]> =>
  (await db.pool.query<{ line: string }>(`select stream_id || ': ' || item || ': ' || reason as line from skipped order by 1`)).rows.map(({ line }) => line); // prettier-ignore

test('pull requests with their own commits and reviews become changes with a start, known from the forge', async () => {
  await serve();
  const db = await store();
  expect((await collect(db)).said).toBe('');
  const changes = await one<Record<string, number>>(
    db,
    `select count(*)::integer as count, count(merged_at)::integer as merged,
    count(*) filter (where merged_at is not null and first_commit_at is null)::integer as unmeasured from change`
  );
  expect(changes['count']).toBeGreaterThan(60);
  expect((await db.pool.query('select from repo where deployments_known_from is not null')).rowCount).toBe(0);
  expect(changes['unmeasured']).toBe(0);
  const facts = await one<Record<string, number>>(
    db,
    `select count(*)::integer as count, count(*) filter (where code_source <> 'unknown')::integer as known,
    count(*) filter (where first_commit_at < merged_at)::integer as timed from change_fact`
  );
  expect(facts).toMatchObject({ count: changes['merged'], timed: changes['merged'] });
  // The trailers of the own commits survive the squash.
  expect(facts['known']).toBeGreaterThan(10);
  expect(await skipped(db)).toEqual([]);
  // A pull request with 130 commits and 120 comments is there whole.
  const huge = await one<{ commits: number; comments: number }>(
    db,
    `select
    (select count(*)::integer from git_commit g where g.repo_id = c.repo_id and g.change_key = c.change_key and not g.is_on_default) as commits,
    (select count(*)::integer from change_event e where e.repo_id = c.repo_id and e.change_key = c.change_key and e.kind = 'comment') as comments
    from change c where change_key = '17' and merged_at is not null limit 1`
  );
  expect(huge.commits).toBe(130);
  expect(huge.comments).toBeGreaterThanOrEqual(120);
  // So are its 130 checks, of which a question for many gives sixty.
  const checks = await one<{ checks: number }>(db, `select count(distinct external_id)::integer as checks from build b join change c using (repo_id, change_key) where b.kind = 'check' and b.change_key = '17' and c.merged_at is not null`); // prettier-ignore
  expect(checks.checks % 130).toBe(0);
  expect(checks.checks).toBeGreaterThanOrEqual(130);
});

test('runs of the default branch have their jobs, each in its attempt', async () => {
  await serve();
  const db = await store();
  expect((await collect(db)).said).toBe('');
  // Attempts as the server draws them: of each run two jobs, of a huge one 122, which is more than a page.
  const { rows } = await db.pool.query<{ runs: number; jobs: number; wrong: number; most: number }>(
    `select count(*)::integer as runs, sum(jobs)::integer as jobs, max(jobs)::integer as most,
    count(*) filter (where jobs not in (2, 122) or failed is distinct from (result = 'failure'))::integer as wrong from (
      select r.attempt, r.result, count(j.*) as jobs, bool_or(j.result = 'failure') as failed from build r
      left join build j on j.kind = 'check' and j.event = 'push' and (j.repo_id, j.sha, j.attempt) = (r.repo_id, r.sha, r.attempt)
        and j.started_at >= r.started_at and j.finished_at <= r.finished_at
      where r.kind = 'run' group by r.repo_id, r.external_id, r.attempt, r.result) one group by attempt order by attempt`
  );
  expect(rows.map(({ wrong }) => wrong)).toEqual([0, 0]);
  expect(rows[0]).toMatchObject({ most: 122 });
  expect(rows[1]?.runs).toBeGreaterThan(2);
  const all = await one<{ jobs: number }>(db, `select count(*)::integer as jobs from build where kind = 'check' and event = 'push'`); // prettier-ignore
  expect(all.jobs).toBe(rows.reduce((sum, { jobs }) => sum + jobs, 0));
  expect(server.asked.filter(({ operation }) => operation === 'jobsRest').length).toBeGreaterThan(0);
});

test('what is read bit by bit is what is read at once; reconciliation finds nothing that was missed', async () => {
  await serve();
  const bits = await store();
  for (const days of [0, 0.02, 3, 8, 8.5]) {
    server.limits.pass(days * DAY);
    expect((await collect(bits)).said).toBe('');
  }
  const whole = await store();
  expect((await collect(whole)).said).toBe('');
  expect(await digest(bits)).toEqual(await digest(whole));
  const missed = await one<{ rows: string }>(bits, `select coalesce(sum(row_count), 0)::text as rows from stream_state where stream_id like 'github/reconcile/%'`); // prettier-ignore
  expect(missed.rows).toBe('0');
  // Nothing happens: a look at the repositories and at what is open, and no question more but for runs and teams.
  const before = server.asked.length;
  expect((await collect(whole)).said).toBe('');
  const asked = server.asked.slice(before).map(({ operation }) => operation);
  expect(asked.filter((name) => /pull|deploy|issue/i.test(name) && !name.startsWith('openPulls'))).toEqual([]);
});

test('open pull requests are looked at: what is in conflict begins and ends with the look that saw it, and what nobody looked at is not known', async () => {
  await serve({ worksOutLate: true }, { repositories: 1, pulls: 300, hugeEvery: 0 });
  const db = await store();
  const [repository] = server.world.repositories as [(typeof server.world.repositories)[number]];
  const pulls = Array.from({ length: 300 }, (_, index) => server.world.pull(repository, index + 1));
  const before = new Map<number, boolean>();
  const [expected, looks] = [[] as string[], new Map<number, number>()];
  for (const hours of [0, 3, 3, 3, 40, 3, 3]) {
    server.limits.pass(hours * (DAY / 24));
    const now = server.limits.now;
    expect((await collect(db, configOf({ since: '2026-09-25' }))).said).toBe('');
    for (const { number, createdAt, closedAt, conflict } of pulls) {
      if (createdAt > now || (closedAt !== null && closedAt <= now)) continue;
      const isOn = conflict !== null && conflict.from <= now && now < conflict.to;
      if (isOn !== (before.get(number) ?? false)) expected.push(`${String(number)} conflict_${isOn ? 'on' : 'off'} ${new Date(now).toISOString().slice(0, 16)}`);
      before.set(number, isOn);
      looks.set(number, (looks.get(number) ?? 0) + 1);
    }
  }
  const { rows } = await db.pool.query<{ line: string }>(`select change_key || ' ' || kind || ' ' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI') as line from change_event where kind like 'conflict%'`);
  expect(rows.map(({ line }) => line).sort()).toEqual(expected.sort());
  expect(expected.some((line) => line.includes('_off'))).toBe(true);
  const watched = await db.pool.query<{ key: number; looks: number }>('select change_key::integer as key, look_count as looks from change_watch order by 1');
  expect(watched.rows.map(({ key, looks: times }) => [key, times])).toEqual([...looks].sort(([one], [two]) => one - two));
  const known = await one<{ watched: number; unknown: number }>(db, 'select count(conflict_count)::integer as watched, count(*) filter (where conflict_count is null)::integer as unknown from coordination_unit');
  expect(known.watched).toBeGreaterThan(0);
  expect(known.unknown).toBeGreaterThan(known.watched);
}); // prettier-ignore

test('a run that was killed at any request goes on from its page', async () => {
  await serve();
  const db = await store();
  for (let at = 3; at < 60; at += 7) {
    const stop = new AbortController();
    const until = server.asked.length + at;
    server.faults = { answer: ({ number }) => (number >= until ? (stop.abort(), null) : null) };
    await collect(db, configOf(), stop.signal);
  }
  server.faults = {};
  expect((await collect(db)).said).toBe('');
  const now = server.limits.now;
  const straight = await store();
  expect((await collect(straight)).said).toBe('');
  expect(server.limits.now - now).toBeLessThan(DAY);
  expect(await digest(db)).toEqual(await digest(straight));
});

test('what several repositories are asked together is what each is told alone, whatever becomes of the question', async () => {
  await serve({}, { repositories: 5 });
  const together = await store();
  expect((await collect(together)).said).toBe('');
  const asked = server.asked.map(({ operation }) => operation);
  // The other questions for headers are those of older pull requests.
  expect(asked.filter((name) => /^(deployments|issues)|Together$/.test(name))).toEqual(['pullHeadersTogether', 'deploymentsTogether', 'issuesTogether', 'openPullsTogether']); // prettier-ignore
  const alone = await store();
  const gone = { data: { nodes: [null, null, null] }, errors: [{ type: 'NOT_FOUND', path: ['nodes', 0], message: 'Could not resolve to a node' }] }; // prettier-ignore
  const heavy = { data: { nodes: [] }, errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits for this query exceeded.' }] }; // prettier-ignore
  const answers: Record<string, ReturnType<NonNullable<FaultPlan['answer']>>> = {
    pullHeadersTogether: { status: 200, body: gone },
    deploymentsTogether: { status: 502, body: '<html>502 Bad Gateway</html>' },
    issuesTogether: { status: 200, body: heavy },
  };
  server.faults = { answer: ({ operation }) => answers[operation] ?? null };
  expect((await collect(alone)).said).toBe('');
  expect(await skipped(alone)).toEqual([]);
  expect(await digest(alone)).toEqual(await digest(together));
});

test('pages that are too heavy shrink, and the size is remembered', async () => {
  await serve({ limits: { cpuPerPullMs: 900 } }, { pulls: 120 });
  const db = await store();
  expect((await collect(db)).said).toBe('');
  expect(server.limits.totals.heavy).toBeGreaterThan(1);
  const { sizes } = await one<{ sizes: number[] }>(db, `select array_agg(distinct (cursor->>'size')::integer) as sizes from stream_state where stream_id like 'github/pull-requests/%'`); // prettier-ignore
  expect(Math.min(...sizes)).toBeLessThanOrEqual(13);
  expect(await skipped(db)).toEqual([]);
});

test('pages whose nodes come back as null are never taken as empty', async () => {
  await serve({ limits: { heavyNodes: 3_000 } });
  const db = await store();
  expect((await collect(db)).said).toBe('');
  expect(server.limits.totals.heavy).toBeGreaterThan(0);
  Object.assign(server.limits.options, { heavyNodes: 26_000 });
  const light = await store();
  expect((await collect(light)).said).toBe('');
  expect(await digest(db)).toEqual(await digest(light));
});

test.each<[string, FaultPlan['answer'], RegExp]>([
  [
    'a token that lost its right',
    () => ({ status: 401, body: { message: 'Bad credentials' } }),
    /token is not accepted.*github\.token/,
  ],
  [
    'single sign-on',
    () => ({ status: 403, headers: { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=A' }, body: { message: 'Resource protected by organization SAML enforcement.' } }), // prettier-ignore
    /single sign-on.*https:\/\/github\.com\/orgs\/acme\/sso/,
  ],
  [
    'a missing scope',
    () => ({ status: 200, body: { data: null, errors: [{ type: 'INSUFFICIENT_SCOPES', message: "Your token has not been granted the required scopes to execute this query. The 'name' field requires one of the following scopes: ['repo'], but your token has only been granted the: [''] scopes." }] } }), // prettier-ignore
    /lacks a scope: one of 'repo' is needed/,
  ],
  [
    'an hour without points',
    () => ({ status: 200, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 900) }, body: { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for user ID 1.' }] } }), // prettier-ignore
    /wait \d+ s|used up for \d+ s/,
  ],
])('%s is one clear line', async (_name, answer, line) => {
  await serve({ faults: { ...(answer === undefined ? {} : { answer }) } });
  const db = await store();
  const { failures, said } = await collect(db);
  expect(failures.map(({ job }) => job)[0]).toBe('github/repositories');
  expect(said).toMatch(line);
  expect(said).not.toContain(token);
});

test('an App signs with its key and reads with the token of its installation', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs1', format: 'pem' } }); // prettier-ignore
  await serve({ appKey: publicKey }, { pulls: 20 });
  const db = await store();
  const app = { id: 77, key: privateKey, installation: 5 };
  const config = configSchema.parse({ github: { app, url: server.url, owners: ['acme'], mirrors: false } });
  expect((await collect(db, config)).said).toBe('');
  expect((await one<{ count: number }>(db, 'select count(*)::integer as count from repo')).count).toBe(4);
  const wrong = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }); // prettier-ignore
  const other = configSchema.parse({
    github: { app: { ...app, id: 78, key: wrong.privateKey }, url: server.url, owners: ['acme'] },
  });
  expect((await collect(db, other)).said).toMatch(/access_tokens answered 401/);
});

test('teams without the right to see them are named; all else is read', async () => {
  const message =
    "requires one of the following scopes: ['read:org'], but your token has only been granted the: ['repo'] scopes.";
  await serve({ faults: { answer: ({ operation }) => (operation === 'teams' ? { status: 200, body: { data: null, errors: [{ type: 'INSUFFICIENT_SCOPES', message }] } } : null) } }); // prettier-ignore
  const db = await store();
  expect((await collect(db)).said).toBe('');
  expect(await skipped(db)).toEqual([expect.stringMatching(/teams of acme.*read:org/)]);
});

test('a repository that is renamed keeps its name here, one that is deleted keeps what is known of it', async () => {
  const { limits } = await serve({}, { repositories: 4 });
  const db = await store();
  expect((await collect(db)).said).toBe('');
  const before = await one<{ count: number }>(db, 'select count(*)::integer as count from change');
  const [shop, cart] = server.world.repositories;
  Object.assign(shop ?? {}, { name: 'store', owner: 'other' });
  Object.assign(cart ?? {}, { isGone: true });
  limits.pass(4 * DAY);
  expect((await collect(db)).said).toBe('');
  const { rows } = await db.pool.query<{ slug: string; web_url: string; is_gone: boolean }>(
    `select slug, web_url, gone_at is not null as is_gone from repo order by external_id`
  );
  expect(rows.slice(0, 2)).toEqual([
    { slug: 'acme/shop', web_url: `${server.url}/other/store`, is_gone: false },
    { slug: 'acme/cart', web_url: `${server.url}/acme/cart`, is_gone: true },
  ]);
  const after = await one<{ count: number }>(db, 'select count(*)::integer as count from change');
  expect(after.count).toBeGreaterThan(before.count);
});

test('a repository that vanishes between two pages ends in peace', async () => {
  await serve({ faults: { answer: ({ operation, variables }) => (operation === 'pullHeaders' && variables['id'] === 'R_0' ? { status: 200, body: { data: { node: null }, errors: [{ type: 'NOT_FOUND', path: ['node'], message: 'Could not resolve to a node' }] } } : null) } }); // prettier-ignore
  const db = await store();
  expect((await collect(db)).said).toBe('');
  expect(await skipped(db)).toEqual(expect.arrayContaining([expect.stringMatching(/acme\/shop: it went away while it was read/)])); // prettier-ignore
  expect((await one<{ count: number }>(db, 'select count(*)::integer as count from change')).count).toBeGreaterThan(20);
});

test('types of issues are read where the server has them, and not asked for where it has none', async () => {
  const incidents = async (hasIssueTypes: boolean): Promise<readonly [number, number]> => {
    await serve({ hasIssueTypes });
    const db = await store();
    expect((await collect(db, configOf({ incident_labels: [], issue_types: { Defect: 'bug' } }))).said).toBe('');
    expect(server.asked.filter(({ operation }) => operation === 'issueFields')).toHaveLength(1);
    const { rows } = await db.pool.query<{ incidents: number; issues: number }>('select (select count(*)::integer from incident) as incidents, (select count(*)::integer from issue) as issues'); // prettier-ignore
    return [rows[0]?.incidents ?? 0, rows[0]?.issues ?? 0];
  };
  const [typed, all] = await incidents(true);
  expect(typed).toBeGreaterThan(3);
  expect(await incidents(false)).toEqual([0, all]);
});

test('without mirrors the owner of a repository has the history that GitHub tells, read once', async () => {
  const { world } = await serve();
  const db = await store();
  expect((await collect(db)).said).toBe('');
  const { rows } = await db.pool.query<{ slug: string; owner: string; history: object | null }>('select slug, owner_team_id as owner, owner_history as history from repo order by 1'); // prettier-ignore
  for (const repository of world.repositories) {
    const at = (days: number): string =>
      new Date(Math.floor((repository.startAt + days * DAY) / 1000) * 1000).toISOString();
    const found = rows.find(({ slug }) => slug === `acme/${repository.name}`);
    const history = repository.index % 2 === 0 ? { [at(10)]: 'engineering', [at(40)]: 'platform' } : null;
    expect([repository.name, found?.owner ?? null, found?.history ?? null]).toEqual([repository.name, history && 'platform', history]); // prettier-ignore
  }
  const times = (): number => server.asked.filter(({ operation }) => operation === 'ownersAt').length;
  expect(times()).toBe(2);
  server.limits.pass(3 * DAY);
  expect((await collect(db)).said).toBe('');
  expect(times()).toBe(2);
});

test('days before the deployments that are read are not observed, so that no frequency is too low', async () => {
  await serve({}, { repositories: 1, pulls: 150 });
  const since = new Date(START.getTime() - 40 * DAY);
  const db = await store();
  await collect(db, configOf({ since: since.toISOString().slice(0, 10) }));
  const { rows } = await db.pool.query<{ at: Date; first: Date }>(
    'select r.deployments_known_from as at, min(o.observed_from) as first from repo r join observed_delivery o on o.repo = r.slug where r.deployments_known_from is not null group by 1'
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { at, first } of rows) {
    expect(at.toISOString().slice(0, 10)).toBe(since.toISOString().slice(0, 10));
    expect(first.getTime()).toBeGreaterThanOrEqual(at.getTime());
  }
});
