const DAY_MS = 86_400_000;

/** An instant of a command line: a date or date and time as JavaScript reads it, or `90d` for 90 days ago. Null = neither. */
export function readInstant(text: string): Date | null {
  const days = /^(\d{1,5})d$/.exec(text);
  const at = days === null ? new Date(text) : new Date(Date.now() - Number(days[1]) * DAY_MS);
  return Number.isNaN(at.getTime()) ? null : at;
}
