/**
 * Telemetry by the real exporter of the OpenTelemetry SDK, in a process of its own: how much is persisted, and how soon an export is answered,
 * while the inbox is worked off beside it.
 */
import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { testDatabase } from '../../collector/testing/database.ts';
import { receive } from '../../collector/testing/receiving.ts';
import { stopUnusedServer } from '../../collector/testing/server.ts';
import type { Sending, Sent } from './sender.ts';

export interface OtlpBench {
  readonly pointsSent: number;
  /** In the store when all was worked off: as many as were sent, each once. */
  readonly pointsStored: number;
  readonly seconds: number;
  /** Of the collector: receiving and working off, Postgres left out. */
  readonly cpuSeconds: number;
  readonly senderCpuSeconds: number;
  readonly pointsPerSecond: number;
  /** Per second of processor time of the collector. */
  readonly pointsPerCpuSecond: number;
  /** From the call of the exporter to its answer. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly worst: number };
  /** Of the collector, before, half-way and when all was worked off. */
  readonly megabytes: { readonly before: number; readonly half: number; readonly after: number };
  readonly loadBefore: number;
}

const TOKEN = 'token-of-the-bench';
const POINTS = 100;
const SENDERS = 8;

const quantile = (sorted: readonly number[], share: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN) * 10) / 10;

const megabytes = (): number => Math.round(process.memoryUsage().rss / (1 << 20));

async function runSender(sending: Sending): Promise<Sent> {
  const file = path.join(import.meta.dirname, 'sender.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    env: { ...process.env, SENDING: JSON.stringify(sending) },
    maxBuffer: 64 << 20,
  });
  return JSON.parse(stdout) as Sent;
}

async function round(rate: number, seconds: number): Promise<OtlpBench> {
  const db = await testDatabase();
  const receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN }] } });
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const before = megabytes();
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  let [isSending, half] = [true, Number.NaN];
  const working = (async () => {
    while (isSending) {
      await receiving.work();
      if (Number.isNaN(half) && performance.now() - begun > seconds * 500) half = megabytes();
      await pause(50);
    }
  })();
  try {
    const sent = await runSender({
      url: receiving.url,
      token: TOKEN,
      rate,
      seconds,
      senders: SENDERS,
      points: POINTS,
    }).finally(() => (isSending = false));
    await working;
    await receiving.work();
    const took = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const { rows } = await db.pool.query<{ n: number }>('select count(*)::integer as n from tool_point');
    const stored = rows[0]?.n ?? 0;
    const { latencies } = sent;
    return {
      pointsSent: rate * seconds * POINTS,
      pointsStored: stored,
      seconds: Math.round(took * 10) / 10,
      cpuSeconds: Math.round((user + system) / 10_000) / 100,
      senderCpuSeconds: Math.round(sent.cpuSeconds * 100) / 100,
      pointsPerSecond: Math.round(stored / took),
      pointsPerCpuSecond: Math.round(stored / ((user + system) / 1e6)),
      latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), worst: quantile(latencies, 1) },
      megabytes: { before, half, after: megabytes() },
      loadBefore,
    };
  } finally {
    await receiving.close();
    await db.close();
  }
}

/** Measures so many times, best answers first: a machine that others use as well tells more by its quiet moments. */
export async function benchOtlp({ rate = 100, seconds = 20, rounds = 1 } = {}): Promise<OtlpBench[]> {
  const all: OtlpBench[] = [];
  for (let n = 0; n < rounds; n += 1) all.push(await round(rate, seconds));
  await stopUnusedServer();
  return all.sort((a, b) => a.latencyMs.p99 - b.latencyMs.p99);
}

/** For people. */
export const drawOtlp = (rounds: readonly OtlpBench[]): string =>
  rounds
    .map(({ latencyMs, ...one }) =>
      [
        `${String(one.pointsSent)} points sent, ${String(one.pointsStored)} stored in ${String(one.seconds)} s: ${String(one.pointsPerSecond)} a second`,
        `${String(one.pointsPerCpuSecond)} a second of processor time of the collector (${String(one.cpuSeconds)} s; the sender's ${String(one.senderCpuSeconds)} s); load before ${one.loadBefore.toFixed(1)}`,
        `exports of ${String(POINTS)} answered in p50 ${String(latencyMs.p50)} ms, p99 ${String(latencyMs.p99)} ms, worst ${String(latencyMs.worst)} ms`,
        `memory ${String(one.megabytes.before)} MB before, ${String(one.megabytes.half)} MB half-way, ${String(one.megabytes.after)} MB after`,
      ].join('\n')
    )
    .join('\n\n');
