import {
  applyFieldOverrides,
  createTheme,
  FieldType,
  locationUtil,
  toDataFrame,
  type DataFrame,
  type DataQueryResponse,
} from '@grafana/data';
import { withOwnLinks } from './own-links.ts';

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
  expect(hrefsOf(withOwnLinks(answer('${__data.fields.link}')))).toEqual([
    'https://forge.example/1',
    undefined,
    undefined,
  ]);
});

it('other links and frames are left as they are', () => {
  const fixed = answer('https://example.org');
  expect(withOwnLinks(fixed).data[0]).toBe(fixed.data[0]);
});
