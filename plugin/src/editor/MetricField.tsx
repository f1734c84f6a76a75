import { EditorField } from '@grafana/plugin-ui';
import { Combobox } from '@grafana/ui';
import React, { useMemo } from 'react';
import type { Metric } from '../metrics/define.ts';

interface Props {
  id: string;
  offered: readonly Metric[];
  /** Stored id; may be unknown or empty. */
  queryType: string;
  onChange: (queryType: string) => void;
}

/** The choice of a metric, with the question that each one answers. */
export function MetricField({ id, offered, queryType, onChange }: Props) {
  const options = useMemo(
    () => offered.map((metric) => ({ value: metric.id, label: metric.title, description: metric.summary })),
    [offered]
  );
  const isKnown = options.some(({ value }) => value === queryType);
  const fault =
    queryType === '' || isKnown
      ? undefined
      : `There is no metric "${queryType}" here. Choose one, or update the plugin.`;
  return (
    <EditorField label="Metric" htmlFor={id} invalid={fault !== undefined} error={fault}>
      <Combobox<string>
        id={id}
        options={options}
        value={queryType === '' ? null : isKnown ? queryType : { value: queryType, label: queryType }}
        onChange={(option) => onChange(option.value)}
        placeholder="Choose a metric"
        width={45}
      />
    </EditorField>
  );
}
