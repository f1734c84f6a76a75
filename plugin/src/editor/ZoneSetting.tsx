import { getTimeZones } from '@grafana/data';
import { Combobox } from '@grafana/ui';
import React, { useMemo } from 'react';
import { withSetting } from './config-state.ts';
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
      label="Default time zone"
      description="Days and weeks of alert rules are cut in this zone; dashboards bring their own. Empty: the organisation's zone in the store."
    >
      <Combobox<string>
        id={settingId('defaultTimeZone')}
        options={zones}
        value={options.jsonData.defaultTimeZone ?? null}
        onChange={(zone) => onOptionsChange(withSetting(options, 'defaultTimeZone', zone?.value))}
        placeholder="The organisation's zone"
        isClearable
        width={40}
      />
    </SettingField>
  );
}
