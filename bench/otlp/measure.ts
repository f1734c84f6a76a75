/**
 * `npm run bench -- --otlp [--rate N] [--seconds N] [--json]`: the exporter of the OpenTelemetry SDK sends metrics of many people to a collector
 * over an embedded Postgres: N exports a second of 100 points each, for so long; the inbox is worked off meanwhile.
 */
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { testDatabase } from '../../collector/testing/database.ts';
import { receive } from '../../collector/testing/receiving.ts';
import { stopUnusedServer } from '../../collector/testing/server.ts';
import { startSender, type Sender } from '../../collector/testing/otlp-sender.ts';

export interface OtlpBench {
  readonly pointsSent: number;
  /** In the store when all was worked off: as many as were sent, each once. */
  readonly pointsStored: number;
  readonly seconds: number;
  /** Of sender and collector together, Postgres left out. */
  readonly cpuSeconds: number;
  readonly pointsPerSecond: number;
  /** Per second of processor time of sender and collector. */
  readonly pointsPerCpuSecond: number;
  /** From the call of the exporter to its answer. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly worst: number };
  readonly megabytes: { readonly before: number; readonly after: number };
  readonly loadBefore: number;
}

const TOKEN = 'token-of-the-bench';
const POINTS = 100;
const SENDERS = 8;

const quantile = (sorted: readonly number[], share: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN) * 10) / 10;

const megabytes = (): number => Math.round(process.memoryUsage().rss / (1 << 20));

async function exportOnce(sender: Sender, person: number): Promise<number> {
  const who = { 'user.email': `person-${String(person)}@acme.io`, 'session.id': `s-${String(person)}`, type: 'input' };
  for (let model = 0; model < POINTS; model += 1) {
    sender.add('claude_code.token.usage', 1 + model, { ...who, model: `model-${String(model)}` });
  }
  const begun = performance.now();
  await sender.flush();
  return performance.now() - begun;
}

/** Gives what was measured. */
export async function benchOtlp({ rate = 100, seconds = 20 } = {}): Promise<OtlpBench> {
  const db = await testDatabase();
  const receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN }] } });
  const senders = Array.from({ length: SENDERS }, () => startSender({ url: receiving.url, token: TOKEN, wire: 'protobuf' })); // prettier-ignore
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const before = megabytes();
  const latencies: number[] = [];
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  let isSending = true;
  const working = (async () => {
    while (isSending) {
      await receiving.work();
      await pause(50);
    }
  })();
  try {
    const exports = rate * seconds;
    await Promise.all(
      senders.map(async (sender, index) => {
        for (let n = index; n < exports; n += SENDERS) {
          const wait = begun + (n / rate) * 1000 - performance.now();
          if (wait > 0) await pause(wait);
          latencies.push(await exportOnce(sender, index));
        }
      })
    );
    isSending = false;
    await working;
    await receiving.work();
    const took = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const { rows } = await db.pool.query<{ n: number }>('select count(*)::integer as n from tool_point');
    latencies.sort((a, b) => a - b);
    const stored = rows[0]?.n ?? 0;
    return {
      pointsSent: exports * POINTS,
      pointsStored: stored,
      seconds: Math.round(took * 10) / 10,
      cpuSeconds: Math.round((user + system) / 10_000) / 100,
      pointsPerSecond: Math.round(stored / took),
      pointsPerCpuSecond: Math.round(stored / ((user + system) / 1e6)),
      latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), worst: quantile(latencies, 1) },
      megabytes: { before, after: megabytes() },
      loadBefore,
    };
  } finally {
    isSending = false;
    await Promise.all(senders.map((one) => one.close()));
    await receiving.close();
    await db.close();
    await stopUnusedServer();
  }
}

/** For people. */
export function drawOtlp(bench: OtlpBench): string {
  const { latencyMs } = bench;
  return [
    `${String(bench.pointsSent)} points sent, ${String(bench.pointsStored)} stored in ${String(bench.seconds)} s: ${String(bench.pointsPerSecond)} a second`,
    `${String(bench.pointsPerCpuSecond)} a second of processor time of sender and collector together (${String(bench.cpuSeconds)} s); load before ${bench.loadBefore.toFixed(1)}`,
    `exports of ${String(POINTS)} answered in p50 ${String(latencyMs.p50)} ms, p99 ${String(latencyMs.p99)} ms, worst ${String(latencyMs.worst)} ms`,
    `memory ${String(bench.megabytes.before)} MB before, ${String(bench.megabytes.after)} MB after`,
  ].join('\n');
}
