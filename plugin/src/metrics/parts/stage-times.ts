/** Changes of a group and how long they were in each of five stages, from packs of who (int8), the deployment (int8) and seconds (int4 each). */
import { bytesOf, keyAt } from './packs.ts';
import type { RatioClusters } from '../../statistics/intervals/jackknife.ts';
import type { TwoSums } from '../../statistics/intervals/mean-ratio.ts';

const STAGES = 5;
const SHIPMENT_AT = 8;
const STAGE_AT = 16;
const UNIT_BYTES = STAGE_AT + 4 * STAGES;

export interface StageTimes {
  /** Of every change, in one order for all stages; read only, so that nobody sorts them. */
  readonly seconds: ArrayLike<number>;
  /** Sum by person, in the order of `units`. */
  readonly sums: Float64Array;
}

export interface Flow {
  /** Changes by person; one whose person is not known counts as one person more. */
  readonly units: readonly number[];
  /** Who they are, in the same order; 0 = not known. */
  readonly keys: readonly number[];
  readonly n: number;
  /** Humans behind them. */
  readonly people: number;
  /** Largest part of the changes that one human holds; null = nobody is known. */
  readonly oneShare: number | null;
  /** In the order of the pack. */
  readonly stages: readonly StageTimes[];
  /** Seconds of a stage by deployment, and by person in a deployment: changes of one deployment wait together. Made when asked for. */
  readonly shipments: (stage: number) => { readonly whole: RatioClusters; readonly byPerson: RatioClusters };
}

/** Sums of whole seconds: the same whatever the order of the changes. @param packed One pack, or several whose changes belong together. */
export function readFlow(...packed: readonly unknown[]): Flow {
  const pack = joined(packed.map(bytesOf));
  const n = pack.byteLength / UNIT_BYTES;
  const places = new Map<number, number>();
  const placeOf = Array.from({ length: n }, (_, unit) => {
    const person = keyAt(pack, unit * UNIT_BYTES);
    const place = places.get(person) ?? places.size;
    places.set(person, place);
    return place;
  });
  const units = new Array<number>(places.size).fill(0);
  for (const place of placeOf) units[place] = (units[place] ?? 0) + 1;
  const known = [...places].filter(([person]) => person !== 0).map(([, place]) => units[place] ?? 0);
  const stages = Array.from({ length: STAGES }, (_, stage): StageTimes => {
    const [seconds, sums] = [new Float64Array(n), new Float64Array(places.size)];
    placeOf.forEach((place, unit) => {
      const took = pack.getInt32(unit * UNIT_BYTES + STAGE_AT + 4 * stage);
      seconds[unit] = took;
      sums[place] = (sums[place] ?? 0) + took;
    });
    return { seconds, sums };
  });
  const shipments = (stage: number): ReturnType<Flow['shipments']> => {
    const shipmentOf = placeOf.map((_, unit) => keyAt(pack, unit * UNIT_BYTES + SHIPMENT_AT));
    const waits = stages[stage]?.seconds ?? new Float64Array(n);
    const byPerson = shipmentOf.map((shipment, unit) => `${String(shipment)} ${String(placeOf[unit])}`);
    return { whole: clustersOf(shipmentOf, waits), byPerson: clustersOf(byPerson, waits) };
  };
  const oneShare = known.length === 0 ? null : known.reduce((most, one) => Math.max(most, one), 0) / n;
  return { units, keys: [...places.keys()], n, people: known.length, oneShare, stages, shipments };
}

function joined(all: readonly DataView[]): DataView {
  if (all.length === 1 && all[0] !== undefined) return all[0];
  const parts = all.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  const bytes = Buffer.concat(parts);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Sum and number of the seconds of each key. */
function clustersOf(keys: ReadonlyArray<number | string>, seconds: ArrayLike<number>): RatioClusters {
  const sums = new Map<number | string, { sum: number; count: number }>();
  keys.forEach((key, unit) => {
    const { sum, count } = sums.get(key) ?? { sum: 0, count: 0 };
    sums.set(key, { sum: sum + (seconds[unit] ?? 0), count: count + 1 });
  });
  const all = [...sums.values()];
  return { numerators: all.map(({ sum }) => sum), denominators: all.map(({ count }) => count) };
}

/** Changes and seconds in a stage of each person on both sides; whoever is not known is one person on each. */
export function bothSums(one: Flow, two: Flow, stage: number): TwoSums[] {
  const people = new Map<string, [number, number, number, number]>();
  for (const [side, flow] of [one, two].entries()) {
    flow.keys.forEach((key, place) => {
      const name = key === 0 ? `unknown ${String(side)}` : String(key);
      const sums = people.get(name) ?? [0, 0, 0, 0];
      sums[2 * side] = flow.units[place] ?? 0;
      sums[2 * side + 1] = flow.stages[stage]?.sums[place] ?? 0;
      people.set(name, sums);
    });
  }
  return [...people.values()];
}
