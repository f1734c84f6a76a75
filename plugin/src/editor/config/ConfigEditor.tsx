import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSection, DataSourceDescription } from '@grafana/plugin-ui';
import { config } from '@grafana/runtime';
import { Divider, Field, SecretInput } from '@grafana/ui';
import React from 'react';
import type { ThroughlineJson } from '../state/metric-source.ts';
import { SETTINGS_DEFAULTS, type DataSourceSecrets } from '../../settings.ts';
import { withPassword, withoutPassword } from './config-state.ts';
import { NumberSetting, TextSetting, settingId, type SettingProps } from './SettingField.tsx';
import { TlsSettings } from './TlsSettings.tsx';
import { RowReadersSetting } from './RowReadersSetting.tsx';
import { ZoneSetting } from './ZoneSetting.tsx';

type Props = DataSourcePluginOptionsEditorProps<ThroughlineJson, DataSourceSecrets>;

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
      <ConfigSection title="TLS" description="How the connection to the store is encrypted.">
        <TlsSettings {...props} />
      </ConfigSection>
      <Divider spacing={4} />
      <Limits {...props} />
    </>
  );
}

function Connection(props: SettingProps) {
  return (
    <ConfigSection title="Connection" description="The Postgres database that the Throughline collector writes.">
      <TextSetting
        {...props}
        name="host"
        label="Host"
        description="Host name, address, or the folder of a unix socket."
        placeholder="localhost"
        required
      />
      <NumberSetting {...props} name="port" label="Port" fallback={String(SETTINGS_DEFAULTS.port)} />
      <TextSetting {...props} name="database" label="Database" placeholder={SETTINGS_DEFAULTS.database} />
    </ConfigSection>
  );
}

function Authentication(props: SettingProps) {
  const { options, onOptionsChange } = props;
  const id = settingId('password');
  return (
    <ConfigSection
      title="Authentication"
      description="Use a role that can only read: a member of throughline_reader. Everybody who may query this data source reads with its rights; Save & test warns when it can write."
    >
      <TextSetting {...props} name="user" label="User" placeholder={SETTINGS_DEFAULTS.user} />
      <Field label="Password" htmlFor={id} disabled={options.readOnly}>
        <SecretInput
          id={id}
          width={40}
          autoComplete="new-password"
          isConfigured={options.secureJsonFields?.['password'] === true}
          value={options.secureJsonData?.password ?? ''}
          onReset={() => onOptionsChange(withoutPassword(options))}
          onChange={(event) => onOptionsChange(withPassword(options, event.currentTarget.value))}
        />
      </Field>
    </ConfigSection>
  );
}

function Limits(props: SettingProps) {
  return (
    <ConfigSection title="Limits and defaults" description="Sensible as they are; an empty field takes its default.">
      <NumberSetting
        {...props}
        name="poolSize"
        label="Pool size"
        description="Most connections that this data source holds at once, 1 to 100."
        fallback={String(SETTINGS_DEFAULTS.poolSize)}
        suffix="connections"
      />
      <NumberSetting
        {...props}
        name="queryTimeoutSeconds"
        label="Query timeout"
        description="A query that takes longer is stopped, in the database too."
        fallback={String(SETTINGS_DEFAULTS.queryTimeoutSeconds)}
        suffix="seconds"
      />
      <ZoneSetting {...props} />
      <NumberSetting
        {...props}
        name="smallestGroup"
        label="Smallest group"
        description="Values that rest on fewer people are hidden. At least 5, and never less than the store's own setting."
        fallback="5"
        suffix="people"
      />
      <RowReadersSetting {...props} />
    </ConfigSection>
  );
}
