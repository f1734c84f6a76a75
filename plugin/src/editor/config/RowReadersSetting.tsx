import React from 'react';
import { SETTINGS_DEFAULTS, type RowReaders } from '../../settings.ts';
import { withSetting } from './config-state.ts';
import { OnePicker, type PickerOption } from '../controls/pickers.tsx';
import { SettingField, settingId, type SettingProps } from './SettingField.tsx';

const READERS: Array<PickerOption & { value: RowReaders }> = [
  { value: 'editors', label: 'Editors', description: 'Editors and Admins' },
  { value: 'admins', label: 'Admins', description: 'Admins alone' },
  { value: 'everybody', label: 'Everybody signed in', description: 'Viewers too: rows plus a forge reveal authors' },
  { value: 'nobody', label: 'Nobody', description: 'No rows at all' },
];

/** Who sees the changes, deployments and incidents behind numbers. */
export function RowReadersSetting({ options, onOptionsChange }: SettingProps) {
  return (
    <SettingField
      options={options}
      name="rowReaders"
      label="Rows behind numbers"
      description="Who sees single changes, deployments and incidents. With the forge at hand a row tells its author. Public dashboards and alerts never show them."
    >
      <OnePicker
        id={settingId('rowReaders')}
        options={READERS}
        value={options.jsonData.rowReaders ?? SETTINGS_DEFAULTS.rowReaders}
        onChange={(value) => onOptionsChange(withSetting(options, 'rowReaders', value))}
        width={40}
      />
    </SettingField>
  );
}
