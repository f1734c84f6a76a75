import { EditorRow } from '@grafana/plugin-ui';
import React from 'react';
import type { Metric } from '../../metrics/define.ts';
import type { ValueSource } from '../controls/DimensionValuesPicker.tsx';
import { formParts, type NamedParam } from '../state/form-parts.ts';
import { withParam, without, type Faults } from '../state/query-state.ts';
import type { StoredFilters } from '../state/types.ts';
import { textsOf } from '../state/variable-query.ts';
import { ColumnsField, columnsLabel } from './ColumnsField.tsx';
import { OptionsFold } from './OptionsFold.tsx';
import { ParamField } from './ParamField.tsx';

type Params = Readonly<Record<string, unknown>>;

interface Props {
  /** Makes the ids of the fields unique on the page. */
  idPrefix: string;
  metric: Metric;
  /** Stored params: only those that differ from their default. */
  params: Params;
  /** What the place decides where params leave it open. */
  decided: Params;
  faults: Faults;
  source: ValueSource;
  onChange: (params: Params) => void;
}

/** The form of any metric, from what it declares: the fields that matter, the others folded under Options. */
export function MetricForm(props: Props) {
  const { idPrefix, metric, params, decided, faults, onChange } = props;
  const { main, options } = formParts(metric, params);
  const hasColumns =
    metric.reads !== undefined && (params['format'] ?? decided['format'] ?? metric.formats[0]) === 'table';
  const rows = [
    options.filter(([, param]) => param.kind !== 'filter'),
    options.filter(([, param]) => param.kind === 'filter'),
  ].filter((row) => row.length > 0);
  const changed = [
    ...options.filter(([name]) => params[name] !== undefined).map(([, { label }]) => label),
    ...(hasColumns && params['columns'] === 'all' ? [columnsLabel()] : []),
  ];
  return (
    <>
      <Fields {...props} fields={main} />
      {(options.length > 0 || hasColumns) && (
        <OptionsFold changed={changed} hasFault={options.some(([name]) => faults[name] !== undefined)}>
          {rows.map((row, index) => (
            <Fields {...props} key={index} fields={row} />
          ))}
          {hasColumns && (
            <ColumnsField
              id={`${idPrefix}-columns`}
              isAll={params['columns'] === 'all'}
              onChange={(isAll) => onChange(isAll ? { ...params, columns: 'all' } : without(params, ['columns']))}
            />
          )}
        </OptionsFold>
      )}
    </>
  );
}

function Fields({
  idPrefix,
  metric,
  params,
  decided,
  faults,
  source,
  onChange,
  fields,
}: Props & { fields: readonly NamedParam[] }) {
  return (
    <EditorRow>
      {fields.map(([name, param]) => (
        <ParamField
          key={`${metric.id} ${name}`}
          id={`${idPrefix}-${name}`}
          param={param}
          value={params[name] ?? decided[name]}
          isDecided={decided[name] !== undefined}
          fault={faults[name]}
          filters={filtersBeside(name, metric, params)}
          source={source}
          onChange={(value) => onChange(withParam(metric, params, { name, value }))}
        />
      ))}
    </EditorRow>
  );
}

/** What the other filters of the form have chosen, by dimension. */
function filtersBeside(own: string, metric: Metric, params: Params): StoredFilters {
  const others = Object.entries(metric.params).flatMap(([name, param]) => {
    const texts = textsOf(params[name]);
    return name !== own && param.kind === 'filter' && texts.length > 0 ? [[param.dimension, texts] as const] : [];
  });
  return Object.fromEntries(others);
}
