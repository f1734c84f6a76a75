import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { LifetimeResult } from '../../collector/src/lifetimes/contract.ts';
import { run } from '../child.ts';
import type { CollectSeconds } from './collect.ts';

/** Seconds of all rounds. */
export interface Seconds {
  readonly best: number;
  readonly median: number;
}

/** Speed of the engine beside git's own reading of the same history. */
export interface LifetimeBench {
  readonly repo: string;
  readonly rounds: number;
  /** Load of the machine over the last minute when it began: other work makes every time longer. */
  readonly loadBefore: number;
  readonly commits: number;
  readonly liveLines: number;
  readonly skipped: number;
  /** `git log -m -p -U0 -M`; null when git gave up. */
  readonly gitSeconds: Seconds | null;
  /** What git said when it gave up; null: it did not. */
  readonly gitError: string | null;
  /** The engine alone, without a sink. */
  readonly engineSeconds: { readonly plain: Seconds; readonly full: Seconds };
  /** Processor seconds: of git log, of the engine in each mode with the git processes it starts, and of Node alone. Null where /proc is missing. */
  readonly cpuSeconds: Readonly<Record<'log' | 'plain' | 'full' | 'plainNode' | 'fullNode', Seconds | null>>;
  readonly collectSeconds: Readonly<Record<keyof CollectSeconds, Seconds | null>>;
  /** Peak resident memory of the engine's process in full mode and of the git processes it started, at the same moment; null where /proc is missing. */
  readonly peakMegabytes: number | null;
}

/** What engine.ts prints; `ownCpuSeconds` without git. */
type EngineRun = LifetimeResult & { readonly ownCpuSeconds: number };

const here = (file: string): string => join(import.meta.dirname, file);

/** Null: nothing was measured. */
function secondsOf(values: readonly (number | null)[]): Seconds | null {
  const sorted = values.flatMap((value) => value ?? []).sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? null : { best: sorted[0] as number, median: (low + high) / 2 };
}

/** Runs git and the engine in turn, `rounds` times: what other work on the machine takes away is noise. */
export async function benchLifetimes(repo: string, rounds: number): Promise<LifetimeBench> {
  const [loadBefore = 0] = loadavg();
  const seconds = { log: [] as number[], plain: [] as number[], full: [] as number[] };
  const cpu: Record<keyof LifetimeBench['cpuSeconds'], (number | null)[]> = {
    log: [],
    plain: [],
    full: [],
    plainNode: [],
    fullNode: [],
  };
  let gitError: string | null = null;
  const collected: CollectSeconds[] = [];
  for (let round = 0; round < rounds; round++) {
    const log = await run('git', ['-C', repo, 'log', '-m', '-p', '-U0', '-M', 'HEAD']);
    if (log.code !== 0) gitError = log.errors.trim();
    else {
      seconds.log.push(log.seconds);
      cpu.log.push(log.cpuSeconds);
    }
    for (const mode of ['plain', 'full'] as const) {
      const { result, cpuSeconds } = await runOwn<EngineRun>('engine.ts', repo, mode);
      seconds[mode].push(result.seconds);
      cpu[mode].push(cpuSeconds);
      cpu[`${mode}Node`].push(result.ownCpuSeconds);
    }
    collected.push((await runOwn<CollectSeconds>('collect.ts', repo)).result);
  }
  const watched = await runOwn<EngineRun>('engine.ts', repo, 'full', true);
  return {
    repo,
    rounds,
    loadBefore,
    commits: watched.result.commits,
    liveLines: watched.result.liveLines ?? 0,
    skipped: watched.result.skipped.length,
    gitSeconds: gitError === null ? secondsOf(seconds.log) : null,
    gitError,
    engineSeconds: { plain: secondsOf(seconds.plain) as Seconds, full: secondsOf(seconds.full) as Seconds },
    cpuSeconds: mapValues(cpu, secondsOf),
    collectSeconds: {
      spans: secondsOf(collected.map(({ spans }) => spans)),
      nothingNew: secondsOf(collected.map(({ nothingNew }) => nothingNew)),
      tenCommits: secondsOf(collected.map(({ tenCommits }) => tenCommits)),
    },
    peakMegabytes: watched.peakBytes === null ? null : Math.round(watched.peakBytes / 2 ** 20),
  };
}

function mapValues<Key extends string, From, To>(from: Record<Key, From>, to: (value: From) => To): Record<Key, To> {
  return Object.fromEntries(Object.entries<From>(from).map(([key, value]) => [key, to(value)])) as Record<Key, To>;
}

/** Runs a file of this folder in a process of its own. @throws Error with what it wrote to stderr */
async function runOwn<Result>(
  file: string,
  ...[repo, mode, isWatched]: [string, string?, boolean?]
): Promise<{ result: Result; cpuSeconds: number | null; peakBytes: number | null }> {
  const args = [...process.execArgv, here(file), repo, ...(mode === undefined ? [] : [mode])];
  const ran = await run(process.execPath, args, { isKept: true, isWatched: isWatched === true });
  if (ran.code !== 0) throw new Error(`${file} failed on ${repo}: ${ran.errors.trim()}`);
  return { result: JSON.parse(ran.output) as Result, cpuSeconds: ran.cpuSeconds, peakBytes: ran.peakBytes };
}
