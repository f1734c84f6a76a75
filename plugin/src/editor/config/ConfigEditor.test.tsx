import type { DataSourceSettings } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';
import type { DataSourceJson } from '../../settings.ts';
import { ConfigEditor } from './ConfigEditor.tsx';
import type { Options } from './config-state.ts';

function show(jsonData: DataSourceJson, rest: Partial<DataSourceSettings> = {}) {
  const state = {
    options: {
      type: 'throughline-delivery-datasource',
      jsonData,
      secureJsonFields: {},
      secureJsonData: {},
      ...rest,
    } as unknown as Options,
  };
  function Page() {
    const [options, setOptions] = useState(state.options);
    const onOptionsChange = (next: Options) => {
      state.options = next;
      setOptions(next);
    };
    return <ConfigEditor options={options} onOptionsChange={onOptionsChange} />;
  }
  render(<Page />);
  return state;
}
const field = (name: RegExp) => screen.getByRole('textbox', { name });

describe('ConfigEditor', () => {
  it('stores what is entered, numbers as numbers, and nothing for an emptied field', async () => {
    const state = show({ poolSize: 7 });
    await userEvent.type(field(/^Host/), 'db.example.org');
    await userEvent.type(field(/^Port/), '6432');
    await userEvent.type(field(/^User/), 'reader');
    await userEvent.clear(field(/^Pool size/));
    await userEvent.tab();
    expect(state.options.jsonData).toEqual({ host: 'db.example.org', port: 6432, user: 'reader' });
  });

  it('shows defaults as placeholders', () => {
    show({});
    expect(field(/^Port/)).toHaveAttribute('placeholder', '5432');
    expect(field(/^User/)).toHaveAttribute('placeholder', 'throughline_reader');
    expect(field(/^Query timeout/)).toHaveAttribute('placeholder', '30');
    expect(screen.getByText(/Use a role that can only read/)).toBeVisible();
  });

  it('names what cannot be used at its field', async () => {
    const state = show({ host: 'db' });
    await userEvent.type(field(/^Smallest group/), '4{Enter}');
    expect(screen.getByText('Setting "smallestGroup" must be a whole number from 5 to 1000, not 4.')).toBeVisible();
    await userEvent.clear(field(/^Host/));
    await userEvent.tab();
    expect(screen.getByText(/No host is set/)).toBeVisible();
    expect(state.options.jsonData).toEqual({ host: '', smallestGroup: 4 });
  });

  it('writes a password beside other secrets and never reads one', async () => {
    const state = show({ host: 'db' }, { secureJsonData: { other: 'kept' } });
    await userEvent.type(screen.getByLabelText('Password'), 's3cret');
    expect(state.options.secureJsonData).toEqual({ other: 'kept', password: 's3cret' });
  });

  it('resets a saved password in both places', async () => {
    const state = show({ host: 'db' }, { secureJsonFields: { password: true, other: true } });
    expect(screen.getByLabelText('Password')).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Reset' }));
    expect(state.options.secureJsonFields).toEqual({ password: false, other: true });
    expect(state.options.secureJsonData).toEqual({ password: '' });
    expect(screen.getByLabelText('Password')).toBeEnabled();
  });

  it('binds the data source to teams, keeps them as a secret and names what cannot be', async () => {
    const state = show({ host: 'db' }, { secureJsonFields: { password: true } });
    await userEvent.type(screen.getByLabelText(/^Bound to teams/), 'payments, *');
    expect(screen.getByText(/^Setting "teams" must be \* alone/)).toBeVisible();
    await userEvent.type(screen.getByLabelText(/^Bound to teams/), '{Backspace}search');
    expect(state.options.secureJsonData).toEqual({ teams: 'payments, search' });
    expect(state.options.jsonData).toEqual({ host: 'db' });
    expect(screen.queryByText(/^Setting "teams"/)).not.toBeInTheDocument();
  });

  it('says that saved teams which are reset open nothing until others are named', async () => {
    const state = show({ host: 'db' }, { secureJsonFields: { teams: true } });
    expect(screen.getByLabelText(/^Bound to teams/)).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Reset' }));
    expect(state.options.secureJsonData).toEqual({ teams: '' });
    expect(screen.getByText(/^Setting "teams" is set and names none/)).toBeVisible();
  });

  it('asks for a certificate only where the mode checks one', async () => {
    const state = show({ host: 'db' });
    expect(screen.queryByRole('textbox', { name: /^CA certificate/ })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('combobox', { name: /^TLS mode/ }));
    await userEvent.click(await screen.findByRole('option', { name: /Verify full/ }));
    await userEvent.type(field(/^CA certificate/), 'PEM');
    expect(state.options.jsonData).toEqual({ host: 'db', tlsMode: 'verify-full', tlsCa: 'PEM' });
  });

  it('cannot be edited where the data source is provisioned', () => {
    show({ host: 'db' }, { readOnly: true });
    expect(field(/^Host/)).toBeDisabled();
    expect(screen.getByLabelText('Password')).toBeDisabled();
  });
});
