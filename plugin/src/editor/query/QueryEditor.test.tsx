import { CoreApp } from '@grafana/data';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';
import { setUp, type DashboardVariable } from '../fixtures/grafana.ts';
import { fallSpeed } from '../fixtures/metrics.ts';
import { AnnotationEditor } from './AnnotationEditor.tsx';
import { QueryEditor } from './QueryEditor.tsx';
import { QueryHelp } from './QueryHelp.tsx';
import type { ThroughlineQuery } from '../state/types.ts';

interface Shown {
  app?: CoreApp;
  variables?: readonly DashboardVariable[];
  Editor?: typeof QueryEditor;
}

/** Shows the editor with a stored query and gives back what is stored and how often it ran. */
function show(stored: object, { app = CoreApp.PanelEditor, variables = [], Editor = QueryEditor }: Shown = {}) {
  const { datasource, requests } = setUp(variables);
  const state = { query: { refId: 'A', ...stored } as ThroughlineQuery, runs: 0, requests };
  function Panel() {
    const [query, setQuery] = useState(state.query);
    const onChange = (next: ThroughlineQuery) => {
      state.query = next;
      setQuery(next);
    };
    return <Editor {...{ app, datasource, query, onChange }} onRunQuery={() => (state.runs += 1)} />;
  }
  render(<Panel />);
  return state;
}
const stored = (params: Record<string, unknown>) => ({ queryType: 'fall-speed', params, version: 1 });
const choose = async (field: RegExp, option: RegExp) => {
  await userEvent.click(screen.getByRole('combobox', { name: field }));
  await userEvent.click(await screen.findByRole('option', { name: option }));
};

describe('QueryEditor', () => {
  it('lets a user choose a metric by the question it answers, and runs it', async () => {
    const state = show({});
    await choose(/^Metric/, /Fall speed.*How fast do things fall/);
    expect(state.query).toEqual({ refId: 'A', queryType: 'fall-speed', params: {}, version: 1 });
    expect(state.runs).toBe(1);
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
    await choose(/^Metric/, /Fall speed/);
    expect(state.query.params).toEqual({ format: 'numeric' });
    expect(screen.queryByRole('radio', { name: 'Table' })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('combobox', { name: /^Team/ }));
    expect(await screen.findByRole('option', { name: /Search/ })).toBeInTheDocument();
    expect(screen.queryByRole('option', { name: /\$squad/ })).not.toBeInTheDocument();
  });
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
