import { getValueFormats } from '@grafana/data';
import { t } from '@grafana/i18n';
import { EditorField, EditorSwitch } from '@grafana/plugin-ui';
import React from 'react';
import type { NumberParam, Param } from '../../metrics/define.ts';
import { ChoiceControl, GroupByControl, textOf, type ControlProps } from '../controls/ChoiceControls.tsx';
import { DimensionValuesPicker, type ValueSource } from '../controls/DimensionValuesPicker.tsx';
import { DraftInput } from '../controls/DraftInput.tsx';
import { holdsVariable } from '../state/template-variables.ts';
import type { StoredFilters } from '../state/types.ts';
import { textsOf } from '../state/variable-query.ts';

interface Props {
  id: string;
  param: Param;
  /** As stored; undefined = default. */
  value: unknown;
  /** The value is not stored: the place of the query decides it. */
  isDecided: boolean;
  fault: string | undefined;
  /** Values of the other filters, to narrow a picker. */
  filters: StoredFilters;
  source: ValueSource;
  onChange: (value: unknown) => void;
}

/** One param of a metric as a field, drawn by its kind. */
export function ParamField(props: Props) {
  const { id, param, isDecided, fault } = props;
  const help = tooltipOf(param);
  return (
    <EditorField
      label={param.label}
      tooltip={isDecided ? `${help} ${decidedByPlace()}` : help}
      htmlFor={id}
      invalid={fault !== undefined}
      error={fault}
    >
      <Control {...props} />
    </EditorField>
  );
}

/** Why a field shows what nobody has chosen. */
export const decidedByPlace = (): string =>
  t('editor.param.decided', 'Chosen by the panel and its range, until you choose another.');

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

function tooltipOf(param: Param): string {
  if (param.kind !== 'number') {
    return param.help;
  }
  const unit = param.unit === undefined ? '' : ` (${unitText(param.unit)})`;
  const { help, min, max, default: usual } = param;
  return t('editor.param.number-help', '{{help}} From {{min}} to {{max}}{{unit}}; default {{usual}}.', {
    help,
    min,
    max,
    unit,
    usual,
    interpolation: { escapeValue: false },
  });
}

/** Name of a Grafana unit, e.g. "days (d)" for `d`. */
export function unitText(unit: string): string {
  const known = getValueFormats().flatMap(({ submenu }) => submenu);
  return known.find(({ value }) => value === unit)?.text ?? unit;
}
