import { t } from '@grafana/i18n';
import { TextArea } from '@grafana/ui';
import React, { useMemo } from 'react';
import { SETTINGS_DEFAULTS, type TlsMode } from '../../settings.ts';
import { withSetting } from './config-state.ts';
import { OnePicker, type PickerOption } from '../controls/pickers.tsx';
import { SettingField, settingId, type SettingProps } from './SettingField.tsx';

const PEM_HEAD = '-----BEGIN CERTIFICATE-----';

const modes = (): Array<PickerOption & { value: TlsMode }> => [
  {
    value: 'disable',
    label: t('config.tlsMode.disable', 'Disable'),
    description: t('config.tlsMode.disable-help', 'Not encrypted: only on this machine or a trusted network'),
  },
  {
    value: 'require',
    label: t('config.tlsMode.require', 'Require'),
    description: t('config.tlsMode.require-help', 'Encrypted; does not check who answers'),
  },
  {
    value: 'verify-ca',
    label: t('config.tlsMode.verify-ca', 'Verify CA'),
    description: t('config.tlsMode.verify-ca-help', "Encrypted; checks the server's certificate"),
  },
  {
    value: 'verify-full',
    label: t('config.tlsMode.verify-full', 'Verify full'),
    description: t('config.tlsMode.verify-full-help', 'Encrypted; checks certificate and host name'),
  },
];

/** Mode, and the authority where the mode checks certificates. */
export function TlsSettings({ options, onOptionsChange }: SettingProps) {
  const offered = useMemo(modes, []);
  const mode = options.jsonData.tlsMode ?? SETTINGS_DEFAULTS.tlsMode;
  const checksCertificate = mode === 'verify-ca' || mode === 'verify-full';
  return (
    <>
      <SettingField options={options} name="tlsMode" label={t('config.tlsMode.label', 'TLS mode')}>
        <OnePicker
          id={settingId('tlsMode')}
          options={offered}
          value={mode}
          onChange={(value) => onOptionsChange(withSetting(options, 'tlsMode', value))}
          width={40}
        />
      </SettingField>
      {checksCertificate && (
        <SettingField
          options={options}
          name="tlsCa"
          label={t('config.tlsCa.label', 'CA certificate')}
          description={t('config.tlsCa.description', 'PEM. Empty: the authorities that the Grafana server trusts.')}
        >
          <TextArea
            id={settingId('tlsCa')}
            rows={6}
            cols={60}
            placeholder={PEM_HEAD}
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
