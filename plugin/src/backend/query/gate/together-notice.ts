/** How rows of all groups as one are named (together.ts). */
import type { Notice, Row } from '../../../metrics/define.ts';

/** Value of the label by which the groups differ. */
export const TOGETHER = 'all together';

/** Said on the panel. */
export const togetherNotice = (rows: readonly Row[]): Notice => ({
  severity: 'info',
  text: `Where half of the groups or more are hidden all are shown as one too, "${TOGETHER}" (${String(rows.length)} rows): it is what the question without groups answers.`,
});
