/** A webhook of GitHub on its way: signed delivery → inbox → queue → pull of the stream that reads it → rows. */
import { createHmac } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { startGitHub, type GitHubServer } from '../../../testing/github-server/server.ts';
import { World } from '../../../testing/github-server/world.ts';
import { configSchema } from '../../config/schema.ts';
import { keepCollecting, type ScheduleOptions } from '../../jobs/keep-running.ts';
import { newLogger } from '../../logger.ts';

const DAY = 86_400_000;
const NEVER = '0 0 1 1 *';
const SECRET = 'secret-of-the-webhook';
const token = 'github-token-never-shown';

let db: TestDatabase;
let server: GitHubServer;
let url: string;
let stopping: AbortController;
let running: Promise<void>;

beforeAll(async () => {
  const START = new Date('2026-10-05T12:00:00Z');
  const world = new World({ repositories: 2, pulls: 100, days: 90, end: new Date(START.getTime() + 20 * DAY) });
  server = await startGitHub({ world, now: START, token });
  db = await testDatabase();
  const streams = ['repositories', 'teams', 'pull-requests', 'older-pull-requests', 'reconcile', 'deployments', 'issues', 'builds']; // prettier-ignore
  const config = configSchema.parse({
    github: { token, url: server.url, owners: ['acme'], mirrors: false, webhook_secrets: [SECRET] },
    http: { port: 0 },
    // Nothing is polled: what comes into the store after the start comes because a webhook said so.
    schedules: Object.fromEntries([...streams.map((id) => `github/${id}`), 'receive/inbox'].map((id) => [id, NEVER])),
  });
  stopping = new AbortController();
  url = await new Promise<string>((resolve, reject) => {
    const options = {
      session: { pool: db.pool, home: '', store: { url: db.url } } as unknown as ScheduleOptions['session'],
      config,
      log: newLogger('silent'),
      cacheDir: '',
      now: () => new Date(server.limits.now),
      signal: stopping.signal,
      say: (text: string) => {
        const [at] = /http:\/\/[\d.]+:\d+/.exec(text) ?? [];
        if (at !== undefined) resolve(at);
      },
    };
    running = keepCollecting(options);
    running.catch(reject);
  });
});
afterAll(async () => {
  stopping.abort();
  await running;
  await server.close();
  await db.close();
});

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it did not come to be: ${what}`);
}

let posted = 0;
/** @param id Delivery id; default: a new one. */
async function post(event: string, name: string, { secret = SECRET, id = String(++posted) } = {}): Promise<number> {
  const body = JSON.stringify({ action: 'closed', repository: { name, full_name: `acme/${name}` } });
  const { status } = await fetch(`${url}/push/github/webhook`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  });
  return status;
}

const count = async (sql: string): Promise<number> =>
  (await db.pool.query<{ count: number }>(`select count(*)::integer as count from ${sql}`)).rows[0]?.count ?? 0;
const changesOf = (name: string): Promise<number> =>
  count(`change join repo using (repo_id) where slug = 'acme/${name}'`);
const isQuiet = async (): Promise<boolean> =>
  (await count(`graphile_worker.jobs`)) === 0 && (await count(`inbox where state = 'waiting'`)) === 0;
/** Pull requests of a repository that GitHub knows and the store does not. */
const missing = async (name: string): Promise<number> => {
  const { world, limits } = server;
  const repository = world.repositories.find((one) => one.name === name);
  const known = repository ? world.updated(repository, limits.now).length : 0;
  return known - (await changesOf(name));
};
const isRead = async (stream: string): Promise<boolean> =>
  (await count(`stream_state where stream_id = 'github/${stream}' and last_ok_at is not null`)) === 1;

test('a webhook leads to the pull of what it names, and of nothing else; a forged one to nothing', async () => {
  await until('the first pass', async () => (await isRead('older-pull-requests/acme/cart')) && (await isQuiet()));
  expect([await missing('shop'), await missing('cart')]).toEqual([0, 0]);

  server.limits.pass(6 * DAY);
  expect(await missing('shop')).toBeGreaterThan(0);
  const before = await missing('cart');
  expect(before).toBeGreaterThan(0);
  const asked = server.asked.length;
  expect(await post('pull_request', 'shop', { secret: 'another' })).toBe(401);
  expect(await post('pull_request', 'shop', { id: 'shop' })).toBe(202);
  await until('the rows of shop', async () => (await missing('shop')) === 0);
  await until('the facts of shop', isQuiet);
  expect(await missing('cart')).toBe(before);
  const operations = new Set(server.asked.slice(asked).map(({ operation }) => operation));
  expect([...operations].sort()).toEqual(['pullDetails', 'pullHeaders', 'pullThreads']);
  const facts = await count(`change_fact join repo using (repo_id) where slug = 'acme/shop'`);
  expect(facts).toBe(
    await count(`change join repo using (repo_id) where slug = 'acme/shop' and merged_at is not null`)
  );

  // The same delivery again is known, and asks for nothing.
  const then = server.asked.length;
  expect(await post('pull_request', 'shop', { id: 'shop' })).toBe(202);
  await until('the known delivery', isQuiet);
  expect(server.asked).toHaveLength(then);
});

test('what a webhook tells of is read, though a look at all repositories that was taken before it saw nothing new', async () => {
  await until('what was under way', isQuiet);
  expect(await post('pull_request', 'cart')).toBe(202);
  await until('the rows of cart', async () => (await missing('cart')) === 0 && (await isQuiet()));
  expect(await post('repository', 'shop')).toBe(202);
  await until('the look at all repositories', isQuiet);
  server.limits.pass(4 * DAY);
  expect(await missing('cart')).toBeGreaterThan(0);
  expect(await post('pull_request', 'cart')).toBe(202);
  await until('the rows of cart', async () => (await missing('cart')) === 0);
});
