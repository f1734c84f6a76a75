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
const cases = [...overTime, ...oneNumber, ...rows, ...allColumns].flatMap((panel) => metrics.map((metric) => [panel, metric.id, metric] as const)); // prettier-ignore

test.each(cases)('a new %s of %s asks for what it can draw', (panelPluginId, id, metric) => {
  const place = { app: CoreApp.PanelEditor, panelPluginId, range: range(365) };
  const { params, format } = parseQuery(forPanel(query(id), metric, place), registry);
  const roles = columnsOf(metric, params).map(({ role }) => role);
  const wanted = overTime.includes(panelPluginId) ? 'timeseries' : oneNumber.includes(panelPluginId) ? 'numeric' : allColumns.includes(panelPluginId) ? 'table' : metric.formats[0]; // prettier-ignore
  expect(format).toBe(metric.formats.find((one) => one === wanted) ?? metric.formats[0]);
  if (format !== 'table') expect(roles.some((role) => role === 'value' || role === 'count')).toBe(true);
  if (format === 'timeseries') expect(roles).toContain('time');
});

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
  for (const [id, params] of [['durability', { curve: true }], ['cycle-time-by-usage', { mode: 'concentration', curve: true }]] as const) {
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
