import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';
import { setUp } from '../fixtures/grafana.ts';
import type { VariableQuery } from '../state/types.ts';
import { VariableEditor } from './VariableEditor.tsx';

function show(stored: unknown) {
  const { datasource, requests } = setUp([{ name: 'squad', current: 'payments', query: { dimension: 'team' } }]);
  const state = { query: stored as VariableQuery, requests };
  function Page() {
    const [query, setQuery] = useState(state.query);
    const onChange = (next: VariableQuery) => {
      state.query = next;
      setQuery(next);
    };
    return <VariableEditor {...{ datasource, query, onChange }} onRunQuery={() => undefined} />;
  }
  render(<Page />);
  return state;
}
const open = (name: RegExp) => userEvent.click(screen.getByRole('combobox', { name }));
const pick = async (name: RegExp) => userEvent.click(await screen.findByRole('option', { name }));

describe('VariableEditor', () => {
  it('stores a dimension', async () => {
    const state = show({ refId: 'A' });
    await open(/^Values of/);
    await pick(/^Service/);
    expect(state.query).toEqual({ refId: 'A', dimension: 'service', filters: {} });
  });

  it('makes a variable depend on another', async () => {
    const state = show({ refId: 'A', dimension: 'repo' });
    await open(/^Narrow by/);
    await pick(/^Team/);
    await userEvent.keyboard('{Escape}');
    await open(/^Team/);
    await pick(/\$squad/);
    expect(state.query).toEqual({ refId: 'A', dimension: 'repo', filters: { team: ['$squad'] } });
  });

  it('reads the bare name of a dimension', () => {
    show('team');
    expect(screen.getByRole('combobox', { name: /^Values of/ })).toHaveValue('Team');
  });
});
