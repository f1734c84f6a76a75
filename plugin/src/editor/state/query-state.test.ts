import { parseQuery } from '../../metrics/query.ts';
import { fallSeries, fallSpeed, impacts } from '../fixtures/metrics.ts';
import {
  findFaults,
  isComplete,
  offeredMetrics,
  paramsFor,
  readQuery,
  withFormat,
  withParam,
  writeQuery,
} from './query-state.ts';

const metrics = new Map([fallSpeed, impacts].map((metric) => [metric.id, metric]));
const inPanel = { isAlert: false };
const inAlert = { isAlert: true };

describe('a stored query', () => {
  it('is read in its oldest form and written in the newest, with the fields of Grafana', () => {
    const old = { refId: 'B', queryType: 'fall-speed', bucket: 'day', hide: true, datasource: { uid: 'x' } };
    const { queryType, params, fault } = readQuery(old);
    expect({ queryType, params, fault }).toEqual({ queryType: 'fall-speed', params: { bucket: 'day' }, fault: null });
    expect(writeQuery(old, queryType, params)).toEqual({
      refId: 'B',
      queryType: 'fall-speed',
      params: { bucket: 'day' },
      version: 1,
      hide: true,
      datasource: { uid: 'x' },
    });
  });

  it('of a newer plugin is not touched and says why', () => {
    expect(readQuery({ refId: 'A', queryType: 'fall-speed', params: {}, version: 7 }).fault).toMatch(/newer plugin/);
  });

  it('does not store defaults', () => {
    const params = withParam(fallSpeed, { tag: 'x' }, { name: 'bucket', value: 'day' });
    expect(params).toEqual({ tag: 'x', bucket: 'day' });
    expect(withParam(fallSpeed, params, { name: 'bucket', value: 'week' })).toEqual({ tag: 'x' });
    expect(withParam(fallSpeed, {}, { name: 'groupBy', value: [] })).toEqual({ groupBy: [] });
    expect(withFormat({ format: 'numeric' }, 'table')).toEqual({ format: 'table' });
  });

  it('that the editor wrote is what the backend reads: no group is not the default group', () => {
    const query = writeQuery({ refId: 'A' }, 'fall-speed', { groupBy: [] });
    expect(parseQuery(query, metrics).params['groupBy']).toEqual([]);
  });
});

describe('findFaults', () => {
  it('names the fault at the field', () => {
    const faults = findFaults(fallSpeed, { horizon: 1.5, tag: 'A B', bucket: 'hour', format: 'pie' }, inPanel);
    expect(faults).toEqual({
      horizon: 'Cannot be 1.5. It must be a whole number from 1 to 365 (d).',
      tag: 'Cannot be "A B". It must match ^[a-z]*$.',
      bucket: 'Cannot be "hour". Allowed: none, day, week, month, quarter.',
      format: 'Cannot be "pie" here. Allowed: table, timeseries, numeric.',
    });
  });

  it('lets variables pass where a dashboard fills them in, and only there', () => {
    const params = { team: ['$team', 'search'], horizon: '$horizon', bucket: '${bucket}' };
    expect(findFaults(fallSpeed, params, inPanel)).toEqual({});
    const faults = findFaults(fallSpeed, { ...params, format: 'numeric' }, inAlert);
    expect(Object.keys(faults)).toEqual(['bucket', 'horizon', 'team']);
    expect(faults['team']).toMatch(/Alert rules and shared dashboards have no variables/);
  });

  it('refuses a table in alert rules, also as the default', () => {
    expect(findFaults(fallSpeed, {}, inAlert)['format']).toBe('Cannot be "table" here. Allowed: timeseries, numeric.');
    expect(findFaults(impacts, {}, inAlert)['format']).toMatch(/no number to alert on/);
  });

  it('names what the metric does not know', () => {
    expect(findFaults(fallSpeed, { speed: 1 }, inPanel)).toEqual({ '': 'Fall speed does not know: speed.' });
  });
});

test('paramsFor keeps what the other metric understands', () => {
  const params = { bucket: 'day', team: ['$team'], horizon: 30, format: 'numeric' };
  expect(paramsFor(impacts, params, false)).toEqual({ bucket: 'day', team: ['$team'] });
  expect(paramsFor(fallSpeed, { bucket: 'day', tag: 7 }, false)).toEqual({ bucket: 'day' });
  expect(paramsFor(fallSpeed, {}, true)).toEqual({ format: 'numeric' });
});

test('isComplete is false until a known metric has good params', () => {
  expect(isComplete({ refId: 'A' }, metrics, inPanel)).toBe(false);
  expect(isComplete({ refId: 'A', queryType: 'nope' }, metrics, inPanel)).toBe(false);
  expect(isComplete({ refId: 'A', queryType: 'fall-speed', params: { horizon: 0 } }, metrics, inPanel)).toBe(false);
  expect(isComplete({ refId: 'A', queryType: 'fall-speed', params: {} }, metrics, inPanel)).toBe(true);
});

test('an alert rule is offered what it can judge: no lists, nothing that is of whoever looks', () => {
  const own = { ...fallSeries, ofAsker: true as const };
  const metrics = new Map([fallSpeed, impacts, own].map((metric) => [metric.id, metric]));
  const offered = (isAlert: boolean, chosen?: string) => offeredMetrics(metrics, { isAlert }, chosen).map(({ id }) => id); // prettier-ignore
  expect(offered(true)).toEqual(['fall-speed']);
  expect(offered(true, 'impacts')).toEqual(['fall-speed', 'impacts']);
  expect(offered(false)).toHaveLength(3);
});
