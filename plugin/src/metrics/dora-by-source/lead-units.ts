/** Changes of a group and how long they took to production, from the packs of query.lead_time.sql. */
import { bigAt, bytesOf, keyAt } from '../parts/packs.ts';
import type { Row } from '../define.ts';

const UNIT_BYTES = 8;
const PLACE_BYTES = 16;
const [DEPLOYED, UNDEPLOYED] = ['d', 'u'].map((letter) => letter.charCodeAt(0));
/** Hashes of 20 bits. */
const HASHES = 1_048_576;
/** More than any time of a deployment in seconds. */
const SECONDS = 2 ** 34;

export interface LeadUnits {
  /** Of the deployed ones with a time in order, ascending. */
  readonly minutes: Float64Array;
  readonly ranges: readonly Range[];
  readonly undeployed: number;
  readonly notMeasurable: number;
  readonly badOrder: number;
  /** Deployed, but when the work began is not known. */
  readonly noStart: number;
  /** Of the deployed ones with a time, by human. */
  readonly byHuman: ReadonlyMap<number, number>;
  /** Of all deployed ones, by human: who is behind the counts where no time can be told. */
  readonly byAnyHuman: ReadonlyMap<number, number>;
  readonly deployed: number;
}

/** Times within 1 % of each other: enough for the Kaplan–Meier median, and exact where a range holds one time only. */
export interface Range {
  readonly first: number;
  readonly last: number;
  readonly events: number;
  readonly censored: number;
}

export function readLeadUnits(row: Row): LeadUnits {
  const [states, minutesOf, people] = [bytesOf(row['states']), bytesOf(row['minutes']), bytesOf(row['people'])];
  const times: number[] = [];
  const open: number[] = [];
  const [byHuman, byAnyHuman] = [new Map<number, number>(), new Map<number, number>()];
  let [undeployed, notMeasurable, badOrder, noStart, deployed] = [0, 0, 0, 0, 0];
  for (let unit = 0; unit < states.byteLength; unit += 1) {
    const state = states.getUint8(unit);
    const minutes = minutesOf.getFloat64(unit * UNIT_BYTES);
    const human = keyAt(people, unit * UNIT_BYTES);
    notMeasurable += state !== DEPLOYED && state !== UNDEPLOYED ? 1 : 0;
    if (state === UNDEPLOYED) {
      undeployed += 1;
      if (minutes >= 0) open.push(minutes);
    } else if (state === DEPLOYED) {
      deployed += 1;
      badOrder += minutes < 0 ? 1 : 0;
      noStart += Number.isNaN(minutes) ? 1 : 0;
      addTo(byAnyHuman, human);
      if (minutes >= 0) {
        times.push(minutes);
        addTo(byHuman, human);
      }
    }
  }
  const minutes = Float64Array.from(times).sort();
  return {
    minutes,
    ranges: rangesOf(minutes, open),
    undeployed,
    notMeasurable,
    badOrder,
    noStart,
    byHuman,
    byAnyHuman,
    deployed,
  };
}

function addTo(byHuman: Map<number, number>, human: number): void {
  if (human !== 0) byHuman.set(human, (byHuman.get(human) ?? 0) + 1);
}

function rangesOf(times: Float64Array, open: readonly number[]): Range[] {
  const ranges = new Map<number, { first: number; last: number; events: number; censored: number }>();
  const add = (minutes: number, isEvent: boolean): void => {
    const place = Math.floor(Math.log(Math.max(minutes, 1)) * 100);
    const range = ranges.get(place) ?? { first: minutes, last: minutes, events: 0, censored: 0 };
    ranges.set(place, range);
    range.first = Math.min(range.first, minutes);
    range.last = Math.max(range.last, minutes);
    range.events += isEvent ? 1 : 0;
    range.censored += isEvent ? 0 : 1;
  };
  times.forEach((minutes) => add(minutes, true));
  open.forEach((minutes) => add(minutes, false));
  return [...ranges].sort(([one], [two]) => one - two).map(([, range]) => range);
}

/** Smallest time with S ≤ ½ from ranges of times, inside one by the part of its events that is needed; where S is exactly ½ the middle to the next event. */
export function rangeMedian(ranges: readonly Range[]): number | null {
  let atRisk = ranges.reduce((sum, { events, censored }) => sum + events + censored, 0);
  let survival = 1;
  for (const [index, { first, last, events, censored }] of ranges.entries()) {
    const after = atRisk === 0 ? 0 : survival * (1 - events / atRisk);
    if (events > 0 && after <= 0.5 + 1e-12) {
      const next = ranges.slice(index + 1).find((range) => range.events > 0);
      if (next !== undefined && Math.abs(after - 0.5) <= 1e-9) return (last + next.first) / 2;
      const part = survival === after ? 1 : (survival - 0.5) / (survival - after);
      return first + (last - first) * part;
    }
    survival = after;
    atRisk -= events + censored;
  }
  return null;
}

/** A deployed change that the interval is made of. */
export interface Drawn {
  readonly minutes: number;
  readonly service: number;
  /** Changes of one service that reached production together. */
  readonly deployment: number;
}

/** Units for the interval, and of how many services and deployments they are a sample. */
export interface Sample {
  readonly drawn: readonly Drawn[];
  readonly services: number;
  readonly deployments: number;
}

/**
 * Deployed changes with what they hang together by. Of many services about twenty are kept, of their deployments as many as the budget of changes
 * allows, each whole. By hashes of names and times, so that the same data keep the same ones in every store.
 */
export function sampleUnits(row: Row, budget: number): Sample {
  const [states, minutesOf, places] = [bytesOf(row['states']), bytesOf(row['minutes']), bytesOf(row['places'])];
  const found: Array<Drawn & { serviceHash: number; hash: number }> = [];
  const services = new Map<number, number>();
  for (let index = 0; index * PLACE_BYTES < places.byteLength; index += 1) {
    const at = index * PLACE_BYTES;
    const minutes = minutesOf.getFloat64(index * UNIT_BYTES);
    if (states.getUint8(index) === DEPLOYED && minutes >= 0) {
      const key = keyAt(places, at);
      const service = services.get(key) ?? services.size;
      services.set(key, service);
      const [serviceHash, seconds] = [places.getUint32(at + 4), bigAt(places, at + 8)];
      const hash = Math.imul(serviceHash ^ (seconds | 0), 0x9e3779b1) >>> 12;
      found.push({
        minutes,
        service,
        deployment: service * SECONDS + seconds,
        serviceHash: serviceHash & (HASHES - 1),
        hash,
      });
    }
  }
  const serviceShare = found.length <= budget || services.size < 20 ? 1 : 20 / services.size;
  const deploymentShare = budget / (found.length * serviceShare);
  const isKept = ({ hash, serviceHash }: (typeof found)[number]): boolean =>
    hash < deploymentShare * HASHES && serviceHash < serviceShare * HASHES;
  return {
    drawn: found.filter(isKept),
    services: services.size,
    deployments: new Set(found.map(({ deployment }) => deployment)).size,
  };
}
