import {
  CoreApp,
  dateTime,
  FieldType,
  LoadingState,
  toDataFrame,
  type DataQueryRequest,
  type PanelData,
  type TimeRange,
} from '@grafana/data';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';
import { setUp, type DashboardVariable } from '../fixtures/grafana.ts';
import { fallSeries, fallSpeed } from '../fixtures/metrics.ts';
import { AnnotationEditor } from './AnnotationEditor.tsx';
import { AnswerNotes } from './AnswerNotes.tsx';
import { QueryEditor } from './QueryEditor.tsx';
import { QueryHelp } from './QueryHelp.tsx';
import type { ThroughlineQuery } from '../state/types.ts';

interface Shown {
  app?: CoreApp;
  /** What the query answered last. */
  answer?: PanelData;
  /** Type of the panel and days of its range. */
  panel?: string;
  days?: number;
  variables?: readonly DashboardVariable[];
  Editor?: typeof QueryEditor;
}

/** Shows the editor with a stored query and gives back what is stored and how often it ran. */
function show(
  stored: object,
  { app = CoreApp.PanelEditor, variables = [], Editor = QueryEditor, panel, days, answer }: Shown = {}
) {
  const { datasource, requests } = setUp(variables);
  const state = { query: { refId: 'A', ...stored } as ThroughlineQuery, runs: 0, requests };
  const range = days === undefined ? undefined : rangeOf(days);
  const request = { panelPluginId: panel, range } as DataQueryRequest<ThroughlineQuery>;
  const data: PanelData | undefined = panel === undefined ? undefined : { series: [], state: LoadingState.Done, timeRange: rangeOf(1), request }; // prettier-ignore
  const shown = answer ?? data;
  const placed = { ...(shown === undefined ? {} : { data: shown }), ...(range === undefined ? {} : { range }) };
  function Panel() {
    const [query, setQuery] = useState(state.query);
    const onChange = (next: ThroughlineQuery) => {
      state.query = next;
      setQuery(next);
    };
    return <Editor {...{ app, datasource, query, onChange, ...placed }} onRunQuery={() => (state.runs += 1)} />;
  }
  render(<Panel />);
  return state;
}
function rangeOf(days: number): TimeRange {
  const [from, to] = [dateTime(0), dateTime(days * 86_400_000)];
  return { from, to, raw: { from, to } };
}
const stored = (params: Record<string, unknown>) => ({ queryType: 'fall-speed', params, version: 1 });
const choose = async (field: RegExp, option: RegExp) => {
  await userEvent.click(screen.getByRole('combobox', { name: field }));
  await userEvent.click(await screen.findByRole('option', { name: option }));
};

describe('QueryEditor', () => {
  it('lets a user choose a metric by the question it answers, and runs it', async () => {
    const state = show({});
    // What a new panel runs is what it shows.
    expect(screen.getByRole('combobox', { name: /^Metric/ })).toHaveValue('Fall speed');
    await choose(/^Metric/, /Fall series.*How fast do things fall/);
    expect(state.query).toEqual({ refId: 'A', queryType: 'fall-series', params: {}, version: 1 });
    expect(state.runs).toBe(1);
  });

  it('chooses the first match of what is typed with Enter, and nothing where there is none', async () => {
    const state = show({ queryType: 'fall-series', params: {}, version: 1 });
    const box = screen.getByRole('combobox', { name: /^Metric/ });
    await userEvent.click(box);
    await userEvent.keyboard('nothing like it{Enter}');
    expect(state.query.queryType).toBe('fall-series');
    await userEvent.keyboard('{Escape}');
    expect(box).toHaveValue('Fall series');
    await userEvent.click(box);
    await userEvent.keyboard('Fall speed{Enter}');
    expect(state.query.queryType).toBe('fall-speed');
    expect(box).toHaveValue('Fall speed');
  });

  it('draws every kind of param by role and name', () => {
    show(stored({}));
    expect(
      within(screen.getByRole('radiogroup', { name: 'Mode' })).getByRole('radio', { name: 'Describe' })
    ).toBeChecked();
    expect(screen.getByRole('combobox', { name: /^Bucket/ })).toHaveValue('Week');
    expect(screen.getByRole('combobox', { name: /^Group by/ })).toBeInTheDocument();
    expect(screen.getByRole('textbox', { name: /^Horizon/ })).toHaveAttribute('placeholder', '90');
    expect(screen.getByText('days (d)')).toBeInTheDocument();
    expect(screen.getByRole('switch', { name: /^Intervals/ })).toBeChecked();
    expect(screen.getByRole('textbox', { name: /^Tag/ })).toBeInTheDocument();
    expect(screen.getByRole('combobox', { name: /^Team/ })).toBeInTheDocument();
    expect(
      within(screen.getByRole('radiogroup', { name: 'Format' })).getByRole('radio', { name: 'Table' })
    ).toBeChecked();
  });

  it('shows a param only under its condition', async () => {
    const state = show(stored({}));
    expect(screen.queryByRole('textbox', { name: /^Washout/ })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('radio', { name: 'Effect' }));
    expect(screen.getByRole('textbox', { name: /^Washout/ })).toBeInTheDocument();
    expect(state.query.params).toEqual({ mode: 'effect' });
  });

  it('takes a number over when the field is left, and stores no default', async () => {
    const state = show(stored({}));
    const horizon = screen.getByRole('textbox', { name: /^Horizon/ });
    await userEvent.type(horizon, '30');
    expect(state.runs).toBe(0);
    await userEvent.tab();
    expect(state.query.params).toEqual({ horizon: 30 });
    await userEvent.clear(horizon);
    await userEvent.type(horizon, '90{Enter}');
    expect(state.query.params).toEqual({});
    expect(state.runs).toBe(2);
  });

  it('names a fault at its field and does not run', async () => {
    const state = show(stored({}));
    await userEvent.type(screen.getByRole('textbox', { name: /^Horizon/ }), '400{Enter}');
    expect(screen.getByText('Cannot be 400. It must be a whole number from 1 to 365 (d).')).toBeVisible();
    expect(state.query.params).toEqual({ horizon: 400 });
    expect(state.runs).toBe(0);
  });

  it('finds values in the store, narrowed by the other filters, and shows their titles', async () => {
    const state = show(stored({ team: ['payments'] }));
    expect(await screen.findByText('Payments')).toBeVisible();
    await choose(/^Repository/, /acme\/a,b/);
    expect(state.query.params).toEqual({ team: ['payments'], repo: ['acme/a,b'] });
    expect(state.requests.at(-1)?.params).toMatchObject({ filters: '{"team":["payments"]}' });
  });

  it('offers variables of the same dimension and values of one own', async () => {
    const variables = [
      { name: 'squad', current: 'payments', query: { dimension: 'team' } },
      { name: 'where', current: 'acme/api', query: { dimension: 'repo' } },
    ];
    const state = show(stored({}), { variables });
    await userEvent.click(screen.getByRole('combobox', { name: /^Team/ }));
    expect(await screen.findByRole('option', { name: /\$squad/ })).toBeInTheDocument();
    expect(screen.queryByRole('option', { name: /\$where/ })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('option', { name: /\$squad/ }));
    await userEvent.type(screen.getByRole('combobox', { name: /^Team/ }), 'ghosts');
    await userEvent.click(await screen.findByRole('option', { name: /ghosts/ }));
    expect(state.query.params).toEqual({ team: ['$squad', 'ghosts'] });
  });

  it('can be worked with the keyboard alone', async () => {
    const state = show(stored({}));
    screen.getByRole('combobox', { name: /^Group by/ }).focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}{Escape}');
    expect(state.query.params).toEqual({ groupBy: [] });
    screen.getByRole('switch', { name: /^Intervals/ }).focus();
    await userEvent.keyboard(' ');
    expect(state.query.params?.['ci']).toBe(false);
  });

  it('names params that the metric does not know, and takes them out', async () => {
    const state = show(stored({ speed: 1, horizon: 30 }));
    expect(screen.getByText('Fall speed does not know: speed.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Remove speed' }));
    expect(state.query.params).toEqual({ horizon: 30 });
  });

  it('shows unknown metrics and queries of a newer plugin without touching them', () => {
    const state = show({ queryType: 'gone', params: { x: 1 }, version: 1 });
    expect(screen.getByText(/There is no metric "gone"/)).toBeVisible();
    expect(state.query).toEqual({ refId: 'A', queryType: 'gone', params: { x: 1 }, version: 1 });
    show({ ...stored({}), version: 9 });
    expect(screen.getByText(/saved by a newer plugin/)).toBeVisible();
  });

  it('migrates an old query with the first change', async () => {
    const state = show({ queryType: 'fall-speed', bucket: 'day' });
    expect(screen.getByRole('combobox', { name: /^Bucket/ })).toHaveValue('Day');
    await userEvent.click(screen.getByRole('radio', { name: 'Effect' }));
    expect(state.query).toEqual({
      refId: 'A',
      queryType: 'fall-speed',
      params: { bucket: 'day', mode: 'effect' },
      version: 1,
    });
  });

  it('offers alert rules no table and no variables, and chooses numbers', async () => {
    const variables = [{ name: 'squad', current: 'payments', query: { dimension: 'team' } }];
    const state = show({}, { app: CoreApp.UnifiedAlerting, variables });
    expect(screen.getByText('Choose a metric first')).toBeVisible();
    await userEvent.click(screen.getByRole('combobox', { name: /^Metric/ }));
    expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^Fall speed/),
      expect.stringMatching(/^Fall series/),
    ]);
    await userEvent.keyboard('{Escape}');
    await choose(/^Metric/, /Fall speed/);
    expect(screen.queryByText('Choose a metric first')).not.toBeInTheDocument();
    expect(state.query.params).toEqual({ format: 'numeric' });
    expect(screen.queryByRole('radio', { name: 'Table' })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('combobox', { name: /^Team/ }));
    expect(await screen.findByRole('option', { name: /Search/ })).toBeInTheDocument();
    expect(screen.queryByRole('option', { name: /\$squad/ })).not.toBeInTheDocument();
  });
});

test('an alert rule whose metric has no number keeps it and says so', () => {
  show({ queryType: 'impacts', params: {}, version: 1 }, { app: CoreApp.UnifiedAlerting });
  expect(screen.getByRole('combobox', { name: /^Metric/ })).toHaveValue('Impacts');
  expect(screen.getByText('Impacts has no number to alert on: choose another metric.')).toBeVisible();
});

describe('what is seen first', () => {
  const longMetric = { queryType: 'fall-series', params: {}, version: 1 };

  it('five fields; the rest waits under Options, which counts and names what differs', async () => {
    const state = show({ ...longMetric, params: { tag: 'x', columns: 'all' } });
    expect(screen.queryByRole('textbox', { name: /^Tag/ })).not.toBeInTheDocument();
    expect(screen.getByText('Tag, Columns')).toBeVisible();
    const options = screen.getByRole('button', { name: 'Options (2 changed)' });
    expect(options).toHaveAttribute('aria-expanded', 'false');
    await userEvent.click(options);
    expect(screen.getByRole('textbox', { name: /^Tag/ })).toHaveValue('x');
    await userEvent.click(screen.getByRole('radio', { name: 'Read first' }));
    expect(state.query.params).toEqual({ tag: 'x' });
    expect(screen.getByRole('button', { name: 'Options (1 changed)' })).toBeInTheDocument();
  });

  it('what is wrong is never folded away', () => {
    show({ ...longMetric, params: { tag: 'A B' } });
    expect(screen.getByText('Cannot be "A B". It must match ^[a-z]*$.')).toBeVisible();
  });

  it('what the panel decides is shown as chosen, and what is chosen instead is kept', async () => {
    const state = show(longMetric, { panel: 'timeseries', days: 365 });
    expect(screen.getByRole('radio', { name: 'Time series' })).toBeChecked();
    expect(screen.getByRole('combobox', { name: /^Bucket/ })).toHaveValue('Month');
    await choose(/^Bucket/, /Whole range/);
    expect(screen.getByRole('combobox', { name: /^Bucket/ })).toHaveValue('Whole range');
    expect(state.query.params).toEqual({ bucket: 'none' });
  });

  it('Explore shows series, a stat numbers, a table what is read', () => {
    for (const [panel, app, chosen] of [
      ['', CoreApp.Explore, 'Time series'],
      ['stat', CoreApp.PanelEditor, 'Numbers'],
      ['table', CoreApp.PanelEditor, 'Table'],
    ] as const) {
      cleanup();
      show(longMetric, { panel, app, days: 90 });
      expect(screen.getByRole('radio', { name: chosen })).toBeChecked();
    }
  });

  it('a stat that was a time series offers numbers; one that shows numbers or a table offers nothing', async () => {
    const stored = { ...longMetric, params: { format: 'timeseries' } };
    const state = show(stored, { panel: 'stat', days: 90 });
    expect(screen.getByText('This panel shows single numbers best')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Use Numbers' }));
    expect(state.query.params).toMatchObject({ format: 'numeric' });
    expect(screen.queryByText(/single numbers best/)).not.toBeInTheDocument();
    cleanup();
    show(stored, { panel: 'timeseries', days: 90 });
    expect(screen.queryByText(/single numbers best/)).not.toBeInTheDocument();
    cleanup();
    show({ ...longMetric, params: { format: 'table' } }, { panel: 'stat', days: 90 });
    expect(screen.queryByText(/single numbers best/)).not.toBeInTheDocument();
  });

  it('an alert rule of ten minutes says what is answered instead, a short one what to choose; one that looks far enough says nothing', () => {
    show(longMetric, { app: CoreApp.UnifiedAlerting, days: 10 / 1440 });
    expect(screen.getByText('Answered for the last 90 days, not for 10 minutes')).toBeVisible();
    expect(screen.getByText('The threshold below is compared with: Speed, minutes (m). Speed.')).toBeVisible();
    cleanup();
    show(longMetric, { app: CoreApp.UnifiedAlerting, days: 2 });
    expect(screen.getByText('This rule looks at 2 days only')).toBeVisible();
    expect(screen.getByText(/set the time range from now-90d to now/)).toBeVisible();
    cleanup();
    show(longMetric, { app: CoreApp.UnifiedAlerting, days: 90 });
    expect(screen.queryByText(/This rule looks at|Answered for/)).not.toBeInTheDocument();
  });

  it('the preview of an alert rule says why there is no data: its frame has no field', () => {
    const meta = { notices: [{ severity: 'info', text: '3 of 3 rows: hidden.' }] };
    const series = [toDataFrame({ refId: 'A', meta, fields: [] })];
    const answer = { state: LoadingState.Done, timeRange: rangeOf(90), series };
    show(stored({ format: 'numeric' }), { app: CoreApp.UnifiedAlerting, days: 90, answer });
    expect(screen.getByText('3 of 3 rows: hidden.')).toBeVisible();
  });

  it('a panel that changes its type is followed as long as nobody chose a format', async () => {
    const panels = ['timeseries', 'stat', 'table'];
    const shapes = panels.map((panel) => {
      cleanup();
      show({ queryType: 'fall-series', params: {}, version: 1 }, { panel, days: 90 });
      const bucket = screen.getByRole('combobox', { name: /^Bucket/ });
      return [screen.getByRole('radio', { checked: true, name: /Time series|Numbers|Table/ }), bucket].map((field) => field.getAttribute('title') ?? field.getAttribute('value')); // prettier-ignore
    });
    expect(shapes).toEqual([['Time series', 'Week'], ['Numbers', 'Whole range'], ['Table', 'Whole range']]); // prettier-ignore
  });

  it('says why there is nothing to draw, and in small what else the answer says of itself', () => {
    const notices = [{ severity: 'info', text: 'All of it is too young: choose "Last 1 year".' }];
    const data = (value: number | null) => ({
      state: LoadingState.Done,
      timeRange: rangeOf(1),
      series: [toDataFrame({ refId: 'A', meta: { notices }, fields: [{ name: 'value', type: FieldType.number, values: [value] }] })],
    }); // prettier-ignore
    const { rerender } = render(<AnswerNotes data={data(null)} refId="A" />);
    expect(screen.getByText('The answer holds nothing to show')).toBeVisible();
    rerender(<AnswerNotes data={data(0.5)} refId="A" />);
    expect(screen.queryByText('The answer holds nothing to show')).not.toBeInTheDocument();
    expect(screen.getByText(/too young/)).toBeVisible();
    rerender(<AnswerNotes data={data(0.5)} refId="B" />);
    expect(screen.queryByText(/too young/)).not.toBeInTheDocument();
  });
});

describe('the keyboard', () => {
  it.each(['Control', 'Meta'])('%s-Enter runs the query once, with what is being typed', async (key) => {
    const state = show(stored({}));
    const horizon = screen.getByRole('textbox', { name: /^Horizon/ });
    await userEvent.type(horizon, `30{${key}>}{Enter}{/${key}}`);
    expect([state.query.params, state.runs]).toEqual([{ horizon: 30 }, 1]);
    expect(horizon).toHaveFocus();
    await userEvent.keyboard(`{${key}>}{Enter}{/${key}}`);
    expect(state.runs).toBe(2);
  });

  it('runs nothing that is wrong', async () => {
    const state = show(stored({}));
    await userEvent.type(screen.getByRole('textbox', { name: /^Horizon/ }), '400{Control>}{Enter}{/Control}');
    expect(state.runs).toBe(0);
    await userEvent.click(screen.getByRole('button', { name: 'Run query' }));
    expect(state.runs).toBe(0);
  });
});

describe('JSON', () => {
  const openJson = async () => {
    await userEvent.click(screen.getByRole('radio', { name: 'JSON' }));
    return screen.getByRole('textbox', { name: /^Query as JSON/ });
  };

  it('shows the query and takes over one that is pasted, also by Ctrl-Enter', async () => {
    const state = show(stored({ horizon: 30 }));
    const field = await openJson();
    expect(JSON.parse((field as HTMLTextAreaElement).value)).toEqual(stored({ horizon: 30 }));
    await userEvent.clear(field);
    await userEvent.paste(JSON.stringify({ queryType: 'impacts', params: { bucket: 'month' } }));
    expect(state.runs).toBe(0);
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    expect(state.query).toEqual({ refId: 'A', queryType: 'impacts', params: { bucket: 'month' }, version: 1 });
    expect(state.runs).toBe(1);
    await userEvent.click(screen.getByRole('radio', { name: 'Form' }));
    expect(screen.getByRole('combobox', { name: /^Bucket/ })).toHaveValue('Month');
  });

  it('names the field that is wrong and changes nothing', async () => {
    const state = show(stored({ horizon: 30 }));
    const field = await openJson();
    await userEvent.clear(field);
    await userEvent.paste(JSON.stringify(stored({ horizon: 400, speed: 1 })));
    await userEvent.click(screen.getByRole('button', { name: 'Apply' }));
    expect(
      screen.getByText('params.horizon: Cannot be 400. It must be a whole number from 1 to 365 (d).')
    ).toBeVisible();
    expect(screen.getByText('params: Fall speed does not know: speed.')).toBeVisible();
    expect([state.query.params, state.runs]).toEqual([{ horizon: 30 }, 0]);
  });
});

test('AnnotationEditor says why there are no events: Grafana asks under a name of its own and counts them alone', () => {
  const notices = [{ severity: 'info', text: 'Nothing in this range.' }];
  const fields = [{ name: 'time', type: FieldType.time, values: [] }, { name: 'text', type: FieldType.string, values: [] }]; // prettier-ignore
  const series = [toDataFrame({ refId: 'Anno', meta: { notices }, fields })];
  const answer = { state: LoadingState.Done, timeRange: rangeOf(1), series };
  show({ queryType: 'impacts', params: {}, version: 1 }, { Editor: AnnotationEditor, answer });
  expect(screen.getByText('The answer holds nothing to show')).toBeVisible();
  expect(screen.getByText('Nothing in this range.')).toBeVisible();
});

test('AnnotationEditor offers lists of events only, as a table', async () => {
  const state = show({ queryType: 'impacts', params: {}, version: 1 }, { Editor: AnnotationEditor });
  expect(screen.queryByRole('radiogroup', { name: 'Format' })).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('combobox', { name: /^Metric/ }));
  expect(screen.getAllByRole('option')).toHaveLength(1);
  await userEvent.keyboard('{Escape}');
  await choose(/^Bucket/, /Month/);
  expect(state.query).toEqual({ refId: 'A', queryType: 'impacts', params: { bucket: 'month' }, version: 1 });
});

test('QueryHelp runs an example with a click', async () => {
  const clicked: ThroughlineQuery[] = [];
  render(<QueryHelp metrics={[fallSpeed]} onClickExample={(query) => clicked.push(query)} />);
  await userEvent.click(
    within(screen.getByRole('region', { name: 'Fall speed' })).getByRole('button', { name: 'By team' })
  );
  expect(clicked).toEqual([
    { refId: 'A', queryType: 'fall-speed', params: { groupBy: ['team'], format: 'numeric' }, version: 1 },
  ]);
});

test('QueryHelp begins with the metric of the query', () => {
  const query = { refId: 'A', queryType: fallSeries.id, params: {}, version: 1 };
  render(<QueryHelp query={query} metrics={[fallSpeed, fallSeries]} onClickExample={() => undefined} />);
  expect(screen.getAllByRole('heading').map(({ textContent }) => textContent)).toEqual(['Fall series', 'Fall speed']);
});
