import { FieldConfigProperty, PanelPlugin } from '@grafana/data';
import { IntervalPanel } from './IntervalPanel.tsx';
import { DEFAULTS, type IntervalOptions } from './options.ts';
import { suggest } from './suggest.ts';

const FIELDS: ReadonlyArray<readonly [keyof IntervalOptions, string, string]> = [
  ['value', 'Value', 'The estimate.'],
  ['lower', 'Lower end', 'Lower end of its interval.'],
  ['upper', 'Upper end', 'Upper end of its interval.'],
  ['group', 'Group rows by', 'Rows with the same text here stand together under it.'],
  ['verdict', 'Verdict', 'What the interval means, in words.'],
  ['n', 'Count', 'How many are behind the row.'],
  ['reason', 'Reason', 'Why a row has no number.'],
];

export const plugin = new PanelPlugin<IntervalOptions>(IntervalPanel)
  .useFieldConfig({ disableStandardOptions: [FieldConfigProperty.Thresholds, FieldConfigProperty.Color] })
  .setPanelOptions((builder) => {
    builder
      .addRadio({
        path: 'reference',
        name: 'Line of no difference',
        description: 'Auto: at 0, of ratios at 1, and none where nothing is compared.',
        defaultValue: DEFAULTS.reference,
        settings: {
          options: [
            { value: 'auto', label: 'Auto' },
            { value: 'none', label: 'None' },
            { value: 'number', label: 'At' },
          ],
        },
      })
      .addNumberInput({
        path: 'referenceValue',
        name: 'At',
        description: 'In the unit of the value.',
        defaultValue: DEFAULTS.referenceValue,
        showIf: ({ reference }) => reference === 'number',
      })
      .addTextInput({
        path: 'below',
        name: 'Left of the line',
        description: 'In words, e.g. faster.',
        defaultValue: DEFAULTS.below,
      })
      .addTextInput({
        path: 'above',
        name: 'Right of the line',
        description: 'In words, e.g. slower.',
        defaultValue: DEFAULTS.above,
      })
      .addRadio({
        path: 'scale',
        name: 'Scale',
        description: 'Auto: logarithmic for ratios, on which half and twice are equally far from 1.',
        defaultValue: DEFAULTS.scale,
        settings: {
          options: [
            { value: 'auto', label: 'Auto' },
            { value: 'linear', label: 'Linear' },
            { value: 'log', label: 'Log' },
          ],
        },
      });
    for (const [path, name, description] of FIELDS) {
      builder.addFieldNamePicker({
        path,
        name,
        description: `${description} Empty: found by itself.`,
        category: ['Fields'],
      });
    }
  })
  .setSuggestionsSupplier(suggest);
