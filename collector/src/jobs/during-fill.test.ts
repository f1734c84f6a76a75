/** What is pushed while a first pass goes on, however long it takes. */
import { createHmac } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { startGitHub, type GitHubServer } from '../../testing/github-server/server.ts';
import { World } from '../../testing/github-server/world.ts';
import { configSchema, type Config } from '../config/schema.ts';
import { newLogger } from '../logger.ts';
import { progressOn } from '../terminal/progress.ts';
import { keepCollecting, type ScheduleOptions } from './keep-running.ts';
import { openJobs } from './list.ts';
import { runPass } from './run-once.ts';

const DAY = 86_400_000;
const TOKEN = 'token-of-the-first-pass';
let db: TestDatabase;
let server: GitHubServer;
let config: Config;
let context: ScheduleOptions;
beforeAll(async () => {
  const now = new Date('2026-10-05T12:00:00Z');
  const world = new World({ repositories: 1, pulls: 40, days: 90, end: new Date(now.getTime() + 20 * DAY) });
  server = await startGitHub({ world, now, token: TOKEN });
  db = await testDatabase();
  config = configSchema.parse({
    ingest: { tokens: [TOKEN] },
    github: { token: TOKEN, url: server.url, owners: ['acme'], mirrors: false, webhook_secrets: [TOKEN] },
    http: { port: 0 },
  });
  context = {
    session: { pool: db.pool, home: '', store: { url: db.url } } as unknown as ScheduleOptions['session'],
    config,
    log: newLogger('silent'),
    cacheDir: '',
    now: () => new Date(server.limits.now),
    signal: new AbortController().signal,
    say: () => undefined,
  };
});
afterAll(async () => {
  await server.close();
  await db.close();
});

/** A first pass that ends when it is told to; what is served meanwhile. */
async function filling(): Promise<{ url: string; isFilled: () => boolean; end: () => Promise<void> }> {
  const stopping = new AbortController();
  let [finish, isFilled] = [(): void => undefined, false];
  const fill = new Promise<Config>((resolve) => {
    finish = () => {
      isFilled = true;
      // What is asked for here is the time before the scheduler.
      stopping.abort();
      resolve(config);
    };
  });
  let running: Promise<void> = Promise.resolve();
  const url = await new Promise<string>((resolve, reject) => {
    const say = (text: string): void => {
      const at = /http:\/\/[\d.]+:\d+/.exec(text)?.[0];
      if (at !== undefined) resolve(at);
    };
    running = keepCollecting({ ...context, say, signal: stopping.signal, fill: () => fill });
    running.catch(reject);
  });
  return {
    url,
    isFilled: () => isFilled,
    end: async () => {
      finish();
      await running;
    },
  };
}
const count = async (sql: string): Promise<number> =>
  (await db.pool.query<{ count: number }>(`select count(*)::integer as count from ${sql}`)).rows[0]?.count ?? 0;
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it did not come to be: ${what}`);
}
async function post(url: string, path: string, body: object): Promise<number> {
  const text = JSON.stringify(body);
  const signature = createHmac('sha256', TOKEN).update(text).digest('hex');
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'x-github-event': 'pull_request', 'x-hub-signature-256': `sha256=${signature}` }; // prettier-ignore
  return (await fetch(`${url}${path}`, { method: 'POST', body: text, headers })).status;
}
const deploy = (id: string): object => ({ id, service: 'shop', finished_at: '2026-10-04T10:00:00Z' });
const webhook = { repository: { name: 'shop', full_name: 'acme/shop' } };

test('what is pushed is worked off and derived while the pass goes on; a pull of what it has not read is left to it', async () => {
  const pass = await filling();
  expect(await post(pass.url, '/ingest/deploy', deploy('d1'))).toBe(202);
  await until('the fact of d1', async () => (await count('deployment_fact')) === 1);
  expect(await post(pass.url, '/push/github/webhook', webhook)).toBe(202);
  expect(await post(pass.url, '/ingest/deploy', deploy('d2'))).toBe(202);
  await until('the fact of d2', async () => (await count('deployment_fact')) === 2);
  expect(pass.isFilled()).toBe(false);
  expect([server.asked.length, await count('change'), await count(`inbox where state = 'waiting'`)]).toEqual([0, 0, 0]);
  await pass.end();
});

test('a webhook about what the pass has read leads to its pull at once', async () => {
  const jobs = openJobs(context);
  const { signal } = context;
  const only = ({ id }: { readonly id: string }): boolean => /github\/(repositories|pull-requests)/.test(id);
  expect(await runPass(jobs, { pool: db.pool, progress: progressOn(null), signal, only })).toEqual([]);
  const before = await count('change');
  expect(before).toBeGreaterThan(0);
  const pass = await filling();
  server.limits.pass(6 * DAY);
  expect(await post(pass.url, '/push/github/webhook', { ...webhook, action: 'closed' })).toBe(202);
  await until('the new changes', async () => (await count('change')) > before);
  await until('their facts', async () => (await count('change_fact')) === (await count('change where merged_at is not null'))); // prettier-ignore
  expect(pass.isFilled()).toBe(false);
  await pass.end();
});

test('what comes with the end of the pass waits for the scheduler, and nothing is left open', async () => {
  const pass = await filling();
  const posting = post(pass.url, '/ingest/deploy', deploy('d3'));
  await posting;
  await pass.end();
  // The server notices a closed connection a moment later.
  await until('no connection is left', async () => 0 === (await count(`pg_stat_activity where application_name = 'throughline pushes' and datname = current_database()`))); // prettier-ignore
  expect((await count(`inbox where state = 'waiting'`)) + (await count(`deployment where external_id = 'd3'`))).toBe(1);
});
