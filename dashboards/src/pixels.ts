/** How much of a board a table needs, by the widths that its columns bring with them. */
import { cellConfig } from '../../plugin/src/backend/frames/field-config.ts';
import { columnsOf, parseQuery } from '../../plugin/src/metrics/query.ts';
import { metrics } from '../../plugin/src/metrics/registry.generated.ts';
import type { Query } from './parts.ts';
import type { TableColumn } from './looks.ts';

/** What columns have in a panel over the whole board, on a screen of 1280 pixels with Grafana's menu open (measured in 12.3). */
export const BOARD_PIXELS = 930;

/** Metrics by id. */
export const registry = new Map(metrics.map((metric) => [metric.id, metric]));

/** Pixels of the columns that a table shows; without `columns` all of the answer. */
export function pixelsOf({ queryType, params }: Query, columns: readonly TableColumn[] | undefined): number {
  // Values of variables choose no columns.
  const known = Object.fromEntries(Object.entries(params).filter(([, value]) => !JSON.stringify(value).includes('$')));
  const { metric, params: parsed } = parseQuery({ queryType, params: known, version: 1 }, registry);
  const wanted = columns?.map((column) => (typeof column === 'string' ? { name: column } : column));
  return columnsOf(metric, parsed)
    .filter(({ role }) => role !== 'link')
    .map((column) => {
      const { width, minWidth } = cellConfig(column).custom as { width?: number; minWidth: number };
      const own = wanted?.find(({ name }) => name === column.label);
      return wanted !== undefined && own === undefined ? 0 : (own?.width ?? width ?? minWidth);
    })
    .reduce((sum, pixels) => sum + pixels, 0);
}
