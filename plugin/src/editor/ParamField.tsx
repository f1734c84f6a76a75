import { getValueFormats } from '@grafana/data';
import { EditorField, EditorSwitch } from '@grafana/plugin-ui';
import { Combobox, MultiCombobox, RadioButtonGroup, type ComboboxOption } from '@grafana/ui';
import React from 'react';
import type { ChoiceParam, GroupByParam, NumberParam, Param } from '../metrics/define.ts';
import { DimensionValuesPicker, variableOption, type ValueSource } from './DimensionValuesPicker.tsx';
import { DIMENSION_LABELS } from './dimension-labels.ts';
import { DraftInput } from './DraftInput.tsx';
import { holdsVariable } from './template-variables.ts';
import type { StoredFilters } from './types.ts';
import { useLabelId } from './use-label-id.ts';
import { textsOf } from './variable-query.ts';

interface Props {
  id: string;
  param: Param;
  /** As stored; undefined = default. */
  value: unknown;
  fault: string | undefined;
  /** Values of the other filters, to narrow a picker. */
  filters: StoredFilters;
  source: ValueSource;
  onChange: (value: unknown) => void;
}

/** One param of a metric as a field, drawn by its kind. */
export function ParamField(props: Props) {
  const { id, param, fault } = props;
  return (
    <EditorField
      label={param.label}
      tooltip={tooltipOf(param)}
      htmlFor={id}
      invalid={fault !== undefined}
      error={fault}
    >
      <Control {...props} />
    </EditorField>
  );
}

/** Field hands `invalid` down to its child. */
function Control({ id, param, value, filters, source, onChange, ...rest }: Props & { invalid?: boolean }) {
  const common = { id, value, invalid: rest.invalid, source, onChange };
  switch (param.kind) {
    case 'choice':
      return <ChoiceControl {...common} param={param} />;
    case 'groupBy':
      return <GroupByControl {...common} param={param} />;
    case 'filter': {
      const { dimension } = param;
      return <DimensionValuesPicker {...common} value={textsOf(value)} dimension={dimension} filters={filters} />;
    }
    case 'boolean':
      return <BooleanControl {...common} fallback={param.default} />;
    case 'number':
      return <NumberControl {...common} param={param} />;
    case 'text':
      return <DraftInput id={id} value={textOf(value)} width={25} invalid={rest.invalid} onCommit={onChange} />;
  }
}

interface ControlProps<P> {
  id: string;
  param: P;
  value: unknown;
  invalid: boolean | undefined;
  source: ValueSource;
  onChange: (value: unknown) => void;
}

/** Few short choices are buttons, unless a template variable must be shown. */
const MOST_BUTTONS = 4;
const MOST_LETTERS = 36;

function ChoiceControl({ id, param, value, invalid, source, onChange }: ControlProps<ChoiceParam>) {
  const chosen = value === undefined ? param.default : textOf(value);
  const isKnown = param.choices.some((choice) => choice.value === chosen);
  const letters = param.choices.reduce((sum, { label }) => sum + label.length, 0);
  if (isKnown && param.choices.length <= MOST_BUTTONS && letters <= MOST_LETTERS) {
    return (
      <RadioButtonGroup
        id={id}
        aria-label={param.label}
        options={param.choices.map((choice) => ({
          value: choice.value,
          label: choice.label,
          description: choice.help,
        }))}
        value={chosen}
        onChange={onChange}
      />
    );
  }
  const options = [
    ...param.choices.map((choice) => ({ value: choice.value, label: choice.label, description: choice.help })),
    ...source.variables.filter(({ dimension }) => dimension === undefined).map(variableOption),
  ];
  return (
    <Combobox<string>
      id={id}
      options={
        isKnown || options.some((option) => option.value === chosen)
          ? options
          : [{ value: chosen, label: chosen }, ...options]
      }
      value={chosen}
      onChange={(option: ComboboxOption<string>) => onChange(option.value)}
      invalid={invalid}
      width="auto"
      minWidth={16}
      maxWidth={40}
    />
  );
}

function GroupByControl({ id, param, value, invalid, source, onChange }: ControlProps<GroupByParam>) {
  const labelId = useLabelId(id);
  const chosen = value === undefined ? [...param.default] : textsOf(value);
  const options = [
    ...param.allowed.map((dimension) => ({ value: dimension, label: DIMENSION_LABELS[dimension] })),
    ...source.variables.filter(({ dimension }) => dimension === undefined).map(variableOption),
  ];
  return (
    <MultiCombobox<string>
      id={id}
      aria-labelledby={labelId}
      options={options}
      value={chosen}
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

type BooleanProps = Omit<ControlProps<never>, 'param'> & { fallback: boolean };

function BooleanControl({ id, value, fallback, onChange }: BooleanProps) {
  if (holdsVariable(value)) {
    return <DraftInput id={id} value={textOf(value)} width={16} onCommit={onChange} />;
  }
  const isOn = value === undefined ? fallback : value === true || value === 'true';
  return <EditorSwitch id={id} value={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />;
}

function NumberControl({ id, param, value, invalid, onChange }: ControlProps<NumberParam>) {
  const commit = (text: string) => {
    const number = Number(text);
    onChange(text === '' ? undefined : Number.isNaN(number) ? text : number);
  };
  return (
    <DraftInput
      id={id}
      value={textOf(value)}
      placeholder={String(param.default)}
      suffix={param.unit === undefined ? undefined : unitText(param.unit)}
      inputMode={param.integer === true ? 'numeric' : 'decimal'}
      width={18}
      invalid={invalid}
      onCommit={commit}
    />
  );
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function tooltipOf(param: Param): string {
  if (param.kind !== 'number') {
    return param.help;
  }
  const unit = param.unit === undefined ? '' : ` (${unitText(param.unit)})`;
  return `${param.help} From ${param.min} to ${param.max}${unit}; default ${param.default}.`;
}

/** Name of a Grafana unit, e.g. "days (d)" for `d`. */
function unitText(unit: string): string {
  const known = getValueFormats().flatMap(({ submenu }) => submenu);
  return known.find(({ value }) => value === unit)?.text ?? unit;
}
