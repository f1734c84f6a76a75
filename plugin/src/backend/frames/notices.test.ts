import type { Column, Row } from '../../metrics/define.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { cutNotices, statusNotices } from './notices.ts';

const columnsOf = (id: string): readonly Column[] => metrics.find((metric) => metric.id === id)!.columns;
const texts = (rows: readonly Row[], columns: readonly Column[]) =>
  statusNotices(rows, columns).map(({ severity, text }) => `${severity}: ${text}`);

describe('a large unknown share', () => {
  const rows = [{ status: 'ok', unknown_share: 0.1 }, { status: 'ok', unknown_share: 0.456 }, { status: 'ok', unknown_share: null }]; // prettier-ignore

  it('is worded by the metric: in cycle time by usage it is the use that is unknown', () => {
    const [notice] = texts(rows, columnsOf('cycle-time-by-usage'));
    expect(notice).toMatch(/^warning: Unknown usage 46 %: too much for a verdict\. .*no known usage/);
    expect(notice).not.toMatch(/wrote|author|source/);
  });

  it('names the tool of which it is', () => {
    const [notice] = texts([{ status: 'ok', tool: 'cursor', unknown_share: 0.2 }, { status: 'ok', tool: 'review-bot', unknown_share: 1 }], columnsOf('cycle-time-by-usage')); // prettier-ignore
    expect(notice).toMatch(/^warning: Unknown usage of review-bot 100 %: /);
  });

  it.each(['durability', 'dora-by-source'])('of %s is about the source of the code', (id) => {
    expect(texts(rows, columnsOf(id))).toEqual([
      expect.stringMatching(/^warning: Unknown share 46 %: too much for a verdict\. .*unknown source/),
    ]);
  });

  it('is not mentioned up to 30 %', () => {
    expect(texts([{ status: 'ok', unknown_share: 0.3 }], columnsOf('durability'))).toEqual([]);
  });
});

describe('statuses', () => {
  it('are counted wherever they stand, and ok says nothing', () => {
    const rows = ['low_n', 'ok', 'low_n', 'low_n', 'bad_config', 'ok', 'low_n'].map((status) => ({ status }));
    expect(texts(rows, columnsOf('durability'))).toEqual([
      'info: 4 of 7 rows: too few units for a number.',
      'warning: 1 of 7 rows: not computed, the configuration has a fault.',
    ]);
  });
});

describe('a cut', () => {
  it('says how many rows of how many are shown', () => {
    expect(cutNotices(10, 10)).toEqual([]);
    expect(cutNotices(10, 11)).toMatchObject([{ severity: 'warning', text: expect.stringMatching(/10 of 11 rows/) }]);
  });
});
