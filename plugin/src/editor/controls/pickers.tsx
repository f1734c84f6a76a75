import { Combobox, MultiCombobox, type ComboboxOption } from '@grafana/ui';
import React from 'react';
import { firstMatch } from './first-match.ts';
import { useLabelId } from './use-label-id.ts';
import { useOnce } from './use-once.ts';

export type PickerOption = ComboboxOption<string>;

interface PickerProps {
  id: string;
  placeholder?: string;
  /** Set by the field around it. */
  invalid?: boolean;
  disabled?: boolean;
}

interface OneProps extends PickerProps {
  /** The same objects from draw to draw: other objects count as another choice. */
  options: PickerOption[];
  value: string | null;
  onChange: (value: string) => void;
  /** Offers to take the choice back. */
  onClear?: () => void;
  /** In units of 8 pixels; absent = as wide as the choice. */
  width?: number;
}

/** Combobox for one value, as the editors use it. */
export function OnePicker({ onChange, onClear, width, ...props }: OneProps) {
  // What is in no list is no choice.
  const report = useOnce((option: PickerOption | null | undefined) =>
    option === null ? onClear?.() : option === undefined ? undefined : onChange(option.value)
  );
  const size = width === undefined ? { width: 'auto' as const, minWidth: 16, maxWidth: 40 } : { width };
  return (
    <div style={{ display: 'contents' }} {...firstMatch}>
      {onClear === undefined ? (
        <Combobox<string> {...props} {...size} onChange={report} />
      ) : (
        <Combobox<string> {...props} {...size} onChange={report} isClearable />
      )}
    </div>
  );
}

interface ManyProps extends PickerProps {
  options: PickerOption[] | ((search: string) => Promise<PickerOption[]>);
  value: string[] | PickerOption[];
  onChange: (values: string[]) => void;
  /** Whether values that are no option can be typed. */
  createCustomValue?: boolean;
}

/** MultiCombobox for any number of values, with the name of its field's label. */
export function ManyPicker({ onChange, ...props }: ManyProps) {
  const labelId = useLabelId(props.id);
  const report = useOnce((options: PickerOption[]) => onChange(options.map((option) => option.value)));
  return (
    <MultiCombobox<string>
      {...props}
      aria-labelledby={labelId}
      onChange={report}
      isClearable
      width="auto"
      minWidth={22}
      maxWidth={60}
    />
  );
}
