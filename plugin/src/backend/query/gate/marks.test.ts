import { defineMetric, statusColumn, type Row } from '../../../metrics/define.ts';
import { buildFrames } from '../../frames/frames.ts';
import { whyHidden, type Mark } from './marks.ts';

const labels = ['code_source'];
const marked = (source: string, reason: Mark['reason']): Mark => ({ labels, keys: [JSON.stringify([source])], reason });
const row = (code_source: string, status = 'suppressed_k'): Row => ({ code_source, value: null, status });
const EDGE = 'hidden: in the first or last weeks of the range are fewer than 5 people';

describe('whyHidden', () => {
  const why = (rows: Row[], ...marks: Mark[]) => whyHidden(rows, { marks, k: 5 });

  it('is the reason of the gate where it is that of every hidden row, not that few people are behind them', () => {
    expect(why([row('ai_heavy'), row('human', 'ok')], marked('ai_heavy', 'edge'))).toBe(EDGE);
    expect(why([row('ai_heavy')], marked('ai_heavy', 'remainder'))).toMatch(/^hidden: with this filter the rest/);
  });

  it('names all that it can be where rows differ, and does not say which row is which', () => {
    expect(why([row('ai_heavy'), row('human')], marked('ai_heavy', 'edge'))).toBe(
      'hidden: fewer than 5 people are behind them, in the first or last weeks of the range, or behind what would follow'
    );
    expect(why([row('ai_heavy'), row('human')], marked('ai_heavy', 'choice'))).toBe(
      'hidden: fewer than 5 people are behind them, or behind what would follow'
    );
  });

  it('is nothing where the gate hid nothing', () => {
    expect(why([row('ai_heavy')])).toBeNull();
    expect(why([row('ai_heavy', 'ok')], marked('ai_heavy', 'edge'))).toBeNull();
  });
});

it('is said by the frame: in its notice, and as what the status of a row means', () => {
  const metric = defineMetric({
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
    formats: ['table'],
    examples: [],
  } as unknown as Parameters<typeof defineMetric>[0]);
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
  expect(status?.config.custom?.['reasons']).toEqual({ suppressed_k: EDGE, low_n: 'too few units for a number' });
});
