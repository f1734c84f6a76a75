import { t, Trans } from '@grafana/i18n';
import { Button, RadioButtonGroup } from '@grafana/ui';
import React from 'react';

export type Mode = 'form' | 'json';

/** Whether a query is filled in field by field or as JSON. */
export function ModeField({ id, mode, onChange }: { id: string; mode: Mode; onChange: (mode: Mode) => void }) {
  return (
    <RadioButtonGroup
      id={id}
      aria-label={t('editor.mode.label', 'Editor mode')}
      size="sm"
      options={[
        { value: 'form' as const, label: t('editor.mode.form', 'Form') },
        {
          value: 'json' as const,
          label: t('editor.mode.json', 'JSON'),
          description: t('editor.mode.json-help', 'The whole query as text, to copy and to paste'),
        },
      ]}
      value={mode}
      onChange={onChange}
    />
  );
}

/** Runs the query as it stands. */
export function RunButton({ onRun }: { onRun: () => void }) {
  return (
    <Button
      icon="play"
      variant="secondary"
      size="sm"
      tooltip={t('editor.run.help', 'Ctrl+Enter or Cmd+Enter in any field')}
      onClick={onRun}
    >
      <Trans i18nKey="editor.run.label">Run query</Trans>
    </Button>
  );
}
