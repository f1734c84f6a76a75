import { t } from '@grafana/i18n';
import { getTimeZones } from '@grafana/data';
import React, { useMemo } from 'react';
import { withSetting } from './config-state.ts';
import { OnePicker } from '../controls/pickers.tsx';
import { SettingField, settingId, type SettingProps } from './SettingField.tsx';

/** Zone of queries that bring none: alert rules, shared dashboards. */
export function ZoneSetting(props: SettingProps) {
  const { options, onOptionsChange } = props;
  const zones = useMemo(
    () => ['UTC', ...getTimeZones().filter((zone) => zone !== 'UTC')].map((value) => ({ value })),
    []
  );
  return (
    <SettingField
      options={options}
      name="defaultTimeZone"
      label={t('config.defaultTimeZone.label', 'Default time zone')}
      description={t(
        'config.defaultTimeZone.description',
        "Days and weeks of alert rules are cut in this zone; dashboards bring their own. Empty: the organisation's zone in the store."
      )}
    >
      <OnePicker
        id={settingId('defaultTimeZone')}
        options={zones}
        value={options.jsonData.defaultTimeZone ?? null}
        onChange={(zone) => onOptionsChange(withSetting(options, 'defaultTimeZone', zone))}
        onClear={() => onOptionsChange(withSetting(options, 'defaultTimeZone', undefined))}
        placeholder={t('config.defaultTimeZone.placeholder', "The organisation's zone")}
        width={40}
      />
    </SettingField>
  );
}
