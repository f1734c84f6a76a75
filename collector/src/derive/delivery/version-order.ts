/** Order of versions in the names of tags. */

/** Numbers of the version at the end of a name: `web/v1.2.3` → 1, 2, 3. Null = it has none. */
function numbersOf(ref: string): number[] | null {
  let start = ref.length;
  const isPart = (char: string | undefined): boolean =>
    char === '.' || (char !== undefined && char >= '0' && char <= '9');
  while (start > 0 && isPart(ref[start - 1])) start -= 1;
  const parts = ref.slice(start).split('.').filter(Boolean);
  return parts.length === 0 || parts.some((part) => part.length > 15) ? null : parts.map(Number);
}

/** Both names end with a version, and the first is the lower one. */
export function isOlderVersion(first: string | null, second: string | null): boolean {
  const [a, b] = [numbersOf(first ?? ''), numbersOf(second ?? '')];
  if (a === null || b === null) return false;
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
