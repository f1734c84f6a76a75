/** Names, colours and ends of the series of one answer. */
import type { Column, Metric, ParamValues, Row } from '../../metrics/define.ts';
import type { FieldConfig, SeriesLook } from './field-config.ts';
import { isCompared, lookOf } from './words.ts';

type Labels = Readonly<Record<string, string>>;

/** For series whose label has no colour of its own, so that line and band have the same: apart from one another and from all fixed colours (words.ts). */
export const PALETTE = [
  '#28BDA0',
  '#A63F73',
  '#11ADD4',
  '#93421F',
  '#0DA53B',
  '#EE2BB3',
  '#818131',
  '#522BEE',
  '#91BD28',
  '#E09A6C',
  '#DA2BEE',
  '#EE2B65',
];

/** Labels by which the series differ; of a single series those that are compared elsewhere, else all. */
function tellingOf(all: readonly Labels[]): string[] {
  const names = [...new Set(all.flatMap((labels) => Object.keys(labels)))];
  const differing = names.filter((name) => new Set(all.map((labels) => labels[name])).size > 1);
  if (differing.length > 0) return differing;
  const compared = names.filter(isCompared);
  return compared.length > 0 ? compared : names;
}

/**
 * One name for each series, in words, by what tells them apart; labels that all share say nothing. Colour: that of the code source or the
 * usage band where they differ by nothing else, else one of a palette.
 * @param alone Name of a series without labels.
 */
export function namesOf(all: readonly Labels[], alone: string): SeriesLook[] {
  const telling = tellingOf(all);
  return all.map((labels, index) => {
    const values = telling.flatMap((name) => {
      const value = labels[name];
      return value === undefined ? [] : [lookOf(name, value).text ?? value];
    });
    const [only] = telling;
    const own =
      telling.length === 1 && only !== undefined && isCompared(only)
        ? lookOf(only, labels[only] ?? '').color
        : undefined;
    const fixedColor = own ?? (all.length > 1 ? PALETTE[index % PALETTE.length] : undefined);
    return {
      name: values.length === 0 ? alone : values.join(', '),
      ...(fixedColor === undefined ? {} : { color: { mode: 'fixed', fixedColor } }),
    };
  });
}

/** Params that choose what is measured, the first that a metric has. */
const MEASURES = ['measure', 'metric', 'mode'];
/** Label of columns that hold what a param chooses. */
const CHOSEN = 'Value';

/** What the only series of an answer shows, in words: a line called "Value" says nothing. */
export function measureName({ title, params }: Metric, chosen: ParamValues, { label }: Pick<Column, 'label'>): string {
  if (label !== CHOSEN) return label;
  const labelOf = (name: string | undefined): string | undefined => {
    const spec = name === undefined ? undefined : params[name];
    return spec?.kind === 'choice' ? spec.choices.find(({ value }) => value === chosen[name ?? ''])?.label : undefined;
  };
  const measure = labelOf(MEASURES.find((name) => labelOf(name) !== undefined));
  const isOther = params['show']?.kind === 'choice' && chosen['show'] !== params['show'].default;
  const parts = [measure, isOther ? labelOf('show') : undefined].filter((part) => part !== undefined);
  return parts.length === 0
    ? title
    : `${title}: ${parts.map((part) => part.charAt(0).toLowerCase() + part.slice(1)).join(', ')}`;
}

/** A share of which nothing is below zero begins at zero; where all are zero Grafana would choose an axis up to 100 whole ones. */
export function endsOf(rows: readonly Row[], { name, unit }: Column): Pick<FieldConfig, 'min' | 'max'> {
  const numbers = rows.flatMap((row) => (typeof row[name] === 'number' ? [row[name]] : []));
  if (unit !== 'percentunit' || numbers.some((number) => number < 0)) return {};
  return numbers.length > 0 && numbers.every((number) => number === 0) ? { min: 0, max: 1 } : { min: 0 };
}
