/** Pies of parts that do not add up, and histograms of one number: both look like an answer and are none. */
import { FieldType, type DataFrame, type DataQueryResponse } from '@grafana/data';
import { t } from '@grafana/i18n';
import { numbersOf, unfit } from './unfit.ts';

/** How far shares of one whole may be from it: they are rounded, and small groups are left out. */
const ROUNDING = 0.02;

/** Of each query, whose frames are the parts of one drawing. */
export function suited(response: DataQueryResponse, panelPluginId = ''): DataQueryResponse {
  const why = panelPluginId === 'piechart' ? whyNoPie : panelPluginId === 'histogram' ? whyNoHistogram : null;
  if (why === null) return response;
  const frames = response.data as DataFrame[];
  const texts = new Map(
    [...new Set(frames.map(({ refId }) => refId))].map((refId) => [
      refId,
      why(frames.filter((one) => one.refId === refId)),
    ])
  );
  const data = frames.map((frame) => {
    const text = texts.get(frame.refId) ?? null;
    return text === null ? frame : unfit(frame, text);
  });
  return { ...response, data };
}

/** Parts of a whole are counts, or shares that are together no more than all of it; the whole is none of them. */
function whyNoPie(frames: readonly DataFrame[]): string | null {
  const numbers = frames.flatMap(numbersOf);
  if (numbers.length < 2) return null;
  const fields = frames.flatMap((frame) => frame.fields.filter(({ type }) => type === FieldType.number));
  const units = fields.map(({ config }) => config.unit ?? '');
  const isCounted = units.every((unit) => COUNTS.has(unit)) && numbers.every((value) => Number.isInteger(value));
  const sum = numbers.reduce((one, other) => one + other, 0);
  const isShared = units.every((unit) => unit === 'percentunit') && Math.abs(sum - 1) <= ROUNDING;
  const hasWhole = fields.some(({ labels }) => Object.values(labels ?? {}).includes(WHOLE));
  if (!hasWhole && numbers.every((value) => value >= 0) && (isCounted || isShared)) return null;
  return t(
    'unfit.pie',
    'These numbers are no parts of one whole, as a pie would show them: choose Bar chart or Table.'
  );
}

/** Group of all others together. */
const WHOLE = 'all';

/** Units of numbers of things. */
const COUNTS = new Set(['', 'none', 'short', 'locale']);

/** Fewer numbers than that have no shape. */
const LEAST = 5;

function whyNoHistogram(frames: readonly DataFrame[]): string | null {
  const count = frames.flatMap(numbersOf).length;
  if (count === 0 || count >= LEAST) return null;
  return t('unfit.histogram', 'A histogram shows how many numbers lie, and here are {{count}}: choose a bucket or another group under Group by, or Stat.', { count }); // prettier-ignore
}
