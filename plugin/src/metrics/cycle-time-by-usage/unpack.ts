/** Numbers packed by query.sql. */
import { bytesOf } from '../parts/packs.ts';

/** Weeks of a block. */
export const BLOCK_WEEKS = 60;

/** Base64 of big-endian int8, each split into value / 4096 and value mod 4096. Absent = empty. */
export function bigIntegers(packed: unknown): { high: Float64Array; low: Int32Array } {
  const bytes = bytesOf(packed);
  const count = bytes.byteLength / 8;
  const high = new Float64Array(count);
  const low = new Int32Array(count);
  for (let index = 0; index < count; index += 1) {
    const lower = bytes.getUint32(index * 8 + 4);
    high[index] = bytes.getUint32(index * 8) * 1048576 + (lower >>> 12);
    low[index] = lower & 4095;
  }
  return { high, low };
}

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
