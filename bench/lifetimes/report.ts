/** The result of the line-lifetime benchmark as text. */
import type { LifetimeBench } from './measure.ts';

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly ratio: number | null;
  readonly target: string;
  readonly isMissed: boolean;
}

/** To git's time; absent without one. */
interface Target {
  readonly ratio?: number;
  readonly seconds?: number;
}

function timeRow(
  what: string,
  seconds: number,
  { gitSeconds, target }: { gitSeconds: number | null; target: Target }
): Row {
  const ratio = target.ratio !== undefined && gitSeconds !== null ? seconds / gitSeconds : null;
  const targets = [
    ...(target.ratio === undefined ? [] : [`≤ ${target.ratio.toFixed(2)}`]),
    ...(target.seconds === undefined ? [] : [`< ${String(target.seconds)} s`]),
  ];
  const isMissed = (ratio !== null && ratio > (target.ratio ?? Infinity)) || seconds >= (target.seconds ?? Infinity);
  return { what, measured: `${seconds.toFixed(2)} s`, ratio, target: targets.join(', '), isMissed };
}

const MOST_MEGABYTES = 512;

/** The rows of the table. */
function rowsOf(bench: LifetimeBench): Row[] {
  const { gitSeconds, engineSeconds, collectSeconds, peakMegabytes } = bench;
  const time = (what: string, seconds: number, target: Target): Row => timeRow(what, seconds, { gitSeconds, target });
  return [
    gitSeconds === null
      ? { what: 'git log -m -p -U0 -M', measured: 'gave up', ratio: null, target: '', isMissed: false }
      : time('git log -m -p -U0 -M', gitSeconds, {}),
    time('engine, plain', engineSeconds.plain, { ratio: 0.75 }),
    time('engine, full', engineSeconds.full, { ratio: 0.75 }),
    time('engine into a fresh embedded store', collectSeconds.spans, { ratio: 1.5 }),
    time('pass with nothing new', collectSeconds.nothingNew, { seconds: 1 }),
    ...(collectSeconds.tenCommits === null
      ? []
      : [time('pass with ten new commits', collectSeconds.tenCommits, { seconds: 2 })]),
    {
      what: 'peak memory, engine and its git processes',
      measured: peakMegabytes === null ? 'unknown' : `${String(peakMegabytes)} MB`,
      ratio: null,
      target: `≤ ${String(MOST_MEGABYTES)} MB`,
      isMissed: peakMegabytes !== null && peakMegabytes > MOST_MEGABYTES,
    },
  ];
}

/** One repository. */
export function drawLifetimes(bench: LifetimeBench): string {
  const { repo, commits, liveLines, skipped, rounds, loadBefore, gitError } = bench;
  const count = (n: number): string => n.toLocaleString('en');
  const lines = [
    repo,
    `  ${count(commits)} commits, ${count(liveLines)} live lines, ${count(skipped)} changes skipped; best of ${String(rounds)}, load ${loadBefore.toFixed(1)} before`,
  ];
  for (const { what, measured, ratio, target, isMissed } of rowsOf(bench)) {
    const cells = [what.padEnd(42), measured.padStart(9), (ratio?.toFixed(2) ?? '').padStart(6), target.padEnd(10)];
    lines.push(`  ${cells.join('  ')}${isMissed ? '  missed' : ''}`.trimEnd());
  }
  if (gitError !== null) lines.push(`  No ratio, for git gave up: ${gitError.split('\n')[0] ?? ''}`);
  return lines.join('\n');
}
