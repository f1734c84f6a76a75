/** Pies of parts that do not add up, and histograms of one number: both look like an answer and are none. */
import { FieldType, type DataFrame, type DataQueryResponse } from '@grafana/data';
import { t } from '@grafana/i18n';
import { numbersOf, unfit } from './unfit.ts';

/** How far shares of one whole may be from it: they are rounded, and small groups are left out. */
const ROUNDING = 0.02;

export function suited(response: DataQueryResponse, panelPluginId = ''): DataQueryResponse {
  const why = panelPluginId === 'piechart' ? whyNoPie : panelPluginId === 'histogram' ? whyNoHistogram : null;
  if (why === null) return response;
  const data = (response.data as DataFrame[]).map((frame) => {
    const text = why(frame);
    return text === null ? frame : unfit(frame, text);
  });
  return { ...response, data };
}

/** Parts of a whole are counts, or shares that are together no more than all of it. */
function whyNoPie(frame: DataFrame): string | null {
  const numbers = numbersOf(frame);
  if (numbers.length < 2) return null;
  const units = frame.fields.filter(({ type }) => type === FieldType.number).map(({ config }) => config.unit ?? '');
  const isCounted = units.every((unit) => COUNTS.has(unit)) && numbers.every((value) => Number.isInteger(value));
  const sum = numbers.reduce((one, other) => one + other, 0);
  const isShared = units.every((unit) => unit === 'percentunit') && Math.abs(sum - 1) <= ROUNDING;
  if (numbers.every((value) => value >= 0) && (isCounted || isShared)) return null;
  return t(
    'unfit.pie',
    'These numbers are no parts of one whole, as a pie would show them: choose Bar chart or Table.'
  );
}

/** Units of numbers of things. */
const COUNTS = new Set(['', 'none', 'short', 'locale']);

/** Fewer numbers than that have no shape. */
const LEAST = 5;

function whyNoHistogram(frame: DataFrame): string | null {
  const count = numbersOf(frame).length;
  if (count === 0 || count >= LEAST) return null;
  return t('unfit.histogram', 'A histogram shows how many numbers lie, and here are {{count}}: choose a bucket or another group under Group by, or Stat.', { count }); // prettier-ignore
}
