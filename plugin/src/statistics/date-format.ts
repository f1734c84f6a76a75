/** Formatters of dates: each is slow to make (0.1 ms), and every answer needs the same few. */
const made = new Map<string, Intl.DateTimeFormat>();
/** Whoever asks may name any zone. */
const MOST = 500;

/** @throws RangeError for a zone that there is not. */
export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = JSON.stringify([locale, options]);
  const known = made.get(name) ?? new Intl.DateTimeFormat(locale, options);
  if (made.size >= MOST) made.clear();
  made.set(name, known);
  return known;
}
