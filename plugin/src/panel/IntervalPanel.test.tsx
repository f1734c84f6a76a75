import { type DataFrame, type PanelData } from '@grafana/data';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { noFields } from './fields.ts';
import { frame, gaps } from './fixtures/frames.ts';
import { IntervalPanel } from './IntervalPanel.tsx';
import { DEFAULTS, type IntervalOptions } from './options.ts';
import type { IntervalRow } from './rows.ts';
import { estimateWords } from './sentence.ts';

const show = (series: DataFrame[], { width = 900, height = 300, noValue = undefined as string | undefined, ...options }: Partial<IntervalOptions> & { width?: number; height?: number; noValue?: string } = {}) =>
  render(
    <IntervalPanel
      data={{ series } as unknown as PanelData}
      width={width}
      height={height}
      options={{ ...DEFAULTS, ...options }}
      title="Is the gap real?"
      fieldConfig={{ defaults: noValue === undefined ? {} : { noValue }, overrides: [] }}
    />
  ); // prettier-ignore
const rows = () => screen.getAllByRole('option');
const numbers = (values: ReadonlyArray<[number | null, number | null, number | null]>, name = 'value') =>
  frame([
    { name: 'who', values: values.map((_, index) => `row ${String(index)}`) },
    ...[name, 'lo', 'hi'].map((one, at) => ({ name: one, values: values.map((row) => row[at] ?? null) })),
  ]);

describe('rows', () => {
  it('are read as sentences: estimate, interval, verdict and count, or why there is no number', () => {
    show([gaps()]);
    expect(rows().map((row) => row.getAttribute('aria-label'))).toEqual([
      'AI-heavy: Gap -12.1%, interval -19.0% to -5.0%; regressed; Changes: 380.',
      'AI-assisted: Gap -3.0%, interval -8.0% to 2.0%; no clear change; Changes: 412.',
      'unknown: no number, hidden, too few people.',
    ]);
    expect(screen.getByRole('listbox', { name: 'Is the gap real?' })).toBeInTheDocument();
  });

  it('without a number are not drawn: the reason stands in the place', () => {
    show([gaps()]);
    const [, , hidden] = rows();
    expect(within(hidden!).queryByTestId('estimate')).toBeNull();
    expect(within(hidden!).queryByTestId('interval')).toBeNull();
    expect(within(hidden!).getByText('hidden, too few people')).toBeInTheDocument();
    expect(screen.getAllByTestId('estimate')).toHaveLength(2);
    expect(hidden!.textContent).not.toMatch(/\b0\b/);
  });

  it('of which only another number is known say it with the verdict', () => {
    const given = frame([
      { name: 'stage', values: ['tests', 'review'] },
      { name: 'value', values: [null, 0.1] },
      { name: 'lo', values: [null, -0.1] },
      { name: 'hi', values: [null, 0.3] },
      { name: 'delta', values: [8, 1] },
      { name: 'verdict', values: ['regressed', 'no clear change'] },
    ]);
    show([given], { beside: ['delta'] });
    expect(rows()[0]).toHaveTextContent(/delta 8.*regressed/);
    expect(rows()[0]).not.toHaveTextContent('no value');
    // The verdict stands where those of the other rows stand.
    const place = (row: HTMLElement, word: string) => within(row).getByText(word).style.width;
    expect(place(rows()[0]!, 'regressed')).toBe(place(rows()[1]!, 'no clear change'));
    expect(rows()[0]!.getAttribute('aria-label')).toBe('tests: no number, delta 8; regressed; delta: 8.');
  });

  it('say their verdict in words, at every width', () => {
    for (const width of [320, 480, 640, 900, 1280, 1900]) {
      const { unmount } = show([gaps()], { width });
      expect(rows()[0]).toHaveTextContent(/-12\.1%.*regressed.*380/);
      expect(rows()[2]).toHaveTextContent('hidden, too few people');
      unmount();
    }
  });

  it('are never wider than the panel', () => {
    for (const width of [320, 480, 560, 640, 900, 1900]) {
      const { container, unmount } = show([gaps()], { width, beside: ['Changes', 'Verdict', 'status'] });
      for (const line of container.querySelectorAll<HTMLElement>('[role=option] > div')) {
        const taken = [...line.children].map((cell) => Number(cell.getAttribute('width') ?? parseFloat((cell as HTMLElement).style.width || '0'))); // prettier-ignore
        expect(taken.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(width);
      }
      for (const svg of container.querySelectorAll('svg')) expect(Number(svg.getAttribute('width'))).toBeLessThanOrEqual(width); // prettier-ignore
      unmount();
    }
  });

  it('that others are compared with say so, and why a row has no verdict is told', () => {
    const names = ['human', 'ai_heavy', 'ai_assisted', 'none'];
    show([
      frame([
        { name: 'code_source', values: names, role: 'label', words: { human: 'by people' } },
        ...['value', 'lo', 'hi'].map((name, at) => ({ name, values: [null, 0.1 + at, 0.2 + at, null], role: ['value', 'lower', 'upper'][at]! })), // prettier-ignore
        { name: 'status', values: ['ok', 'ok', 'ok', 'ok'] },
        { name: 'verdict', values: [null, 'worse', 'insufficient_data', null] },
        { name: 'why', values: [null, null, 'unmixed deployments say otherwise', null] },
        { name: 'reference', values: ['human', 'human', 'human', null], words: { human: 'by people' } },
      ]),
    ]);
    expect(rows().map((row) => row.getAttribute('aria-label'))).toEqual([
      'by people: no number, reference.',
      expect.stringContaining('; worse.'),
      expect.stringContaining('; insufficient_data; unmixed deployments say otherwise.'),
      'none: no number, not compared.',
    ]);
  });

  it('say why there is no verdict beside it, at every width', () => {
    const given = frame([
      { name: 'code_source', values: ['ai_heavy', 'ai_assisted'], role: 'label' },
      ...['value', 'lo', 'hi'].map((name, at) => ({ name, values: [0.1 + at, 0.2 + at], role: ['value', 'lower', 'upper'][at]! })),
      { name: 'verdict', values: ['worse', 'insufficient_data'] },
      { name: 'verdict_why', values: [null, 'unmixed deployments disagree'] },
    ]);
    for (const width of [320, 445, 900, 1600]) {
      const { unmount } = show([given], { width });
      expect(rows()[1]).toHaveTextContent(/insufficient_data.*unmixed deployments disagree/);
      expect(rows()[0]!.textContent).not.toContain('disagree');
      unmount();
    }
  }); // prettier-ignore

  it('that lie on the line by definition are what the others are compared with: words, and no point', () => {
    show([
      frame([
        { name: 'bucket', values: ['zero', 'low', 'high'], role: 'label' },
        { name: 'value', values: [0, 0, -0.1], role: 'value' },
        { name: 'lo', values: [null, -0.1, -0.2], role: 'lower' },
        { name: 'hi', values: [null, 0.1, -0.05], role: 'upper' },
        { name: 'verdict', values: [null, 'no_clear_change', 'improved'] },
      ]),
    ]);
    expect(within(rows()[0]!).queryByTestId('estimate')).toBeNull();
    expect(rows()[0]!.textContent).toBe('zeroreference');
    expect(screen.getAllByTestId('estimate')).toHaveLength(2);
  });

  it('say their reason over the room that their empty cells leave: none is cut in half a board at 1280', () => {
    const narrow = 445;
    const letter = 6.8;
    for (const reason of ['hidden, too few people behind them', 'reference', 'not compared']) {
      const { unmount } = show([frame([
        { name: 'who', values: ['AI-assisted', 'hand-written'] , role: 'label' },
        ...['value', 'lo', 'hi'].map((name, at) => ({ name, values: [0.1 + at, null], role: ['value', 'lower', 'upper'][at]!, unit: 'percentunit' })),
        { name: 'status', values: ['ok', 'suppressed_k'], role: 'text', reasons: { suppressed_k: reason } },
        { name: 'verdict', values: ['worse', null] },
      ])], { width: narrow }); // prettier-ignore
      const cell = within(rows()[1]!).getByText(reason);
      expect(parseFloat(cell.style.width)).toBeGreaterThanOrEqual(reason.length * letter + 8);
      unmount();
    }
  });

  it('without any number have no axis: its marks would be numbers that nobody gave', () => {
    const marks = (values: Array<[number | null, number | null, number | null]>) => {
      const { container, unmount } = show([numbers(values)]);
      const found = [...container.querySelectorAll('svg text')].length;
      unmount();
      return found;
    };
    expect(marks([[null, null, null], [null, null, null]])).toBe(0);
    expect(marks([[null, null, null], [0.1, 0, 0.2]])).toBeGreaterThan(1);
  }); // prettier-ignore

  it('say once the unit that estimate and ends share', () => {
    const row = (text: string, lower: string, upper: string) =>
      estimateWords({ estimate: { name: 'Gap', text }, ends: { lower, upper } } as IntervalRow);
    expect(row('-15.8 points', '-19.3 points', '-12.5 points')).toBe('-15.8 [-19.3 to -12.5] points');
    expect(row('1.2 hours', '50 mins', '1.9 hours')).toBe('1.2 hours [50 mins to 1.9 hours]');
    expect(row('-12.1%', '-19.0%', '-5.0%')).toBe('-12.1% [-19.0% to -5.0%]');
  });

  it('stand together by group', () => {
    const grouped = frame([
      { name: 'who', values: ['a', 'b', 'a'], role: 'label' },
      { name: 'age', values: ['30 days', '30 days', '60 days'], role: 'label' },
      ...['value', 'lo', 'hi'].map((name, at) => ({ name, values: [1 + at, 2 + at, 3 + at], role: ['value', 'lower', 'upper'][at]! })), // prettier-ignore
    ]);
    show([grouped], { group: 'age' });
    expect(within(screen.getByRole('group', { name: '30 days' })).getAllByRole('option')).toHaveLength(2);
    expect(within(screen.getByRole('group', { name: '60 days' })).getAllByRole('option')).toHaveLength(1);
  });

  it('of several queries stand in one picture', () => {
    show([gaps(), numbers([[0.1, 0, 0.2]])]);
    expect(rows()).toHaveLength(4);
  });
});

describe('marks', () => {
  const filled = () => screen.getAllByTestId('estimate').map((mark) => mark.getAttribute('fill') === mark.getAttribute('stroke')); // prettier-ignore

  it('are filled by the verdict: an interval beside zero proves nothing that the verdict does not say', () => {
    show([gaps()]);
    expect(filled()).toEqual([true, false]);
  });

  it('without a verdict are filled where the interval leaves the line out', () => {
    show([numbers([[-2, -3, -1], [-1, -3, 1], [2, 1, 3]])]); // prettier-ignore
    expect(filled()).toEqual([true, false, true]);
  });

  it('without an interval are hollow; an end that is not known is an arrow and said in words', () => {
    show([numbers([[-2, null, null], [-1, -3, null], [1, null, 2]])]); // prettier-ignore
    expect(filled()[0]).toBe(false);
    expect(rows().map((row) => within(row).queryAllByTestId('open-end').length)).toEqual([0, 1, 1]);
    expect(rows().map((row) => row.getAttribute('aria-label'))).toEqual([
      expect.stringContaining('no interval'),
      expect.stringContaining('interval at least -3'),
      expect.stringContaining('interval at most 2'),
    ]);
  });

  it('of ratios stand by their logarithm around 1; what has no logarithm says so', () => {
    show([numbers([[0.5, 0.25, 1], [2, 1, 4]], 'hazard_ratio')]); // prettier-ignore
    const line = Number(screen.getAllByTestId('reference')[0]!.getAttribute('x1'));
    const [half, twice] = screen.getAllByTestId('estimate').map((mark) => Number(mark.getAttribute('cx')));
    expect(line - half!).toBeCloseTo(twice! - line);
    show([numbers([[0, -2, -1]])], { scale: 'log' }); // prettier-ignore
    expect(screen.getByText('0 has no place on a logarithmic scale')).toBeInTheDocument();
  });

  it('have no line of no difference where nothing is compared, and the one that was chosen', () => {
    show([numbers([[2, 1, 3]])]); // prettier-ignore
    expect(screen.queryByTestId('reference')).toBeNull();
    show([numbers([[2, 1, 3]])], { reference: 'number', referenceValue: 2.5 }); // prettier-ignore
    expect(screen.getByTestId('reference')).toBeInTheDocument();
  });
});

describe('keyboard', () => {
  it('goes from row to row, opens what a row leads to and comes back', async () => {
    const user = userEvent.setup();
    show([gaps()]);
    await user.tab();
    expect(rows()[0]).toHaveFocus();
    await user.keyboard('{ArrowDown}');
    expect(rows()[1]).toHaveFocus();
    await user.keyboard('{End}{ArrowDown}');
    expect(rows()[2]).toHaveFocus();
    await user.keyboard('{Home}{ArrowUp}');
    expect(rows()[0]).toHaveFocus();
    expect(rows().map((row) => row.tabIndex)).toEqual([0, -1, -1]);
    await user.keyboard('{Enter}');
    const link = await screen.findByRole('link', { name: 'Evidence' });
    expect(link).toHaveAttribute('href', '/d/evidence');
    expect(link).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(rows()[0]).toHaveFocus();
  });

  it('a pointer sees the same; a click keeps it open until one elsewhere', async () => {
    const user = userEvent.setup();
    show([gaps()]);
    await user.hover(rows()[2]!);
    expect(screen.getByRole('tooltip')).toHaveTextContent('hidden, too few people');
    expect(screen.getByRole('tooltip')).toHaveTextContent('Click: Evidence');
    await user.click(rows()[1]!);
    expect(screen.getByRole('dialog', { name: 'AI-assisted' })).toHaveTextContent('-8.0% to 2.0%');
    await user.hover(rows()[0]!);
    expect(screen.getByRole('dialog', { name: 'AI-assisted' })).toBeInTheDocument();
    await user.click(document.body);
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('nothing to draw', () => {
  const message = () => screen.getByRole('status').textContent;

  it('says what to choose where no number has bounds', () => {
    show([frame([{ name: 'value', values: [1, 2] }])]);
    expect(message()).toBe(noFields());
  });

  it('says why there are no rows: the notice of the query, else what the panel says, else that there is no data', () => {
    const empty = { ...numbers([]), meta: { notices: [{ severity: 'info', text: 'Needs a forge.' }] } } as DataFrame;
    const one = show([empty]);
    expect(message()).toBe('Needs a forge.');
    one.unmount();
    const cell = { ...frame([{ name: 'nothing', values: ['Needs a forge.'] }]), meta: empty.meta } as DataFrame;
    const told = show([cell]);
    expect(message()).toBe('Needs a forge.');
    told.unmount();
    const two = show([numbers([])], { noValue: 'hidden: fewer than 5 people' });
    expect(message()).toBe('hidden: fewer than 5 people');
    two.unmount();
    show([]);
    expect(message()).toBe('No data');
  });
});
