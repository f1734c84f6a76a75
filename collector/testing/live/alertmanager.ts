/** The machine's Alertmanager sends to a real receiver: alerts that fire, repeat, flap and end become incidents. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase } from '../database.ts';
import { receive, type Receiving } from '../receiving.ts';
import type { Part } from './part.ts';

const TOKEN = 'token-of-the-live-run';
const NAMES = ['prometheus-alertmanager', 'alertmanager'];

/** Its name and version; null = the machine has none. */
function found(): { readonly command: string; readonly version: string } | null {
  for (const command of NAMES) {
    try {
      const said = execFileSync(command, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      return { command, version: /version (\S+)/.exec(said)?.[1]?.replace(/,$/, '') ?? 'of unknown version' };
    } catch {
      continue;
    }
  }
  return null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Running {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

async function start(command: string, receiver: string): Promise<Running> {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-live-'));
  const config = path.join(folder, 'alertmanager.yml');
  writeFileSync(
    config,
    `route: { receiver: throughline, group_by: [service], group_wait: 1s, group_interval: 1s, repeat_interval: 3s }
receivers:
  - name: throughline
    webhook_configs:
      - url: ${receiver}/push/alertmanager/webhook
        send_resolved: true
        http_config: { authorization: { credentials: ${TOKEN} } }
`
  );
  const port = await freePort();
  const args = [
    `--config.file=${config}`,
    `--storage.path=${path.join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${String(port)}`,
    '--cluster.listen-address=',
    // Else its own host's name is in what it sends, and in fixtures.
    '--web.external-url=http://alertmanager.example',
  ];
  const child: ChildProcess = spawn(command, args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${String(port)}`;
  await until(async () => (await fetch(`${url}/-/ready`).catch(() => null))?.ok === true, 'it is ready');
  return {
    url,
    stop: async () => {
      child.kill();
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within a minute: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

interface Sent {
  readonly name: string;
  readonly startsAt: Date;
  readonly endsAt?: Date;
}

async function fire(url: string, { name, startsAt, endsAt }: Sent): Promise<void> {
  const alert = {
    labels: { alertname: name, service: 'shop', severity: 'critical', env: 'prod' },
    annotations: { summary: '5xx above 5 %', description: 'since #12' },
    startsAt,
    ...(endsAt ? { endsAt } : {}),
    generatorURL: 'http://prometheus.example/graph',
  };
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    body: JSON.stringify([alert]),
    headers: { 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`Alertmanager answered ${String(answer.status)}`);
}

/** What it does: one alert fires, is repeated and ends; it comes again; another one joins the group and stays. */
async function play(
  url: string,
  count: () => Promise<readonly [open: number, over: number, notifications: number]>
): Promise<void> {
  const first = new Date(Date.now() - 60_000);
  await fire(url, { name: 'Http5xx', startsAt: first });
  await until(async () => (await count())[2] >= 2, 'an alert that fires is told, and told again');
  await fire(url, { name: 'Http5xx', startsAt: first, endsAt: new Date() });
  await until(async () => (await count())[1] === 1, 'its end is told');
  await fire(url, { name: 'Http5xx', startsAt: new Date() });
  await fire(url, { name: 'Latency', startsAt: new Date() });
  await until(async () => (await count())[0] === 2, 'it comes again, and another one with it');
}

type Pool = Awaited<ReturnType<typeof testDatabase>>['pool'];

async function counts(receiving: Receiving, pool: Pool): Promise<[open: number, over: number]> {
  await receiving.work();
  const { rows } = await pool.query<{ open: number; over: number }>(
    'select count(*) filter (where resolved_at is null)::int as open, count(resolved_at)::int as over from incident'
  );
  const [row] = rows;
  return [row?.open ?? 0, row?.over ?? 0];
}

export const alertmanager: Part = {
  name: 'Alertmanager',
  run: async ({ record }) => {
    const it = found();
    if (it === null) return null;
    const db = await testDatabase();
    const bodies: unknown[] = [];
    const receiving = await receive(db, { alertmanager: { tokens: [TOKEN] } }, { onBody: (body) => bodies.push(body) });
    const running = await start(it.command, receiving.url);
    try {
      await play(running.url, async () => [...(await counts(receiving, db.pool)), bodies.length]);
      const quarantined = await db.pool.query(`select from inbox where state = 'quarantined'`);
      if (quarantined.rowCount !== 0) throw new Error('a notification was not understood');
      record(`connectors/alertmanager/fixtures/alertmanager-${it.version}.json`, bodies);
      return `${it.command} ${it.version}: ${String(bodies.length)} notifications, 3 incidents, 1 of them over`;
    } finally {
      await running.stop();
      await receiving.close();
      await db.close();
    }
  },
};
