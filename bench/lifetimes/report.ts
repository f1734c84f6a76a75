/** The result of the line-lifetime benchmark as text. */
import type { LifetimeBench, Seconds } from './measure.ts';

interface Row {
  readonly what: string;
  readonly best: string;
  readonly median: string;
  /** To git's time: best to best, median to median. */
  readonly ratios: string;
  readonly target: string;
  readonly isMissed: boolean;
}

/** To git's time; absent without one. */
interface Target {
  readonly ratio?: number;
  readonly seconds?: number;
}

const inSeconds = (value: number): string => `${value.toFixed(2)} s`;

function timeRow(
  what: string,
  seconds: Seconds,
  { gitSeconds, target }: { gitSeconds: Seconds | null; target: Target }
): Row {
  const isCompared = target.ratio !== undefined && gitSeconds !== null;
  const best = isCompared ? seconds.best / gitSeconds.best : null;
  const median = isCompared ? seconds.median / gitSeconds.median : null;
  const targets = [
    ...(target.ratio === undefined ? [] : [`≤ ${target.ratio.toFixed(2)}`]),
    ...(target.seconds === undefined ? [] : [`< ${String(target.seconds)} s`]),
  ];
  const isMissed = (best !== null && best > (target.ratio ?? Infinity)) || seconds.best >= (target.seconds ?? Infinity);
  return {
    what,
    best: inSeconds(seconds.best),
    median: inSeconds(seconds.median),
    ratios: best === null || median === null ? '' : `${best.toFixed(2)}, ${median.toFixed(2)}`,
    target: targets.join(', '),
    isMissed,
  };
}

const MOST_MEGABYTES = 512;
// Below this git's time is mostly that of starting, and so is the engine's.
const SHORT_SECONDS = 1;

/** The rows of the table. */
function rowsOf(bench: LifetimeBench): Row[] {
  const { gitSeconds, engineSeconds, collectSeconds, peakMegabytes } = bench;
  const ratio = (gitSeconds?.best ?? Infinity) < SHORT_SECONDS ? 1 : 0.75;
  const time = (what: string, seconds: Seconds | null, target: Target): Row[] =>
    seconds === null ? [] : [timeRow(what, seconds, { gitSeconds, target })];
  const gaveUp = { what: 'git log -m -p -U0 -M', best: 'gave up', median: '', ratios: '', target: '', isMissed: false };
  return [
    ...(gitSeconds === null ? [gaveUp] : time('git log -m -p -U0 -M', gitSeconds, {})),
    ...time('engine, plain', engineSeconds.plain, { ratio }),
    ...time('engine, full', engineSeconds.full, { ratio }),
    ...time('engine into a fresh embedded store', collectSeconds.spans, { ratio: 1.3 }),
    ...time('pass with nothing new', collectSeconds.nothingNew, { seconds: 1 }),
    ...time('pass with ten new commits', collectSeconds.tenCommits, { seconds: 2 }),
    {
      what: 'peak memory, engine and its git processes',
      best: peakMegabytes === null ? 'unknown' : `${String(peakMegabytes)} MB`,
      median: '',
      ratios: '',
      target: `≤ ${String(MOST_MEGABYTES)} MB`,
      isMissed: peakMegabytes !== null && peakMegabytes > MOST_MEGABYTES,
    },
  ];
}

/** On a busy machine the wall says little: what the processors did. */
function cpuLine({ cpuSeconds }: LifetimeBench): string {
  const { log, plain, full, plainNode, fullNode } = cpuSeconds;
  const engine = (name: string, all: Seconds | null, node: Seconds | null): string[] => {
    if (all === null || node === null) return [];
    const ratio = log === null ? '' : `, ${(all.best / log.best).toFixed(2)} of git log`;
    return [`${name} ${inSeconds(all.best)} (${inSeconds(node.best)} Node${ratio})`];
  };
  const parts = [
    ...(log === null ? [] : [`git log ${inSeconds(log.best)}`]),
    ...engine('plain', plain, plainNode),
    ...engine('full', full, fullNode),
  ];
  return `  processor time: ${parts.join(', ')}`;
}

/** One repository. */
export function drawLifetimes(bench: LifetimeBench): string {
  const { repo, commits, liveLines, skipped, rounds, loadBefore, gitError } = bench;
  const count = (n: number): string => n.toLocaleString('en');
  const lines = [
    repo,
    `  ${count(commits)} commits, ${count(liveLines)} live lines, ${count(skipped)} changes skipped; best and median of ${String(rounds)}, load ${loadBefore.toFixed(1)} before`,
  ];
  for (const { what, best, median, ratios, target, isMissed } of rowsOf(bench)) {
    const cells = [what.padEnd(42), best.padStart(9), median.padStart(9), ratios.padStart(10), target.padEnd(10)];
    lines.push(`  ${cells.join('  ')}${isMissed ? '  missed' : ''}`.trimEnd());
  }
  lines.push(cpuLine(bench));
  if (gitError !== null) lines.push(`  No ratio, for git gave up: ${gitError.split('\n')[0] ?? ''}`);
  return lines.join('\n');
}
