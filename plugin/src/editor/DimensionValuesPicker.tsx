import { MultiCombobox, type ComboboxOption } from '@grafana/ui';
import React, { useCallback, useEffect, useState } from 'react';
import type { Dimension } from '../metrics/define.ts';
import { holdsVariable } from './template-variables.ts';
import type { DimensionValue, StoredFilters } from './types.ts';
import { useLabelId } from './use-label-id.ts';

/** Where pickers get their values from. */
export interface ValueSource {
  /** Values of a dimension that match a search, narrowed by values of other dimensions. */
  readonly find: (
    dimension: Dimension,
    lookup: { search: string; filters: StoredFilters }
  ) => Promise<readonly DimensionValue[]>;
  /** References to template variables (`$team`); empty where there are none, as in alert rules. */
  readonly variables: readonly string[];
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
  const labelId = useLabelId(id);
  const { titles, find } = useValues(dimension, filters, source);
  useTitlesOf(value, find);
  return (
    <MultiCombobox<string>
      id={id}
      aria-labelledby={labelId}
      options={find}
      value={value.map((entry) => ({ value: entry, label: titles.get(entry) ?? entry }))}
      onChange={(options) => onChange(options.map((option) => option.value))}
      placeholder="All"
      createCustomValue
      isClearable
      invalid={invalid}
      width="auto"
      minWidth={22}
      maxWidth={60}
    />
  );
}

type Find = (search: string) => Promise<Array<ComboboxOption<string>>>;

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
      const references = variables.filter((reference) => reference.toLowerCase().includes(needle));
      return [
        ...references.map((reference) => ({ value: reference, label: reference, description: 'Template variable' })),
        ...values.map(({ value, text }) => ({ value, label: text, ...(text === value ? {} : { description: value }) })),
      ];
    },
    [dimension, narrowing, findValues, variables]
  );
  return { titles, find };
}

/** Looks up the titles of values that were chosen before the menu was ever opened. */
function useTitlesOf(value: readonly string[], find: Find) {
  const hasPlainValue = value.some((entry) => !holdsVariable(entry));
  useEffect(() => {
    if (hasPlainValue) {
      // Without titles the values themselves are shown.
      find('').catch(() => undefined);
    }
    // Only once: the menu's own searches bring the titles of later choices.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}
