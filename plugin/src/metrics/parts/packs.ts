/**
 * What the packs of the store hold (schema pack, each described there): numbers, big-endian as Postgres' *send functions write them, and
 * in base64. Absent = none. No other file knows how they are packed.
 */
import type { EndsAt } from '../../statistics/kaplan-meier.ts';

/** The bytes of base64 text; line breaks in it are skipped. */
export function bytesOf(packed: unknown): DataView {
  const bytes = Buffer.from(typeof packed === 'string' ? packed : '', 'base64');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** int8 at a place, which is no negative number and not above 2^53. */
export function bigAt(bytes: DataView, at: number): number {
  return bytes.getUint32(at) * 4294967296 + bytes.getUint32(at + 4);
}

/** int8 at a place as the key of a human: 53 of the 64 bits, as good as all for telling thousands of people apart. */
export function keyAt(bytes: DataView, at: number): number {
  return (bytes.getUint32(at) & 0x1fffff) * 4294967296 + bytes.getUint32(at + 4);
}

/** int4, one after the other. */
export function integers(packed: unknown): Int32Array {
  const bytes = bytesOf(packed);
  const found = new Int32Array(bytes.byteLength / 4);
  for (let index = 0; index < found.length; index += 1) {
    found[index] = bytes.getInt32(index * 4);
  }
  return found;
}

/** pack.completion_pack.classes: the class of a unit by its byte. */
export const CLASSES = ['', 'feature', 'bugfix', 'refactor', 'chore', 'docs', 'test', 'revert', 'unknown'] as const;

/** A byte each. */
export function octets(packed: unknown): Uint8Array {
  const { buffer, byteOffset, byteLength } = bytesOf(packed);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** pack.completion_pack.units: int8, each split into value / 4096 (milliseconds) and value mod 4096 (week). */
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

/** pack.usage_pack: place of the week in its block of sixty. */
export const weekOf = (packed: number): number => packed >> 24;
/** pack.usage_pack.states: bits of the state of a week. */
export const stateOf = (packed: number): number => packed & 63;
/** pack.usage_pack.states: what the coverage of a week rests on, as a code from 1 on. */
export const basisOf = (packed: number): number => (packed & 0xffffff) >> 6;
/** pack.usage_pack.uses: uses of a week. */
export const usesIn = (packed: number): number => packed & 0xffffff;

/** pack.survival_pack.people: humans, and the lines of the one with the most. A person may be in many of the packs. */
export function survivalPeople(packed: unknown): { people: number; most_lines: number } {
  const bytes = bytesOf(packed);
  const lines = new Map<number, number>();
  for (let at = 0; at < bytes.byteLength; at += 16) {
    const key = keyAt(bytes, at);
    lines.set(key, (lines.get(key) ?? 0) + bigAt(bytes, at + 8));
  }
  return { people: lines.size, most_lines: [...lines.values()].reduce((most, own) => Math.max(most, own), 0) };
}

/** Ages in pack.survival_pack.ends go up to this one, in days. */
const LAST_PACKED_AGE = 90;

/** pack.survival_pack.ends: when lines ended, by age; ages without any are left out. */
export function survivalEnds(packed: unknown, isFileDeletedCensored: boolean): EndsAt[] {
  const numbers = integers(packed);
  const events = new Float64Array(LAST_PACKED_AGE + 1);
  const censored = new Float64Array(LAST_PACKED_AGE + 1);
  for (let at = 0; at < numbers.length; at += 4) {
    const [age = 0, lost = 0, fileDeleted = 0, rewritten = 0] = numbers.subarray(at, at + 4);
    const moved = isFileDeletedCensored ? fileDeleted : 0;
    events[age] = (events[age] ?? 0) + lost - moved;
    censored[age] = (censored[age] ?? 0) + rewritten + moved;
  }
  return [...events].flatMap((count, time) =>
    count === 0 && censored[time] === 0 ? [] : [{ time, events: count, censored: censored[time] ?? 0 }]
  );
}

/** Numbers the keys of humans from 1 on as they come: what is counted by a small number is found many times faster than by its key. */
export class HumanNumbers {
  private readonly found = new Map<number, Map<number, number>>();
  private last = 0;

  /** Of the int8 at a place, cut as `keyAt` does; 0 = nobody known. */
  at(bytes: DataView, place: number): number {
    const [high, low] = [bytes.getUint32(place) & 0x1fffff, bytes.getInt32(place + 4)];
    if (high === 0 && low === 0) return 0;
    let byLow = this.found.get(high);
    if (byLow === undefined) {
      byLow = new Map();
      this.found.set(high, byLow);
    }
    let number = byLow.get(low);
    if (number === undefined) {
      number = this.last += 1;
      byLow.set(low, number);
    }
    return number;
  }
}

/** Changes of one part and human in a deployment. */
export interface DeploymentPeople {
  /** In a pack their code source. */
  readonly part: string;
  readonly changes: number;
  /** Lines of them all; in a pack 0: not known. */
  readonly lines: number;
  /** Changes of known confidence, and the sum of it. */
  readonly rated: number;
  readonly confidence: number;
  readonly isAssumed: boolean;
  /** Number of the human; 0 = nobody known. */
  readonly human: number;
}

/** Code sources by their place in a pack of deployments. */
const SOURCES = ['', 'ai_assisted', 'ai_heavy', 'human', 'unknown'];
const PEOPLE_BYTES = 24;

/** pack.deployment_pack.people of one deployment: of the bytes of several those from one place to another. */
export function deploymentPeople(
  bytes: DataView,
  { from, end }: { readonly from: number; readonly end: number },
  humans: HumanNumbers
): DeploymentPeople[] {
  const found: DeploymentPeople[] = [];
  for (let at = from; at < end; at += PEOPLE_BYTES) {
    const head = bytes.getInt32(at);
    found.push({
      part: SOURCES[head & 15] ?? '',
      changes: head >> 5,
      lines: 0,
      rated: bytes.getInt32(at + 4),
      confidence: bytes.getFloat64(at + 8),
      isAssumed: (head & 16) !== 0,
      human: humans.at(bytes, at + 16),
    });
  }
  return found;
}

/** float8, one after the other. */
export function doubles(packed: unknown): Float64Array {
  const bytes = bytesOf(packed);
  return Float64Array.from({ length: bytes.byteLength / 8 }, (_, index) => bytes.getFloat64(index * 8));
}
