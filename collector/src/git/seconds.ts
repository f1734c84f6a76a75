/** End of the year 9999: later instants are broken clocks that no calendar holds. */
const LAST_SECOND = 253_402_300_799;

/** A broken clock is no reason to lose a commit: the other time of the commit stands in for it, or 1970. */
export function secondsOf(field: string, other: number): number {
  const seconds = field === '' ? NaN : Number(field);
  return Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= LAST_SECOND ? seconds : other;
}
