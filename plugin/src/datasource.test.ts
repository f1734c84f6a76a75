import { CoreApp, dateTime, type DataQueryRequest } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { setUp } from './editor/fixtures/grafana.ts';
import { migrateQuery } from './metrics/query.ts';
import type { ThroughlineQuery, VariableQuery } from './editor/state/types.ts';
import { ThroughlineVariables } from './editor/variables/variable-support.ts';

const query = (params: Record<string, unknown>): ThroughlineQuery => ({
  refId: 'A',
  queryType: 'fall-speed',
  params,
  version: 1,
});
const range = { from: dateTime(0), to: dateTime(1000), raw: { from: 'now-1h', to: 'now' } };

async function sent(timezone: string, target: ThroughlineQuery): Promise<Record<string, unknown>> {
  const { datasource, requests } = setUp([{ name: 'team', current: ['payments', 'search'] }]);
  const request = { timezone, targets: [target], range, scopedVars: {}, app: CoreApp.Dashboard, filters: [] };
  await lastValueFrom(datasource.query(request as unknown as DataQueryRequest<ThroughlineQuery>));
  const { queries } = requests[0]?.data as { queries: Array<Record<string, unknown>> };
  return queries[0] ?? {};
}

describe('DataSource', () => {
  it("sends the dashboard's zone and filled-in variables", async () => {
    expect(await sent('Europe/Berlin', query({ team: ['$team'] }))).toMatchObject({
      queryType: 'fall-speed',
      params: { team: ['payments', 'search'] },
      tz: 'Europe/Berlin',
      datasource: { uid: 'store' },
    });
    expect(await sent('utc', query({}))).toMatchObject({ tz: 'UTC' });
    expect(await sent('browser', query({}))).toMatchObject({ tz: Intl.DateTimeFormat().resolvedOptions().timeZone });
  });

  it('does not change the stored query', async () => {
    const stored = Object.freeze(query(Object.freeze({ team: ['$team'] })));
    await sent('utc', stored);
    expect(stored).toEqual({ refId: 'A', queryType: 'fall-speed', params: { team: ['$team'] }, version: 1 });
  });

  it('fills in one value for choices, numbers and texts, and sends an old query in the new form', () => {
    const { datasource } = setUp([{ name: 'bucket', current: 'day' }, { name: 'days', current: '30' }]); // prettier-ignore
    expect(
      datasource.applyTemplateVariables(query({ bucket: '$bucket', horizon: '$days', tag: 'x' }), {}).params
    ).toEqual({
      bucket: 'day',
      horizon: '30',
      tag: 'x',
    });
    const old = { refId: 'A', queryType: 'fall-speed', bucket: '$bucket' };
    expect(datasource.applyTemplateVariables(old, {})).toMatchObject({ params: { bucket: 'day' }, version: 1 });
  });

  it('adds ad-hoc filters with every value', () => {
    const { datasource } = setUp();
    const filters = [
      { key: 'team', operator: '=|', value: 'a', values: ['a', 'b'] },
      { key: '', operator: '=', value: '' },
    ];
    expect(datasource.applyTemplateVariables(query({}), {}, filters).adhocFilters).toEqual([filters[0]]);
    expect(datasource.interpolateVariablesInQueries([query({})], {}, filters)[0]?.adhocFilters).toHaveLength(1);
    expect(datasource.applyTemplateVariables(query({}), {})).not.toHaveProperty('adhocFilters');
  });

  it('runs what is shown and has a metric', () => {
    const { datasource } = setUp();
    expect(datasource.filterQuery(query({}))).toBe(true);
    expect(datasource.filterQuery({ ...query({}), hide: true })).toBe(false);
    expect(datasource.filterQuery({ refId: 'A' })).toBe(false);
  });

  it('starts with a metric in panels, with none in alert rules', () => {
    const { datasource } = setUp();
    expect(datasource.getDefaultQuery(CoreApp.PanelEditor)).toEqual({ queryType: 'fall-speed' });
    expect(datasource.getDefaultQuery(CoreApp.UnifiedAlerting)).toEqual({});
    const annotations = datasource.annotations;
    expect(annotations?.getDefaultQuery?.()).toEqual({ queryType: 'impacts' });
    expect(annotations?.prepareAnnotation?.({ name: 'New' })).toEqual({
      name: 'New',
      target: { refId: 'Anno', queryType: 'impacts' },
    });
    const stored = { name: 'Old', target: { refId: 'Anno', queryType: 'impacts' } };
    expect(annotations?.prepareAnnotation?.(stored)).toBe(stored);
    // What Grafana's own annotations ask for is no question of ours.
    const left = { refId: 'Anno', limit: 100, matchAny: false, tags: [], type: 'dashboard' };
    expect(migrateQuery({ ...annotations?.getDefaultQuery?.(), ...left })).toEqual({
      queryType: 'impacts',
      params: {},
      version: 1,
    });
  });

  it('shows a query in one line', () => {
    const { datasource } = setUp();
    expect(datasource.getQueryDisplayText(query({ team: ['$team', 'data'] }))).toBe(
      'Fall speed · by repository · Team: $team, data'
    );
    expect(datasource.getQueryDisplayText({ refId: 'A' })).toBe('No metric chosen');
  });

  it('offers dimensions as keys of ad-hoc filters, and their values narrowed by the other filters', async () => {
    const { datasource, requests } = setUp();
    expect(await datasource.getTagKeys()).toEqual([{ text: 'Team', value: 'team' }, { text: 'Repository', value: 'repo' }]); // prettier-ignore
    const impacts = { refId: 'A', queryType: 'impacts' };
    expect(await datasource.getTagKeys({ filters: [], queries: [impacts] })).toEqual([{ text: 'Team', value: 'team' }]);
    const filters = [{ key: 'team', operator: '=', value: 'payments' }, { key: 'repo', operator: '=', value: 'x' }]; // prettier-ignore
    expect(await datasource.getTagValues({ key: 'repo', filters })).toContainEqual({
      text: 'acme/a,b',
      value: 'acme/a,b',
    });
    expect(requests[0]).toMatchObject({
      url: '/api/datasources/uid/store/resources/dimensions/repo',
      params: { filters: '{"team":["payments"]}' },
    });
    expect(await datasource.getTagValues({ key: 'nope', filters: [] })).toEqual([]);
  });

  it('takes group-by of a dashboard: its keys, whether they apply, what is recommended, and the query that is sent', async () => {
    const { datasource, requests } = setUp();
    expect(await datasource.getGroupByKeys()).toEqual([{ text: 'Team', value: 'team' }, { text: 'Repository', value: 'repo' }]); // prettier-ignore
    expect(await datasource.getGroupByKeys({ filters: [], queries: [{ refId: 'A', queryType: 'impacts' }] })).toEqual([]); // prettier-ignore
    expect(await datasource.getDrilldownsApplicability({ queries: [query({})], groupByKeys: ['team', 'size'] })).toEqual([
      { key: 'team', applicable: true },
      { key: 'size', applicable: false, reason: 'Fall speed cannot be grouped by size; only by: team, repository.' },
    ]); // prettier-ignore
    expect(await datasource.getRecommendedDrilldowns({ groupByKeys: ['team'] })).toEqual({ filters: [], groupByKeys: ['repo'] }); // prettier-ignore
    const request = { timezone: 'utc', targets: [query({})], range, scopedVars: {}, app: CoreApp.Dashboard, filters: [], groupByKeys: ['size', 'team'] }; // prettier-ignore
    await lastValueFrom(datasource.query(request as unknown as DataQueryRequest<ThroughlineQuery>));
    expect(requests[0]?.data).toMatchObject({ queries: [{ params: { groupBy: ['team'] }, tz: 'UTC' }] });
  });

  it('does not draw a comparison with the same weeks again, and asks nothing for it', async () => {
    const { datasource, requests } = setUp();
    const day = { from: dateTime(8 * 86_400_000), to: dateTime(9 * 86_400_000) };
    const rangeRaw = { from: dateTime(9 * 86_400_000).toISOString(), to: dateTime(10 * 86_400_000).toISOString() };
    const request = { timezone: 'utc', targets: [query({}), { ...query({ bucket: 'day' }), refId: 'B' }], range: { ...day, raw: day }, rangeRaw, scopedVars: {}, app: CoreApp.Dashboard, filters: [] }; // prettier-ignore
    const { data } = await lastValueFrom(datasource.query(request as unknown as DataQueryRequest<ThroughlineQuery>));
    expect((requests[0]?.data as { queries: unknown[] }).queries).toMatchObject([{ refId: 'B' }]);
    expect(data).toContainEqual(expect.objectContaining({ refId: 'A', meta: { notices: [expect.objectContaining({ text: expect.stringMatching(/^Not compared/) as string })] } })); // prettier-ignore
  });

  it('runs variables, dependent on others, in the old form too', async () => {
    const { datasource, requests } = setUp([{ name: 'team', current: ['payments'] }]);
    const variables = new ThroughlineVariables(datasource);
    const run = async (target: unknown) => {
      const request = { targets: [target], scopedVars: {} } as unknown as DataQueryRequest<VariableQuery>;
      const { data } = await lastValueFrom(variables.query(request));
      return data as unknown[];
    };
    expect(await run({ refId: 'A', dimension: 'repo', filters: { team: ['$team'] } })).toHaveLength(2);
    expect(requests[0]?.params).toEqual({ filters: '{"team":["payments"]}' });
    expect(await run('team')).toEqual([{ text: 'Payments', value: 'payments' }, { text: 'Search', value: 'search' }]); // prettier-ignore
    expect(await run({ refId: 'A' })).toEqual([]);
  });
});
