/** Which fields of a frame are the estimate, its bounds, its verdict and its counts: by their role, else by their name, else by their numbers. */
import { FieldType, getFieldDisplayName, type DataFrame, type Field } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { IntervalOptions } from './options.ts';

/** The fields of one frame by the part they play. */
export interface Fields {
  readonly value: Field;
  readonly lower: Field;
  readonly upper: Field;
  readonly group: Field | undefined;
  readonly labels: readonly Field[];
  readonly verdict: Field | undefined;
  readonly reason: Field | undefined;
  /** Why a row has no verdict. */
  readonly why: Field | undefined;
  /** The group that the others are compared with. */
  readonly reference: Field | undefined;
  readonly n: Field | undefined;
  /** Share of such intervals that hold the truth, where rows differ in it. */
  readonly level: Field | undefined;
  readonly beside: readonly Field[];
}

/** What is said where no frame has a number with two bounds. */
export const noFields = (): string =>
  t(
    'panel.no-fields',
    'This panel draws a number between two bounds: ask for a table with Value, Low and High, or choose the three fields in the panel options.'
  );

const NAMES = {
  value: /^(value|estimate|effect|difference|ratio|mean|median|rate)$/i,
  lower: /(^|[\s_,:(-])(lo|low|lower|lcl|min)([\s_)-]|$)/i,
  upper: /(^|[\s_,:(-])(hi|high|upper|ucl|max)([\s_)-]|$)/i,
  verdict: /^verdict$/i,
  reason: /^(status|reason)$/i,
  why: /^(verdict_)?why$/i,
  reference: /^reference$/i,
  n: /^(n|count|units|people|changes)$/i,
} as const;

const roleOf = (field: Field): unknown => (field.config.custom as { role?: unknown } | undefined)?.role;
const isNumber = ({ type }: Field): boolean => type === FieldType.number;
const isText = ({ type }: Field): boolean => type === FieldType.string;

/** Fields of a frame that nobody named, as the frame itself tells them apart. */
class Finder {
  private readonly fields: readonly Field[];
  private readonly nameOf: (field: Field) => string;

  constructor(frame: DataFrame) {
    this.fields = frame.fields;
    this.nameOf = (field) => getFieldDisplayName(field, frame);
  }

  /** What a person chose, by either of its names. */
  named(name: string | undefined): Field | undefined {
    return name === undefined || name === ''
      ? undefined
      : this.fields.find((field) => this.nameOf(field) === name || field.name === name);
  }

  role(role: string): Field | undefined {
    return this.fields.find((field) => roleOf(field) === role);
  }

  /** What the number is of: its count called n, wherever other counts stand. */
  units(): Field | undefined {
    const counts = this.fields.filter((field) => roleOf(field) === 'count');
    return counts.find(({ name }) => name === 'n') ?? counts[0];
  }

  /** Whether the data source tells what its numbers are: then no other one is a bound, whatever its name or size. */
  tellsNumbers(): boolean {
    return this.numbers().some((field) => roleOf(field) !== undefined);
  }

  called(part: keyof typeof NAMES, fits: (field: Field) => boolean): Field | undefined {
    const pattern = NAMES[part];
    return this.fields.find((field) => fits(field) && (pattern.test(field.name) || pattern.test(this.nameOf(field))));
  }

  numbers(): Field[] {
    return this.fields.filter(isNumber);
  }
}

type Three = readonly [value: Field, lower: Field, upper: Field];

/** Three numbers of which one is never outside the other two. */
function ordered(numbers: readonly Field[], length: number): Three | undefined {
  const [one, two, three] = numbers;
  if (numbers.length !== 3 || one === undefined || two === undefined || three === undefined) {
    return undefined;
  }
  const orders: Three[] = [
    [one, two, three],
    [two, one, three],
    [two, three, one],
    [one, three, two],
    [three, one, two],
    [three, two, one],
  ];
  const at = (field: Field, index: number): unknown => (field.values as unknown[])[index];
  const isBetween = ([value, lower, upper]: Three): boolean =>
    Array.from({ length }, (_, index) => [at(lower, index), at(value, index), at(upper, index)])
      .filter((row): row is number[] => row.every((cell) => typeof cell === 'number'))
      .every(([low = 0, middle = 0, high = 0]) => low <= middle && middle <= high);
  return length === 0 ? undefined : orders.find(isBetween);
}

function threeOf(frame: DataFrame, find: Finder, options: IntervalOptions): Three | undefined {
  const fits = (field: Field | undefined): Field | undefined =>
    field !== undefined && isNumber(field) ? field : undefined;
  const isTold = find.tellsNumbers();
  const part = (name: 'value' | 'lower' | 'upper'): Field | undefined =>
    fits(find.named(options[name])) ?? fits(find.role(name)) ?? (isTold ? undefined : find.called(name, isNumber));
  const [value, lower, upper] = [part('value'), part('lower'), part('upper')];
  if (lower === undefined || upper === undefined) {
    return isTold ? undefined : ordered(find.numbers(), frame.length);
  }
  const estimate = value ?? find.numbers().find((field) => field !== lower && field !== upper);
  return estimate === undefined ? undefined : [estimate, lower, upper];
}

/** Texts that tell rows apart: labels by role, else what is no verdict and no reason; what all rows share says nothing. */
function labelsOf(frame: DataFrame, taken: ReadonlyArray<Field | undefined>): Field[] {
  const hasRoles = frame.fields.some((field) => roleOf(field) !== undefined);
  const all = frame.fields.filter(
    (field) => !taken.includes(field) && (hasRoles ? roleOf(field) === 'label' : isText(field))
  );
  const telling = all.filter(({ values }) => new Set(values as unknown[]).size > 1);
  return telling.length > 0 ? telling : all.slice(-1);
}

/** Null = the frame has no number with two bounds. */
export function chooseFields(frame: DataFrame, options: IntervalOptions): Fields | null {
  const find = new Finder(frame);
  const three = threeOf(frame, find, options);
  if (three === undefined) {
    return null;
  }
  const [value, lower, upper] = three;
  const verdict = find.named(options.verdict) ?? find.called('verdict', isText);
  const reason = find.named(options.reason) ?? find.called('reason', isText);
  const why = find.called('why', isText);
  const reference = find.called('reference', isText);
  const chosen = find.named(options.group);
  const labels = labelsOf(frame, [verdict, reason, why, reference, chosen]);
  const [first, ...rest] = labels;
  const group = chosen ?? (rest.length > 0 ? first : undefined);
  return {
    value,
    lower,
    upper,
    verdict,
    reason,
    why,
    reference,
    n: find.named(options.n) ?? find.units() ?? find.called('n', isNumber),
    group,
    labels: labels.filter((field) => field !== group),
    level: frame.fields.find(({ name, config }) => name === 'level' && config.unit === 'percentunit'),
    beside: (options.beside ?? []).flatMap((name) => find.named(name) ?? []),
  };
}
