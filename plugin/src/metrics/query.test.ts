import fc from 'fast-check';
import { defineMetric, filterParam, bucketParam, statusColumn, type Metric } from './define.ts';
import {
  QUERY_VERSION,
  QueryError,
  columnsOf,
  defaultParams,
  defaultQuery,
  isParamShown,
  migrateQuery,
  parseQuery,
} from './query.ts';

const metric: Metric = defineMetric({
  id: 'fall-speed',
  title: 'Fall speed',
  summary: 'How fast do things fall?',
  seedName: 'fall_speed',
  params: {
    mode: { kind: 'choice', chooses: 'nothing', label: 'Mode', help: 'What to show.', default: 'describe', choices: [{ value: 'describe', label: 'Describe' }, { value: 'effect', label: 'Effect' }] }, // prettier-ignore
    bucket: bucketParam('week'),
    repo: filterParam('repo', 'Repository'),
    group_by: { kind: 'groupBy', label: 'Group by', help: 'Groups.', allowed: ['team', 'repo'], default: ['repo'] },
    horizon: { kind: 'number', chooses: 'nothing', label: 'Horizon', help: 'Days.', default: 90, min: 1, max: 365, integer: true, unit: 'd', when: { mode: ['effect'] } }, // prettier-ignore
    ci: { kind: 'boolean', chooses: 'nothing', label: 'Interval', help: 'Show it.', default: true },
    tag: { kind: 'text', chooses: 'nothing', label: 'Tag', help: 'A tag.', default: '', pattern: '^[a-z]*$' },
  },
  people: [{ count: null, reason: 'apples fall, not people' }],
  columns: [
    { name: 'team', role: 'label', type: 'string', label: 'Team', help: 'Team.', nullMeaning: 'never null' },
    {
      name: 'repo',
      role: 'label',
      type: 'string',
      label: 'Repository',
      help: 'Repository.',
      nullMeaning: 'never null',
    },
    { name: 'value', role: 'value', type: 'number', unit: 'm', label: 'Speed', help: 'Speed.', nullMeaning: 'too few' },
    {
      name: 'p',
      role: 'value',
      type: 'number',
      unit: 'none',
      label: 'p',
      help: 'p.',
      nullMeaning: 'no test',
      modes: ['effect'],
    },
    statusColumn,
  ],
  formats: ['timeseries', 'table'],
  examples: [],
});
const metrics = new Map([[metric.id, metric]]);
const parse = (params: unknown, rest: object = {}) =>
  parseQuery({ queryType: 'fall-speed', params, version: 1, ...rest }, metrics);
const message = (params: unknown, rest: object = {}) => {
  try {
    parse(params, rest);
  } catch (error) {
    expect(error).toBeInstanceOf(QueryError);
    return (error as QueryError).message;
  }
  throw new Error('it was accepted');
};

describe('parseQuery', () => {
  it('fills every param with its default', () => {
    const parsed = parse({});
    expect(parsed.params).toEqual({
      mode: 'describe',
      bucket: 'week',
      repo: [],
      group_by: ['repo'],
      horizon: 90,
      ci: true,
      tag: '',
    });
    expect(parsed.params).toEqual(defaultParams(metric));
    expect(parsed.format).toBe('timeseries');
    expect(parsed.tz).toBeNull();
  });

  it.each([[undefined], [null], [''], [[]], ['$__all'], [['$__all']], [['a', '$__all']]])(
    'reads %j of a filter as all',
    (given) => {
      expect(parse({ repo: given }).params['repo']).toEqual([]);
    }
  );

  it('keeps single and several values of a filter, without repeats', () => {
    expect(parse({ repo: 'acme/a' }).params['repo']).toEqual(['acme/a']);
    expect(parse({ repo: ['acme/a', 'acme/b', 'acme/a'] }).params['repo']).toEqual(['acme/a', 'acme/b']);
    expect(parse({ repo: 'All' }).params['repo']).toEqual(['All']);
  });

  it.each([['$repo'], ['${repo}'], ['${repo:csv}'], ['[[repo]]'], [['a', '$repo']]])(
    'refuses the unfilled variable %j',
    (given) => {
      expect(message({ repo: given })).toMatch(/"repo" still holds the template variable .* leave it empty for all/);
    }
  );

  it('names an unknown metric, param and value together with what is allowed', () => {
    expect(() => parseQuery({ queryType: 'nope', params: {} }, metrics)).toThrow(
      'Unknown metric "nope". Known metrics: fall-speed.'
    );
    expect(() => parseQuery({ params: {} }, metrics)).toThrow('No metric is chosen. Choose one of: fall-speed.');
    expect(message({ speed: 1 })).toBe(
      'fall-speed has no param "speed". Its params: mode, bucket, repo, group_by, horizon, ci, tag, format, columns.'
    );
    expect(message({ bucket: 'hour' })).toBe(
      'fall-speed: param "bucket" cannot be "hour". Allowed: none, day, week, month, quarter.'
    );
    expect(message({ group_by: ['tool'] })).toBe('fall-speed: param "group_by" cannot be "tool". Allowed: team, repo.');
    expect(message({ horizon: 1.5 })).toBe(
      'fall-speed: param "horizon" cannot be 1.5. It must be a whole number from 1 to 365 (d).'
    );
    expect(message({ ci: 'maybe' })).toBe('fall-speed: param "ci" cannot be "maybe". Allowed: true, false.');
    expect(message({ tag: 'A b' })).toBe('fall-speed: param "tag" cannot be "A b". It must match ^[a-z]*$.');
    expect(message({ format: 'numeric' })).toBe(
      'fall-speed: format "numeric" is not offered. Allowed: timeseries, table.'
    );
    expect(message({}, { tz: 'Mars/Base' })).toMatch(/Unknown time zone "Mars\/Base"/);
    expect(message({ ['__proto__x']: 1 })).toMatch(/no param/);
  });

  it('reads numbers and switches that arrive as text of a variable', () => {
    expect(parse({ horizon: '30', ci: 'false' }).params).toMatchObject({ horizon: 30, ci: false });
  });

  it('reads ad-hoc filters of dashboards', () => {
    const adhocFilters = [{ key: 'team', operator: '=|', value: 'a', values: ['a', 'b'] }, { key: 'repo', operator: '=~', value: 'ac.*' }]; // prettier-ignore
    expect(parse({}, { adhocFilters }).adhocFilters).toEqual([
      { key: 'team', operator: '=|', values: ['a', 'b'] },
      { key: 'repo', operator: '=~', values: ['ac.*'] },
    ]);
    expect(message({}, { adhocFilters: [{ key: 'person', operator: '=', value: 'x' }] })).toMatch(
      /unknown key "person". Allowed: team/
    );
    expect(message({}, { adhocFilters: [{ key: 'team', operator: '<', value: 'x' }] })).toMatch(/unknown operator "<"/);
  });

  it('never throws anything but a QueryError, whatever was stored', () => {
    const stored = fc.oneof(
      fc.anything(),
      fc.record({ queryType: fc.oneof(fc.constant('fall-speed'), fc.anything()), params: fc.anything(), version: fc.anything() }, { requiredKeys: [] }), // prettier-ignore
      fc.record({
        queryType: fc.constant('fall-speed'),
        params: fc.dictionary(
          fc.oneof(fc.constantFrom(...Object.keys(metric.params), 'format'), fc.string()),
          fc.anything()
        ),
        tz: fc.oneof(fc.constant(undefined), fc.anything()),
        adhocFilters: fc.oneof(fc.constant(undefined), fc.anything(), fc.array(fc.record({ key: fc.anything(), operator: fc.anything(), value: fc.anything(), values: fc.anything() }))), // prettier-ignore
      })
    );
    fc.assert(
      fc.property(stored, (raw) => {
        try {
          const parsed = parseQuery(raw, metrics);
          expect(Object.keys(parsed.params)).toEqual(Object.keys(metric.params));
        } catch (error) {
          expect(error).toBeInstanceOf(QueryError);
          expect((error as QueryError).message.length).toBeLessThan(2000);
        }
      }),
      { numRuns: 2000 }
    );
  });
});

describe('migrateQuery', () => {
  it('leaves a current query as it is and adds nothing', () => {
    const stored = defaultQuery(metric);
    expect(migrateQuery(stored)).toEqual(stored);
    expect(migrateQuery(migrateQuery({ ...stored, refId: 'A', hide: true }))).toEqual(stored);
  });

  it('moves the flat fields of version 0 into params and leaves those of Grafana', () => {
    expect(
      migrateQuery({ refId: 'A', datasource: { uid: 'x' }, queryType: 'fall-speed', bucket: 'day', repo: ['a'] })
    ).toEqual({
      queryType: 'fall-speed',
      params: { bucket: 'day', repo: ['a'] },
      version: QUERY_VERSION,
    });
  });

  it('refuses a query of a newer plugin', () => {
    expect(() => migrateQuery({ queryType: 'fall-speed', params: {}, version: 2 })).toThrow(
      /newer plugin \(query version 2/
    );
  });
});

describe('columnsOf', () => {
  it('drops columns of other modes and dimensions that are not grouped by', () => {
    const names = (params: object) => columnsOf(metric, parse(params).params).map((column) => column.name);
    expect(names({})).toEqual(['repo', 'value', 'status']);
    expect(names({ mode: 'effect', group_by: ['team', 'repo'] })).toEqual(['team', 'repo', 'value', 'p', 'status']);
  });

  it('tells which params are shown', () => {
    expect(isParamShown(metric.params['horizon']!, parse({}).params)).toBe(false);
    expect(isParamShown(metric.params['horizon']!, parse({ mode: 'effect' }).params)).toBe(true);
    expect(isParamShown(metric.params['bucket']!, parse({}).params)).toBe(true);
  });
});

test('what Grafana leaves in an annotation that was its own is no param', () => {
  const left = {
    refId: 'Anno',
    queryType: 'delivery-events',
    limit: 100,
    matchAny: false,
    tags: [],
    type: 'dashboard',
  };
  expect(migrateQuery(left)).toEqual({ queryType: 'delivery-events', params: {}, version: 1 });
  // A param of such a name is one.
  expect(migrateQuery({ refId: 'A', queryType: 'evidence', limit: 50 }).params).toEqual({ limit: 50 });
});
