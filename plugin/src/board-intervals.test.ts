// What the boards' panels of intervals draw: a group whose numbers are hidden has its reason in words and no mark.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { allPanels } from '../../dashboards/src/all-panels.ts';
import { createTheme, FieldType, toDataFrame, type DataFrame } from '@grafana/data';
import { cellConfig } from './backend/frames/field-config.ts';
import { columnsOf, parseQuery } from './metrics/query.ts';
import { metrics } from './metrics/registry.generated.ts';
import { DEFAULTS, type IntervalOptions } from './panel/options.ts';
import { rowsOf } from './panel/rows.ts';

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly options: IntervalOptions;
  readonly targets: ReadonlyArray<{ readonly queryType: string; readonly params: Record<string, unknown> }>;
}

const folder = path.join(__dirname, '../../dashboards');
const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const panels = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) =>
    allPanels((JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { panels: Panel[] }).panels)
  )
  .filter(({ type }) => type === 'throughline-interval-panel');

/** An answer to the panel's query, as the data source sends it: one group with numbers, one that is hidden. */
function answerOf({ queryType, params }: Panel['targets'][number]): DataFrame {
  const known = Object.fromEntries(Object.entries(params).filter(([, value]) => !JSON.stringify(value).includes('$')));
  const { metric, params: parsed } = parseQuery({ queryType, params: known, version: 1 }, registry);
  const cells = (name: string, type: string, role: string) =>
    name === 'status' ? ['ok', 'suppressed_k'] : role === 'label' ? ['one', 'other'] : type === 'string' ? ['worse', null] : [0.5, null]; // prettier-ignore
  return toDataFrame({
    fields: columnsOf(metric, parsed).map((column) => {
      const values = cells(column.name, column.type, column.role);
      return { name: column.name, type: column.type === 'number' ? FieldType.number : FieldType.string, values, config: cellConfig(column, { values }) }; // prettier-ignore
    }),
  });
}

it('are on the boards', () => expect(panels.length).toBeGreaterThan(5));

it.each(panels.map((panel) => [panel.title, panel] as const))('%s draws what is known and says why the rest is not', (_title, panel) => {
  const shown = rowsOf(panel.targets.map(answerOf), { ...DEFAULTS, ...panel.options }, createTheme());
  expect(shown?.rows.map(({ value, lower, upper, reason }) => ({ value, lower, upper, isTold: reason }))).toEqual([
    expect.objectContaining({ value: 0.5, lower: 0.5, upper: 0.5 }),
    { value: null, lower: null, upper: null, isTold: 'hidden: too few people, or it would tell of so few' },
  ]);
}); // prettier-ignore
