import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import React, { useMemo } from 'react';
import type { Metric } from '../../metrics/define.ts';
import { useWithUnknown } from '../controls/ChoiceControls.tsx';
import { OnePicker } from '../controls/pickers.tsx';
import { inLanguage } from '../state/metric-words.ts';

interface Props {
  id: string;
  offered: readonly Metric[];
  /** Stored id; may be unknown or empty. */
  queryType: string;
  onChange: (queryType: string) => void;
}

/** The choice of a metric, with the question that each one answers. */
export function MetricField({ id, offered, queryType, onChange }: Props) {
  const known = useMemo(
    () =>
      offered.map(inLanguage).map(({ id: value, title, summary }) => ({ value, label: title, description: summary })),
    [offered]
  );
  const options = useWithUnknown(known, queryType);
  const fault =
    options === known
      ? undefined
      : t('editor.metric.unknown', 'There is no metric "{{queryType}}" here. Choose one, or update the plugin.', {
          queryType,
          interpolation: { escapeValue: false },
        });
  return (
    <EditorField label={t('editor.metric.label', 'Metric')} htmlFor={id} invalid={fault !== undefined} error={fault}>
      <OnePicker
        id={id}
        options={options}
        value={queryType === '' ? null : queryType}
        onChange={onChange}
        placeholder={t('editor.metric.placeholder', 'Choose a metric')}
        width={36}
      />
    </EditorField>
  );
}
