/** Answers of sources of which one entry is not as the source describes it: that one is named, and the others count. */
import { z } from 'zod';
import { CollectorError } from './errors.ts';

/** The first that is wrong, as `commits.0.sha: expected string`. */
export function wrongIn({ issues }: z.ZodError): string {
  const [issue] = issues;
  const where = issue?.path.map(String).join('.') ?? '';
  return `${where === '' ? '' : `${where}: `}${issue?.message ?? 'it is not understood'}`.slice(0, 300);
}

/** A list of which some entries are not what they should be. */
export interface Lenient<One> {
  readonly good: One[];
  /** What an entry is called, and what is wrong with it. */
  readonly bad: ReadonlyArray<{ readonly item: string; readonly reason: string }>;
}

const NAMES = ['number', 'nameWithOwner', 'slug', 'id', 'name', 'fingerprint'] as const;

/** What an entry that is not understood calls itself, else its place. */
function nameOf(entry: unknown, place: number): string {
  const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const name = NAMES.map((one) => (Object.hasOwn(fields, one) ? fields[one] : undefined)).find(
    (one): one is string | number => typeof one === 'number' || (typeof one === 'string' && one !== '')
  );
  return name === undefined ? `entry ${String(place + 1)}` : String(name).slice(0, 100);
}

/** Each entry on its own. @param what What an entry is, for its name: `issue`. */
export const eachOf = <One extends z.ZodType>(one: One, what: string) =>
  z.array(z.unknown()).transform((entries): Lenient<z.output<One>> => {
    const good: z.output<One>[] = [];
    const bad: { item: string; reason: string }[] = [];
    for (const [place, entry] of entries.entries()) {
      const parsed = one.safeParse(entry);
      if (parsed.success) good.push(parsed.data);
      else
        bad.push({
          item: `${what} ${nameOf(entry, place)}`,
          reason: `it is not as the source describes it: ${wrongIn(parsed.error)}`,
        });
    }
    return { good, bad };
  });

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
