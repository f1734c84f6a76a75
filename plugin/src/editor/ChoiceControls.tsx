import { Combobox, MultiCombobox, RadioButtonGroup, type ComboboxOption } from '@grafana/ui';
import React, { useMemo } from 'react';
import type { ChoiceParam, GroupByParam } from '../metrics/define.ts';
import { variableOption, type ValueSource } from './DimensionValuesPicker.tsx';
import { DIMENSION_LABELS } from './dimension-labels.ts';
import { useLabelId } from './use-label-id.ts';
import { textsOf } from './variable-query.ts';

/** What the control of a param gets. */
export interface ControlProps<P> {
  id: string;
  param: P;
  /** As stored; undefined = default. */
  value: unknown;
  invalid: boolean | undefined;
  source: ValueSource;
  onChange: (value: unknown) => void;
}

/** Few short choices are buttons, unless a template variable may stand for them. */
const MOST_BUTTONS = 4;
const MOST_LETTERS = 36;

/** One of a fixed list. */
export function ChoiceControl(props: ControlProps<ChoiceParam>) {
  const { id, param, value, onChange } = props;
  const chosen = value === undefined ? param.default : textOf(value);
  const options = useChoices(param, chosen, props.source);
  const letters = param.choices.reduce((sum, { label }) => sum + label.length, 0);
  if (options.length === param.choices.length && options.length <= MOST_BUTTONS && letters <= MOST_LETTERS) {
    return <RadioButtonGroup {...{ id, options, onChange }} aria-label={param.label} value={chosen} />;
  }
  return (
    <Combobox<string>
      {...{ id, options }}
      value={chosen}
      onChange={(option) => onChange(option.value)}
      invalid={props.invalid}
      width="auto"
      minWidth={16}
      maxWidth={40}
    />
  );
}

/** The same list from draw to draw: Combobox takes a new one for a change and forgets what is being typed. */
function useChoices(param: ChoiceParam, chosen: string, { variables }: ValueSource): Array<ComboboxOption<string>> {
  return useMemo(() => {
    const known = param.choices.map(({ value, label, help }) => ({ value, label, description: help }));
    const options = [...known, ...variables.filter(holdsAnything).map(variableOption)];
    return options.some(({ value }) => value === chosen) ? options : [...options, { value: chosen, label: chosen }];
  }, [param, chosen, variables]);
}

/** Dimensions to group by, in the order of choosing. */
export function GroupByControl({ id, param, value, invalid, source, onChange }: ControlProps<GroupByParam>) {
  const labelId = useLabelId(id);
  const options = useMemo(
    () => [
      ...param.allowed.map((dimension) => ({ value: dimension, label: DIMENSION_LABELS[dimension] })),
      ...source.variables.filter(holdsAnything).map(variableOption),
    ],
    [param, source]
  );
  return (
    <MultiCombobox<string>
      id={id}
      aria-labelledby={labelId}
      options={options}
      value={value === undefined ? [...param.default] : textsOf(value)}
      onChange={(picked) => onChange(picked.map((option) => option.value))}
      placeholder="None: one total"
      isClearable
      invalid={invalid}
      width="auto"
      minWidth={22}
      maxWidth={60}
    />
  );
}

/** Only a variable that offers no dimension's values can stand for a choice. */
function holdsAnything({ dimension }: { dimension: unknown }): boolean {
  return dimension === undefined;
}

/** A stored value as a text to edit. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
