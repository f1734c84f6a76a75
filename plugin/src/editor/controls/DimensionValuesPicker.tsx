import { t } from '@grafana/i18n';
import React, { useCallback, useEffect, useMemo, useState } from 'react';
import type { Dimension } from '../../metrics/define.ts';
import { ManyPicker, type PickerOption } from './pickers.tsx';
import { holdsVariable, type VariableReference } from '../state/template-variables.ts';
import type { DimensionValue, StoredFilters } from '../state/types.ts';

/** Where pickers get their values from. */
export interface ValueSource {
  /** Values of a dimension that match a search, narrowed by values of other dimensions. */
  readonly find: (
    dimension: Dimension,
    lookup: { search: string; filters: StoredFilters }
  ) => Promise<readonly DimensionValue[]>;
  /** The dashboard's variables; empty where there are none, as in alert rules. */
  readonly variables: readonly VariableReference[];
}

interface Props {
  id: string;
  dimension: Dimension;
  value: readonly string[];
  /** Values of the other dimensions. */
  filters: StoredFilters;
  source: ValueSource;
  invalid?: boolean;
  onChange: (values: string[]) => void;
}

/** Any number of values of a dimension, out of the store, a template variable or typed. */
export function DimensionValuesPicker({ id, dimension, value, filters, source, invalid, onChange }: Props) {
  const { titles, find } = useValues(dimension, filters, source);
  useTitlesOf(value, find);
  const stored = JSON.stringify(value);
  const chosen = useMemo(
    () => (JSON.parse(stored) as string[]).map((entry) => ({ value: entry, label: titles.get(entry) ?? entry })),
    [stored, titles]
  );
  return (
    <ManyPicker
      {...{ id, invalid, onChange }}
      options={find}
      value={chosen}
      placeholder={t('editor.filter.all', 'All')}
      createCustomValue
    />
  );
}

/** A variable as an option of a picker. */
export function variableOption({ text }: VariableReference): PickerOption {
  return { value: text, label: text, description: t('editor.filter.variable', 'Template variable') };
}

/** Values of another dimension would match nothing. */
function fits(variable: VariableReference, dimension: Dimension): boolean {
  return variable.dimension === undefined || variable.dimension === dimension;
}

type Find = (search: string) => Promise<PickerOption[]>;

/** Options for a search, and the titles of all values seen so far: chosen values are stored without them. */
function useValues(dimension: Dimension, filters: StoredFilters, source: ValueSource) {
  const [titles, setTitles] = useState<ReadonlyMap<string, string>>(new Map());
  const narrowing = JSON.stringify(filters);
  const { find: findValues, variables } = source;
  const find: Find = useCallback(
    async (search) => {
      const needle = search.toLowerCase();
      const values = await findValues(dimension, { search, filters: JSON.parse(narrowing) as StoredFilters });
      setTitles((known) => new Map([...known, ...values.map(({ value, text }) => [value, text] as const)]));
      const fitting = variables.filter(
        (variable) => fits(variable, dimension) && variable.text.toLowerCase().includes(needle)
      );
      const own = fitting.filter((variable) => variable.dimension === dimension);
      const others = fitting.filter((variable) => variable.dimension !== dimension);
      const found = values.map(({ value, text }) => ({
        value,
        label: text,
        ...(text === value ? {} : { description: value }),
      }));
      return [...own.map(variableOption), ...found, ...others.map(variableOption)];
    },
    [dimension, narrowing, findValues, variables]
  );
  return { titles, find };
}

/** Looks up the titles of values that were chosen before the menu was ever opened. */
function useTitlesOf(value: readonly string[], find: Find) {
  const [isAsked, setAsked] = useState(false);
  const isNeeded = !isAsked && value.some((entry) => !holdsVariable(entry));
  useEffect(() => {
    if (isNeeded) {
      // The menu's own searches bring the titles of later choices. Without titles the values themselves are shown.
      setAsked(true);
      find('').catch(() => undefined);
    }
  }, [isNeeded, find]);
}
