import type { QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';
import React, { useId, useMemo } from 'react';
import type { MetricSource, ThroughlineJson } from '../state/metric-source.ts';
import { DIMENSIONS, type Dimension } from '../../metrics/define.ts';
import { DimensionValuesPicker, type ValueSource } from '../controls/DimensionValuesPicker.tsx';
import { dimensionLabel } from '../state/dimension-labels.ts';
import { ManyPicker, OnePicker } from '../controls/pickers.tsx';
import type { StoredFilters, ThroughlineQuery, VariableQuery } from '../state/types.ts';
import { dimensionOf, readVariableQuery } from '../state/variable-query.ts';

type Props = QueryEditorProps<MetricSource, ThroughlineQuery, ThroughlineJson, VariableQuery>;

const optionsNow = () => DIMENSIONS.map((dimension) => ({ value: dimension, label: dimensionLabel(dimension) }));

/** The editor of a template variable: a dimension, and values of others (also of other variables) that narrow its values. */
export function VariableEditor({ datasource, query, onChange, onRunQuery }: Props) {
  const id = useId();
  const options = useMemo(optionsNow, []);
  const stored = readVariableQuery(query);
  const filters = stored.filters ?? {};
  const change = (next: Partial<VariableQuery>) => {
    onChange({ ...stored, ...next });
    onRunQuery();
  };
  return (
    <EditorRows>
      <EditorRow>
        <EditorField label={t('variables.values-of', 'Values of')} htmlFor={`${id}-dimension`}>
          <OnePicker
            id={`${id}-dimension`}
            options={options}
            value={stored.dimension ?? null}
            onChange={(value) => change({ dimension: dimensionOf(value), filters: without(filters, value) })}
            placeholder={t('variables.choose', 'Choose a dimension')}
            width={30}
          />
        </EditorField>
        <NarrowBy
          id={`${id}-narrow`}
          own={stored.dimension}
          filters={filters}
          onChange={(next) => change({ filters: next })}
        />
      </EditorRow>
      <NarrowingValues {...{ id, datasource, filters }} onChange={(next) => change({ filters: next })} />
    </EditorRows>
  );
}

interface FilterProps {
  id: string;
  filters: StoredFilters;
  onChange: (filters: StoredFilters) => void;
}

function NarrowBy({ id, own, filters, onChange }: FilterProps & { own: Dimension | undefined }) {
  const others = useMemo(() => optionsNow().filter(({ value }) => value !== own), [own]);
  return (
    <EditorField
      label={t('variables.narrow-by', 'Narrow by')}
      optional
      htmlFor={id}
      tooltip={t(
        'variables.narrow-by-help',
        'Only values that occur together with chosen values of these dimensions. Choose another variable to make this one depend on it.'
      )}
    >
      <ManyPicker
        id={id}
        options={others}
        value={Object.keys(filters)}
        onChange={(chosen) => {
          const dimensions = chosen.flatMap((value) => dimensionOf(value) ?? []);
          onChange(Object.fromEntries(dimensions.map((dimension) => [dimension, filters[dimension] ?? []])));
        }}
        placeholder={t('variables.every-value', 'Nothing: every value')}
      />
    </EditorField>
  );
}

function NarrowingValues({ id, datasource, filters, onChange }: FilterProps & { datasource: MetricSource }) {
  const source: ValueSource = useMemo(
    () => ({
      find: (dimension, lookup) => datasource.dimensionValues(dimension, lookup),
      variables: datasource.variableReferences(),
    }),
    [datasource]
  );
  const chosen = DIMENSIONS.filter((dimension) => filters[dimension] !== undefined);
  if (chosen.length === 0) {
    return null;
  }
  return (
    <EditorRow>
      {chosen.map((dimension) => (
        <EditorField key={dimension} label={dimensionLabel(dimension)} htmlFor={`${id}-${dimension}`}>
          <DimensionValuesPicker
            id={`${id}-${dimension}`}
            dimension={dimension}
            value={filters[dimension] ?? []}
            filters={without(filters, dimension)}
            source={source}
            onChange={(values) => onChange({ ...filters, [dimension]: values })}
          />
        </EditorField>
      ))}
    </EditorRow>
  );
}

function without(filters: StoredFilters, name: string): StoredFilters {
  return Object.fromEntries(Object.entries(filters).filter(([dimension]) => dimension !== name));
}
