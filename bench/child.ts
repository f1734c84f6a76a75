import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How a command ended. */
export interface Ran {
  readonly code: number | null;
  /** From its start to its end. */
  readonly seconds: number;
  /** Processor time of the command and of what it started and waited for; null where there is no /proc. Other children that end meanwhile count too. */
  readonly cpuSeconds: number | null;
  /** Empty unless it was to be kept. */
  readonly output: string;
  readonly errors: string;
  /** Most resident bytes of the process and its children at one moment; null where they were not looked at or there is no /proc. */
  readonly peakBytes: number | null;
}

/** What to do with a command besides running it. */
export interface RunOptions {
  readonly isKept?: boolean;
  /** Its standard error goes to ours at once and is not kept. */
  readonly isHeard?: boolean;
  /** Looks at its memory ten times a second, which takes time from it. */
  readonly isWatched?: boolean;
}

const LOOKS_MS = 100;

/** Runs a command to its end. Output is read in any case, as any reader would have to read it. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const started = performance.now();
  const spent = childrenCpu();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', options.isHeard ? 'inherit' : 'pipe'] });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  let peakBytes: number | null = null;
  const look = (): void => {
    const bytes = residentBytes(child.pid ?? -1);
    if (bytes > 0) peakBytes = Math.max(peakBytes ?? 0, bytes);
  };
  const watcher = options.isWatched ? setInterval(look, LOOKS_MS) : undefined;
  child.stdout?.on('data', (chunk: Buffer) => (options.isKept ? output.push(chunk) : undefined));
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watcher);
      const seconds = (performance.now() - started) / 1000;
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();
      const spentNow = childrenCpu();
      const cpuSeconds = spent === null || spentNow === null ? null : spentNow - spent;
      resolve({ code, seconds, cpuSeconds, output: text(output), errors: text(errors), peakBytes });
    });
  });
}

/** Resident memory of a process and its children, pages that they share split between them (Pss): a pack is mapped by every git. 0 where there is no /proc. */
function residentBytes(pid: number): number {
  const children = read(`/proc/${String(pid)}/task/${String(pid)}/children`)
    .split(' ')
    .filter(Boolean);
  let kilobytes = 0;
  for (const id of [String(pid), ...children])
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0);
  return kilobytes * 1024;
}

// Of every Linux that runs Node.
const TICKS_PER_SECOND = 100;

/** Processor seconds of all children that ended; null where there is no /proc. */
function childrenCpu(): number | null {
  const stat = read('/proc/self/stat');
  // The name of the command may hold anything; the 14th and 15th number after it are the children's user and system time.
  const numbers = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? null : (Number(numbers[13]) + Number(numbers[14])) / TICKS_PER_SECOND;
}

/** Empty when it is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
