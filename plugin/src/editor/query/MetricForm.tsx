import { EditorRow } from '@grafana/plugin-ui';
import React from 'react';
import type { Metric } from '../../metrics/define.ts';
import { isParamShown } from '../../metrics/query.ts';
import type { ValueSource } from '../controls/DimensionValuesPicker.tsx';
import { ParamField } from './ParamField.tsx';
import { valuesWithDefaults, withParam, type Faults } from '../state/query-state.ts';
import type { StoredFilters } from '../state/types.ts';
import { textsOf } from '../state/variable-query.ts';

interface Props {
  /** Makes the ids of the fields unique on the page. */
  idPrefix: string;
  metric: Metric;
  /** Stored params: only those that differ from their default. */
  params: Readonly<Record<string, unknown>>;
  faults: Faults;
  source: ValueSource;
  onChange: (params: Readonly<Record<string, unknown>>) => void;
}

/** The form of any metric, from what it declares: options in one row, filters in the next. */
export function MetricForm({ idPrefix, metric, params, faults, source, onChange }: Props) {
  const values = valuesWithDefaults(metric, params);
  const shown = Object.entries(metric.params).filter(([, param]) => isParamShown(param, values));
  const rows = [
    shown.filter(([, param]) => param.kind !== 'filter'),
    shown.filter(([, param]) => param.kind === 'filter'),
  ].filter((row) => row.length > 0);
  return (
    <>
      {rows.map((row, index) => (
        <EditorRow key={index}>
          {row.map(([name, param]) => (
            <ParamField
              key={`${metric.id} ${name}`}
              id={`${idPrefix}-${name}`}
              param={param}
              value={params[name]}
              fault={faults[name]}
              filters={filtersBeside(name, metric, params)}
              source={source}
              onChange={(value) => onChange(withParam(metric, params, { name, value }))}
            />
          ))}
        </EditorRow>
      ))}
    </>
  );
}

/** What the other filters of the form have chosen, by dimension. */
function filtersBeside(own: string, metric: Metric, params: Readonly<Record<string, unknown>>): StoredFilters {
  const others = Object.entries(metric.params).flatMap(([name, param]) => {
    const texts = textsOf(params[name]);
    return name !== own && param.kind === 'filter' && texts.length > 0 ? [[param.dimension, texts] as const] : [];
  });
  return Object.fromEntries(others);
}
