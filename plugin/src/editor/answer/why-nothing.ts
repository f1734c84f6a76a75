/**
 * What a panel draws of an answer without a row. Grafana says "No data" there and keeps the reason behind an icon: each visualization gets the reason
 * where it has a place for text, and never a number.
 */
import {
  FieldType,
  MappingType,
  type DataFrame,
  type DataQueryResponse,
  type Field,
  type TimeRange,
  type ValueMapping,
} from '@grafana/data';
import { t } from '@grafana/i18n';
import { NOTHING } from '../../metrics/parts/nothing.ts';
import { HEAT, lettersOf } from './heat.ts';
import { numbersOf, pointsOf } from './unfit.ts';

export interface NothingPlace {
  readonly panelPluginId: string | undefined;
  readonly range: TimeRange;
  /** What the panel's author wants to be said (`noValue`); undefined = nothing. */
  readonly ownText: string | undefined;
  /** Field along which its author lets a trend go. */
  readonly axis?: string | undefined;
  /** Of the panel, in pixels. */
  readonly width?: number | undefined;
}

const XY = 'xychart';
const TREND = 'trend';
const CANDLES = 'candlestick';
/** Characters of a line of a legend that a third of a board has room for. */
const LINE = 42;
const UNSEEN = { mode: 'fixed', fixedColor: 'transparent' } as const;
const INK = { mode: 'fixed', fixedColor: 'text' } as const;

const WORDLESS: ValueMapping[] = [
  { type: MappingType.RangeToText, options: { from: null, to: null, result: { text: ' ' } } },
];

type Shape = (text: string, place: Pick<NothingPlace, 'range' | 'axis' | 'width'>) => Field[];

/** Fields of a frame of one row or of two times, by visualization. */
const SHAPES: Readonly<Record<string, Shape>> = {
  stat: (text) => [shortly(text)],
  gauge: (text) => [shortly(text)],
  bargauge: (text) => [shortly(text)],
  piechart: (text) => named(text, [null]),
  histogram: (text) => named(text, [null]),
  barchart: (text) => [field(FieldType.string, [' '], { name: 'name' }), ...named(text, [null])],
  timeseries: (text, { range }) => [timesOf(range), ...named(text, [null, null])],
  // Bars of text, which go on up to the end of the range.
  'state-timeline': (text, { range }) => [timesOf(range), ...cellsOf(text)],
  // Cells with their time in the middle, as wide as it is to the next time.
  'status-history': (text, { range: { from, to } }) => {
    const [middle, width] = [(from.valueOf() + to.valueOf()) / 2, to.valueOf() - from.valueOf()];
    return [field(FieldType.time, [middle, middle + width], { name: 'time' }), ...cellsOf(text)];
  },
  // Names of its rows, from the lowest; without a field it breaks. A number that is no number has no cell, and no words beside its colours.
  [HEAT]: (text, { range, width }) => [
    timesOf(range),
    ...named(text, [Number.NaN, Number.NaN], Math.min(LINE, lettersOf(width)))
      .reverse()
      .map((line) => ({ ...line, config: { ...line.config, mappings: WORDLESS } })),
  ],
  // Without a number it only says "Err", whatever its author wants; a point without a place would stand at zero.
  [XY]: (text) => [field(FieldType.number, [], { name: 'nothing', displayNameFromDS: ' ' }), ...named(text, [])].map(withoutAxis), // prettier-ignore
  [TREND]: (text, { axis = 'step' }) => [
    { ...field(FieldType.number, [0, 1], { name: axis, displayNameFromDS: ' ' }), config: { mappings: WORDLESS } },
    ...named(text, [null, null]),
  ],
  // A number would be taken for a price, whose name it hides.
  [CANDLES]: (text, { range }) => [timesOf(range), ...unpriced(text)],
  table: (text) => [field(FieldType.string, [text], { name: 'nothing', displayNameFromDS: NOTHING, custom: { wrapText: true } })], // prettier-ignore
};

/** Panels that take one frame, or break at one without a field. */
const ALONE = new Set([HEAT, TREND, CANDLES]);

/** The answer as it is where a query of the panel has rows, or the panel has words of its own. */
export function sayingWhyNothing(response: DataQueryResponse, { panelPluginId = '', ownText, ...place }: NothingPlace): DataQueryResponse {
  const frames = response.data as DataFrame[];
  const shape = Object.hasOwn(SHAPES, panelPluginId) ? SHAPES[panelPluginId] : undefined;
  const [first] = frames;
  const isXy = panelPluginId === XY;
  const isBare = Object.hasOwn(BARE, panelPluginId) ? BARE[panelPluginId] : undefined;
  const isEmpty = frames.every(isNothing) || (isBare !== undefined && frames.every((frame) => isNothing(frame) || isBare(frame, frames)));
  const isUntold = frames.some((frame) => !isNothing(frame)) && !frames.some(isTold);
  const text = isUntold ? unknown() : [...new Set(frames.flatMap(reasonOf))].join(' ');
  const isSaid = panelPluginId === 'table' && frames.some(isCell);
  if (shape === undefined || first === undefined || !isEmpty || isSaid || text === '' || (ownText !== undefined && !isXy)) return panelPluginId === HEAT ? withFields(response) : response;
  const fields = shape(text, place);
  const meta = { ...first.meta };
  delete meta.type;
  const told = { ...first, meta, fields, length: fields[0]?.values.length ?? 0 };
  if (ALONE.has(panelPluginId)) return { ...response, data: [told] };
  return { ...response, data: [told, ...frames.slice(1).map((frame) => ({ ...frame, fields: [], length: 0 }))] };
} // prettier-ignore

/** A heat map breaks where a frame has no fields. */
const withFields = (response: DataQueryResponse): DataQueryResponse => ({
  ...response,
  data: (response.data as DataFrame[]).filter(({ fields }) => fields.length > 1),
});

/** No row, or the cell that a table says the reason in. */
const isNothing = (frame: DataFrame): boolean => frame.length === 0 || frame.fields.length === 0 || isCell(frame);

const isCell = ({ fields }: DataFrame): boolean => fields.length === 1 && fields[0]?.name === 'nothing';

const numbersIn = ({ fields }: DataFrame): Field[] => fields.filter(({ type }) => type === FieldType.number);

/** Rows whose numbers are all unknown. */
const hasNoNumber = (frame: DataFrame): boolean => numbersIn(frame).length > 0 && numbersOf(frame).length === 0;

/** Nor is a word known. */
const hasNoCell = (frame: DataFrame): boolean =>
  hasNoNumber(frame) && frame.fields.every(({ type, values }) => type !== FieldType.string || !(values as unknown[]).some((value) => value !== null)); // prettier-ignore

/** A point is two numbers of a row: the first, and another one. */
const hasNoPoint = (frame: DataFrame): boolean => pointsOf(frame) === 0;

/** A single number, whose name is not shown, that only a dash stands for. */
const isDash = (frame: DataFrame, frames: readonly DataFrame[]): boolean => {
  const [only, ...others] = frames.flatMap(numbersIn);
  return only?.config.noValue === DASH && others.length === 0 && hasNoNumber(frame);
};
/** What the backend gives a number that may be unknown. */
const DASH = '–';

/** Rows of which nothing is seen but axes, a legend or a dash. */
const BARE: Readonly<Record<string, (frame: DataFrame, frames: readonly DataFrame[]) => boolean>> = {
  stat: isDash,
  gauge: isDash,
  bargauge: isDash,
  timeseries: hasNoNumber,
  barchart: hasNoNumber,
  piechart: hasNoNumber,
  histogram: hasNoNumber,
  [HEAT]: hasNoNumber,
  [CANDLES]: hasNoNumber,
  'state-timeline': hasNoCell,
  'status-history': hasNoCell,
  [XY]: hasNoPoint,
  [TREND]: hasNoPoint,
};

/** Whether what rows lack is said. */
const isTold = ({ meta }: DataFrame): boolean => (meta?.notices ?? []).some(({ text }) => OF_ROWS.test(text));

const unknown = (): string =>
  t('nothing.unknown', 'There is no number to draw here: choose Table, which has a word for each row.');

/** As notices of a status begin (backend/frames/notices.ts). */
const OF_ROWS = /^(\d+) of \d+ rows: /;

/**
 * What most rows lack is the reason, whatever else is said of the answer; without such a notice the last one is. How many rows it is said of says nothing
 * where none is shown.
 */
const reasonOf = ({ meta }: DataFrame): string[] => {
  const texts = (meta?.notices ?? []).map(({ text }) => text);
  const count = (text: string) => Number(OF_ROWS.exec(text)?.[1]);
  const [most] = texts.filter((text) => OF_ROWS.test(text)).sort((one, other) => count(other) - count(one));
  const text = most ?? texts.at(-1);
  return text === undefined ? [] : [text.replace(OF_ROWS, '')];
};

const field = (type: FieldType, values: unknown[], { name, ...config }: Field['config'] & { name: string }): Field => ({ name, type, config, values }); // prettier-ignore

const timesOf = ({ from, to }: TimeRange): Field =>
  field(FieldType.time, [from.valueOf(), to.valueOf()], { name: 'time' });

/** Numbers that are not there, whose names are the lines of a text: a legend cuts what is longer. */
const named = (text: string, values: ReadonlyArray<number | null>, letters = LINE): Field[] =>
  linesOf(text, letters).map((line, index) =>
    field(FieldType.number, [...values], { name: `line ${String(index)}`, displayNameFromDS: line, color: UNSEEN })
  );

/** An axis would be called after what stands in the legend, and cut it. */
const withoutAxis = (one: Field): Field => ({ ...one, config: { ...one.config, custom: { axisPlacement: 'hidden', axisLabel: ' ' } } }); // prettier-ignore

/** Cells of text that are not seen but for it. */
const cellsOf = (text: string): Field[] =>
  linesOf(text).map((line, index) =>
    field(FieldType.string, [line, line], { name: `line ${String(index)}`, displayNameFromDS: ' ', color: UNSEEN })
  );

/** Names of fields that a candlestick keeps beside its time where there is no price. */
const UNPRICED = ['high', 'low', 'volume'];

/** Choices, of which a candlestick makes no price, none of them chosen: it shows their names. */
const unpriced = (text: string): Field[] => {
  const lines = linesOf(text);
  const names = UNPRICED.map((_, index) => (index < UNPRICED.length - 1 ? lines[index] : lines.slice(index).join(' ')));
  return UNPRICED.flatMap((name, index) => {
    const line = names[index] ?? '';
    return line === '' ? [] : [field(FieldType.enum, [null, null], { name, displayNameFromDS: line, color: UNSEEN, type: { enum: { text: [' '] } } })]; // prettier-ignore
  });
};

/** Large letters have room for what comes before the details. */
const shortly = (text: string): Field => {
  const [noValue] = /^.{20,}?(?=[.:;](?: |$))/.exec(text) ?? [text];
  return field(FieldType.number, [null], { name: 'nothing', displayNameFromDS: ' ', noValue, color: INK });
};

/** A text by words in lines of at most so many letters; a word that is longer has a line of its own. */
export function linesOf(text: string, letters = LINE): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && line.length <= letters) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}
