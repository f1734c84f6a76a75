// The panel that says how far a first collection is, as Grafana draws it from the frame that the backend sends.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  applyFieldOverrides,
  createTheme,
  getFieldDisplayValues,
  standardFieldConfigEditorRegistry,
  toDataFrame,
  type FieldConfigSource,
  type ReduceDataOptions,
} from '@grafana/data';
import { buildFrames } from './backend/frames/frames.ts';
import type { Row } from './metrics/define.ts';
import { parseQuery } from './metrics/query.ts';
import { metrics } from './metrics/registry.generated.ts';

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly options: { readonly reduceOptions: ReduceDataOptions };
  readonly fieldConfig: FieldConfigSource;
  readonly targets: readonly [{ readonly queryType: string; readonly params: object }];
}

const TITLE = 'Is the data complete?';
const folder = path.join(__dirname, '../../dashboards');
const boards = readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [path.basename(file, '.json')] : []));
const panels = boards.map((board) => {
  const { panels: all } = JSON.parse(readFileSync(path.join(folder, `${board}.json`), 'utf8')) as { panels: Panel[] };
  return [board, all.find(({ title }) => title.endsWith(TITLE)) as Panel] as const;
});
const theme = createTheme();

/** What is read on the panel: the words of each value, and what it shows without any. */
function shown({ options, fieldConfig, targets }: Panel, rows: Row[]): { values: string[]; empty: unknown } {
  const query = parseQuery({ ...targets[0], version: 1 }, new Map(metrics.map((metric) => [metric.id, metric])));
  const [frame] = buildFrames({ metric: query.metric, params: query.params, format: query.format, refId: 'A', rows, totalRows: rows.length, notices: [], isAlert: false, sql: '' }); // prettier-ignore
  const data = applyFieldOverrides({
    data: [
      toDataFrame({
        fields: frame?.fields.map(({ name, type, config, values }) => ({ name, type, config, values })) ?? [],
      }),
    ],
    fieldConfig,
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
    fieldConfigRegistry: standardFieldConfigEditorRegistry,
  });
  const values = getFieldDisplayValues({
    fieldConfig,
    reduceOptions: options.reduceOptions,
    replaceVariables: (text) => text,
    theme,
    data,
    timeZone: 'utc',
  });
  return {
    values: values.map(({ display }) => `${display.title ?? ''}: ${display.text}${display.suffix ?? ''}`),
    empty: fieldConfig.defaults.noValue,
  };
}

const row = (given: Row): Row => ({ value: 0.4, summary: 'collecting, 40 %', complete_until: null, held: 'none yet', streams_done: 1, streams: 5, status: 'stale', ...given }); // prettier-ignore

describe.each(panels)('%s', (_, panel) => {
  it('says how far a first collection is', () => {
    expect(shown(panel, [row({})]).values).toEqual(['Collection: collecting, 40 %', 'Complete up to: –', 'Changes: none yet']); // prettier-ignore
  });

  it('says up to when it is complete once it is done', () => {
    const until = Date.UTC(2026, 2, 8, 9);
    expect(shown(panel, [row({ value: 1, summary: 'up to date', complete_until: until, held: '2026-01-02 to 2026-03-08', status: 'ok' })]).values).toEqual(['Collection: up to date', 'Complete up to: 2026-03-08', 'Changes: 2026-01-02 to 2026-03-08']); // prettier-ignore
  });

  it('says that there is nothing before there is', () => {
    expect(shown(panel, []).empty).toBe('nothing is collected yet');
  });
});
