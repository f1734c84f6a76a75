/** What texts are not in: an instant, bytes. */
const isWhole = (value: object): boolean => value instanceof Date || value instanceof Uint8Array;

/** A JSON value with each text of it changed, keys too. */
export function mapTexts(
  value: unknown,
  change: (text: string) => string,
  changeKey: (key: string) => string = change
): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null || isWhole(value)) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => mapTexts(one, change, changeKey));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [changeKey(key), mapTexts(inner, change, changeKey)])
  );
}

/** Whether a text of it, or a key, is such. */
export function someText(value: unknown, isSuch: (text: string) => boolean): boolean {
  if (typeof value === 'string') return isSuch(value);
  if (typeof value !== 'object' || value === null || isWhole(value)) return false;
  if (Array.isArray(value)) return value.some((one) => someText(one, isSuch));
  return Object.entries(value).some(([key, inner]) => isSuch(key) || someText(inner, isSuch));
}
