/** What running processes took, from /proc: NaN where there is none. */
import { readFileSync, readdirSync } from 'node:fs';

// Of every Linux that runs Node.
const TICKS_PER_SECOND = 100;

/** Processor seconds of a process so far. */
export function processorSeconds(pid: number): number {
  const [user = Number.NaN, system = Number.NaN] = numbersOf(pid).slice(11, 13);
  return (user + system) / TICKS_PER_SECOND;
}

/** Of a process, its children and those of them that ended. */
export function familySeconds(pid: number): number {
  const own = numbersOf(pid)
    .slice(11, 15)
    .reduce((sum, ticks) => sum + ticks, 0);
  return own / TICKS_PER_SECOND + childrenOf(pid).reduce((sum, child) => sum + (processorSeconds(child) || 0), 0);
}

/** Most resident megabytes of a process at one moment. */
export function peakMegabytes(pid: number): number {
  const [, kilobytes = ''] = /^VmHWM:\s+(\d+)/m.exec(read(`/proc/${String(pid)}/status`)) ?? [];
  return kilobytes === '' ? Number.NaN : Number(kilobytes) / 1024;
}

/** The process that started another; NaN where there is no /proc. */
export const parentOf = (pid: number): number => numbersOf(pid)[1] ?? Number.NaN;

function childrenOf(pid: number): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((other) => Number.isInteger(other) && parentOf(other) === pid);
  } catch {
    return [];
  }
}

/** The numbers after the name of the command, which may hold anything; the first one is its state. */
function numbersOf(pid: number): number[] {
  const stat = read(`/proc/${String(pid)}/stat`);
  return stat === ''
    ? []
    : stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
}

/** Empty when it is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
