/** What a panel over time draws of numbers that have no time, being of the whole range or of its end: each as a level over it. */
import { FieldType, type DataFrame, type DataQueryResponse, type TimeRange } from '@grafana/data';
import { t } from '@grafana/i18n';
import { OVER_TIME } from '../state/for-panel.ts';

const NUMBERS: string = 'numeric-multi';

/** Numbers with the start and the end of the range; every other panel and frame as it is. */
export function withLevels(response: DataQueryResponse, panelPluginId: string | undefined, range: TimeRange): DataQueryResponse {
  if (panelPluginId === undefined || !OVER_TIME.has(panelPluginId)) return response;
  const frames = response.data as DataFrame[];
  const first = frames.findIndex(isLevel);
  return { ...response, data: frames.map((frame, index) => (isLevel(frame) ? levelOf(frame, range, index === first) : frame)) };
} // prettier-ignore

const isLevel = ({ meta, fields, length }: DataFrame): boolean =>
  String(meta?.type) === NUMBERS && length > 0 && fields.every(({ type }) => type !== FieldType.time);

function levelOf(frame: DataFrame, range: TimeRange, isFirst: boolean): DataFrame {
  const text = t(
    'levels.notice',
    'Each number is one, of the whole range or of its end: it is drawn as a level, not as a change in time.'
  );
  const meta = { ...frame.meta };
  delete meta.type;
  const time = [range.from.valueOf(), range.to.valueOf()];
  return {
    ...frame,
    length: time.length,
    meta: { ...meta, ...(isFirst ? { notices: [...(meta.notices ?? []), { severity: 'info' as const, text }] } : {}) },
    fields: [
      { name: 'time', type: FieldType.time, config: {}, values: time },
      ...frame.fields.map((field) => ({ ...field, values: time.map(() => field.values[0] as unknown) })),
    ],
  };
}
