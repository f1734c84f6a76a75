/** Coverage as a table. */
import { CLUSTER_COUNTS, type Coverage, type ScenarioCoverage } from './measure.ts';

const percent = (share: number): string => (100 * share).toFixed(1);

const cell = ({ coverage, hidden }: Coverage): string => {
  const mark = hidden > 0.005 ? ` (${percent(hidden)} hidden)` : '';
  return Number.isNaN(coverage) ? 'hidden' : `${percent(coverage)}${mark}`;
};

/** Markdown, so that it reads in a terminal and in docs. */
export function drawCoverage(results: readonly ScenarioCoverage[], dataSets: number): string {
  const head = [
    'estimate',
    'clusters',
    ...CLUSTER_COUNTS.map(String),
    'misses low / high at 10',
    'percentile bootstrap at 10',
  ];
  const rows = results.map(({ scenario, measured }) => {
    const ten = measured.find(({ clusters }) => clusters === 10);
    return [
      scenario.title,
      scenario.clusters,
      ...measured.map(cell),
      ten === undefined ? '' : `${percent(ten.below)} / ${percent(ten.above)}`,
      typeof ten?.percentile === 'number' ? percent(ten.percentile) : '–',
    ];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [
    `Share of nominal 95 % intervals that hold the truth, in percent, by clusters an arm; ${dataSets.toLocaleString('en-US')} data sets a cell (± ${percent(1.96 * Math.sqrt((0.95 * 0.05) / dataSets))}).`,
    '',
    line(head),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
  ].join('\n');
}
