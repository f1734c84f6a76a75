import { defineMetric, statusColumn, type Metric, type Row } from '../../../metrics/define.ts';
import { buildFrames } from '../../frames/frames.ts';
import { whyHidden, type Mark } from './marks.ts';

const labels = ['code_source'];
const marked = (source: string, reason: Mark['reason']): Mark => ({ labels, keys: [JSON.stringify([source])], reason });
const row = (code_source: string, status = 'suppressed_k'): Row => ({ code_source, value: null, status });
const EDGE = 'hidden: fewer than 5 people in its first or last weeks';

describe('whyHidden', () => {
  const why = (rows: Row[], ...marks: Mark[]) => whyHidden(rows, { marks, k: 5 });

  it('is the reason of the gate where it is that of every hidden row, not that few people are behind them', () => {
    expect(why([row('ai_heavy'), row('human', 'ok')], marked('ai_heavy', 'edge'))).toBe(EDGE);
    expect(why([row('ai_heavy')], marked('ai_heavy', 'remainder'))).toMatch(/^hidden: with this filter the rest/);
  });

  it('names all that it can be where rows differ, and does not say which row is which', () => {
    expect(why([row('ai_heavy'), row('human')], marked('ai_heavy', 'edge'))).toBe(
      'hidden: fewer than 5 people, in all or in its first or last weeks, or it would tell of so few'
    );
    expect(why([row('ai_heavy'), row('human')], marked('ai_heavy', 'choice'))).toBe(
      'hidden: fewer than 5 people, or it would tell of so few'
    );
  });

  it('is that few people are behind it where the gate marked nothing, and nothing where no row is hidden', () => {
    expect(why([row('ai_heavy')])).toBe('hidden: fewer than 5 people, or it would tell of so few');
    expect(why([row('ai_heavy', 'ok')], marked('ai_heavy', 'edge'))).toBeNull();
  });
});

/** One number for each code source, judged by the people behind a row. */
function hiddenMetric(format: 'table' | 'numeric'): Metric {
  return defineMetric({
    id: 'hidden',
    title: 'Hidden',
    summary: '',
    seedName: 'hidden',
    params: {},
    columns: [
      { name: 'code_source', role: 'label', type: 'string', label: 'Source', help: '', nullMeaning: 'never null' },
      { name: 'value', role: 'value', type: 'number', unit: 'm', label: 'Value', help: '', nullMeaning: 'hidden' },
      statusColumn,
    ],
    people: [{ count: null }],
    formats: [format],
    examples: [],
  } as unknown as Parameters<typeof defineMetric>[0]);
}

it('is said by the frame: in its notice, and as what the status of a row means', () => {
  const metric = hiddenMetric('table');
  const [frame] = buildFrames({
    metric,
    params: {},
    format: 'table',
    refId: 'A',
    rows: [row('ai_heavy'), row('human', 'low_n')],
    totalRows: 2,
    notices: [],
    whyHidden: EDGE,
    isAlert: false,
    sql: '',
  });
  expect(frame?.meta.notices?.map(({ text }) => text)).toContain(`1 of 2 rows: ${EDGE}.`);
  const status = frame?.fields.find(({ name }) => name === 'status');
  const { mappings, custom } = status?.config ?? {};
  expect(mappings?.[0]?.options).toMatchObject({ suppressed_k: { text: 'hidden: small group', color: 'orange' } });
  // Grafana measures a row by the cell itself, not by its words: what went on in the next line would lie over the next row.
  expect(custom).not.toMatchObject({ wrapText: true });
  expect(custom?.['reasons']).toEqual({ suppressed_k: EDGE, low_n: 'too few units for a number' });
});

it('stands in the place of the number where a series is hidden, not only behind an icon', () => {
  const metric = hiddenMetric('numeric');
  const rows = [row('ai_heavy'), { ...row('human', 'ok'), value: 3 }];
  const input = { metric, params: {}, format: 'numeric', refId: 'A', rows, totalRows: 2, notices: [], whyHidden: EDGE, sql: '' } as const; // prettier-ignore
  const noValues = (isAlert: boolean, only = rows) =>
    buildFrames({ ...input, rows: only, isAlert }).map(
      ({ fields }) => fields.find(({ name }) => name === 'value')?.config.noValue
    );
  // Beside the bars of others there is room for a word.
  expect(noValues(false)).toEqual(['hidden', '–']);
  expect(noValues(false, rows.slice(0, 1))).toEqual([EDGE]);
  expect(noValues(true)).toEqual(['–']);
});
