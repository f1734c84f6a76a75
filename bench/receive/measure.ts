/**
 * `npm run bench -- --receive [--rate N] [--seconds N] [--json]`: the server with its inbox over an embedded Postgres, N signed deliveries a
 * second for so long, each on its own connection slot; then the inbox is worked off.
 */
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { testDatabase } from '../../collector/testing/database.ts';
import { receive } from '../../collector/testing/receiving.ts';
import { stopUnusedServer } from '../../collector/testing/server.ts';

export interface ReceiveBench {
  /** Asked for. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly sent: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** From the moment at which a delivery was due to its answer: what waits in the sender counts. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly worst: number };
  readonly cpuSeconds: number;
  readonly workedOff: { readonly deliveries: number; readonly rows: number; readonly seconds: number };
  readonly megabytes: number;
  /** Load of the machine over the last minute when it began. */
  readonly loadBefore: number;
}

const KEY = 'key-of-the-bench';

function bodyOf(n: number): string {
  const at = new Date(Date.UTC(2026, 9, 1) + Math.floor(n / 3) * 60_000);
  const type = ['triggered', 'acknowledged', 'resolved'][n % 3] ?? '';
  const data = {
    id: `P${String(Math.floor(n / 3))}`,
    status: type,
    title: 'Checkout fails '.repeat(20),
    created_at: at.toISOString(),
    service: { id: 'PSVC', summary: `service-${String(n % 50)}` },
  };
  const occurred = new Date(at.getTime() + (n % 3) * 60_000).toISOString();
  return JSON.stringify({ event: { id: String(n), event_type: `incident.${type}`, occurred_at: occurred, data } });
}

function post(url: string, body: string, agent: Agent): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    'x-pagerduty-signature': `v1=${createHmac('sha256', KEY).update(body).digest('hex')}`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/push/pagerduty/webhook`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', reject).end(body);
  });
}

const quantile = (sorted: readonly number[], share: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN) * 10) / 10;

/** Gives what was measured. */
export async function benchReceive({ rate = 500, seconds = 20 } = {}): Promise<ReceiveBench> {
  const db = await testDatabase();
  const receiving = await receive(db, { pagerduty: { webhook_secrets: [KEY] } });
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const open: Promise<void>[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  try {
    for (let n = 0; n < rate * seconds; n += 1) {
      const due = start + (n / rate) * 1000;
      const wait = due - performance.now();
      if (wait > 1) await pause(wait);
      const answered = post(receiving.url, bodyOf(n), agent).then((status) => {
        latencies.push(performance.now() - due);
        statuses[String(status)] = (statuses[String(status)] ?? 0) + 1;
      });
      open.push(answered);
    }
    await Promise.all(open);
    const { user, system } = process.cpuUsage(cpu);
    const begun = performance.now();
    const { deliveries, rows } = await receiving.work();
    latencies.sort((a, b) => a - b);
    return {
      perSecond: rate,
      seconds,
      sent: rate * seconds,
      statuses,
      latencyMs: {
        p50: quantile(latencies, 0.5),
        p95: quantile(latencies, 0.95),
        p99: quantile(latencies, 0.99),
        worst: quantile(latencies, 1),
      },
      cpuSeconds: Math.round((user + system) / 10_000) / 100,
      workedOff: { deliveries, rows, seconds: Math.round((performance.now() - begun) / 10) / 100 },
      megabytes: Math.round(process.memoryUsage().rss / (1 << 20)),
      loadBefore,
    };
  } finally {
    agent.destroy();
    await receiving.close();
    await db.close();
    await stopUnusedServer();
  }
}

/** For people. */
export function drawReceive(bench: ReceiveBench): string {
  const { latencyMs, workedOff, statuses } = bench;
  return [
    `${String(bench.sent)} deliveries, ${String(bench.perSecond)} a second: ${JSON.stringify(statuses)}`,
    `answered in p50 ${String(latencyMs.p50)} ms, p95 ${String(latencyMs.p95)} ms, p99 ${String(latencyMs.p99)} ms, worst ${String(latencyMs.worst)} ms`,
    `${String(bench.cpuSeconds)} CPU seconds of sender and server together, ${String(bench.megabytes)} MB; load before ${bench.loadBefore.toFixed(1)}`,
    `worked off: ${String(workedOff.deliveries)} deliveries, ${String(workedOff.rows)} rows in ${String(workedOff.seconds)} s`,
  ].join('\n');
}
