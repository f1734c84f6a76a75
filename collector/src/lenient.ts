/** Answers of sources of which one entry is not as the source describes it: that one is named, and the others count. */
import { z } from 'zod';
import { CollectorError, redact } from './errors.ts';

/** What is said of a value that is wrong; '' = there is none, or it is no single one. */
function shown(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : ''; // prettier-ignore
  return text === '' ? '' : ` (it is ${redact(text).slice(0, 80)})`;
}

const within = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value
  );

const OF_VALUES: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union', 'invalid_format']);

/** Name of a field whose absence is the first that is wrong; null = it is something else. @param given What was parsed. */
export function missingIn({ issues }: z.ZodError, given: unknown): string | null {
  const [issue] = issues;
  if (issue === undefined || issue.path.length === 0 || !OF_VALUES.has(issue.code)) return null;
  return within(given, issue.path) === undefined ? String(issue.path.at(-1)) : null;
}

/** The first that is wrong, as `commits.0.sha: expected string (it is 7)`. @param given What was parsed; with it the value is named. */
export function wrongIn(error: z.ZodError, given?: unknown): string {
  const [issue] = error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  if (given !== undefined && missingIn(error, given) !== null) return `${where}: is missing`.slice(0, 300);
  const value = issue === undefined ? '' : shown(within(given, issue.path));
  return `${where === '' ? '' : `${where}: `}${issue?.message ?? 'it is not understood'}${value}`.slice(0, 300);
}

/** A list of which some entries are not what they should be. */
export interface Lenient<One> {
  readonly good: One[];
  /** What an entry is called, and what is wrong with it. */
  readonly bad: ReadonlyArray<{ readonly item: string; readonly reason: string }>;
  /** The entries of `bad` as they came. */
  readonly refused: readonly unknown[];
}

const NAMES = ['number', 'nameWithOwner', 'slug', 'id', 'name', 'fingerprint'] as const;

/** What an entry that is not understood calls itself; null = it does not. */
export function nameOf(entry: unknown): string | null {
  const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const name = NAMES.map((one) => (Object.hasOwn(fields, one) ? fields[one] : undefined)).find(
    (one): one is string | number => typeof one === 'number' || (typeof one === 'string' && one !== '')
  );
  return name === undefined ? null : String(name).slice(0, 100);
}

/** Each entry on its own. @param what What an entry is, for its name: `issue`. @param read @throws ZodError, SyntaxError for an entry that is none. */
export function eachEntry<One>(entries: readonly unknown[], what: string, read: (entry: unknown) => One): Lenient<One> {
  const good: One[] = [];
  const bad: { item: string; reason: string }[] = [];
  const refused: unknown[] = [];
  for (const [place, entry] of entries.entries()) {
    try {
      good.push(read(entry));
    } catch (error) {
      if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) throw error;
      const wrong = error instanceof z.ZodError ? wrongIn(error, entry) : 'it is not JSON';
      bad.push({
        item: `${what} ${nameOf(entry) ?? `entry ${String(place + 1)}`}`,
        reason: `it is not as the source describes it: ${wrong}`,
      });
      refused.push(entry);
    }
  }
  return { good, bad, refused };
}

/** Entries of one answer: no page has as many, and each that is not understood is named. */
const MOST_ENTRIES = 100_000;

/** The same for a list within an answer. */
export const eachOf = <One extends z.ZodType>(one: One, what: string) =>
  z
    .array(z.unknown())
    .max(MOST_ENTRIES, `has more than ${MOST_ENTRIES.toLocaleString('en')} entries`)
    .transform((entries): Lenient<z.output<One>> => eachEntry(entries, what, (entry) => one.parse(entry)));

/** What a whole answer that is not as its source describes it comes to. */
export const sourceInvalid = (what: string, error: z.ZodError): CollectorError =>
  new CollectorError({
    code: 'source_invalid',
    message: `${what} answered something else than it describes: ${wrongIn(error)}. Check its address; if it is right, report this line.`,
    fault: 'source',
    cause: error,
  });

const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const isKnown = (at: Date): boolean => at.getTime() >= 0 && at.getTime() <= LAST_INSTANT;

/** An instant of a source. Before 1970, and after 9999, there are only broken clocks. */
export const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine(isKnown, 'lies outside of 1970 to 9999: check the clock of the source');

/** The same where a clock that is none (year 1) says that there is none. */
export const instantOrNone = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .transform((at) => (isKnown(at) ? at : null));
