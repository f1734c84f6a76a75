import {
  createTheme,
  FieldType,
  formattedValueToString,
  getDisplayProcessor,
  getFieldDisplayName,
  getValueFormat,
  toDataFrame,
} from '@grafana/data';
import type { Metric, Notice, Row } from '../../metrics/define.ts';
import { encodeFrame } from './arrow.ts';
import { BackendError } from '../errors.ts';
import { fallSpeed } from '../fixtures/fall-speed.ts';
import { drawFrame, nanoseconds, readFrame } from '../fixtures/read-frame.ts';
import type { FrameInput } from './frame-types.ts';
import { buildFrames, MAX_SERIES } from './frames.ts';
import { defaultParams } from '../../metrics/query.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 2, 29, hour));
const row = (team: string, hour: number, given: Row = {}): Row => {
  const value = typeof given['value'] === 'number' ? given['value'] : null;
  const interval = value === null ? { lo: null, hi: null } : { lo: value - 1, hi: value + 1 };
  return {
    time: at(hour),
    team,
    repo: 'acme/shop',
    ...interval,
    n: 10,
    status: 'ok',
    url: `https://example.org/${team}`,
    ...given,
  };
};
const rows = [
  row('pay', 0, { value: 1 }),
  row('pay', 1, { status: 'low_n', value: null }),
  row('pay', 2, { value: 3, status: 'partial' }),
  row('web', 0, { value: 2 }),
  row('web', 1, { value: 2.5 }),
];

const input = (changed: Partial<FrameInput> & { given?: object } = {}): FrameInput => ({
  metric: fallSpeed, params: { ...defaultParams(fallSpeed), ...changed.given }, format: 'timeseries', refId: 'A', rows, totalRows: changed.rows?.length ?? rows.length,
  notices: [], isAlert: false, sql: 'select 1', ...changed,
}); // prettier-ignore
const draw = (changed: Parameters<typeof input>[0] = {}) => `\n${buildFrames(input(changed)).map((frame) => drawFrame(readFrame(encodeFrame(frame)))).join('\n\n')}\n`; // prettier-ignore

describe('frames', () => {
  it('timeseries: one frame per label set, names and units from the columns, notices on the first', () => {
    expect(draw()).toBe(`
fall-speed A timeseries-multi
| Time time            | pay {team=pay} [velocityms] number |
| 2026-03-29T00:00:00Z | 1                                  |
| 2026-03-29T01:00:00Z | null                               |
! info: 1 of 5 rows: too few units for a number.
! info: 1 of 5 rows: only in part inside the range or the collected data, no point of a line.

fall-speed A timeseries-multi
| Time time            | web {team=web} [velocityms] number |
| 2026-03-29T00:00:00Z | 2                                  |
| 2026-03-29T01:00:00Z | 2.5                                |
`);
  });

  it('timeseries: rows in any order, of several series in turn, give the same frames', () => {
    const shuffled = [4, 0, 3, 2, 1].map((index) => rows[index]!);
    const sorted = (text: string) => text.trim().split('\n\n').map((frame) => frame.replace(/\n!.*/g, '')).sort(); // prettier-ignore
    expect(sorted(draw({ rows: shuffled }))).toEqual(sorted(draw()));
  });

  it('a time over time is drawn in hours, whose ticks are round; an alert and a single number keep minutes', () => {
    const metric = { ...fallSpeed, columns: fallSpeed.columns.map((one) => one.unit === undefined ? one : { ...one, unit: 'm' }) }; // prettier-ignore
    const one = { metric, given: { ci: true }, rows: [row('web', 0, { value: 120 }), row('web', 1, { value: null })] };
    const drawn = (changed: Partial<FrameInput>) => buildFrames(input({ ...one, ...changed })).map(({ fields }) => fields.at(-1)); // prettier-ignore
    expect(drawn({}).map((field) => [field?.config.unit, field?.values])).toEqual([
      ['suffix:h', [2, null]],
      ['suffix:h', [119 / 60, null]],
      ['suffix:h', [121 / 60, null]],
    ]);
    // One unit for all lines of an answer, by its longest time: no line reads 0.0 hours, none 312 hours.
    const longest = (minutes: number) => drawn({ rows: [row('web', 0, { value: minutes }), row('pay', 0, { value: 3 })] }).map((field) => field?.config.unit); // prettier-ignore
    expect([5, 119, 600, 20_000].map((minutes) => [...new Set(longest(minutes))].join())).toEqual(['suffix:min', 'suffix:min', 'suffix:h', 'suffix:d']); // prettier-ignore
    for (const kept of [{ isAlert: true }, { format: 'numeric' as const, rows: one.rows.slice(0, 1) }]) {
      const [field] = drawn(kept);
      expect([field?.config.unit, field?.values[0]]).toEqual(['m', 120]);
    }
    const { text, suffix } = getValueFormat('suffix:h')(2.5, 1);
    expect(`${text}${suffix ?? ''}`).toBe('2.5 h');
  });

  it('shares begin at 0 unless one is below, and end at 1 where all are 0: an axis of Grafana would go up to 10,000 %', () => {
    const metric = { ...fallSpeed, columns: fallSpeed.columns.map((one) => one.unit === undefined ? one : { ...one, unit: 'percentunit' }) }; // prettier-ignore
    const ends = (...values: number[]) => {
      const rows = values.map((value, hour) => row('web', hour, { value }));
      const config = buildFrames(input({ metric, rows }))[0]?.fields.at(-1)?.config;
      return [config?.min, config?.max];
    };
    expect([ends(0, 0), ends(0, 0.2), ends(-0.1, 0)]).toEqual([
      [0, 1],
      [0, undefined],
      [undefined, undefined],
    ]);
  });

  it('table: a number of people that is a step looks like the lower end that it is, and nobody like nobody', () => {
    const people = { ...fallSpeed.columns.find(({ role }) => role === 'count')!, countsPeople: true as const };
    const metric = { ...fallSpeed, columns: fallSpeed.columns.map((one) => (one.name === people.name ? people : one)) };
    const [frame] = buildFrames(input({ metric, format: 'table' }));
    const field = frame?.fields.find(({ name }) => name === people.name);
    const shown = (value: number) => formattedValueToString(getDisplayProcessor({ field: toDataFrame({ fields: [{ ...field!, type: FieldType.number, labels: undefined }] }).fields[0]!, theme: createTheme() })(value));
    expect([shown(10), shown(0)]).toEqual(['≥ 10', '0']);
  }); // prettier-ignore

  it('numeric: no number of a comparison stands without its verdict and how many are behind it, but for alerts', () => {
    const judged = [
      row('pay', 0, { value: 1, verdict: 'worse', reference: 'human' }),
      row('web', 0, { value: 2, verdict: null, reference: 'human' }),
    ];
    const names = (isAlert: boolean) =>
      buildFrames(input({ rows: judged, format: 'numeric', isAlert })).map(({ fields }) => fields[0]?.config.displayNameFromDS); // prettier-ignore
    expect(names(false)).toEqual(['pay (worse than human, n = 10)', 'web (n = 10)']);
    expect(names(true)).toEqual(['pay', 'web']);
  });

  it('timeseries with ci: a band of two more frames', () => {
    expect(draw({ given: { ci: true }, rows: [row('web', 0, { value: 2 })] })).toBe(`
fall-speed A timeseries-multi
| Time time            | web {team=web} [velocityms] number |
| 2026-03-29T00:00:00Z | 2                                  |

fall-speed A timeseries-multi
| Time time            | web: low {team=web} [velocityms] number |
| 2026-03-29T00:00:00Z | 1                                       |

fall-speed A timeseries-multi
| Time time            | web: high {team=web} [velocityms] number |
| 2026-03-29T00:00:00Z | 3                                        |
`);
  });

  describe('series over a step of their own', () => {
    const curve: Metric = {
      ...fallSpeed,
      columns: fallSpeed.columns.flatMap((column) =>
        column.role === 'time' ? [] : column.name === 'n' ? [{ ...column, isAxis: true as const }] : [column]
      ),
    };
    const steps = [
      row('pay', 0, { n: 1, value: 9 }),
      row('web', 0, { n: 0, value: 10 }),
      row('pay', 0, { n: 0, value: 10 }),
      row('ops', 0, { n: 0, value: null, status: 'suppressed_k' }),
    ];

    it('stand in one frame, steps in order, bands beside their line; a hidden one says so in its name', () => {
      const [frame, ...others] = buildFrames(input({ metric: curve, rows: steps, given: { ci: true } }));
      const fields = frame!.fields.map(({ config, values }) => [config.displayNameFromDS, ...values]);
      expect(others).toEqual([]);
      expect(frame!.meta.type).toBe('table');
      expect(fields).toEqual([
        ['n', 0, 1],
        ['pay', 10, 9],
        ['pay: low', 9, 8],
        ['pay: high', 11, 10],
        ['web', 10, null],
        ['web: low', 9, null],
        ['web: high', 11, null],
        ['ops (hidden)', null, null],
        ['ops (hidden): low', null, null],
        ['ops (hidden): high', null, null],
      ]);
      expect(frame!.fields[3]!.config.custom).toMatchObject({ fillBelowTo: 'pay: low' });
    });

    it('over a share: whole axes, no place without a number (an XY chart would draw it at 0), the equal line beside them, nothing of what is hidden', () => {
      const lorenz: Metric = {
        ...curve,
        columns: curve.columns.map((column) => (column.isAxis ? { ...column, even: 'if all were equal' } : column)),
      };
      const at = (team: string, n: number, value: number | null) => row(team, 0, { n, value, verdict: 'no_clear_change' }); // prettier-ignore
      const told = [at('pay', 0, 0), at('pay', 0.4, 0.9), at('pay', 0.8, null), at('pay', 1, 1), at('ops', 0.5, null)];
      const [frame] = buildFrames(input({ metric: lorenz, rows: told }));
      expect(frame!.fields.map(({ config, values }) => [config.displayNameFromDS, config.min, config.max, ...values])).toEqual([
        ['n', 0, 1.05, 0, 0.4, 1],
        ['pay (no clear change, n = 0), known at 1 point', 0, 1, 0, 0.9, 1],
        ['if all were equal', 0, 1, 0, 0.4, 1],
      ]);
      const hidden = told.map((one) => ({ ...one, value: null }));
      expect(buildFrames(input({ metric: lorenz, rows: hidden }))[0]!.fields).toEqual([]);
    }); // prettier-ignore

    it('are no alert: that needs time, or one number', () => {
      expect(() => buildFrames(input({ metric: curve, rows: steps, isAlert: true }))).toThrow('has no time here');
    });
  });

  it('numeric: one number per label set, the latest whole bucket', () => {
    expect(draw({ format: 'numeric' })).toBe(`
fall-speed A numeric-multi
| pay (too few) {team=pay} [velocityms] number |
| null                                         |
! info: 1 of 5 rows: too few units for a number.
! info: 1 of 5 rows: only in part inside the range or the collected data, no point of a line.

fall-speed A numeric-multi
| web {team=web} [velocityms] number |
| 2.5                                |
`);
  });

  it('table: every column of the chosen groups, truncation named', () => {
    expect(draw({ format: 'table', rows: rows.slice(3), totalRows: 7 })).toBe(`
fall-speed A table
| Time time            | Team string | Speed [velocityms] number | low [velocityms] number | high [velocityms] number | n [short] number | Status string | Link string             |
| 2026-03-29T00:00:00Z | web         | 2                         | 1                       | 3                        | 10               | ok            | https://example.org/web |
| 2026-03-29T01:00:00Z | web         | 2.5                       | 1.5                     | 3.5                      | 10               | ok            | https://example.org/web |
! warning: Showing 2 of 7 rows: narrow the filters or the range.
`);
  });

  it('alert: no partial buckets, null unless ok, no band', () => {
    expect(draw({ isAlert: true, given: { ci: true }, rows: [...rows, row('web', 2, { value: 9, status: 'stale' })] }))
      .toBe(`
fall-speed A timeseries-multi
| Time time            | pay {team=pay} [velocityms] number |
| 2026-03-29T00:00:00Z | 1                                  |
| 2026-03-29T01:00:00Z | null                               |
! info: 1 of 6 rows: too few units for a number.
! info: 1 of 6 rows: only in part inside the range or the collected data, no point of a line.
! info: 1 of 6 rows: stale, the source has not reported lately.

fall-speed A timeseries-multi
| Time time            | web {team=web} [velocityms] number |
| 2026-03-29T00:00:00Z | 2                                  |
| 2026-03-29T01:00:00Z | 2.5                                |
| 2026-03-29T02:00:00Z | null                               |
`);
  });

  it('alert: a group without a number is left out, and no group at all is no data', () => {
    const silent = row('pay', 0, { value: null, status: 'low_n' });
    const told = row('web', 0, { value: 2 });
    const groups = (format: 'numeric' | 'timeseries', given: (typeof rows)[number][]) =>
      buildFrames(input({ isAlert: true, format, rows: given })).map(({ fields }) => fields.at(-1)?.labels?.['team']);
    for (const format of ['numeric', 'timeseries'] as const) {
      expect(groups(format, [silent, told])).toEqual(['web']);
      expect(groups(format, [silent])).toEqual([]);
      expect(groups(format, [row('pay', 0, { value: 9, status: 'suppressed_k' })])).toEqual([]);
    }
    // The latest whole bucket has none: an older number is not today's.
    expect(groups('numeric', [told, row('web', 1, { value: null, status: 'low_n' })])).toEqual([]);
    expect(buildFrames(input({ format: 'numeric', rows: [silent, told] }))).toHaveLength(2);
  });

  it('alert: refuses a table by name and too many groups by number', () => {
    expect(() => buildFrames(input({ isAlert: true, format: 'table' }))).toThrow(/format "table" cannot be alerted on/);
    const many = Array.from({ length: MAX_SERIES + 1 }, (_, index) => row(`t${index}`, 0, { value: 1 }));
    expect(() => buildFrames(input({ isAlert: true, rows: many }))).toThrow(BackendError);
    const shown = buildFrames(input({ rows: many }));
    expect(shown).toHaveLength(MAX_SERIES);
    expect(shown[0]!.meta.notices).toContainEqual({ severity: 'warning', text: 'Showing 1000 of 1001 series: group by fewer dimensions or filter.' }); // prettier-ignore
  });

  it('nothing: a panel gets an empty frame, an alert one without a field, which is no data, and with the reason', () => {
    const reason = { severity: 'info', text: 'Nothing here.' } as const;
    expect(draw({ rows: [], notices: [reason] })).toBe(`
fall-speed A timeseries-multi
| Time time | Speed [velocityms] number |
! info: Nothing here.
`);
    const ofAlert = (rows: Row[], notices: Notice[] = []) =>
      buildFrames(input({ rows, notices, isAlert: true, format: 'numeric' })).map(({ fields, meta }) => [fields, meta.notices?.map(({ text }) => text)]); // prettier-ignore
    expect(ofAlert([], [reason])).toEqual([[[], ['Nothing here.']]]);
    expect(ofAlert([row('web', 0, { value: 9, status: 'suppressed_k' })])).toEqual([[[], [expect.stringMatching(/^1 of 1 rows: hidden/)]]]); // prettier-ignore
    expect(ofAlert([row('web', 0, { value: null })])).toEqual([[[], ['No group has a number that a rule could judge.']]]); // prettier-ignore
  });

  it('field config: description with the meaning of null, thresholds, live link, hidden link column', () => {
    const [frame] = buildFrames(input({ format: 'table' })).map((built) => readFrame(encodeFrame(built)));
    const config = (name: string) =>
      frame!.fields.find((field) => field.name === name)!.config as Record<string, unknown>;
    expect(config('value')).toEqual({
      custom: { minWidth: 64, role: 'value' },
      displayNameFromDS: 'Speed',
      description: 'Mean speed. Empty: nothing fell.',
      unit: 'velocityms',
      noValue: '–',
      thresholds: { mode: 'absolute', steps: [{ value: null, color: 'green' }, { value: 2, color: 'red' }] }, // prettier-ignore
      links: [{ title: 'Open ${__data.fields.team}', url: '${__data.fields.url}', targetBlank: true }],
    });
    expect(config('url')['custom']).toMatchObject({ hidden: true });
    expect(['team', 'lo', 'hi', 'n'].map((name) => (config(name)['custom'] as { role: string }).role)).toEqual(['label', 'lower', 'upper', 'count']); // prettier-ignore
    expect(config('status')['custom']).toMatchObject({
      role: 'text',
      reasons: {
        low_n: 'too few units for a number',
        partial: 'only in part inside the range or the collected data, no point of a line',
      },
    });
    expect(frame!.meta).toMatchObject({
      typeVersion: [0, 1],
      preferredVisualisationType: 'table',
      executedQueryString: 'select 1',
    });
  });

  it('times are exact nanoseconds of a field that cannot be null; names are those of the columns', () => {
    const [bytes] = buildFrames(input()).map(encodeFrame);
    expect(nanoseconds(bytes!)[0]).toBe(BigInt(at(0).getTime()) * 1_000_000n);
    const frame = readFrame(bytes!);
    expect(getFieldDisplayName(frame.fields[1]!, frame)).toBe('pay');
  });

  it('NaN and infinities become null, texts of every script survive', () => {
    const odd = [
      { ...row('Zoë 🦊 漢字 \ud800', 0), value: Number.NaN, n: Number.POSITIVE_INFINITY },
      row('\udc00', 1, { value: 1 }),
    ];
    const [frame] = buildFrames(input({ format: 'table', rows: odd })).map((built) => readFrame(encodeFrame(built)));
    expect(frame!.fields.map((field) => field.values[0] as unknown)).toEqual([at(0).getTime(), 'Zoë 🦊 漢字 \ufffd', null, null, null, null, 'ok', null]); // prettier-ignore
    expect(frame!.fields[1]!.values[1]).toBe('\ufffd');
  });
});
