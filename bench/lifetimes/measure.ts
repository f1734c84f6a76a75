import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { LifetimeResult } from '../../collector/src/lifetimes/contract.ts';
import { run } from '../child.ts';
import type { CollectSeconds } from './collect.ts';

/** Speed of the engine beside git's own reading of the same history. Seconds are the best of all rounds. */
export interface LifetimeBench {
  readonly repo: string;
  readonly rounds: number;
  /** Load of the machine over the last minute when it began: other work makes every time longer. */
  readonly loadBefore: number;
  readonly commits: number;
  readonly liveLines: number;
  readonly skipped: number;
  /** `git log -m -p -U0 -M`; null when git gave up. */
  readonly gitSeconds: number | null;
  /** What git said when it gave up; null: it did not. */
  readonly gitError: string | null;
  /** The engine alone, without a sink. */
  readonly engineSeconds: { readonly plain: number; readonly full: number };
  readonly collectSeconds: CollectSeconds;
  /** Peak resident memory of the engine's process in full mode and of the git processes it started, at the same moment; null where /proc is missing. */
  readonly peakMegabytes: number | null;
}

const here = (file: string): string => join(import.meta.dirname, file);

/** Runs git and the engine in turn, `rounds` times: what other work on the machine takes away is noise. */
export async function benchLifetimes(repo: string, rounds: number): Promise<LifetimeBench> {
  const [loadBefore = 0] = loadavg();
  const git: number[] = [];
  let gitError: string | null = null;
  const engine = { plain: [] as number[], full: [] as number[] };
  const collected: CollectSeconds[] = [];
  for (let round = 0; round < rounds; round++) {
    const log = await run('git', ['-C', repo, 'log', '-m', '-p', '-U0', '-M', 'HEAD']);
    if (log.code === 0) git.push(log.seconds);
    else gitError = log.errors.trim();
    for (const mode of ['plain', 'full'] as const)
      engine[mode].push((await runOwn<LifetimeResult>('engine.ts', repo, mode)).result.seconds);
    collected.push((await runOwn<CollectSeconds>('collect.ts', repo)).result);
  }
  const watched = await runOwn<LifetimeResult>('engine.ts', repo, 'full', true);
  const tens = collected.flatMap(({ tenCommits }) => tenCommits ?? []);
  return {
    repo,
    rounds,
    loadBefore,
    commits: watched.result.commits,
    liveLines: watched.result.liveLines ?? 0,
    skipped: watched.result.skipped.length,
    gitSeconds: gitError === null ? Math.min(...git) : null,
    gitError,
    engineSeconds: { plain: Math.min(...engine.plain), full: Math.min(...engine.full) },
    collectSeconds: {
      spans: Math.min(...collected.map(({ spans }) => spans)),
      nothingNew: Math.min(...collected.map(({ nothingNew }) => nothingNew)),
      tenCommits: tens.length === 0 ? null : Math.min(...tens),
    },
    peakMegabytes: watched.peakBytes === null ? null : Math.round(watched.peakBytes / 2 ** 20),
  };
}

/** Runs a file of this folder in a process of its own. @throws Error with what it wrote to stderr */
async function runOwn<Result>(
  file: string,
  ...[repo, mode, isWatched]: [string, string?, boolean?]
): Promise<{ result: Result; peakBytes: number | null }> {
  const args = [here(file), repo, ...(mode === undefined ? [] : [mode])];
  const ran = await run(process.execPath, args, { isKept: true, isWatched: isWatched === true });
  if (ran.code !== 0) throw new Error(`${file} failed on ${repo}: ${ran.errors.trim()}`);
  return { result: JSON.parse(ran.output) as Result, peakBytes: ran.peakBytes };
}
