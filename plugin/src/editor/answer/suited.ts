/** Pies of parts that do not add up, histograms of one number, trends without a step, candles of no price: each looks like an answer and is none. */
import { FieldType, type DataFrame, type DataQueryResponse } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { MetricRegistry } from '../../metrics/query.ts';
import type { PanelSettings } from '../state/panel-settings.ts';
import { readQuery } from '../state/query-state.ts';
import type { ThroughlineQuery } from '../state/types.ts';
import { HEAT, whyNoHeat } from './heat.ts';
import { numbersOf, pointsOf, unfit } from './unfit.ts';

export interface SuitedPlace {
  readonly panelPluginId?: string | undefined;
  readonly settings?: PanelSettings | undefined;
  readonly metrics: MetricRegistry;
  /** The queries as they were sent. */
  readonly sent: readonly ThroughlineQuery[];
}

interface About {
  readonly settings: PanelSettings | undefined;
  /** Steps that the metric's numbers can go along. */
  readonly axes: readonly string[];
}

/** By visualization, of the frames of one query with a number: what to choose instead; null = they are drawn. */
const WHY: Readonly<Record<string, (frames: readonly DataFrame[], about: About) => string | null>> = {
  piechart: whyNoPie,
  histogram: whyNoHistogram,
  xychart: whyNoPoints,
  trend: whyNoTrend,
  candlestick: whyNoCandles,
  [HEAT]: (frames, { settings }) => whyNoHeat(frames, settings),
};

/** How far shares of one whole may be from it: they are rounded, and small groups are left out. */
const ROUNDING = 0.02;

/** Of each query, whose frames are the parts of one drawing. */
export function suited(response: DataQueryResponse, { panelPluginId = '', settings, metrics, sent }: SuitedPlace): DataQueryResponse {
  const why = Object.hasOwn(WHY, panelPluginId) ? WHY[panelPluginId] : undefined;
  if (why === undefined) return response;
  const frames = response.data as DataFrame[];
  const isLone = panelPluginId === PIE && frames.flatMap(numbersOf).length === 1;
  const queries = new Map(sent.map((query) => [query.refId, query]));
  const texts = new Map(
    [...new Set(frames.map(({ refId }) => refId))].map((refId) => {
      const query = queries.get(refId ?? '');
      const metric = query === undefined ? undefined : metrics.get(readQuery(query).queryType);
      const axes = (metric?.columns ?? []).filter(({ isAxis }) => isAxis === true).map(({ name }) => name);
      const own = frames.filter((one) => one.refId === refId);
      const count = own.flatMap(numbersOf).length;
      return [refId, count === 0 ? null : isLone ? alone() : why(own, { settings, axes })];
    })
  );
  const data = frames.map((frame) => {
    const text = texts.get(frame.refId) ?? null;
    return text === null ? frame : unfit(frame, text);
  });
  return { ...response, data };
} // prettier-ignore

/** Parts of a whole are counts, or shares that are together no more than all of it; the whole is none of them. */
const PIE = 'piechart';
const alone = (): string =>
  t('unfit.pie-one', 'A pie shows parts of a whole, and here is one number: choose a group under Group by, or Stat.');

function whyNoPie(frames: readonly DataFrame[]): string | null {
  const numbers = frames.flatMap(numbersOf);
  if (numbers.every((value) => value === 0)) {
    return t('unfit.pie-zero', 'All numbers here are 0, of which a pie has no parts: choose Stat or Table.');
  }
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

/** Fewer numbers than that have no shape, nor have more of fewer sizes. */
const LEAST = 5;
const LEAST_SIZES = 3;

function whyNoHistogram(frames: readonly DataFrame[]): string | null {
  const numbers = frames.flatMap(numbersOf);
  const count = new Set(numbers).size;
  if (numbers.length >= LEAST && count >= LEAST_SIZES) return null;
  return t('unfit.histogram', 'A histogram shows how many numbers lie where, and different ones here are {{count}}: choose a bucket or another group under Group by, or Stat.', { count }); // prettier-ignore
}

/** By itself it sets the first number of a row against each other one, ends of intervals and counts among them. */
function whyNoPoints(frames: readonly DataFrame[], { axes, settings }: About): string | null {
  const isCurve = frames.some(({ fields }) => fields.some(({ name }) => axes.includes(name)));
  if (settings?.hasPoints === false && !isCurve) {
    return t('unfit.xy-pairs', 'An XY chart sets one number against another: choose which two under Manual in its options, or choose Bar chart or Table.'); // prettier-ignore
  }
  const count = Math.max(...frames.map(pointsOf));
  if (count !== 1) return null;
  return t('unfit.xy', 'An XY chart shows one number against another, and here is one point: choose another group under Group by, or Stat.'); // prettier-ignore
}

/** A trend takes the first number for the step that the others go along. */
function whyNoTrend(frames: readonly DataFrame[], { axes, settings }: About): string | null {
  const step = frames[0]?.fields.find(({ type }) => type === FieldType.number);
  const isCurve = frames.length === 1 && step !== undefined && axes.includes(step.name) && isAscending(step.values);
  if (settings?.axis !== undefined || isCurve) return null;
  return t('unfit.trend', 'A trend goes along a number, as a curve goes along ages, and here is no curve: choose Time series or Table.'); // prettier-ignore
}

const isAscending = (values: readonly unknown[]): boolean =>
  values.length > 1 && values.every((value, index) => index === 0 || Number(value) > Number(values[index - 1]));

/** It would take one group for a price, and draw no other. */
function whyNoCandles(_frames: readonly DataFrame[], { settings }: About): string | null {
  if (settings?.hasCandles === true) return null;
  return t('unfit.candlestick', 'A candlestick shows open, high, low and close, which these numbers are not: choose Time series.'); // prettier-ignore
}
