/** Each text of a JSON value, keys too. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one: unknown) => mapTexts(one, change));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [change(key), mapTexts(inner, change)]));
}

/** Whether a text of it, or a key, is such. */
export function someText(value: unknown, holds: (text: string) => boolean): boolean {
  let isFound = false;
  mapTexts(value, (text) => {
    isFound ||= holds(text);
    return text;
  });
  return isFound;
}
