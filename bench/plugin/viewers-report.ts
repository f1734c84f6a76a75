import type { Scenario, Viewed, Wave } from './viewers.ts';

/** What each figure has to stay below, of the second wave. */
const LIMITS = { same: 700, different: 1500, megabytes: 250 } as const;

/** A line for each wave of each round. */
export function drawViewers(found: readonly Viewed[], viewers: number): string {
  const head = `${String(viewers)} viewers open the overview at once; milliseconds of an answer, of a board; processor seconds of the backend + the store`;
  const lines = found.flatMap(({ title, load, same, different }) => [
    `${title}, load ${load.toFixed(1)}`,
    ...drawScenario('the same', same, LIMITS.same),
    ...drawScenario('different', different, LIMITS.different),
  ]);
  return `${[head, ...lines].join('\n')}\n`;
}

function drawScenario(title: string, { waves, peakMegabytes }: Scenario, limitMs: number): string[] {
  const judged = (value: number, limit: number, unit: string) =>
    value < limit ? `limit ${String(limit)} ${unit}` : `limit ${String(limit)} ${unit}: missed`;
  return waves.map((wave, place) => {
    const isLast = place === waves.length - 1;
    const verdict = isLast
      ? `${judged(wave.answerMs.p95, limitMs, 'ms')}, peak ${whole(peakMegabytes)} MB, ${judged(peakMegabytes, LIMITS.megabytes, 'MB')}`
      : '';
    return `  ${title.padEnd(10)}${(place === 0 ? 'first' : 'again').padEnd(7)}${drawWave(wave)}  ${verdict}`.trimEnd();
  });
}

function drawWave({ answerMs, boardMs, pluginCpuSeconds, storeCpuSeconds, errors }: Wave): string {
  const spread = ({ p50, p95, max }: Wave['answerMs']) => `p50 ${whole(p50)} p95 ${whole(p95)} max ${whole(max)}`;
  const failed = errors.length === 0 ? '' : `  ${String(errors.length)} errors: ${errors[0] ?? ''}`;
  return `${spread(answerMs).padEnd(32)}board p95 ${whole(boardMs.p95).padEnd(8)}CPU ${pluginCpuSeconds.toFixed(2)} + ${storeCpuSeconds.toFixed(2)} s${failed}`;
}

const whole = (value: number) => String(Math.round(value));
