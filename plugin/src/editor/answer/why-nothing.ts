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

export interface NothingPlace {
  readonly panelPluginId: string | undefined;
  readonly range: TimeRange;
  /** What the panel's author wants to be said (`noValue`); undefined = nothing. */
  readonly ownText: string | undefined;
}

const XY = 'xychart';
const HEAT = 'heatmap';
/** Characters of a line of a legend that a third of a board has room for. */
const LINE = 42;
const UNSEEN = { mode: 'fixed', fixedColor: 'transparent' } as const;
const INK = { mode: 'fixed', fixedColor: 'text' } as const;

const WORDLESS: ValueMapping[] = [
  { type: MappingType.RangeToText, options: { from: null, to: null, result: { text: ' ' } } },
];

type Shape = (text: string, range: TimeRange) => Field[];

/** Fields of a frame of one row or of two times, by visualization. */
const SHAPES: Readonly<Record<string, Shape>> = {
  stat: (text) => [shortly(text)],
  gauge: (text) => [shortly(text)],
  bargauge: (text) => [shortly(text)],
  piechart: (text) => named(text, [null]),
  histogram: (text) => named(text, [null]),
  barchart: (text) => [field(FieldType.string, [' '], { name: 'name' }), ...named(text, [null])],
  timeseries: (text, range) => [timesOf(range), ...named(text, [null, null])],
  // Bars of text, which go on up to the end of the range.
  'state-timeline': (text, range) => [
    timesOf(range),
    ...linesOf(text).map((line, index) =>
      field(FieldType.string, [line, line], { name: `line ${String(index)}`, displayNameFromDS: ' ', color: UNSEEN })
    ),
  ],
  // Names of its rows, from the lowest; without a field it breaks. A number that is no number has no cell, and no words beside its colours.
  [HEAT]: (text, range) => [
    timesOf(range),
    ...named(text, [Number.NaN, Number.NaN])
      .reverse()
      .map((line) => ({ ...line, config: { ...line.config, mappings: WORDLESS } })),
  ],
  // Without a number it only says "Err", whatever its author wants; a point without a place would stand at zero.
  [XY]: (text) => [field(FieldType.number, [], { name: 'nothing' }), ...named(text, [])],
};

/** The answer as it is where a query of the panel has rows, or the panel has words of its own. */
export function sayingWhyNothing(response: DataQueryResponse, { panelPluginId = '', range, ownText }: NothingPlace): DataQueryResponse {
  const frames = response.data as DataFrame[];
  const shape = Object.hasOwn(SHAPES, panelPluginId) ? SHAPES[panelPluginId] : undefined;
  const [first] = frames;
  const isXy = panelPluginId === XY;
  const isBare = (frame: DataFrame) => (isXy ? hasNoPoint(frame) : AXES.has(panelPluginId) && hasNoNumber(frame));
  const isEmpty = frames.every((frame) => isNothing(frame) || isBare(frame));
  const isUntold = frames.some((frame) => !isNothing(frame)) && !frames.some(isTold);
  const text = isUntold ? unknown() : [...new Set(frames.flatMap(reasonOf))].join(' ');
  if (shape === undefined || first === undefined || !isEmpty || text === '' || (ownText !== undefined && !isXy)) return panelPluginId === HEAT ? withFields(response) : response;
  const fields = shape(text, range);
  const meta = { ...first.meta };
  delete meta.type;
  const told = { ...first, meta, fields, length: fields[0]?.values.length ?? 0 };
  if (panelPluginId === HEAT) return { ...response, data: [told] };
  return { ...response, data: [told, ...frames.slice(1).map((frame) => ({ ...frame, fields: [], length: 0 }))] };
} // prettier-ignore

/** A heat map breaks where a frame has no fields. */
const withFields = (response: DataQueryResponse): DataQueryResponse => ({
  ...response,
  data: (response.data as DataFrame[]).filter(({ fields }) => fields.length > 1),
});

/** No row, or the cell that a table says the reason in. */
const isNothing = ({ fields, length }: DataFrame): boolean =>
  length === 0 || fields.length === 0 || (fields.length === 1 && fields[0]?.name === 'nothing');

/** Of these nothing is seen but axes and a legend where no number is known. */
const AXES = new Set(['timeseries', 'barchart', 'piechart', 'histogram', 'heatmap']);

const isKnown = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value);
const numbersIn = ({ fields }: DataFrame): Field[] => fields.filter(({ type }) => type === FieldType.number);

/** Rows whose numbers are all unknown. */
const hasNoNumber = (frame: DataFrame): boolean => {
  const numbers = numbersIn(frame);
  return numbers.length > 0 && numbers.every(({ values }) => !(values as unknown[]).some(isKnown));
};

/** A point is two numbers of a row: the first, and another one. */
const hasNoPoint = (frame: DataFrame): boolean => {
  const [x, ...others] = numbersIn(frame).map(({ values }) => values as unknown[]);
  return x === undefined || !x.some((value, row) => isKnown(value) && others.some((other) => isKnown(other[row])));
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
const named = (text: string, values: ReadonlyArray<number | null>): Field[] =>
  linesOf(text).map((line, index) =>
    field(FieldType.number, [...values], { name: `line ${String(index)}`, displayNameFromDS: line, color: UNSEEN })
  );

/** Large letters have room for what comes before the details. */
const shortly = (text: string): Field => {
  const [noValue] = /^.{20,}?(?=[.:;](?: |$))/.exec(text) ?? [text];
  return field(FieldType.number, [null], { name: 'nothing', displayNameFromDS: ' ', noValue, color: INK });
};

/** A text by words in lines of at most so many characters; a word that is longer has a line of its own. */
export function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && line.length <= LINE) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}
