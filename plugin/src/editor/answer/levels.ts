/** What a panel over time draws of numbers that have no time, being of the whole range or of its end: each as a level over it. */
import { FieldType, type DataFrame, type DataQueryResponse, type TimeRange } from '@grafana/data';
import { t } from '@grafana/i18n';
import { OVER_TIME } from '../state/for-panel.ts';

const NUMBERS: string = 'numeric-multi';
const SAMPLES = 'status-history';

/** Numbers with the start and the end of the range; every other panel and frame as it is. */
export function withLevels(response: DataQueryResponse, panelPluginId: string | undefined, range: TimeRange): DataQueryResponse {
  if (panelPluginId === undefined || !OVER_TIME.has(panelPluginId)) return response;
  const frames = response.data as DataFrame[];
  const times = new Set(frames.flatMap(({ fields }) => fields.filter(({ type }) => type === FieldType.time).flatMap(({ values }) => values as unknown[])));
  // The width of a cell is that from one time to the next: one time alone has none.
  const isAlone = CELLS.has(panelPluginId) && times.size === 1;
  const isDrawn = (frame: DataFrame) => isLevel(frame) || (isAlone && frame.length === 1);
  const first = frames.findIndex(isDrawn);
  return { ...response, data: frames.map((frame, index) => (isDrawn(frame) ? levelOf(frame, panelPluginId, { range, isFirst: index === first }) : frame)) };
} // prettier-ignore

/** Panels of cells that lie at times, not from one time to the next. */
const CELLS = new Set(['heatmap', SAMPLES]);

const isLevel = ({ meta, fields, length }: DataFrame): boolean =>
  String(meta?.type) === NUMBERS && length > 0 && fields.every(({ type }) => type !== FieldType.time);

function levelOf(frame: DataFrame, panelPluginId: string, { range, isFirst }: { readonly range: TimeRange; readonly isFirst: boolean }): DataFrame {
  const text = t(
    'levels.notice',
    'Each number is one, of the whole range or of its end: it is drawn as a level, not as a change in time.'
  );
  const meta = { ...frame.meta };
  delete meta.type;
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  // A cell of samples has its time in its middle, and the next time says how wide it is.
  const isMiddle = panelPluginId === SAMPLES;
  const time = isMiddle ? [(from + to) / 2, (from + to) / 2 + to - from] : [from, to];
  return {
    ...frame,
    length: time.length,
    meta: { ...meta, ...(isFirst ? { notices: [...(meta.notices ?? []), { severity: 'info' as const, text }] } : {}) },
    fields: [
      { name: 'time', type: FieldType.time, config: {}, values: time },
      ...frame.fields
        .filter(({ type }) => type !== FieldType.time)
        .map((field) => ({ ...field, values: time.map((_, index) => (isMiddle && index > 0 ? null : (field.values[0] as unknown))) })),
    ],
  };
} // prettier-ignore
