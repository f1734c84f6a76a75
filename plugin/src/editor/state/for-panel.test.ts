import { CoreApp, dateTime } from '@grafana/data';
import { columnsOf, parseQuery } from '../../metrics/query.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { forPanel } from './for-panel.ts';
import type { ThroughlineQuery } from './types.ts';

const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const range = (days: number) => {
  const [from, to] = [dateTime(0), dateTime(days * 86_400_000)];
  return { from, to, raw: { from, to } };
};
const query = (queryType: string, params: Record<string, unknown> = {}): ThroughlineQuery => ({ refId: 'A', queryType, params, version: 1 }); // prettier-ignore

const overTime = ['timeseries', 'state-timeline', 'status-history', 'heatmap', 'candlestick'];
const oneNumber = ['stat', 'gauge', 'bargauge', 'piechart'];
const rows = ['table', 'barchart', 'histogram', 'xychart', 'logs'];
const allColumns = ['throughline-interval-panel'];
/** Each question of a metric: the values of the choice that says what is asked. */
const questions = metrics.flatMap((metric) => {
  const [name, param] = Object.entries(metric.params).find(([, { kind, ...rest }]) => kind === 'choice' && 'chooses' in rest && rest.chooses === 'question') ?? []; // prettier-ignore
  const asked = name === undefined || param?.kind !== 'choice' ? [{}] : param.choices.map(({ value }) => ({ [name]: value }));
  return asked.map((given) => [metric, given] as const);
}); // prettier-ignore
const hours = [1, 6, 7 * 24, 30 * 24, 365 * 24];
const panels = [...overTime, ...oneNumber, ...rows, ...allColumns];
const cases = panels.flatMap((panel) => hours.map((span) => [panel, span] as const));

test.each(cases)('a new %s over %i hours asks of every question what it can draw', (panelPluginId, span) => {
  const now = Date.now();
  const [from, to] = [dateTime(now - span * 3_600_000), dateTime(now)];
  const place = { app: CoreApp.PanelEditor, panelPluginId, range: { from, to, raw: { from, to } } };
  for (const [metric, given] of questions) {
    const { params, format } = parseQuery(forPanel(query(metric.id, given), metric, place), registry);
    const roles = columnsOf(metric, params).map(({ role }) => role);
    const over = roles.includes('time') ? 'timeseries' : 'numeric';
    const wanted = overTime.includes(panelPluginId) ? over : oneNumber.includes(panelPluginId) ? 'numeric' : allColumns.includes(panelPluginId) ? 'table' : metric.formats[0]; // prettier-ignore
    expect({ id: metric.id, given, format }).toEqual({ id: metric.id, given, format: metric.formats.find((one) => one === wanted) ?? metric.formats[0] }); // prettier-ignore
    if (format !== 'table') expect(roles.some((role) => role === 'value' || role === 'count')).toBe(true);
    if (format === 'timeseries') expect(roles).toContain('time');
  }
});

test('what Grafana opens with is drawn as the boards are: hours, and the week that is not over, hold no line', () => {
  const now = Date.now();
  const of = (id: string, days: number) => {
    const [from, to] = [dateTime(now - days * 86_400_000), dateTime(now)];
    return forPanel(query(id), registry.get(id), { app: CoreApp.Explore, range: { from, to, raw: { from, to } } }).params;
  };
  expect(of('flow', 1 / 24)).toMatchObject({ bucket: 'month' });
  expect(of('flow', 0.25)).toMatchObject({ bucket: 'month' });
  expect(of('flow', 8)).toMatchObject({ bucket: 'day' });
  // It counts weeks at least.
  expect(of('adoption', 8)).toMatchObject({ bucket: 'week' });
  // A question without time: numbers, drawn as levels.
  const place = { app: CoreApp.PanelEditor, panelPluginId: 'timeseries', range: range(365) };
  expect(forPanel(query('adoption', { mode: 'cohorts' }), registry.get('adoption'), place).params).toEqual({ mode: 'cohorts', format: 'numeric' }); // prettier-ignore
}); // prettier-ignore

test.each([
  [7, 'day'],
  [90, 'week'],
  [365, 'month'],
])('%i days are drawn by %s', (days, bucket) => {
  const metric = registry.get('dora-by-source');
  const place = { app: CoreApp.Dashboard, panelPluginId: 'timeseries', range: range(days) };
  expect(forPanel(query('dora-by-source'), metric, place).params).toEqual({ format: 'timeseries', bucket });
});

test('what a query says stays, and a place that tells nothing changes nothing', () => {
  const metric = registry.get('dora-by-source');
  const place = { app: CoreApp.Dashboard, panelPluginId: 'timeseries', range: range(365) };
  const said = query('dora-by-source', { format: 'table' });
  expect(forPanel(said, metric, place)).toBe(said);
  expect(forPanel(query('dora-by-source', { bucket: 'quarter' }), metric, place).params).toEqual({ bucket: 'quarter', format: 'timeseries' }); // prettier-ignore
  const open = query('dora-by-source');
  expect(forPanel(open, metric, { app: CoreApp.Dashboard })).toBe(open);
  expect(forPanel(open, metric, { ...place, app: CoreApp.UnifiedAlerting })).toBe(open);
  expect(forPanel(open, undefined, place)).toBe(open);
  expect(forPanel(open, metric, { app: CoreApp.Explore, range: range(365) }).params).toEqual({ format: 'timeseries', bucket: 'month' }); // prettier-ignore
});

test('a curve has ages of its own: no bucket of time is added to it', () => {
  const metric = registry.get('durability');
  const place = { app: CoreApp.Dashboard, panelPluginId: 'trend', range: range(365) };
  const curve = query('durability', { curve: true, format: 'timeseries' });
  expect(forPanel(curve, metric, place)).toBe(curve);
  expect(forPanel(query('durability', { format: 'timeseries' }), metric, place).params).toMatchObject({
    bucket: 'month',
  });
});

test.each(['xychart', 'trend'])('a new %s of a curve draws the curve', (panelPluginId) => {
  const place = { app: CoreApp.PanelEditor, panelPluginId, range: range(365) };
  for (const [id, params] of [['durability', { curve: true }], ['cycle-time-by-usage', { mode: 'concentration', curve: true }], ['review-burden', { mode: 'load', curve: true }]] as const) {
    expect(forPanel(query(id, params), registry.get(id), place).params).toEqual({ ...params, format: 'timeseries' });
    const { params: parsed } = parseQuery(query(id, params), registry);
    expect(columnsOf(registry.get(id)!, parsed).filter(({ isAxis }) => isAxis)).toHaveLength(1);
  }
}); // prettier-ignore

test('durability over time is one line for each source: that of one age; a chosen age, and a mode without ages, stay', () => {
  const metric = registry.get('durability');
  const place = { app: CoreApp.Explore, range: range(365) };
  const drawn = (params: Record<string, unknown>) => forPanel(query('durability', params), metric, place).params;
  expect(drawn({})).toEqual({ format: 'timeseries', bucket: 'month', horizon: '90' });
  expect(drawn({ horizon: 'all' })).toMatchObject({ horizon: 'all' });
  expect(drawn({ mode: 'churn' })).not.toHaveProperty('horizon');
});

test.each(['state-timeline', 'heatmap', 'histogram', 'barchart'])('a %s draws no ends of intervals as groups of their own', (panelPluginId) => {
  const place = { app: CoreApp.PanelEditor, panelPluginId, range: range(365) };
  const drawn = forPanel(query('flow', { format: 'timeseries' }), registry.get('flow'), place);
  expect(parseQuery(drawn, registry).params['ci']).toBe(false);
  expect(forPanel(query('flow', { ci: true }), registry.get('flow'), place).params).toMatchObject({ ci: true });
  expect(forPanel(query('flow'), registry.get('flow'), { ...place, panelPluginId: 'timeseries' }).params).not.toHaveProperty('ci');
}); // prettier-ignore
