import { DIMENSIONS, type Dimension } from '../../metrics/define.ts';
import { columnsOf, defaultParams, isParamShown, parseQuery } from '../../metrics/query.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { displayText } from './display-text.ts';
import { applicability, askedBy, grouped, keysOf, recommendedGroups } from './drilldowns.ts';

const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const query = (queryType: string, params: Record<string, unknown> = {}) => ({
  refId: 'A',
  queryType,
  params,
  version: 1,
});
const asked = (...queries: Array<ReturnType<typeof query>>) => askedBy(queries, registry);

describe.each(metrics.map((metric) => [metric.id, metric] as const))('%s', (id, metric) => {
  const shown = Object.values(metric.params).filter((param) => isParamShown(param, defaultParams(metric)));

  it('offers exactly the dimensions that it can be filtered and grouped by', () => {
    const filters = new Set(shown.flatMap((param) => (param.kind === 'filter' ? [param.dimension] : [])));
    const groups = new Set(shown.flatMap((param) => (param.kind === 'groupBy' ? param.allowed : [])));
    expect(new Set(keysOf(asked(query(id)), 'filter'))).toEqual(filters);
    expect(new Set(keysOf(asked(query(id)), 'group'))).toEqual(groups);
  });

  it('says of every filter and group whether it applies, and why not', () => {
    const filters = DIMENSIONS.map((key) => ({ key, operator: '=', value: 'x' }));
    const told = applicability({ filters, groupByKeys: [...DIMENSIONS] }, asked(query(id)));
    expect(told).toHaveLength(2 * DIMENSIONS.length);
    const [forFilters, forGroups] = [told.slice(0, DIMENSIONS.length), told.slice(DIMENSIONS.length)];
    const applying = (list: typeof told) => list.filter(({ applicable }) => applicable).map(({ key }) => key);
    expect(applying(forFilters)).toEqual(keysOf(asked(query(id)), 'filter'));
    expect(applying(forGroups)).toEqual(keysOf(asked(query(id)), 'group'));
    for (const { applicable, reason } of told) {
      expect(applicable ? reason === undefined : reason).toEqual(applicable || expect.stringContaining(metric.title));
    }
  });

  it('is grouped by each group that applies, and the answer has its column', () => {
    for (const key of keysOf(asked(query(id)), 'group')) {
      const { params } = parseQuery(grouped(query(id), registry, [key]), registry);
      expect(columnsOf(metric, params).map(({ name }) => name)).toContain(key);
    }
    expect(grouped(query(id), registry, ['no-such'])).toEqual(query(id));
  });
});

it('applies what one query of a panel can use, names the metrics that cannot, and keeps whose filter it is', () => {
  const [flow, queue] = [query('flow'), query('review-queue')];
  const filters = [
    { key: 'code_source', operator: '=', value: 'human', origin: 'dashboard' },
    { key: 'tool', operator: '=', value: 'copilot' },
    { key: 'host', operator: '=', value: 'a' },
    { key: 'team', operator: '<', value: 'a' },
  ];
  expect(applicability({ filters }, asked(flow, queue))).toEqual([
    { key: 'code_source', applicable: true, origin: 'dashboard' },
    {
      key: 'tool',
      applicable: false,
      reason: expect.stringMatching(/^Flow, Review queue cannot be filtered by tool; only by: team, /),
    },
    { key: 'host', applicable: false, reason: expect.stringMatching(/^Throughline knows no dimension "host"/) },
    { key: 'team', applicable: false, reason: 'Operator < is not known here: use = != =~ !~ =| !=|.' },
  ]);
  expect(applicability({ groupByKeys: ['team', 'team'] }, asked(flow))).toEqual([
    { key: 'team', applicable: true },
    { key: 'team', applicable: false, reason: 'Grouped by it already.' },
  ]);
  expect(applicability({}, asked(flow))).toEqual([]);
});

it('keeps the groups of a query without those of the dashboard, and takes over all that it has', () => {
  const own = query('flow', { groupBy: ['team'], until: 'merged' });
  expect(grouped(own, registry, [])).toBe(own);
  expect(grouped(own, registry, ['tool'])).toBe(own);
  expect(grouped({ ...own, ...{ tz: 'UTC' } }, registry, ['repo', 'tool', 'code_source', 'repo'])).toMatchObject({
    params: { groupBy: ['repo', 'code_source'], until: 'merged' },
    tz: 'UTC',
  });
  const broken = { refId: 'A', queryType: 'flow', version: 99 };
  expect(grouped(broken, registry, ['team'])).toBe(broken);
});

it('recommends groups that most metrics of the dashboard have and nobody uses', () => {
  const all = asked(query('flow'), query('review-queue'), query('durability'));
  const first = recommendedGroups(all, []);
  expect(first).toHaveLength(3);
  expect(first).toEqual(expect.arrayContaining<Dimension>(['team', 'repo', 'service']));
  expect(recommendedGroups(all, first).some((key) => first.includes(key))).toBe(false);
  expect(recommendedGroups(asked(query('delivery-events')), [])).toEqual([]);
});

it('reads well in the history of queries: which question, groups and filters', () => {
  const text = (queryType: string, params: Record<string, unknown> = {}) =>
    displayText(query(queryType, params), registry);
  expect(text('dora-by-source', { metric: 'lead_time', team: ['payments'] })).toBe(
    'DORA by code source · Change lead time · by code source · Team: payments'
  );
  expect(text('durability', { groupBy: [] })).toMatch(/^Durability of code · [A-Z][^·]+$/);
  for (const { id, title } of metrics) expect(text(id).startsWith(title)).toBe(true);
});
