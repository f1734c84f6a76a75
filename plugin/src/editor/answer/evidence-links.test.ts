import { dateTime, FieldType, toDataFrame, type DataFrame, type DataLink } from '@grafana/data';
import { metric as dora } from '../../metrics/dora-by-source/metric.ts';
import { metric as durability } from '../../metrics/durability/metric.ts';
import { metric as evidence } from '../../metrics/evidence/metric.ts';
import { parseQuery } from '../../metrics/query.ts';
import { withEvidenceLinks } from './evidence-links.ts';
import type { ThroughlineQuery } from '../state/types.ts';

const withoutRows = { ...durability, id: 'without-rows', evidence: [] };
const metrics = new Map([dora, durability, evidence, withoutRows].map((metric) => [metric.id, metric]));
const range = { from: dateTime(0), to: dateTime(1000), raw: { from: 'now-1y', to: 'now' } };
const source = { uid: 'store', name: 'Throughline', metrics, range };

const series = toDataFrame({
  refId: 'A',
  fields: [
    { name: 'time', type: FieldType.time, values: [1] },
    { name: 'value', type: FieldType.number, values: [0.2], labels: { code_source: 'ai_heavy', horizon: '90' } },
  ],
});
const table = toDataFrame({
  refId: 'A',
  fields: [
    { name: 'team', type: FieldType.string, values: ['payments', 'search'] },
    { name: 'value', type: FieldType.number, values: [0.2, 0.3], labels: {} },
    { name: 'lo', type: FieldType.number, values: [0.1, 0.2] },
    { name: 'n', type: FieldType.number, values: [30, 40] },
    { name: 'status', type: FieldType.string, values: ['ok', 'ok'] },
  ],
});

const query = (queryType: string, params: Record<string, unknown>): ThroughlineQuery => ({
  refId: 'A',
  queryType,
  params,
  version: 1,
});

/** Links of a field after the query was answered. */
function links(frame: DataFrame, sent: ThroughlineQuery, name = 'value'): DataLink[] {
  const [linked] = withEvidenceLinks({ data: [frame] }, [sent], source).data as DataFrame[];
  return linked?.fields.find((field) => field.name === name)?.config.links ?? [];
}

/** The query that a click on a row opens. */
function clicked(link: DataLink | undefined, frame: DataFrame, rowIndex = 0): unknown {
  const context = { value: { data: [frame], frame, rowIndex } };
  const make = link?.internal?.query as (click: object) => unknown;
  return make({ scopedVars: { __dataContext: context }, replaceVariables: (text: string) => text });
}

describe('withEvidenceLinks', () => {
  it('opens the rows of a series with its group and the filters of the query', () => {
    const [link] = links(series, query('durability', { team: ['payments'], code_source: ['human', 'ai_heavy'], horizon: 'all' }));
    expect(link).toMatchObject({ url: '', internal: { datasourceUid: 'store', datasourceName: 'Throughline', range } });
    expect(clicked(link, series)).toEqual({
      refId: 'A',
      queryType: 'evidence',
      version: 1,
      params: { mode: 'changes', team: ['payments'], code_source: ['ai_heavy'] },
    });
  }); // prettier-ignore

  it('opens the rows of the range that was answered, where another was asked for', () => {
    const rangeOf = (from: number, to: number) =>
      links({ ...series, meta: { custom: { range: { from, to } } } }, query('durability', {}))[0]?.internal?.range;
    expect(rangeOf(0, 1000)).toBe(range);
    const year = rangeOf(-5000, 900);
    expect([year?.from.valueOf(), year?.to.valueOf(), year?.raw.from.valueOf()]).toEqual([-5000, 900, -5000]);
  });

  it('takes the group of a table row from the row that is clicked', () => {
    const sent = query('dora-by-source', { metric: 'recovery_time', groupBy: ['team'] });
    expect(clicked(links(table, sent)[0], table, 1)).toMatchObject({
      params: { mode: 'deployments', only: 'failed', team: ['search'] },
    });
    expect(links(table, sent, 'lo')).toEqual([]);
    expect(links(table, sent, 'n')).toEqual([]);
    expect(links(table, sent, 'status')).toEqual([]);
  });

  it('makes queries that the backend takes', () => {
    for (const metric of ['lead_time', 'change_fail_rate', 'recovery_time']) {
      const [link] = links(table, query('dora-by-source', { metric, groupBy: ['team'], repo: ['acme/api'] }));
      expect(parseQuery(clicked(link, table), metrics).params).toMatchObject({
        repo: ['acme/api'],
        team: ['payments'],
      });
    }
  });

  it('keeps ad-hoc filters that the rows know', () => {
    const adhocFilters = [
      { key: 'team', operator: '=', value: 'payments' },
      { key: 'seniority', operator: '=', value: 'senior' },
    ];
    expect(clicked(links(series, { ...query('durability', {}), adhocFilters })[0], series)).toMatchObject({
      adhocFilters: [adhocFilters[0]],
    });
  });

  it('gives no link where no rows are kept, to unknown metrics and to frames of other queries', () => {
    expect(links(table, query('without-rows', { groupBy: ['team'] }))).toEqual([]);
    expect(links(table, query('nothing', {}))).toEqual([]);
    expect(links(table, { ...query('durability', {}), refId: 'B' })).toEqual([]);
  });

  it('keeps links that the columns bring, and leaves the frame of the answer as it was', () => {
    const own = { title: 'Own', url: '/own' };
    const frame = toDataFrame({
      refId: 'A',
      fields: [{ name: 'value', type: FieldType.number, values: [1], config: { links: [own] } }],
    });
    expect(links(frame, query('durability', {})).map(({ title }) => title)).toEqual(['Own', 'Rows behind this number']);
    expect(frame.fields[0]?.config.links).toEqual([own]);
  });
});
