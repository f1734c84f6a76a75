import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';
import React from 'react';
import type { Format } from '../../metrics/define.ts';
import { decidedByPlace } from './ParamField.tsx';

interface Props {
  id: string;
  formats: readonly Format[];
  value: unknown;
  /** The value is not stored: the place of the query decides it. */
  isDecided: boolean;
  fault: string | undefined;
  onChange: (format: Format) => void;
}

const optionsOf = (formats: readonly Format[]) => {
  const words: Readonly<Record<Format, { label: string; description: string }>> = {
    timeseries: {
      label: t('editor.format.timeseries', 'Time series'),
      description: t('editor.format.timeseries-help', 'One series for each group'),
    },
    numeric: {
      label: t('editor.format.numeric', 'Numbers'),
      description: t('editor.format.numeric-help', 'One number for each group: stats, gauges, alert rules'),
    },
    table: {
      label: t('editor.format.table', 'Table'),
      description: t('editor.format.table-help', 'One row for each group and bucket, with verdict, interval and count'),
    },
  };
  return formats.map((format) => ({ value: format, ...words[format] }));
};

/** The shape of the result. */
export function FormatField({ id, formats, value, isDecided, fault, onChange }: Props) {
  const label = t('editor.format.label', 'Format');
  const help = t('editor.format.help', 'Shape of the result. Alert rules need time series or numbers.');
  return (
    <EditorField
      label={label}
      tooltip={isDecided ? `${help} ${decidedByPlace()}` : help}
      invalid={fault !== undefined}
      error={fault}
    >
      <RadioButtonGroup
        id={id}
        aria-label={label}
        options={optionsOf(formats)}
        value={formats.find((format) => format === value)}
        onChange={onChange}
      />
    </EditorField>
  );
}
