import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LifetimeResult } from '../collector/src/lifetimes/contract.ts';

/** Speed of the engine beside git's own reading of the same history. */
export interface LifetimeBench {
  readonly commits: number;
  readonly liveLines: number;
  readonly skipped: number;
  /** Best wall time of `git log -m -p -U0 -M`; null when git gave up (missing objects). */
  readonly gitSeconds: number | null;
  /** Best wall time of the engine alone, without a sink. */
  readonly engineSeconds: { readonly plain: number; readonly full: number };
  /** Engine to git, by mode; null without a git time. At most 0.75 is wanted. */
  readonly ratio: { readonly plain: number; readonly full: number } | null;
  /** Peak resident memory of the engine's process and of the git processes it started, at the same moment; null where /proc is missing. */
  readonly peakMegabytes: number | null;
}

/** Runs git and the engine in turn, `rounds` times, and keeps the best of each: what other work on the machine takes away is noise. */
export async function benchLifetimes(repoPath: string, rounds = 3): Promise<LifetimeBench> {
  const git: number[] = [];
  const engine = { plain: [] as number[], full: [] as number[] };
  let peak = 0;
  let last: LifetimeResult | undefined;
  for (let round = 0; round < rounds; round++) {
    const log = await run('git', ['-C', repoPath, 'log', '-m', '-p', '-U0', '-M', 'HEAD'], false);
    if (log.code === 0) git.push(log.seconds);
    for (const mode of ['plain', 'full'] as const) {
      const pass = await run(
        process.execPath,
        [join(import.meta.dirname, 'lifetimes-engine.ts'), repoPath, mode],
        true
      );
      if (pass.code !== 0) throw new Error(`the engine failed on ${repoPath}: ${pass.errors}`);
      last = JSON.parse(pass.output) as LifetimeResult;
      engine[mode].push(last.seconds);
      peak = Math.max(peak, pass.peakBytes);
    }
  }
  const gitSeconds = git.length ? Math.min(...git) : null;
  const engineSeconds = { plain: Math.min(...engine.plain), full: Math.min(...engine.full) };
  return {
    commits: last?.commits ?? 0,
    liveLines: last?.liveLines ?? 0,
    skipped: last?.skipped.length ?? 0,
    gitSeconds,
    engineSeconds,
    ratio:
      gitSeconds === null ? null : { plain: engineSeconds.plain / gitSeconds, full: engineSeconds.full / gitSeconds },
    peakMegabytes: peak === 0 ? null : Math.round(peak / 2 ** 20),
  };
}

interface Ran {
  readonly code: number | null;
  readonly seconds: number;
  readonly output: string;
  readonly errors: string;
  readonly peakBytes: number;
}

function run(command: string, args: readonly string[], isMeasured: boolean): Promise<Ran> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  let peakBytes = 0;
  const sampler = isMeasured
    ? setInterval(() => (peakBytes = Math.max(peakBytes, residentBytes(child.pid ?? -1))), 20)
    : undefined;
  // Git's output is read and dropped, as any reader would have to read it.
  child.stdout.on('data', (chunk: Buffer) => (isMeasured ? output.push(chunk) : undefined));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(sampler);
      const seconds = (performance.now() - started) / 1000;
      resolve({
        code,
        seconds,
        output: Buffer.concat(output).toString(),
        errors: Buffer.concat(errors).toString(),
        peakBytes,
      });
    });
  });
}

/** Resident memory of a process and its children, where there is a /proc. */
function residentBytes(pid: number): number {
  let sum = 0;
  for (const entry of safely(() => readdirSync('/proc')) ?? []) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = safely(() => readFileSync(`/proc/${entry}/stat`, 'latin1'))
      ?.split(') ')[1]
      ?.split(' ');
    if (stat && (Number(entry) === pid || Number(stat[1]) === pid)) sum += Number(stat[21]) * 4096;
  }
  return sum;
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
