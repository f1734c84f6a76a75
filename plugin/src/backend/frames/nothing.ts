/** What a panel gets that has no row: Grafana draws heads over nothing, an empty bar or empty axes, and keeps the reason behind an icon. */
import type { Notice } from '../../metrics/define.ts';
import { NOTHING } from '../../metrics/parts/nothing.ts';
import type { Frame, FrameField } from './frame-types.ts';

const cellOf = (why: Notice): FrameField => ({
  name: 'nothing',
  type: 'string',
  config: { displayNameFromDS: NOTHING, custom: { wrapText: true } },
  values: [why.text],
});

/**
 * Frames without a row. Of a table: one cell that says why; of anything else, and without a reason, no field: Grafana then says what the panel
 * has for no value. Annotations need their time and text, so events keep their fields.
 */
export function sayNothing(frames: readonly Frame[], why: Notice | null): Frame[] {
  return frames.map((frame) => {
    const isTable = frame.meta.type === 'table';
    const isEvents = ['time', 'text'].every((name) => frame.fields.some((field) => field.name === name));
    if (isEvents) return frame;
    return { ...frame, fields: isTable && why !== null ? [cellOf(why)] : [] };
  });
}
