import { Trans } from '@grafana/i18n';
import { Alert, Button, Text } from '@grafana/ui';
import React, { useMemo, type ReactNode } from 'react';
import type { Metric } from '../../metrics/define.ts';
import type { ValueSource } from '../controls/DimensionValuesPicker.tsx';
import type { MetricSource } from '../state/metric-source.ts';
import { findFaults, unknownParams, without } from '../state/query-state.ts';
import { MetricForm } from './MetricForm.tsx';

type Params = Readonly<Record<string, unknown>>;

interface Props {
  id: string;
  datasource: MetricSource;
  metric: Metric;
  params: Params;
  /** What the place decides where params leave it open. */
  decided: Params;
  isAlert: boolean;
  /** What the last answer says of itself. */
  notes: ReactNode;
  onChange: (params: Params) => void;
}

/** What the metric answers, what is wrong with the query, and the fields. */
export function MetricBody({ id, datasource, metric, params, decided, isAlert, notes, onChange }: Props) {
  const source = useValueSource(datasource, isAlert);
  const faults = findFaults(metric, params, { isAlert });
  const unknown = unknownParams(metric, params);
  const names = unknown.join(', ');
  return (
    <>
      <Text variant="bodySmall" color="secondary">
        {metric.summary}
      </Text>
      {notes}
      {unknown.length > 0 && (
        <Alert severity="error" title={faults[''] ?? ''}>
          <Button variant="secondary" size="sm" onClick={() => onChange(without(params, unknown))}>
            <Trans i18nKey="editor.query.remove">Remove {{ names }}</Trans>
          </Button>
        </Alert>
      )}
      <MetricForm idPrefix={id} {...{ metric, params, decided, faults, source, onChange }} />
    </>
  );
}

function useValueSource(datasource: MetricSource, isAlert: boolean): ValueSource {
  return useMemo(
    () => ({
      find: (dimension, lookup) => datasource.dimensionValues(dimension, lookup),
      variables: isAlert ? [] : datasource.variableReferences(),
    }),
    [datasource, isAlert]
  );
}
