/** Frames → rows of the plot: an interval, a point without one, or the reason why there is neither. */
import {
  formattedValueToString,
  getDisplayProcessor,
  getFieldDisplayName,
  type DataFrame,
  type DisplayValue,
  type Field,
  type GrafanaTheme2,
  type LinkModel,
} from '@grafana/data';
import { t } from '@grafana/i18n';
import { chooseFields, type Fields } from './fields.ts';
import type { IntervalOptions } from './options.ts';

/** A cell in words, under the name of its field. */
export interface Told {
  readonly name: string;
  readonly text: string;
}

/** One line of the plot. */
export interface IntervalRow {
  readonly key: string;
  readonly group: string;
  readonly label: string;
  /** Null = not drawn; `reason` tells why. */
  readonly value: number | null;
  /** Null = not known on this side. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly estimate: Told;
  /** Both ends in words; null = no interval. */
  readonly ends: { readonly lower: string | null; readonly upper: string | null } | null;
  readonly level: string | null;
  readonly verdict: { readonly text: string; readonly color: string | undefined } | null;
  /** Why there is no verdict of a number that is drawn; null = nothing tells. */
  readonly why: string | null;
  /** Whether the row has a verdict to show in its column: of its number, or of another one that stands in its place. */
  readonly isJudged: boolean;
  /** What the verdict makes of the interval; null = it is left to the interval. */
  readonly isProven: boolean | null;
  readonly n: Told | null;
  /** What there is to say of a row beside its number; null = nothing. */
  readonly reason: string | null;
  readonly beside: readonly Told[];
  readonly links: () => Array<LinkModel<Field>>;
}

const OK = 'ok';
/** What is said of the row that the others are compared with. */
const referenceWord = (): string => t('panel.row.reference', 'reference');
/** What a data source shows for null where it has no words for it. */
const DASHES = new Set(['', '-', '–', '—']);

const display = (field: Field, theme: GrafanaTheme2) => field.display ?? getDisplayProcessor({ field, theme });
const cell = (field: Field | undefined, index: number): unknown =>
  field === undefined ? undefined : ((field.values as unknown[])[index] ?? undefined);
const numberAt = (field: Field, index: number): number | null => {
  const found = cell(field, index);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
};

/** Verdicts that say so, and those that say that nothing is said; of others the interval decides. */
const PROVEN: Readonly<Record<string, boolean>> = {
  improved: true,
  regressed: true,
  better: true,
  worse: true,
  no_clear_change: false,
  no_clear_difference: false,
  insufficient_data: false,
  not_judged: false,
  too_early: false,
};

function provenBy(verdict: unknown): boolean | null {
  return typeof verdict === 'string' && Object.hasOwn(PROVEN, verdict) ? (PROVEN[verdict] ?? null) : null;
}

/** Words of the cells of one row. */
class Teller {
  private readonly frame: DataFrame;
  private readonly index: number;
  private readonly theme: GrafanaTheme2;

  constructor(frame: DataFrame, index: number, theme: GrafanaTheme2) {
    this.frame = frame;
    this.index = index;
    this.theme = theme;
  }

  name(field: Field): string {
    return getFieldDisplayName(field, this.frame);
  }

  shown(field: Field): DisplayValue {
    return display(field, this.theme)(cell(field, this.index));
  }

  /** Null = the cell is empty. */
  told(field: Field | undefined): Told | null {
    return field === undefined || cell(field, this.index) === undefined
      ? null
      : { name: this.name(field), text: formattedValueToString(this.shown(field)).trim() };
  }

  /** A label; a bare number is told under the name of its field. */
  label(field: Field): string | null {
    const told = this.told(field);
    return told === null ? null : /^[\d.,]+$/.test(told.text) ? `${told.name} ${told.text}` : told.text;
  }
}

/** Why a row has no number, or what is to be said of it nevertheless; the words of the data source for its states come first. */
function reasonOf(
  { reason, value, why, reference, labels, group, verdict, beside }: Fields,
  index: number,
  tell: Teller
): string | null {
  const state = cell(reason, index);
  const told = tell.told(why)?.text ?? null;
  // What is said of this row alone says more than its state.
  if (told !== null && numberAt(value, index) === null) return told;
  if (reason !== undefined && state !== undefined && state !== OK && state !== '') {
    const reasons = (reason.config.custom as { reasons?: Readonly<Record<string, string>> } | undefined)?.reasons;
    const own = typeof state === 'string' && reasons !== undefined && Object.hasOwn(reasons, state);
    return own ? (reasons[state] ?? null) : (tell.told(reason)?.text ?? null);
  }
  if (numberAt(value, index) !== null) return told;
  const compared = cell(reference, index);
  if (compared !== undefined && [...labels, group].some((field) => cell(field, index) === compared)) {
    return referenceWord();
  }
  // Where others are compared, a row that names no reference is none of them.
  if (
    compared !== undefined ||
    (reference?.values as unknown[] | undefined)?.some((one) => one !== null && one !== undefined) === true
  ) {
    return t('panel.row.not-compared', 'not compared');
  }
  // What is known instead stands in the place of the interval, its verdict in the column of verdicts.
  const instead = cell(verdict, index) === undefined ? [] : beside.flatMap((field) => tell.told(field) ?? []);
  if (instead.length > 0) return instead.map(({ name, text }) => `${name} ${text}`).join(' · ');
  const { noValue } = value.config;
  return noValue === undefined || DASHES.has(noValue.trim()) ? t('panel.row.nothing', 'no value') : noValue;
}

function rowOf(
  frame: DataFrame,
  fields: Fields,
  at: { index: number; place: number; theme: GrafanaTheme2 }
): IntervalRow {
  const { index, theme } = at;
  const tell = new Teller(frame, index, theme);
  const value = numberAt(fields.value, index);
  const [lower, upper] = value === null ? [null, null] : [numberAt(fields.lower, index), numberAt(fields.upper, index)];
  const judged = fields.verdict === undefined ? null : tell.told(fields.verdict);
  const labels = fields.labels.flatMap((field) => tell.label(field) ?? []);
  const why = tell.told(fields.why)?.text ?? null;
  const state = cell(fields.reason, index);
  const isStated = why !== null || (state !== undefined && state !== OK && state !== '');
  return {
    key: `${String(at.place)}/${String(index)}`,
    group: fields.group === undefined ? '' : (tell.label(fields.group) ?? ''),
    label: labels.length === 0 ? tell.name(fields.value) : labels.join(', '),
    value,
    lower,
    upper,
    estimate: { name: tell.name(fields.value), text: value === null ? '' : (tell.told(fields.value)?.text ?? '') },
    ends:
      lower === null && upper === null
        ? null
        : {
            lower: lower === null ? null : (tell.told(fields.lower)?.text ?? null),
            upper: upper === null ? null : (tell.told(fields.upper)?.text ?? null),
          },
    level: tell.told(fields.level)?.text ?? null,
    verdict:
      judged === null || fields.verdict === undefined
        ? null
        : { text: judged.text, color: tell.shown(fields.verdict).color },
    why: value === null ? null : why,
    isJudged: judged !== null && (value !== null || !isStated),
    isProven: provenBy(cell(fields.verdict, index)),
    n: tell.told(fields.n),
    reason: reasonOf(fields, index, tell),
    beside: fields.beside.map((field) => tell.told(field) ?? { name: tell.name(field), text: '' }),
    links: () => frame.fields.flatMap((field) => field.getLinks?.({ valueRowIndex: index }) ?? []),
  };
}

/** Names of the columns; null = there is no such column. */
export interface Names {
  readonly estimate: string;
  readonly verdict: string | null;
  readonly n: string | null;
  readonly beside: readonly string[];
}

/** All that a panel shows. */
export interface Shown {
  readonly rows: readonly IntervalRow[];
  /** Fields of the first frame that fits. */
  readonly fields: Fields;
  readonly names: Names;
}

function namesOf(frame: DataFrame, { value, verdict, n, beside }: Fields): Names {
  const name = (field: Field): string => getFieldDisplayName(field, frame);
  return {
    estimate: name(value),
    verdict: verdict === undefined ? null : name(verdict),
    n: n === undefined ? null : name(n),
    beside: beside.map(name),
  };
}

/** Null = no frame has a number with two bounds. */
export function rowsOf(frames: readonly DataFrame[], options: IntervalOptions, theme: GrafanaTheme2): Shown | null {
  const found = frames.flatMap((frame) => {
    const fields = chooseFields(frame, options);
    return fields === null ? [] : [{ frame, fields }];
  });
  const [first] = found;
  if (first === undefined) {
    return null;
  }
  const rows = found.flatMap(({ frame, fields }, place) =>
    Array.from({ length: frame.length }, (_, index) => rowOf(frame, fields, { index, place, theme }))
  );
  // Rows of a group stand together, groups in the order in which they are met.
  const groups = new Map<string, IntervalRow[]>();
  for (const row of rows) {
    groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  }
  return { rows: [...groups.values()].flat(), fields: first.fields, names: namesOf(first.frame, first.fields) };
}

/**
 * A row that lies on the line of no difference, without an interval and without a verdict, among rows that have one is what these are
 * compared with: it is told in words and never drawn as a point.
 */
export function withReference(shown: Shown, line: number | null): Shown {
  const isCompared = shown.rows.some(({ ends }) => ends !== null);
  const rows = shown.rows.map((row) =>
    isCompared && row.value === line && line !== null && row.ends === null && row.verdict === null
      ? { ...row, value: null, estimate: { ...row.estimate, text: '' }, reason: row.reason ?? referenceWord() }
      : row
  );
  return { ...shown, rows };
}
