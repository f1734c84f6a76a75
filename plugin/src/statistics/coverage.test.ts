import { measureCoverage, type Coverage } from '../../../bench/coverage/measure.ts';

/** A hundred data sets a cell: an interval that is badly too narrow or too wide is seen; the full table is in docs/statistics.md. */
const SETS = 100;
describe('intervals hold the truth', () => {
  const measured = measureCoverage(SETS, { counts: [5, 10], comparesWithBootstrap: false });

  it.each(measured.map(({ scenario, measured: cells }) => [scenario.title, cells] as const))('%s', (_, cells) => {
    const at = (clusters: number): Coverage => cells.find((cell) => cell.clusters === clusters) as Coverage;
    expect(at(10).coverage).toBeGreaterThan(0.88);
    expect(at(5).coverage).toBeGreaterThan(0.86);
  });
});
