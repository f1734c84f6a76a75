import { t } from '@grafana/i18n';
import React, { useMemo } from 'react';
import { SETTINGS_DEFAULTS, type RowReaders } from '../../settings.ts';
import { withSetting } from './config-state.ts';
import { OnePicker, type PickerOption } from '../controls/pickers.tsx';
import { SettingField, settingId, type SettingProps } from './SettingField.tsx';

const readers = (): Array<PickerOption & { value: RowReaders }> => [
  {
    value: 'editors',
    label: t('config.rowReaders.editors', 'Editors'),
    description: t('config.rowReaders.editors-help', 'Editors and Admins'),
  },
  {
    value: 'admins',
    label: t('config.rowReaders.admins', 'Admins'),
    description: t('config.rowReaders.admins-help', 'Admins alone'),
  },
  {
    value: 'everybody',
    label: t('config.rowReaders.everybody', 'Everybody signed in'),
    description: t('config.rowReaders.everybody-help', 'Viewers too: rows plus a forge reveal authors'),
  },
  {
    value: 'nobody',
    label: t('config.rowReaders.nobody', 'Nobody'),
    description: t('config.rowReaders.nobody-help', 'No rows at all'),
  },
];

/** Who sees the changes, deployments and incidents behind numbers. */
export function RowReadersSetting({ options, onOptionsChange }: SettingProps) {
  const offered = useMemo(readers, []);
  return (
    <SettingField
      options={options}
      name="rowReaders"
      label={t('config.rowReaders.label', 'Rows behind numbers')}
      description={t(
        'config.rowReaders.description',
        'Who sees single changes, deployments and incidents. With the forge at hand a row tells its author. Public dashboards and alerts never show them.'
      )}
    >
      <OnePicker
        id={settingId('rowReaders')}
        options={offered}
        value={options.jsonData.rowReaders ?? SETTINGS_DEFAULTS.rowReaders}
        onChange={(value) => onOptionsChange(withSetting(options, 'rowReaders', value))}
        width={40}
      />
    </SettingField>
  );
}
