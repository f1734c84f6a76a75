import { EditorField } from '@grafana/plugin-ui';
import React, { useMemo } from 'react';
import type { Metric } from '../../metrics/define.ts';
import { useWithUnknown } from '../controls/ChoiceControls.tsx';
import { OnePicker } from '../controls/pickers.tsx';

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
    () => offered.map((metric) => ({ value: metric.id, label: metric.title, description: metric.summary })),
    [offered]
  );
  const options = useWithUnknown(known, queryType);
  const fault =
    options === known ? undefined : `There is no metric "${queryType}" here. Choose one, or update the plugin.`;
  return (
    <EditorField label="Metric" htmlFor={id} invalid={fault !== undefined} error={fault}>
      <OnePicker
        id={id}
        options={options}
        value={queryType === '' ? null : queryType}
        onChange={onChange}
        placeholder="Choose a metric"
        width={45}
      />
    </EditorField>
  );
}
