import { EditorRow, EditorRows } from '@grafana/plugin-ui';
import { Alert, Button, Text } from '@grafana/ui';
import React, { useId, useMemo } from 'react';
import type { MetricSource } from '../state/metric-source.ts';
import type { Metric } from '../../metrics/define.ts';
import type { ValueSource } from '../controls/DimensionValuesPicker.tsx';
import { formatFor, type PanelPlace } from '../state/for-panel.ts';
import { FormatField } from './FormatField.tsx';
import { MetricField } from './MetricField.tsx';
import { MetricForm } from './MetricForm.tsx';
import {
  findFaults,
  isComplete,
  paramsFor,
  readQuery,
  unknownParams,
  usableFormats,
  withFormat,
  without,
  writeQuery,
} from '../state/query-state.ts';
import type { ThroughlineQuery } from '../state/types.ts';

interface Props {
  datasource: MetricSource;
  /** Metrics to choose from. */
  offered: readonly Metric[];
  query: ThroughlineQuery;
  /** Alert rules know no template variables and no tables. */
  isAlert: boolean;
  /** What the panel draws where the query does not say; undefined = as the metric has it. */
  place?: PanelPlace | undefined;
  /** Annotations are tables always. */
  hasFormat: boolean;
  onChange: (query: ThroughlineQuery) => void;
  onRunQuery: () => void;
}

type Params = Readonly<Record<string, unknown>>;

/** Metric, format and the metric's own form; runs the query whenever it is complete. */
export function QueryForm({ datasource, offered, query, isAlert, place, hasFormat, onChange, onRunQuery }: Props) {
  const id = useId();
  const { queryType, params, fault } = readQuery(query);
  const { metrics } = datasource;
  const metric = metrics.get(queryType);
  const change = (type: string, next: Params) => {
    const changed = writeQuery(query, type, next);
    onChange(changed);
    if (isComplete(changed, metrics, { isAlert })) {
      onRunQuery();
    }
  };
  const choose = (type: string) => {
    const chosen = metrics.get(type);
    change(type, chosen === undefined ? {} : paramsFor(chosen, params, isAlert));
  };
  const form = { id, datasource, params, isAlert, onChange: (next: Params) => change(queryType, next) };
  return (
    <EditorRows>
      {fault !== null && (
        <Alert severity="error" title="This query cannot be read">
          {fault}
        </Alert>
      )}
      <EditorRow>
        <MetricField id={`${id}-metric`} offered={offered} queryType={queryType} onChange={choose} />
        {metric !== undefined && hasFormat && <Format {...form} metric={metric} place={place} />}
      </EditorRow>
      {metric !== undefined && <Body {...form} metric={metric} />}
    </EditorRows>
  );
}

interface FormProps {
  id: string;
  datasource: MetricSource;
  metric: Metric;
  params: Params;
  isAlert: boolean;
  onChange: (params: Params) => void;
}

function Format({ id, metric, params, isAlert, place, onChange }: FormProps & { place: PanelPlace | undefined }) {
  return (
    <FormatField
      id={`${id}-format`}
      formats={usableFormats(metric, isAlert)}
      value={params['format'] ?? (place && formatFor(metric, place)) ?? metric.formats[0]}
      fault={findFaults(metric, params, { isAlert })['format']}
      onChange={(format) => onChange(withFormat(params, format))}
    />
  );
}

function Body({ id, datasource, metric, params, isAlert, onChange }: FormProps) {
  const source = useValueSource(datasource, isAlert);
  const faults = findFaults(metric, params, { isAlert });
  const unknown = unknownParams(metric, params);
  return (
    <>
      <Text variant="bodySmall" color="secondary">
        {metric.summary}
      </Text>
      {unknown.length > 0 && (
        <Alert severity="error" title={faults[''] ?? ''}>
          <Button variant="secondary" size="sm" onClick={() => onChange(without(params, unknown))}>
            Remove {unknown.join(', ')}
          </Button>
        </Alert>
      )}
      <MetricForm idPrefix={id} metric={metric} params={params} faults={faults} source={source} onChange={onChange} />
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
