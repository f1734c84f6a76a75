/** Which code sources the boards show, by how few people are behind each. Pure. */

/**
 * Code sources as the boards show them: hidden where fewer than k people are behind one, and with a single hidden one the
 * smallest of the others, from which it would follow (find-suppressed.ts).
 */
export function sourcesOf(text: string, k: number): Array<{ readonly source: string; readonly isHidden: boolean }> {
  const sources = text
    .split(',')
    .map((one) => one.split(':'))
    .map(([source = '', people]) => ({ source, people: Number(people), isHidden: Number(people) < k }));
  const shown = sources.filter(({ isHidden }) => !isHidden).sort((one, other) => one.people - other.people);
  const sibling = sources.length - shown.length === 1 ? shown[0] : undefined;
  return sources.map((one) => ({ source: one.source, isHidden: one.isHidden || one === sibling }));
}
