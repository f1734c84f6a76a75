import { BackendError } from '../errors.ts';
import type { Range } from '../../statistics/buckets.ts';

const DAY_MS = 86_400_000;

/** Instants that may be asked for. Postgres knows more of them, but no work was done before and no clock is right after. */
const [FIRST, END] = [Date.UTC(1900, 0, 1), Date.UTC(2200, 0, 1)];
export const INSTANTS = '1900 to 2199';

const isAskable = (at: Date): boolean => at.getTime() >= FIRST && at.getTime() < END;

/**
 * An instant of a command line: a date or date and time as JavaScript reads it, or `90d` for 90 days ago. Null = neither, or none that may be
 * asked for.
 */
export function readInstant(text: string): Date | null {
  const days = /^(\d{1,5})d$/.exec(text);
  const at = days === null ? new Date(text) : new Date(Date.now() - Number(days[1]) * DAY_MS);
  return isAskable(at) ? at : null;
}

/** @throws BackendError `bad_value` for a range that is none, is empty or reaches beyond what may be asked for. */
export function checkRange({ from, to }: Range): void {
  const wrong = [from, to].find((at) => !isAskable(at));
  if (wrong !== undefined) {
    refuse(
      `The range ${stamp(from)} to ${stamp(to)} cannot be asked for: ${stamp(wrong)} is not in the years ${INSTANTS}.`
    );
  }
  if (!(from < to)) {
    refuse(`The range is empty: ${stamp(from)} to ${stamp(to)}.`);
  }
}

function refuse(message: string): never {
  throw new BackendError({ code: 'bad_value', status: 400, message });
}

function stamp(at: Date): string {
  return Number.isNaN(at.getTime()) ? 'an invalid time' : at.toISOString();
}
