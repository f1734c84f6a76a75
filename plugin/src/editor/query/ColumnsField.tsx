import { t } from '@grafana/i18n';
import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';
import React from 'react';

/** Name of the choice. */
export const columnsLabel = (): string => t('editor.columns.label', 'Columns');

/** Whether a table shows what people read, or every column there is. */
export function ColumnsField({
  id,
  isAll,
  onChange,
}: {
  id: string;
  isAll: boolean;
  onChange: (isAll: boolean) => void;
}) {
  return (
    <EditorRow>
      <EditorField
        label={columnsLabel()}
        tooltip={t(
          'editor.columns.help',
          'What is read first: number, verdict, interval, count. All: what every column of the metric says.'
        )}
      >
        <RadioButtonGroup
          id={id}
          aria-label={columnsLabel()}
          options={[
            { value: false, label: t('editor.columns.read', 'Read first') },
            { value: true, label: t('editor.columns.all', 'All') },
          ]}
          value={isAll}
          onChange={onChange}
        />
      </EditorField>
    </EditorRow>
  );
}
