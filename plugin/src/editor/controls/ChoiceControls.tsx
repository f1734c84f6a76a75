import { t } from '@grafana/i18n';
import { RadioButtonGroup } from '@grafana/ui';
import React, { useMemo } from 'react';
import type { ChoiceParam, GroupByParam } from '../../metrics/define.ts';
import { variableOption, type ValueSource } from './DimensionValuesPicker.tsx';
import { dimensionLabel } from '../state/dimension-labels.ts';
import { ManyPicker, OnePicker, type PickerOption } from './pickers.tsx';
import { textsOf } from '../state/variable-query.ts';

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
  return <OnePicker {...{ id, options, onChange }} value={chosen} invalid={props.invalid} />;
}

/**
 * The options of a choice, the very same objects from draw to draw: Combobox of Grafana 12.3 takes other objects for another choice,
 * reports it, is drawn anew, and so on without end.
 */
function useChoices(param: ChoiceParam, chosen: string, { variables }: ValueSource): PickerOption[] {
  const options = useMemo(() => {
    const known = param.choices.map(({ value, label, help }) => ({ value, label, description: help }));
    return [...known, ...variables.filter(holdsAnything).map(variableOption)];
  }, [param, variables]);
  return useWithUnknown(options, chosen);
}

/** The options and, where it is none of them, the stored value. The same list from draw to draw. */
export function useWithUnknown(options: PickerOption[], stored: string): PickerOption[] {
  const unknown = stored === '' || options.some(({ value }) => value === stored) ? undefined : stored;
  return useMemo(
    () => (unknown === undefined ? options : [...options, { value: unknown, label: unknown }]),
    [options, unknown]
  );
}

/** Dimensions to group by, in the order of choosing. */
export function GroupByControl({ id, param, value, invalid, source, onChange }: ControlProps<GroupByParam>) {
  const options = useMemo(
    () => [
      ...param.allowed.map((dimension) => ({ value: dimension, label: dimensionLabel(dimension) })),
      ...source.variables.filter(holdsAnything).map(variableOption),
    ],
    [param, source]
  );
  return (
    <ManyPicker
      {...{ id, options, invalid, onChange }}
      value={value === undefined ? [...param.default] : textsOf(value)}
      placeholder={t('editor.group-by.none', 'None: one total')}
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
