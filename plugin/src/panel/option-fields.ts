/** What a person may choose in the panel's editor, in words. */
import type { PanelOptionsEditorBuilder } from '@grafana/data';
import { t } from '@grafana/i18n';
import { DEFAULTS, type IntervalOptions } from './options.ts';

type Builder = PanelOptionsEditorBuilder<IntervalOptions>;

const fieldsOf = (): ReadonlyArray<readonly [keyof IntervalOptions, string, string]> => [
  ['value', t('panel.options.value', 'Value'), t('panel.options.value-help', 'The estimate.')],
  ['lower', t('panel.options.lower', 'Lower end'), t('panel.options.lower-help', 'Lower end of its interval.')],
  ['upper', t('panel.options.upper', 'Upper end'), t('panel.options.upper-help', 'Upper end of its interval.')],
  [
    'group',
    t('panel.options.group', 'Group rows by'),
    t('panel.options.group-help', 'Rows with the same text here stand together under it.'),
  ],
  [
    'verdict',
    t('panel.options.verdict', 'Verdict'),
    t('panel.options.verdict-help', 'What the interval means, in words.'),
  ],
  ['n', t('panel.options.count', 'Count'), t('panel.options.count-help', 'How many are behind the row.')],
  ['reason', t('panel.options.reason', 'Reason'), t('panel.options.reason-help', 'Why a row has no number.')],
];

function addLine(builder: Builder): void {
  builder
    .addRadio({
      path: 'reference',
      name: t('panel.options.reference', 'Line of no difference'),
      description: t('panel.options.reference-help', 'Auto: at 0, of ratios at 1, and none where nothing is compared.'),
      defaultValue: DEFAULTS.reference,
      settings: {
        options: [
          { value: 'auto', label: t('panel.options.auto', 'Auto') },
          { value: 'none', label: t('panel.options.none', 'None') },
          { value: 'number', label: t('panel.options.at', 'At') },
        ],
      },
    })
    .addNumberInput({
      path: 'referenceValue',
      name: t('panel.options.at', 'At'),
      description: t('panel.options.at-help', 'In the unit of the value.'),
      defaultValue: DEFAULTS.referenceValue,
      showIf: ({ reference }) => reference === 'number',
    });
}

function addSides(builder: Builder): void {
  builder
    .addTextInput({
      path: 'below',
      name: t('panel.options.below', 'Left of the line'),
      description: t('panel.options.below-help', 'In words, e.g. faster.'),
      defaultValue: DEFAULTS.below,
    })
    .addTextInput({
      path: 'above',
      name: t('panel.options.above', 'Right of the line'),
      description: t('panel.options.above-help', 'In words, e.g. slower.'),
      defaultValue: DEFAULTS.above,
    })
    .addRadio({
      path: 'scale',
      name: t('panel.options.scale', 'Scale'),
      description: t(
        'panel.options.scale-help',
        'Auto: logarithmic for ratios, on which half and twice are equally far from 1.'
      ),
      defaultValue: DEFAULTS.scale,
      settings: {
        options: [
          { value: 'auto', label: t('panel.options.auto', 'Auto') },
          { value: 'linear', label: t('panel.options.linear', 'Linear') },
          { value: 'log', label: t('panel.options.log', 'Log') },
        ],
      },
    });
}

/** All options, in the order of the editor. */
export function addOptions(builder: Builder): void {
  addLine(builder);
  addSides(builder);
  for (const [path, name, description] of fieldsOf()) {
    builder.addFieldNamePicker({
      path,
      name,
      description: t('panel.options.found-help', '{{what}} Empty: found by itself.', { what: description }),
      category: [t('panel.options.fields', 'Fields')],
    });
  }
}
