import { createTheme, FieldType, getDisplayProcessor, getValueFormat } from '@grafana/data';
import type { Column } from '../../metrics/define.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { buildFrames } from './frames.ts';
import { cellConfig, fieldConfig } from './field-config.ts';
import { drawTable } from './print-rows.ts';
import { cellOf, inShort, shownCell } from './cells.ts';

const link: Column = {
  name: 'link',
  role: 'link',
  type: 'string',
  label: 'Link',
  help: 'Page.',
  nullMeaning: 'no page',
};

test.each([
  ['https://github.com/acme/shop/pull/7', true],
  ['http://ghes.acme.io:8080/x?y#z', true],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['https://acme.io/\njavascript:alert(1)', false],
  ['//evil.example', false],
  ['/d/throughline-flow', true],
  ['/d/throughline-flow?x=javascript:1', false],
  ['/admin/users', false],
  ['', false],
])('a link to %j is shown: %s', (url, isShown) => {
  expect(cellOf(url, link)).toBe(isShown ? url : null);
});

describe('a difference of two shares', () => {
  const gap: Column = { ...link, name: 'value', role: 'value', type: 'number', unit: 'points', nullMeaning: 'none' };

  test('is in points where people read it, and a fraction where a rule or a program does', () => {
    expect(shownCell(-0.176, gap)).toBe(-17.6);
    expect(shownCell(-0.176, { ...gap, unit: 'percentunit' })).toBe(-0.176);
    expect(shownCell(null, gap)).toBeNull();
    expect(cellOf(-0.176, gap)).toBe(-0.176);
    expect(drawTable([gap], [{ value: -0.176 }])).toContain('-17.6 points');
  });

  test('has its unit in a table and a series; an alert compares the fraction', () => {
    const durability = metrics.find(({ id }) => id === 'durability')!;
    const shown = (format: 'table' | 'numeric', isAlert: boolean) => {
      const frames = buildFrames({
        metric: durability,
        params: { mode: 'gap', groupBy: ['code_source'], bucket: 'none', curve: false, show: 'value' },
        format,
        refId: 'A',
        rows: [{ code_source: 'ai_heavy', value: -0.176, lo: -0.2, hi: -0.1, status: 'ok' }],
        totalRows: 1,
        notices: [],
        isAlert,
        sql: '',
      });
      const field = frames[0]?.fields.find(({ name }) => name === 'value');
      return [field?.values[0], field?.config.unit];
    };
    expect(shown('table', false)).toEqual([-17.6, 'suffix:points']);
    expect(shown('numeric', false)).toEqual([-17.6, 'suffix:points']);
    expect(shown('numeric', true)[0]).toBe(-0.176);
  });

  test('no metric calls one a percentage', () => {
    const named = metrics.flatMap(({ id, columns }) =>
      columns
        .filter(
          ({ name, help, unit }) => unit === 'percentunit' && (/^(gap|delta)(_|$)/.test(name) || / minus /.test(help))
        )
        .map(({ name }) => `${id}.${name}`)
    );
    // Changes of a mean, relative to it.
    expect(named).toEqual([
      'cycle-time-by-usage.delta_pct',
      'cycle-time-by-usage.delta_pct',
      'cycle-time-by-usage.delta_without_top_k',
      'cycle-time-by-usage.delta_lo',
      'cycle-time-by-usage.delta_hi',
      'flow.gap',
      'flow.gap_lo',
      'flow.gap_hi',
      'flow-shift.delta_pct',
      'review-burden.gap',
      'review-burden.gap_lo',
      'review-burden.gap_hi',
    ]);
  });
});

describe('units as panels show them', () => {
  const words = (unit: string, value: number): string => {
    const column: Column = { name: 'value', role: 'value', type: 'number', unit, label: 'Value', help: '', nullMeaning: '' };
    const { unit: shown, decimals } = fieldConfig(column);
    const { text, suffix = '' } = getValueFormat(shown)(Number(shownCell(value, column)), decimals);
    return `${text}${suffix}`;
  };

  test('a few minutes of hours read in minutes, working days never in weeks of seven', () => {
    expect(['0.02', '1.5', '30', '0'].map((hours) => words('h', Number(hours)))).toEqual(['1.2 min', '1.5 hours', '1.3 days', '0.0 min']);
    expect([0.03, 2.5, 10].map((days) => words('d', days))).toEqual(['0.0300 d', '2.50 d', '10 d']);
  });

  test('days of which none holds a week read in hours and minutes', () => {
    const column: Column = { name: 'p50', role: 'value', type: 'number', unit: 'd', label: 'Age', help: '', nullMeaning: '' };
    const told = (...days: Array<number | null>): string[] => {
      const own = inShort(column, days);
      const { unit, decimals } = fieldConfig(own);
      return days.filter((one) => one !== null).map((one) => {
        const { text, suffix = '' } = getValueFormat(unit)(Number(shownCell(one, own)), decimals);
        return `${text}${suffix}`;
      });
    };
    expect(told(0.583, 0, null)).toEqual(['14.0 hours', '0.0 min']);
    expect(told(0.02, 2.5)).toEqual(['28.8 min', '2.5 days']);
    expect(told(0.583, 10)).toEqual(['0.583 d', '10 d']);
  });

  test('counts have separators, as the names of series and the terminal have', () => {
    const column: Column = { name: 'n', role: 'count', counts: 'row', type: 'number', label: 'n', help: '', nullMeaning: '' };
    const { unit, decimals } = fieldConfig(column);
    expect(getValueFormat(unit)(104140, decimals).text).toBe((104140).toLocaleString());
    expect(drawTable([column], [{ n: 104140 }])).toContain('104,140');
  });
}); // prettier-ignore

test('a share of next to nothing is told as far beyond, where its digits would be cut; in the column of what is long the text goes on', () => {
  const share: Column = { name: 'value', role: 'value', type: 'number', unit: 'percentunit', label: 'Raw', help: 'Raw.', nullMeaning: 'none' };
  const told = (value: number) => getDisplayProcessor({ field: { type: FieldType.number, config: cellConfig(share) as never }, theme: createTheme() })(value).text;
  expect([594.446, -94.446, 9.994, -1, 0].map(told)).toEqual(['>999%', '<-999%', '999.4', '-100.0', '0.0']);
  expect(cellConfig({ ...link, name: 'title', role: 'text' }).custom).toMatchObject({ wrapText: true });
}); // prettier-ignore

test('a board of this Grafana opens where one is, another page beside it', () => {
  const blank = (url: string) => fieldConfig({ ...link, name: 'title', role: 'text', link: { title: 'Open', url } }).links?.map(({ targetBlank }) => targetBlank); // prettier-ignore
  expect(['/d/x', '${__data.fields.board}?${__url_time_range}', '${__data.fields.link}', '//x.example'].flatMap(blank)).toEqual([false, false, true, true]); // prettier-ignore
});
