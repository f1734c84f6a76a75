/** Weeks of usage whose bits stand in numbers, as query.sql gives them where no pack has them. */

/** Weeks of a block. */
export const BLOCK_WEEKS = 60;

/**
 * States of the weeks of a block: for each column of bits, where its bit of a week is set, its mask is set in the state.
 * @param columns Numbers below 2^60 in decimal digits, with their mask. Absent = none set.
 */
export function statesOf(columns: ReadonlyArray<readonly [digits: unknown, mask: number]>): Uint8Array {
  const states = new Uint8Array(BLOCK_WEEKS);
  for (const [digits, mask] of columns) {
    const number = typeof digits === 'string' ? BigInt(digits) : 0n;
    setBits(states.subarray(0, 30), Number(number & 0x3fffffffn), mask);
    setBits(states.subarray(30), Number(number >> 30n), mask);
  }
  return states;
}

function setBits(states: Uint8Array, bits: number, mask: number): void {
  for (let bit = 0; bit < 30; bit += 1) {
    if (((bits >> bit) & 1) === 1) {
      states[bit] = (states[bit] as number) | mask;
    }
  }
}
