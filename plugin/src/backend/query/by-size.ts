/** Rows of sizes in the order in which people count sizes. Pure. */
import type { Metric, ParamValues, Row } from '../../metrics/define.ts';
import { columnsOf } from '../../metrics/query.ts';

/** metrics.md 2.3. */
const SIZES: readonly unknown[] = ['XS', 'S', 'M', 'L', 'XL'];

/** Rows of one time and of the same other labels stand together, by their size; without sizes all stay as they are. */
export function bySize(metric: Metric, params: ParamValues, rows: readonly Row[]): readonly Row[] {
  const labels = columnsOf(metric, params).flatMap(({ name, role }) => (role === 'label' ? [name] : []));
  if (!labels.includes('size')) return rows;
  const others = ['time', ...labels.filter((name) => name !== 'size')];
  const groups = Map.groupBy(rows, (row) => JSON.stringify(others.map((name) => row[name] ?? null)));
  const place = ({ size }: Row): number => SIZES.indexOf(size);
  return [...groups.values()].flatMap((own) => own.toSorted((one, other) => place(one) - place(other)));
}
