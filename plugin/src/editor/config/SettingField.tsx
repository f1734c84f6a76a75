import { Field } from '@grafana/ui';
import React, { type ReactElement } from 'react';
import { settingFault, withSetting, type Options, type SettingName } from './config-state.ts';
import { DraftInput } from '../controls/DraftInput.tsx';

/** What every field of the configuration gets. */
export interface SettingProps {
  options: Options;
  onOptionsChange: (options: Options) => void;
}

interface Props extends SettingProps {
  name: SettingName;
  label: string;
  description?: string;
  required?: boolean;
}

/** One setting with its label, help and fault. */
export function SettingField({
  options,
  name,
  label,
  description,
  required,
  children,
}: Omit<Props, 'onOptionsChange'> & { children: ReactElement<Record<string, unknown>> }) {
  const fault = settingFault(options.jsonData, name);
  return (
    <Field
      label={label}
      description={description}
      required={required}
      htmlFor={settingId(name)}
      invalid={fault !== undefined}
      error={fault}
      disabled={options.readOnly}
    >
      {children}
    </Field>
  );
}

/** A setting that is one line of text. */
export function TextSetting({ placeholder, ...props }: Props & { placeholder?: string }) {
  const stored = props.options.jsonData[props.name];
  return (
    <SettingField {...props}>
      <DraftInput
        id={settingId(props.name)}
        value={stored === undefined ? '' : String(stored)}
        placeholder={placeholder}
        width={40}
        onCommit={(text) =>
          props.onOptionsChange(
            withSetting(props.options, props.name, props.required || text !== '' ? text : undefined)
          )
        }
      />
    </SettingField>
  );
}

/** A setting that is a whole number; empty = its default. */
export function NumberSetting({ fallback, suffix, ...props }: Props & { fallback: string; suffix?: string }) {
  const stored: unknown = props.options.jsonData[props.name];
  const commit = (text: string) => {
    const number = Number(text);
    const value = text === '' ? undefined : Number.isNaN(number) ? text : number;
    props.onOptionsChange(withSetting(props.options, props.name, value));
  };
  return (
    <SettingField {...props}>
      <DraftInput
        id={settingId(props.name)}
        value={typeof stored === 'number' || typeof stored === 'string' ? String(stored) : ''}
        placeholder={fallback}
        suffix={suffix}
        inputMode="numeric"
        width={20}
        onCommit={commit}
      />
    </SettingField>
  );
}

/** Id of a setting's control, for its label. */
export function settingId(name: string): string {
  return `throughline-${name}`;
}
