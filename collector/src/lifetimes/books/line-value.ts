/** What is kept for each line: one number of its span and whether it is effective. */

/** Lines below zero are none. */
export const NO_VALUE = -1;

export function lineValue(span: number, isEffective: boolean): number {
  return span * 2 + (isEffective ? 1 : 0);
}

/** Index into the tables of spans. */
export function spanOf(value: number): number {
  return value >> 1;
}

export function isEffective(value: number): boolean {
  return (value & 1) === 1;
}
