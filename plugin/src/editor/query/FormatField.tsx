import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';
import React from 'react';
import type { Format } from '../../metrics/define.ts';

interface Props {
  id: string;
  formats: readonly Format[];
  value: unknown;
  fault: string | undefined;
  onChange: (format: Format) => void;
}

const LABELS: Readonly<Record<Format, string>> = { timeseries: 'Time series', numeric: 'Numbers', table: 'Table' };
const HELP: Readonly<Record<Format, string>> = {
  timeseries: 'One series for each group',
  numeric: 'One number for each group: stats, gauges, alert rules',
  table: 'One row for each group and bucket, with counts, interval and status',
};

/** The shape of the result. */
export function FormatField({ id, formats, value, fault, onChange }: Props) {
  return (
    <EditorField
      label="Format"
      tooltip="Shape of the result. Alert rules need time series or numbers."
      invalid={fault !== undefined}
      error={fault}
    >
      <RadioButtonGroup
        id={id}
        aria-label="Format"
        options={formats.map((format) => ({ value: format, label: LABELS[format], description: HELP[format] }))}
        value={formats.find((format) => format === value)}
        onChange={onChange}
      />
    </EditorField>
  );
}
