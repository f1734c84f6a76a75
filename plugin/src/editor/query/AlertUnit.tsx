import { t } from '@grafana/i18n';
import { Text } from '@grafana/ui';
import React from 'react';
import type { Metric } from '../../metrics/define.ts';
import { columnsOf } from '../../metrics/query.ts';
import { valuesWithDefaults } from '../state/query-state.ts';
import { unitText } from './ParamField.tsx';

/** What the threshold of a rule is compared with: Grafana shows a bare number there. */
export function AlertUnit({ metric, params }: { metric: Metric; params: Readonly<Record<string, unknown>> }) {
  const columns = columnsOf(metric, valuesWithDefaults(metric, params));
  const value = columns.find(({ role }) => role === 'value') ?? columns.find(({ role }) => role === 'count');
  return value === undefined ? null : (
    <Text variant="bodySmall" color="secondary">
      {t('editor.alert.unit', 'The threshold below is compared with: {{label}}, {{unit}}. {{help}}', {
        label: value.label,
        unit: unitOf(value.unit),
        help: value.help,
        interpolation: { escapeValue: false },
      })}
    </Text>
  );
}

function unitOf(unit: string | undefined): string {
  switch (unit) {
    case 'percentunit':
      return t('editor.alert.share', 'a share from 0 to 1 (0.15 is 15 %)');
    case 'points':
      return t('editor.alert.points', 'a difference of shares (0.15 is 15 points)');
    case undefined:
    case 'short':
      return t('editor.alert.number', 'a number');
    default:
      return unitText(unit);
  }
}
