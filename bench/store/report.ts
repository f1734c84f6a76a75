/** The result of the store benchmark as text. */
import type { StoreBench } from './measure.ts';
import type { Measured, Percentiles } from './measure-queries.ts';
import type { BenchQuery } from './queries.ts';

const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const both = ({ p50, p95 }: Percentiles): string[] => [ms(p50), ms(p95)];

function drawTable(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 || column === cells.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0)
      )
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

function drawGroup(title: string, measured: readonly Measured[], limitMs: number): string {
  const rows = measured.map(({ query, rows: count, sqlRows, sql, compute, total, cold }) => [
    query.shape === '' ? query.metric : `${query.metric} ${query.shape}`,
    String(count),
    String(sqlRows),
    ...both(sql),
    ...both(compute),
    ...both(total),
    ...both(cold),
    total.p95 >= limitMs ? 'missed' : '',
  ]);
  const head = [
    'query',
    'rows',
    'sql rows',
    'sql p50',
    'p95',
    'compute p50',
    'p95',
    'total p50',
    'p95',
    'first p50',
    'p95',
    '',
  ];
  return `${title} (ms)\n${drawTable(head, rows)}\n`;
}

const seconds = (value: number): string => `${value.toFixed(1)} s`;

function drawPreparation({ fillSeconds, deriveSeconds, incremental }: StoreBench): string {
  const steps = Object.entries(deriveSeconds ?? {});
  const all = steps.reduce((sum, [, value]) => sum + value, 0);
  return [
    fillSeconds === null ? 'facts and derived rows were there' : `facts filled in ${seconds(fillSeconds)}`,
    ...(steps.length === 0
      ? []
      : [`derived in ${seconds(all)}: ${steps.map(([name, value]) => `${name} ${seconds(value)}`).join(', ')}`]),
    ...(incremental === null
      ? []
      : [
          `derived again: nothing new ${seconds(incremental.nothingSeconds)}, ten changes in one repository ${seconds(incremental.addedSeconds)}, withdrawn ${seconds(incremental.removedSeconds)}`,
        ]),
  ].join('\n');
}

/** Tables of the default queries and of those of the boards. */
export function drawReport(bench: StoreBench, limitsMs: Readonly<Record<BenchQuery['group'], number>>): string {
  const { size, cores, postgres, measured } = bench;
  const count = (value: number): string => value.toLocaleString('en-US');
  const of = (group: BenchQuery['group']): Measured[] => measured.filter(({ query }) => query.group === group);
  const missed = measured.filter(({ query, total }) => total.p95 >= limitsMs[query.group]);
  const limits = `p95 < ${String(limitsMs.default)} ms (defaults) or ${String(limitsMs.board)} ms (boards)`;
  return [
    `${count(size.repositories)} repositories, ${count(size.changes)} changes, ${count(size.spans)} line spans, ${count(size.events)} usage events; ${String(cores)} cores, Postgres ${postgres}; 12 months`,
    drawPreparation(bench),
    '',
    drawGroup('Default queries', of('default'), limitsMs.default),
    drawGroup('Queries of the boards', of('board'), limitsMs.board),
    missed.length === 0
      ? `All meet ${limits}.`
      : `${String(missed.length)} of ${String(measured.length)} missed ${limits}.`,
    '',
  ].join('\n');
}
