import {
  applyFieldOverrides,
  createTheme,
  dateTime,
  FieldType,
  locationUtil,
  toDataFrame,
  type DataFrame,
  type DataQueryResponse,
  type TimeRange,
} from '@grafana/data';
import { withOwnLinks } from './own-links.ts';

const rangeOf = (from: string, to: string, raw?: TimeRange['raw']): TimeRange => ({ from: dateTime(from), to: dateTime(to), raw: raw ?? { from: dateTime(from), to: dateTime(to) } }); // prettier-ignore
const LAST_YEAR = rangeOf('2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z', { from: 'now-1y', to: 'now' });

beforeAll(() => {
  locationUtil.initialize({
    config: { appSubUrl: '' } as never,
    getVariablesUrlParams: () => ({}),
    getTimeRangeForUrl: () => ({ from: 'now-1h', to: 'now' }),
  });
});

/** What a table makes of the links of each row: Grafana's own code, which leaves out a link without an address. */
function hrefsOf(response: DataQueryResponse): Array<string | undefined> {
  const [frame] = applyFieldOverrides({
    data: response.data,
    fieldConfig: { defaults: {}, overrides: [] },
    replaceVariables: (text, scopedVars) => {
      const { frame: shown, rowIndex } = (scopedVars?.['__dataContext']?.value ?? {}) as {
        frame: DataFrame;
        rowIndex: number;
      };
      return text.replace('${__data.fields.link}', (shown.fields[1]?.values[rowIndex] as string | null) ?? '');
    },
    theme: createTheme(),
  });
  const ref = frame?.fields[0];
  return [0, 1, 2].map((valueRowIndex) => ref?.getLinks?.({ valueRowIndex }).find(({ href }) => href)?.href);
}

const answer = (url: string): DataQueryResponse => ({
  data: [
    toDataFrame({
      fields: [
        {
          name: 'ref',
          type: FieldType.string,
          values: ['#1', 'payments-81', '#3'],
          config: { links: [{ title: 'Open', url }] },
        },
        { name: 'link', type: FieldType.string, values: ['https://forge.example/1', null, 'javascript:alert(1)'] },
      ],
    }),
  ],
});

it('a row whose address is not known is text', () => {
  expect(hrefsOf(withOwnLinks(answer('${__data.fields.link}'), LAST_YEAR))).toEqual([
    'https://forge.example/1',
    undefined,
    undefined,
  ]);
});

it('a link to a board keeps what stands behind its path, and is text where the path is not known', () => {
  const boards = answer('${__data.fields.link}?${__url_time_range}');
  boards.data[0].fields[1].values = ['/d/throughline-flow', null, ' '];
  expect(hrefsOf(withOwnLinks(boards, LAST_YEAR))).toEqual([
    '/d/throughline-flow?from=now-1y&to=now',
    undefined,
    undefined,
  ]);
});

it('other links and frames are left as they are', () => {
  const fixed = answer('https://example.org');
  expect(withOwnLinks(fixed, LAST_YEAR).data[0]).toBe(fixed.data[0]);
});

it('a link to a board carries the range of its panel, which may have one of its own', () => {
  const linked = (range: TimeRange) => {
    const [frame] = withOwnLinks(answer('/d/board?${__url_time_range}'), range).data as DataFrame[];
    return frame?.fields[0]?.config.links?.map(({ url }) => url);
  };
  expect(linked(LAST_YEAR)).toEqual(['/d/board?from=now-1y&to=now']);
  expect(linked(rangeOf('2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z'))).toEqual([
    '/d/board?from=1735689600000&to=1738368000000',
  ]);
});
