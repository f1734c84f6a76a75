import { useLayoutEffect } from 'react';

/**
 * Gives the label of a field an id, for controls that only understand `aria-labelledby`: MultiCombobox of Grafana 12.3 ignores `id`,
 * and EditorField gives its label none. Returns the id.
 */
export function useLabelId(inputId: string): string {
  const labelId = `${inputId}-label`;
  useLayoutEffect(() => {
    document.querySelector(`label[for="${CSS.escape(inputId)}"]`)?.setAttribute('id', labelId);
  });
  return labelId;
}
