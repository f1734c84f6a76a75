import type { PluginBench } from './measure.ts';

/** What each figure has to stay below. */
export const LIMITS = {
  startMs: 500,
  idleMegabytes: 100,
  overheadMs: new Map([
    [10_000, 15],
    [100_000, 120],
  ]),
  soakMegabytes: 200,
  /** Memory at the end of the soak to memory at its first tenth. */
  growth: 1.2,
} as const;

/** The figures as lines; one that is not below its limit says "missed". */
export function drawPluginReport(bench: PluginBench): string {
  const { asked, soak } = bench;
  const [first, middle, last] = soak.megabytes;
  const lines = [
    `Backend for ${bench.platform} on ${String(bench.cores)} cores, load ${bench.loadBefore.toFixed(1)} before`,
    line('start to handshake', `${whole(bench.startMs)} ms`, judged(bench.startMs, LIMITS.startMs, 'ms')),
    line('idle memory', `${whole(bench.idleMegabytes)} MB`, judged(bench.idleMegabytes, LIMITS.idleMegabytes, 'MB')),
    ...bench.overhead.flatMap((found) => {
      const limit = LIMITS.overheadMs.get(found.points) ?? Number.NaN;
      const title = `overhead, ${count(found.points)} points`;
      return [
        line(
          title,
          `p50 ${tenth(found.p50Ms)}  p95 ${tenth(found.p95Ms)} ms`,
          `${judged(found.p95Ms, limit, 'ms')}, SQL p50 ${whole(found.sqlP50Ms)} ms beside it`
        ),
        line(
          '',
          `p50 ${tenth(found.strictP50Ms)}  p95 ${tenth(found.strictP95Ms)} ms`,
          'with the reading of the rows, which is part of SQL above'
        ),
      ];
    }),
    `Soak: ${count(asked.queries)} queries of ${count(asked.points)} points, ${String(asked.parallel)} at once, ${whole(soak.seconds)} s`,
    line('errors', String(soak.errors.length), soak.errors.length === 0 ? '' : `missed: ${soak.errors[0] ?? ''}`),
    line(
      'memory at 10, 50, 100 %',
      `${whole(first)}, ${whole(middle)}, ${whole(last)} MB`,
      judged(Math.max(first, middle, last), LIMITS.soakMegabytes, 'MB')
    ),
    line('growth', tenth(last / first), judged(last / first, LIMITS.growth, 'times')),
    line('answer', `p50 ${whole(soak.p50Ms)}  p99 ${whole(soak.p99Ms)} ms`, ''),
  ];
  return `${lines.join('\n')}\n`;
}

function judged(value: number, limit: number, unit: string): string {
  const wanted = `limit ${count(limit)} ${unit}`;
  return Number.isNaN(value) ? `${wanted}: not measured here` : value < limit ? wanted : `${wanted}: missed`;
}

function line(title: string, value: string, remark: string): string {
  return `  ${title.padEnd(26)}${value.padEnd(28)}${remark}`.trimEnd();
}

const whole = (value: number) => String(Math.round(value));
const tenth = (value: number) => value.toFixed(1);
const count = (value: number) => value.toLocaleString('en');
