// The contract of a metric folder, over every folder on disk: a new folder is tested before it has a test of its own.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../collector/testing/database.ts';
import { generatedFiles, readMetricFolders, type MetricFolder } from '../../scripts/generated-files.ts';
import { BUILT_IN_NAMES, bindQuery } from '../backend/query/bind-query.ts';
import { makeCatalog, type Catalog } from '../backend/query/catalog.ts';
import type { Store } from '../backend/store/database.ts';
import { openReader } from '../backend/fixtures/reader.ts';
import { shareFaults } from '../backend/fixtures/shares.ts';
import { asWritten, readWorkedExamples, type WorkedExample } from '../backend/fixtures/worked-example.ts';
import { buildFrames } from '../backend/frames/frames.ts';
import { MAX_ROWS, computeRows, peopleRows, prepareQuery, type MetricRows } from '../backend/query/run-metric.ts';
import { computes } from './compute.generated.ts';
import type { Column, Format, Metric, ParamValues, Row } from './define.ts';
import { columnsOf, defaultParams, parseQuery, peopleRules } from './query.ts';

const folder = import.meta.dirname;
/** Every folder but `parts`, which holds what metrics share. */
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'parts')
  .map(({ name }) => name);
const folders = new Map((await readMetricFolders(folder)).map((found) => [found.id, found]));
const catalog: Catalog = makeCatalog(
  [...folders.values()].map(({ metric }) => metric),
  Object.fromEntries([...folders.values()].map(({ id, sql }) => [id, sql])),
  computes
);
const signal = new AbortController().signal;

test('generated files are up to date (npm run generate)', async () => {
  const root = path.join(folder, '..', '..', '..');
  for (const { path: file, text } of await generatedFiles(root)) {
    expect({ file, isUpToDate: existsSync(path.join(root, file)) && readFileSync(path.join(root, file), 'utf8') === text }).toEqual({ file, isUpToDate: true }); // prettier-ignore
  }
});

describe.each(names)('%s', (name) => {
  const file = (title: string) => path.join(folder, name, title);
  const found = () => {
    const result = folders.get(name);
    expect(result).toBeDefined();
    return result as MetricFolder;
  };

  it('has every file of the contract', () => {
    const files = ['metric.ts', 'README.md', 'example.sql', 'metric.test.ts'];
    expect(files.filter((title) => !existsSync(file(title)))).toEqual([]);
  });

  it('declares params and columns that hold together', () => {
    const { metric } = found();
    expect(faultsOf(metric)).toEqual([]);
    expect(metric.formats.length).toBeGreaterThan(0);
  });

  it('parses with its defaults, its examples and every choice, and refuses what it does not know', () => {
    const { metric } = found();
    expect(parse(metric, {}).params).toEqual(defaultParams(metric));
    for (const { params, format } of metric.examples) {
      expect(() => parse(metric, { ...params, ...(format === undefined ? {} : { format }) })).not.toThrow();
    }
    expect(() => parse(metric, { no_such_param: 1 })).toThrow(/no param "no_such_param"/);
    expect(() => parse(metric, { format: 'pie' })).toThrow(/format "pie" is not offered/);
  });

  it('has SQL that says its grain and names only what can be bound', () => {
    const { metric, sql } = found();
    const split = metric.params[metric.sqlBy ?? ''];
    const values = split?.kind === 'choice' ? split.choices.map(({ value }) => value) : [''];
    expect(values.filter((value) => sql[value] === undefined && sql[''] === undefined)).toEqual([]);
    for (const [value, text] of Object.entries(sql)) {
      expect(text).toMatch(/^-- grain: one row per \(/);
      expect(['', ...values]).toContain(value.replace(/^people\./, ''));
      const builtIns = { from: new Date(0), to: new Date(1), tz: 'UTC' };
      expect(() => bindQuery(metric, text, { params: defaultParams(metric), builtIns })).not.toThrow();
    }
  });

  describe('against a store', () => {
    let store: TestStore;
    const examples = () => readWorkedExamples(readFileSync(file('README.md'), 'utf8'));
    beforeAll(async () => {
      store = await openStore();
    });
    afterAll(() => store.close());

    it('gives an empty result for an empty store, whatever is chosen', async () => {
      const { metric } = found();
      const [example] = examples();
      for (const params of everyChoice(metric)) {
        const { rows } = await run(store, metric, { ...range(example), params });
        if (metric.speaksOfNothing === true) {
          expect({ params, faults: cellFaults(columnsOf(metric, parse(metric, params).params), rows) }).toEqual({ params, faults: [] }); // prettier-ignore
        } else {
          expect({ params, rows }).toEqual({ params, rows: [] });
        }
      }
    });

    it('gives the results of the README for example.sql', async () => {
      const { metric } = found();
      await store.database.pool.query(readFileSync(file('example.sql'), 'utf8'));
      expect(examples().length).toBeGreaterThan(0);
      for (const example of examples()) {
        const { rows } = await run(store, metric, example);
        expect({ title: example.title, rows: asWritten(example, rows) }).toEqual({
          title: example.title,
          rows: example.rows,
        });
      }
    });

    it('counts the same people when nothing but people is asked for', async () => {
      const { metric } = found();
      const [example] = examples();
      for (const params of everyChoice(metric)) {
        const [all, only] = [false, true].map((onlyPeople) => peopleOf(store, metric, { ...range(example), params, onlyPeople })); // prettier-ignore
        expect({ params, people: await only }).toEqual({ params, people: await all });
      }
    });

    it('gives the declared columns, and frames for panels and alerts, whatever is chosen', async () => {
      const { metric } = found();
      const [example] = examples();
      for (const params of everyChoice(metric)) {
        const result = await run(store, metric, { ...range(example), params });
        const parsed = parse(metric, params);
        const columns = columnsOf(metric, parsed.params);
        const faults = [...cellFaults(columns, result.rows), ...shareFaults(columns, result.rows, parsed.params)];
        expect({ params, faults }).toEqual({ params, faults: [] });
        for (const format of metric.formats) {
          checkFrames(metric, { params: parsed.params, format, result });
        }
      }
    });
  });
});

function parse(metric: Metric, params: Record<string, unknown>) {
  return parseQuery({ queryType: metric.id, params, version: 1 }, catalog.metrics);
}

/** Whoever reads a help knows the zone of a dashboard and that of the organisation. */
const OF_QUERY_ZONE = /\b(query|data source)('s)? (time )?zone/;

function faultsOf(metric: Metric): string[] {
  const faults = Object.keys(metric.params).filter((name) => BUILT_IN_NAMES.includes(name) || name === 'format').map((name) => `param ${name} is built in`); // prettier-ignore
  for (const { name, role, unit, type, nullMeaning, help, label } of metric.columns) {
    const rules: Array<[boolean, string]> = [
      [(role === 'value' || role === 'lower' || role === 'upper') && unit === undefined, 'needs a unit'],
      [
        (role === 'value' || role === 'lower' || role === 'upper' || role === 'count') && type !== 'number',
        'must be a number',
      ],
      [(role === 'time') !== (type === 'time'), 'must be a time'],
      [role === 'time' && nullMeaning !== 'never null', 'must never be null'],
      [help === '' || label === '' || nullMeaning === '', 'needs label, help and the meaning of null'],
      [OF_QUERY_ZONE.test(help), 'speaks of a zone that nobody chooses'],
    ];
    faults.push(...rules.filter(([isFault]) => isFault).map(([, text]) => `column ${name} ${text}`));
  }
  for (const [name, { label, help, when }] of Object.entries(metric.params)) {
    faults.push(...(label === '' || help === '' ? [`param ${name} needs label and help`] : []));
    faults.push(...(OF_QUERY_ZONE.test(help) ? [`param ${name} speaks of a zone that nobody chooses`] : []));
    faults.push(...Object.keys(when ?? {}).filter((other) => metric.params[other] === undefined).map((other) => `param ${name} depends on unknown ${other}`)); // prettier-ignore
  }
  for (const params of everyChoice(metric)) {
    const shown = columnsOf(metric, { ...defaultParams(metric), ...params } as ParamValues).map(({ name }) => name);
    const twice = shown.filter((name, index) => shown.indexOf(name) !== index);
    faults.push(...twice.map((name) => `column ${name} is there twice for ${JSON.stringify(params)}`));
  }
  return faults;
}

/** The defaults, then every value of every choice, switch and grouping on its own, and every mode with each of them off its default. */
function everyChoice(metric: Metric): Array<Record<string, unknown>> {
  const single = Object.entries(metric.params).flatMap(([name, param]): Array<Record<string, unknown>> => {
    switch (param.kind) {
      case 'choice':
        return param.choices.map(({ value }) => ({ [name]: value }));
      case 'boolean':
        return [{ [name]: !param.default }];
      case 'groupBy':
        return [[], ...param.allowed.map((dimension) => [dimension]), param.allowed.slice(0, 2)].map((groups) => ({ [name]: groups })); // prettier-ignore
      case 'filter':
        return [{ [name]: ['unknown'] }];
      default:
        return [];
    }
  });
  const modes = single.filter((params) => 'mode' in params && params['mode'] !== metric.params['mode']?.default);
  const buckets = single.filter((params) => 'bucket' in params);
  return [{}, ...single, ...modes.flatMap((mode) => buckets.map((bucket) => ({ ...mode, ...bucket })))];
}

interface TestStore {
  readonly database: TestDatabase;
  readonly store: Store;
  readonly close: () => Promise<void>;
}

async function openStore(): Promise<TestStore> {
  const database = await testDatabase();
  const store = openReader(database);
  return {
    database,
    store,
    close: async () => {
      await store.close();
      await database.close();
    },
  };
}

type Asked = Pick<WorkedExample, 'params' | 'from' | 'to' | 'tz'>;

function range(example: WorkedExample | undefined): Omit<Asked, 'params'> {
  const { from = new Date('2026-01-01'), to = new Date('2026-04-01'), tz = 'UTC' } = example ?? {};
  return { from, to, tz };
}

/** The metric as a panel runs it: as the reader role, parse → SQL → compute. */
async function run({ store }: TestStore, metric: Metric, asked: Asked): Promise<MetricRows> {
  const stored = { queryType: metric.id, params: asked.params, version: 1, tz: asked.tz };
  const parts = { catalog, store, info: { migrations: [], settings: {} }, signal };
  const prepared = await prepareQuery(parts, { stored, from: asked.from, to: asked.to, isAlert: false, me: 'me' });
  return computeRows(catalog, prepared, await store.run(prepared.sql, { signal, maxRows: MAX_ROWS }));
}

/** Time, labels and numbers of people of each row, before anything is hidden. */
async function peopleOf(
  { store }: TestStore,
  metric: Metric,
  asked: Asked & { onlyPeople: boolean }
): Promise<unknown[]> {
  const { from, to, tz, params, onlyPeople } = asked;
  const parts = { catalog, store, info: { migrations: [], settings: {} }, signal };
  const stored = { queryType: metric.id, params, version: 1, tz };
  const prepared = await prepareQuery(parts, { stored, from, to, isAlert: false, me: 'me' });
  const text = catalog.sqlOf(metric, prepared.params);
  const sql = bindQuery(metric, text, { params: prepared.params, builtIns: { from, to, tz, onlyPeople, me: 'me' } });
  const rows = peopleRows(catalog, prepared, await store.run(sql, { signal, maxRows: MAX_ROWS }));
  const labels = columnsOf(metric, prepared.params).filter(({ role }) => role === 'time' || role === 'label');
  const counts = peopleRules(metric, prepared.params).flatMap(({ count }) => (count === null ? [] : [count]));
  return rows.map((row) => [...labels.map(({ name }) => name), ...counts].map((name) => row[name]));
}

/** Columns that a row lacks, has undeclared, or has in another type. */
function cellFaults(columns: readonly Column[], rows: readonly Row[]): string[] {
  const faults = new Set<string>();
  for (const row of rows) {
    for (const { name, type, nullMeaning, role } of columns) {
      const cell = row[name];
      if (cell === undefined) {
        faults.add(`${name} is missing`);
      } else if (cell === null) {
        faults.add(nullMeaning === 'never null' || role === 'time' ? `${name} is null` : '');
      } else if (type === 'time' ? !(cell instanceof Date) : typeof cell !== type) {
        faults.add(`${name} is ${typeof cell}, not ${type}`);
      }
    }
  }
  faults.delete('');
  return [...faults];
}

function checkFrames(metric: Metric, shown: { params: ParamValues; format: Format; result: MetricRows }): void {
  const hasTime = columnsOf(metric, shown.params).some(({ role }) => role === 'time');
  const input = { metric, params: shown.params, format: shown.format, refId: 'A', sql: '', ...shown.result };
  if (shown.format === 'timeseries' && !hasTime && shown.result.rows.length > 0) {
    const axis = columnsOf(metric, shown.params).find(({ isAxis }) => isAxis === true);
    const noTime = /has no time here: choose a bucket/;
    expect(() => buildFrames({ ...input, isAlert: true })).toThrow(noTime);
    if (axis === undefined) {
      expect(() => buildFrames({ ...input, isAlert: false })).toThrow(noTime);
      return;
    }
    // A curve: one frame over its steps.
    const curves = buildFrames({ ...input, isAlert: false });
    expect(curves.map(({ fields }) => fields[0]?.name)).toEqual([axis.name]);
    return;
  }
  const frames = buildFrames({ ...input, isAlert: false });
  expect(frames.length).toBeGreaterThan(0);
  if (shown.format === 'table') {
    expect(() => buildFrames({ ...input, isAlert: true })).toThrow(/cannot be alerted on/);
    return;
  }
  for (const { fields } of buildFrames({ ...input, isAlert: true }).filter((frame) => frame.fields.length > 0)) {
    // One number and string labels; time in front where it is a series. Without a field there is no data.
    expect(fields.map(({ type }) => type)).toEqual(shown.format === 'timeseries' ? ['time', 'number'] : ['number']);
  }
}
