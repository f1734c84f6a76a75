import { t } from '@grafana/i18n';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSection, DataSourceDescription } from '@grafana/plugin-ui';
import { config } from '@grafana/runtime';
import { Divider, Field, SecretInput } from '@grafana/ui';
import React from 'react';
import type { ThroughlineJson } from '../state/metric-source.ts';
import { SETTINGS_DEFAULTS, type DataSourceSecrets } from '../../settings.ts';
import { withSecret, withoutSecret } from './config-state.ts';
import { NumberSetting, TextSetting, settingId, type SettingProps } from './SettingField.tsx';
import { TeamsSetting } from './TeamsSetting.tsx';
import { TlsSettings } from './TlsSettings.tsx';
import { RowReadersSetting } from './RowReadersSetting.tsx';

type Props = DataSourcePluginOptionsEditorProps<ThroughlineJson, DataSourceSecrets>;

/** The same in every language. */
const LOCAL_HOST = 'localhost';

/** Connections → Throughline. */
export function ConfigEditor(props: Props) {
  return (
    <>
      <DataSourceDescription
        dataSourceName="Throughline"
        docsLink={`${config.appSubUrl}/plugins/${props.options.type}`}
        hasRequiredFields
      />
      <Divider spacing={4} />
      <Connection {...props} />
      <Divider spacing={4} />
      <Authentication {...props} />
      <Divider spacing={4} />
      <ConfigSection
        title={t('config.tls.title', 'TLS')}
        description={t('config.tls.description', 'How the connection to the store is encrypted.')}
      >
        <TlsSettings {...props} />
      </ConfigSection>
      <Divider spacing={4} />
      <Limits {...props} />
    </>
  );
}

function Connection(props: SettingProps) {
  return (
    <ConfigSection
      title={t('config.connection.title', 'Connection')}
      description={t('config.connection.description', 'The Postgres database that the Throughline collector writes.')}
    >
      <TextSetting
        {...props}
        name="host"
        label={t('config.host.label', 'Host')}
        description={t('config.host.description', 'Host name, address, or the folder of a unix socket.')}
        placeholder={LOCAL_HOST}
        required
      />
      <NumberSetting
        {...props}
        name="port"
        label={t('config.port.label', 'Port')}
        fallback={String(SETTINGS_DEFAULTS.port)}
      />
      <TextSetting
        {...props}
        name="database"
        label={t('config.database.label', 'Database')}
        placeholder={SETTINGS_DEFAULTS.database}
      />
    </ConfigSection>
  );
}

function Authentication(props: SettingProps) {
  const { options, onOptionsChange } = props;
  const id = settingId('password');
  return (
    <ConfigSection
      title={t('config.authentication.title', 'Authentication')}
      description={t(
        'config.authentication.description',
        'Use a role that can only read: a member of throughline_reader. Everybody who may query this data source reads with its rights; Save & test warns when it can write.'
      )}
    >
      <TextSetting {...props} name="user" label={t('config.user.label', 'User')} placeholder={SETTINGS_DEFAULTS.user} />
      <Field label={t('config.password.label', 'Password')} htmlFor={id} disabled={options.readOnly}>
        <SecretInput
          id={id}
          width={40}
          autoComplete="new-password"
          isConfigured={options.secureJsonFields?.['password'] === true}
          value={options.secureJsonData?.password ?? ''}
          onReset={() => onOptionsChange(withoutSecret(options, 'password'))}
          onChange={(event) => onOptionsChange(withSecret(options, 'password', event.currentTarget.value))}
        />
      </Field>
    </ConfigSection>
  );
}

function Limits(props: SettingProps) {
  return (
    <ConfigSection
      title={t('config.limits-and-defaults.title', 'Limits and defaults')}
      description={t(
        'config.limits-and-defaults.description',
        'Sensible as they are; an empty field takes its default.'
      )}
    >
      <NumberSetting
        {...props}
        name="poolSize"
        label={t('config.poolSize.label', 'Pool size')}
        description={t(
          'config.poolSize.description',
          'Most connections that this data source holds at once, 1 to 100.'
        )}
        fallback={String(SETTINGS_DEFAULTS.poolSize)}
        suffix={t('config.poolSize.suffix', 'connections')}
      />
      <NumberSetting
        {...props}
        name="queryTimeoutSeconds"
        label={t('config.queryTimeoutSeconds.label', 'Query timeout')}
        description={t(
          'config.queryTimeoutSeconds.description',
          'A query that takes longer is stopped, in the database too.'
        )}
        fallback={String(SETTINGS_DEFAULTS.queryTimeoutSeconds)}
        suffix={t('config.queryTimeoutSeconds.suffix', 'seconds')}
      />
      <NumberSetting
        {...props}
        name="smallestGroup"
        label={t('config.smallestGroup.label', 'Smallest group')}
        description={t(
          'config.smallestGroup.description',
          "Values that rest on fewer people are hidden. At least 5, and never less than the store's own setting."
        )}
        fallback="5"
        suffix={t('config.smallestGroup.suffix', 'people')}
      />
      <RowReadersSetting {...props} />
      <TeamsSetting {...props} />
    </ConfigSection>
  );
}
