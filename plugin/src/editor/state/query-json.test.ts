import { fallSpeed, impacts } from '../fixtures/metrics.ts';
import { queryJson, readJson } from './query-json.ts';

const metrics = new Map([fallSpeed, impacts].map((metric) => [metric.id, metric]));
const read = (value: unknown, isAlert = false) =>
  readJson(typeof value === 'string' ? value : JSON.stringify(value), metrics, { isAlert });

it('what is copied from one panel is the query of the other', () => {
  const params = { horizon: 30, team: ['$team'], format: 'numeric', columns: 'all' };
  const text = queryJson({ refId: 'B', hide: true, queryType: 'fall-speed', params, version: 1 });
  expect(JSON.parse(text)).toEqual({ queryType: 'fall-speed', params, version: 1 });
  expect(read(text)).toEqual({ queryType: 'fall-speed', params });
});

it('a target out of a dashboard, and the oldest form of a query, are understood', () => {
  const target = { refId: 'A', datasource: { uid: 'x' }, queryType: 'fall-speed', params: { tag: 'a' }, version: 1 };
  expect(read(target)).toEqual({ queryType: 'fall-speed', params: { tag: 'a' } });
  expect(read({ queryType: 'fall-speed', bucket: 'day' })).toEqual({
    queryType: 'fall-speed',
    params: { bucket: 'day' },
  });
});

it('faults name the field, all of them at once', () => {
  const params = { horizon: 400, bucket: 'hour', speed: 1, format: 'pie', columns: 'some' };
  expect(read({ queryType: 'fall-speed', params, version: 1 })).toEqual({
    faults: [
      'params.bucket: Cannot be "hour". Allowed: none, day, week, month, quarter.',
      'params.horizon: Cannot be 400. It must be a whole number from 1 to 365 (d).',
      'params: Fall speed does not know: speed.',
      'params.columns: Cannot be "some" here. Allowed: read, all, count.',
      'params.format: Cannot be "pie" here. Allowed: table, timeseries, numeric.',
    ],
  });
  expect(read({ queryType: 'gone', params: {} })).toEqual({
    faults: ['queryType: There is no metric "gone". Known: fall-speed, impacts.'],
  });
  expect(read({ queryType: 'fall-speed', params: [] })).toEqual({ faults: ['"params" must be an object, not [].'] });
  expect(read({ queryType: 'fall-speed', params: {}, version: 9 })).toMatchObject({
    faults: [expect.stringContaining('newer plugin')],
  });
  expect(read('{')).toMatchObject({ faults: [expect.stringMatching(/^This is no JSON: /)] });
});

it('an alert rule takes no variable and no table', () => {
  const faults = read({ queryType: 'fall-speed', params: { team: ['$team'] }, version: 1 }, true);
  expect(faults).toMatchObject({
    faults: [
      expect.stringMatching(/^params\.team: .*Alert rules/),
      expect.stringMatching(/^params\.format: Cannot be "table" here/),
    ],
  });
});
