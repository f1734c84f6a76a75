import { TextArea } from '@grafana/ui';
import React from 'react';
import { SETTINGS_DEFAULTS, type TlsMode } from '../../settings.ts';
import { withSetting } from './config-state.ts';
import { OnePicker, type PickerOption } from '../controls/pickers.tsx';
import { SettingField, settingId, type SettingProps } from './SettingField.tsx';

const MODES: Array<PickerOption & { value: TlsMode }> = [
  { value: 'disable', label: 'Disable', description: 'Not encrypted: only on this machine or a trusted network' },
  { value: 'require', label: 'Require', description: 'Encrypted; does not check who answers' },
  { value: 'verify-ca', label: 'Verify CA', description: "Encrypted; checks the server's certificate" },
  { value: 'verify-full', label: 'Verify full', description: 'Encrypted; checks certificate and host name' },
];

/** Mode, and the authority where the mode checks certificates. */
export function TlsSettings({ options, onOptionsChange }: SettingProps) {
  const mode = options.jsonData.tlsMode ?? SETTINGS_DEFAULTS.tlsMode;
  const checksCertificate = mode === 'verify-ca' || mode === 'verify-full';
  return (
    <>
      <SettingField options={options} name="tlsMode" label="TLS mode">
        <OnePicker
          id={settingId('tlsMode')}
          options={MODES}
          value={mode}
          onChange={(value) => onOptionsChange(withSetting(options, 'tlsMode', value))}
          width={40}
        />
      </SettingField>
      {checksCertificate && (
        <SettingField
          options={options}
          name="tlsCa"
          label="CA certificate"
          description="PEM. Empty: the authorities that the Grafana server trusts."
        >
          <TextArea
            id={settingId('tlsCa')}
            rows={6}
            cols={60}
            placeholder="-----BEGIN CERTIFICATE-----"
            value={options.jsonData.tlsCa ?? ''}
            onChange={({ currentTarget }) =>
              onOptionsChange(withSetting(options, 'tlsCa', currentTarget.value || undefined))
            }
          />
        </SettingField>
      )}
    </>
  );
}
