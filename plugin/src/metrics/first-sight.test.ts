// What a form and a table show before anybody has chosen anything.
import { MOST_MAIN, type Metric, type ParamValues } from './define.ts';
import { columnsOf, defaultParams, isParamShown, parseQuery, tableColumns } from './query.ts';
import { metrics } from './registry.generated.ts';

/** A metric with each of its questions, everything else as it is. */
const questions = metrics.flatMap((metric): Array<readonly [string, Metric, ParamValues]> => {
  const [name, param] = Object.entries(metric.params).find(([, { kind, ...rest }]) => kind === 'choice' && 'chooses' in rest && rest.chooses === 'question') ?? []; // prettier-ignore
  const asked = param?.kind === 'choice' ? param.choices.map(({ value }) => value) : [''];
  return asked.map((value) => [
    `${metric.id} ${value}`,
    metric,
    { ...defaultParams(metric), ...(name === undefined ? {} : { [name]: value }) },
  ]);
});
const ORDER = ['value', 'verdict', 'verdict_why', 'status', 'lo', 'n', 'n_dev'];
const MOST_LABELS = 3;
const MOST_COLUMNS = 8;

test.each(questions)('%s: a form leads with at most five fields, and there is a first one', (_name, metric, params) => {
  const main = metric.main ?? Object.keys(metric.params);
  const shown = main.filter((name) => isParamShown(metric.params[name]!, params));
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.length).toBeLessThanOrEqual(MOST_MAIN);
});

test.each(questions)('%s: a table leads with the number and whether to believe it', (_name, metric, params) => {
  const all = columnsOf(metric, params);
  const read = tableColumns(metric, all, 'read').filter(({ role }) => role !== 'link');
  const labels = read.filter(({ role }) => role === 'label').length;
  expect(labels).toBeLessThanOrEqual(MOST_LABELS);
  expect(read.length).toBeLessThanOrEqual(MOST_COLUMNS + (labels === MOST_LABELS ? 1 : 0));
  const names = read.map(({ name }) => name);
  const isThere = (name: string) => metric.reads !== undefined && all.some((one) => one.name === name);
  for (const told of ['value', 'verdict', 'status'].filter(isThere)) {
    // Rows that are single things are all counted; a state or a summary says more than a status.
    if (metric.listsUnits !== true) expect(names.some((name) => [told, 'state', 'summary'].includes(name))).toBe(true);
  }
  if (isThere('n')) expect(names.some((name) => name === 'n' || name === 'n_dev')).toBe(true);
  const judged = names.filter((name) => ORDER.includes(name));

  if (metric.reads !== undefined) expect(judged).toEqual(ORDER.filter((name) => judged.includes(name)));
  // Links of a column lead through one that is hidden.
  const links = all.filter(({ role }) => role === 'link').map(({ name }) => name);
  expect(tableColumns(metric, all, 'read').map(({ name }) => name)).toEqual(expect.arrayContaining(links));
  expect(tableColumns(metric, all, 'all')).toEqual(all);
});

test('only the choice of the metric is called that', () => {
  const called = metrics.flatMap(({ id, params, columns }) =>
    [...Object.values(params), ...columns].filter(({ label }) => label === 'Metric').map(() => id)
  );
  expect(called).toEqual([]);
});

test('a query says which columns, and nothing else', () => {
  const registry = new Map(metrics.map((metric) => [metric.id, metric]));
  const parse = (columns: unknown) => parseQuery({ queryType: 'flow', params: { columns }, version: 1 }, registry);
  expect([parse(undefined), parse('all')].map(({ columns }) => columns)).toEqual(['read', 'all']);
  expect(() => parse('some')).toThrow('flow: columns "some" is not offered. Allowed: read, all, count.');
});
