import type { ChoiceParam, FilterParam, GroupByParam, NumberParam, Param, ParamValue, TextParam } from './define.ts';
import { didYouMean } from './closest.ts';
import { QueryError, listed, shown } from './query-error.ts';

/** Which param of which metric: for messages. */
interface Place {
  readonly metricId: string;
  readonly name: string;
}

/** What Grafana writes for "All" of a variable without a custom value. */
const ALL_VALUES: ReadonlySet<unknown> = new Set(['$__all']);
/** Of one filter, and characters of a value: more than a picker or a person chooses. */
export const MOST_VALUES = 500;
export const MOST_CHARACTERS = 500;

/** `$name`, `${name}`, `${name:format}` and `[[name]]`: a template variable that nobody filled in. */
const VARIABLE = /^\$[A-Za-z_]\w*$|\$\{[A-Za-z_][\w.]*(?::[^}]*)?\}|\[\[[A-Za-z_]\w*(?::[^\]]*)?\]\]/;

/**
 * The value of one declared param; absent, null and "" mean its default.
 * @throws QueryError naming the param, the value and what is allowed.
 */
export function parseParam(place: Place & { readonly param: Param }, given: unknown): ParamValue {
  const { param } = place;
  if (given === undefined || given === null || given === '') {
    return param.default;
  }
  switch (param.kind) {
    case 'choice':
      return parseChoice(place, param, given);
    case 'filter':
      return parseFilter(place, param, given);
    case 'groupBy':
      return parseGroupBy(place, param, given);
    case 'number':
      return parseNumber(place, param, given);
    case 'boolean':
      return parseBoolean(place, given);
    case 'text':
      return parseText(place, param, given);
  }
}

function parseChoice(place: Place, param: ChoiceParam, given: unknown): string {
  const value = oneText(place, given);
  const choices = param.choices.map((choice) => choice.value);
  if (!choices.includes(value)) {
    throw notOffered(place, value, choices);
  }
  return value;
}

function parseFilter(place: Place, _param: FilterParam, given: unknown): readonly string[] {
  const values = textList(place, given);
  return values.some((value) => ALL_VALUES.has(value)) ? [] : [...new Set(values)];
}

function parseGroupBy(place: Place, param: GroupByParam, given: unknown): readonly string[] {
  const values = textList(place, given);
  const refused = values.find((value) => !(param.allowed as readonly string[]).includes(value));
  if (refused !== undefined) {
    throw notOffered(place, refused, param.allowed);
  }
  return [...new Set(values)];
}

function parseNumber(place: Place, param: NumberParam, given: unknown): number {
  const isText = typeof given === 'string' && given.trim() !== '';
  if (isText) {
    refuseVariable(place, given);
  }
  const value = isText ? Number(given) : given;
  const kind = param.integer === true ? 'a whole number' : 'a number';
  const rule = `It must be ${kind} from ${param.min} to ${param.max}${param.unit === undefined ? '' : ` (${param.unit})`}`;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < param.min || value > param.max) {
    throw wrong(place, given, rule);
  }
  if (param.integer === true && !Number.isInteger(value)) {
    throw wrong(place, given, rule);
  }
  return value;
}

function parseBoolean(place: Place, given: unknown): boolean {
  if (given === true || given === 'true') {
    return true;
  }
  if (given === false || given === 'false') {
    return false;
  }
  if (typeof given === 'string') {
    refuseVariable(place, given);
  }
  throw wrong(place, given, 'Allowed: true, false');
}

function parseText(place: Place, param: TextParam, given: unknown): string {
  const value = oneText(place, given);
  if (param.pattern !== undefined && !new RegExp(param.pattern, 'u').test(value)) {
    throw wrong(place, value, `It must match ${param.pattern}`);
  }
  return value;
}

function oneText(place: Place, given: unknown): string {
  // A single-value variable still arrives as a list of one from some editors.
  const value: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
  return checkedText(place, value);
}

function textList(place: Place, given: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(given) ? (given as unknown[]) : [given];
  if (values.length > MOST_VALUES) {
    throw new QueryError(
      'bad_value',
      `${place.metricId}: param "${place.name}" has ${values.length} values; at most ${MOST_VALUES} are allowed. Choose "All" instead.`
    );
  }
  return values.map((value) => checkedText(place, value));
}

function checkedText(place: Place, value: unknown): string {
  if (typeof value !== 'string' || value.length > MOST_CHARACTERS || value.includes('\0')) {
    throw wrong(place, value, `It must be a text of at most ${MOST_CHARACTERS} characters`);
  }
  if (!ALL_VALUES.has(value)) {
    refuseVariable(place, value);
  }
  return value;
}

function refuseVariable(place: Place, value: string): void {
  if (VARIABLE.test(value)) {
    throw new QueryError(
      'bad_value',
      `${place.metricId}: param "${place.name}" still holds the template variable ${shown(value)}. ` +
        'Alert rules and shared dashboards have no variables: choose values, or leave it empty for all.'
    );
  }
}

const notOffered = (place: Place, value: string, allowed: readonly string[]): QueryError =>
  wrong(place, value, `${didYouMean(value, allowed)} Allowed: ${listed(allowed)}`.trim());

function wrong(place: Place, value: unknown, rule: string): QueryError {
  return new QueryError('bad_value', `${place.metricId}: param "${place.name}" cannot be ${shown(value)}. ${rule}.`);
}
