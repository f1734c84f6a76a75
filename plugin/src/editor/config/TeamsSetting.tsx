import { t } from '@grafana/i18n';
import { Field, SecretInput } from '@grafana/ui';
import React from 'react';
import { teamsFault, withSecret, withoutSecret } from './config-state.ts';
import { settingId, type SettingProps } from './SettingField.tsx';

/** Teams that the data source is bound to. Kept as a secret: who may ask reads and changes nothing of it. */
export function TeamsSetting({ options, onOptionsChange }: SettingProps) {
  const id = settingId('teams');
  const fault = teamsFault(options);
  return (
    <Field
      label={t('config.teams.label', 'Bound to teams')}
      description={t(
        'config.teams.description',
        'Ids of teams, separated by commas. Nothing is answered about others: in panels, variables, annotations, rows and alerts. Empty: all teams. Once saved, it is opened again with *.'
      )}
      htmlFor={id}
      invalid={fault !== undefined}
      error={fault}
      disabled={options.readOnly}
    >
      <SecretInput
        id={id}
        width={40}
        type="text"
        autoComplete="off"
        placeholder={t('config.teams.placeholder', 'all teams')}
        isConfigured={options.secureJsonFields?.['teams'] === true}
        value={options.secureJsonData?.teams ?? ''}
        onReset={() => onOptionsChange(withoutSecret(options, 'teams'))}
        onChange={(event) => onOptionsChange(withSecret(options, 'teams', event.currentTarget.value))}
      />
    </Field>
  );
}
