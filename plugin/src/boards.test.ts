// What the boards' transformations make of numbers that are not shown: nothing is ever drawn as 0 that was null.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import {
  FieldType,
  standardTransformers,
  standardTransformersRegistry,
  stringToJsRegex,
  toDataFrame,
  transformDataFrame,
  type DataFrame,
  type DataTransformerConfig,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { allPanels } from '../../dashboards/src/all-panels.ts';
import { NOTHING } from './metrics/parts/nothing.ts';
import { columnsOf, parseQuery } from './metrics/query.ts';
import { metrics } from './metrics/registry.generated.ts';

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: ReadonlyArray<{ readonly queryType: string; readonly params: Record<string, unknown> }>;
  readonly transformations?: DataTransformerConfig[];
  readonly options?: { readonly reduceOptions?: { readonly fields?: string } };
  readonly fieldConfig?: {
    readonly defaults: { readonly noValue?: string; readonly min?: number; readonly max?: number };
  };
}

const folder = path.join(__dirname, '../../dashboards');
const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const all = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) =>
    allPanels((JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { panels: Panel[] }).panels).map(
      (panel) => ({
        ...panel,
        board: file,
      })
    )
  );
const panels = all.filter(({ transformations = [], targets = [] }) => transformations.length > 0 && targets.length > 0);

beforeAll(() => {
  const known = new Map(Object.values(standardTransformers).map((one) => [one.id, one]));
  standardTransformersRegistry.setInit(
    () =>
      [...known.values()].map((transformation) => ({
        id: transformation.id,
        transformation: () => Promise.resolve(transformation),
      })) as never
  );
});

/** A table of the panel's metric with two groups: one whose numbers are 0.5, one whose numbers are hidden. */
function tableOf({ queryType, params }: NonNullable<Panel['targets']>[number]): DataFrame {
  const known = Object.fromEntries(Object.entries(params).filter(([, value]) => !JSON.stringify(value).includes('$')));
  const { metric, params: parsed } = parseQuery({ queryType, params: known, version: 1 }, registry);
  const cells = (type: string, role: string) =>
    role === 'label' || type === 'string' ? ['shown', 'hidden'] : type === 'time' ? [1, 2] : [0.5, null];
  return toDataFrame({
    fields: columnsOf(metric, parsed).map(({ name, label, type, role }) => ({
      name,
      type: type === 'number' ? FieldType.number : type === 'time' ? FieldType.time : FieldType.string,
      values: name === 'horizon_d' ? [30, 30] : cells(type, role),
      config: { displayName: label },
    })),
  });
}

it.each(panels.map((panel) => [panel.board, panel.title, panel] as const))(
  '%s: %s invents no 0',
  async (_board, _title, { targets = [], transformations = [] }) => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    const frames = await lastValueFrom(transformDataFrame(transformations, targets.map(tableOf)));
    // A filter on a column that was renamed before it keeps every row, and Grafana only warns.
    expect(warn.mock.calls.map(([text]) => String(text))).toEqual([]);
    const numbers = frames
      .flatMap(({ fields }) => fields.filter(({ type }) => type === FieldType.number))
      .flatMap(({ values }) => [...values] as unknown[]);
    expect(frames.length).toBeGreaterThan(0);
    expect(numbers.filter((value) => value === 0)).toEqual([]);
  }
);

it('has no axis beyond what its numbers can be: none of those over time is below 0, no curve of shares beyond 0 and 1', () => {
  const bounds = (type: string, ends: object) => all.filter((panel) => panel.type === type).map(({ title, fieldConfig }) => ({ title, ...Object.fromEntries(Object.keys(ends).map((end) => [end, fieldConfig?.defaults[end as 'min']])) })); // prettier-ignore
  for (const [type, ends] of [['timeseries', { min: 0 }], ['xychart', { min: 0, max: 1 }]] as const) {
    const found = bounds(type, ends);
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(found.map(({ title }) => ({ title, ...ends })));
  }
}); // prettier-ignore

const charts = panels.filter(({ type }) => ['barchart', 'stat', 'bargauge'].includes(type));
it.each(charts.map((panel) => [panel.board, panel.title, panel] as const))(
  '%s: %s says its sentence where there is no row: of a text alone Grafana says that it is no number',
  async (_board, _title, { type, transformations = [], options, fieldConfig }) => {
    jest.spyOn(console, 'warn').mockImplementation();
    const nothing = toDataFrame({ fields: [{ name: 'nothing', type: FieldType.string, values: ['why'], config: { displayName: NOTHING } }] }); // prettier-ignore
    const frames = await lastValueFrom(transformDataFrame(transformations, [nothing]));
    const left = frames.flatMap(({ fields }) => fields.map(({ config }) => config.displayName));
    const isSaid = type === 'stat' && left.some((name = '') => stringToJsRegex(options?.reduceOptions?.fields ?? '').test(name)); // prettier-ignore
    if (type !== 'stat') expect(left).toEqual([]);
    if (!isSaid) expect(fieldConfig?.defaults.noValue).toBeTruthy();
  }
);

it('would see a 0 that arithmetic makes of null', async () => {
  const times1 = {
    id: 'calculateField',
    options: { mode: 'binary', binary: { left: 'Value', operator: '*', right: '1' } },
  };
  const frame = toDataFrame({ fields: [{ name: 'Value', type: FieldType.number, values: [0.5, null] }] });
  const [made] = await lastValueFrom(transformDataFrame([times1], [frame]));
  expect(made?.fields[1]?.values).toEqual([0.5, 0]);
});
