/**
 * Values of team, seniority, service and repository that are told apart, and those that are shown only together (metrics.md 15.7). Teams and
 * repositories overlap: a repository less the team that owns it is whoever visits. So values are joined to blocks until no sum of blocks of one
 * attribute less blocks of another is 1 to k − 1 people. Pure.
 */
import type { Dimension } from '../../../metrics/define.ts';

/** The first are told apart first: later ones yield. */
export const DESCRIBING = ['team', 'seniority', 'service', 'repo'] as const satisfies readonly Dimension[];
export type Describing = (typeof DESCRIBING)[number];

/** People of whom something is counted who share their attributes. */
export interface Described {
  readonly values: Readonly<Record<Describing, string>>;
  readonly people: readonly string[];
}

/** Blocks of values of each attribute; every value is in one. */
export type Partition = Readonly<Partial<Record<Describing, ReadonlyArray<readonly string[]>>>>;

/** @param given Values that are joined in any case. */
export function partitionOf(
  all: readonly Described[],
  { last, given, k }: { readonly last: Describing; readonly given: Partition; readonly k: number }
): Partition {
  const found: Partial<Record<Describing, Blocks>> = {};
  for (const dimension of DESCRIBING.slice(0, DESCRIBING.indexOf(last) + 1)) {
    const blocks = new Blocks(all, dimension);
    for (const block of given[dimension] ?? []) blocks.join(block);
    joinSmall(blocks, k);
    for (const earlier of Object.values(found)) joinOverlapping(all, { earlier, blocks, k });
    found[dimension] = blocks;
  }
  return Object.fromEntries(Object.entries(found).map(([name, blocks]) => [name, blocks.list()]));
}

/** Values of one attribute, joined step by step. */
class Blocks {
  readonly dimension: Describing;
  private readonly blockOf = new Map<string, string>();
  private readonly peopleOf = new Map<string, Set<string>>();

  constructor(all: readonly Described[], dimension: Describing) {
    this.dimension = dimension;
    for (const { values, people } of all) {
      const value = values[dimension];
      this.blockOf.set(value, value);
      const known = this.peopleOf.get(value) ?? new Set<string>();
      this.peopleOf.set(value, known);
      for (const person of people) known.add(person);
    }
  }

  of = (value: string): string => this.blockOf.get(value) ?? value;

  /** Names of the blocks, those of few people first, of equals the first by name. */
  bySize(): string[] {
    const size = (name: string) => this.peopleOf.get(name)?.size ?? 0;
    return [...this.peopleOf.keys()].sort((one, two) => size(one) - size(two) || (one < two ? -1 : 1));
  }

  people = (block: string): number => this.peopleOf.get(block)?.size ?? 0;

  /** Joins the blocks of these values; those of nobody here are left out. */
  join(values: readonly string[]): void {
    const [first, ...rest] = [...new Set(values.filter((value) => this.blockOf.has(value)).map(this.of))].sort();
    for (const other of rest) {
      this.peopleOf.set(first!, new Set([...this.peopleOf.get(first!)!, ...this.peopleOf.get(other)!]));
      this.peopleOf.delete(other);
      for (const [value, block] of this.blockOf) if (block === other) this.blockOf.set(value, first!);
    }
  }

  list(): string[][] {
    const blocks = Map.groupBy(this.blockOf.keys(), this.of);
    return [...blocks.values()].map((values) => [...values].sort());
  }
}

/** Blocks of 1 to k − 1 people are one; if it is still small, with the next larger one. */
function joinSmall(blocks: Blocks, k: number): void {
  const small = blocks.bySize().filter((name) => blocks.people(name) < k);
  if (small.length === 0) return;
  blocks.join(small);
  const [joined, next] = blocks.bySize();
  if (blocks.people(joined!) < k && next !== undefined) blocks.join([joined!, next]);
}

interface Overlap {
  readonly earlier: Blocks;
  readonly blocks: Blocks;
  readonly k: number;
}

/** Joins blocks until every sum of earlier blocks less blocks that lie wholly in it is nobody or k people. */
function joinOverlapping(all: readonly Described[], { earlier, blocks, k }: Overlap): void {
  for (;;) {
    const leak = new Overlaps(all, { earlier, blocks, k }).findLeak();
    if (leak === null) return;
    const [near] = blocks.bySize().filter((name) => leak.inside.has(name));
    if (near === undefined) return;
    blocks.join([near, leak.to]);
  }
}

/** People who are in one block of each attribute, by the numbers of the blocks. */
interface Shared {
  readonly from: number;
  readonly to: number;
  readonly people: Set<string>;
}

interface Leak {
  /** Blocks that can be summed. */
  readonly inside: ReadonlySet<string>;
  /** A block outside, of some of whose people the rest would tell. */
  readonly to: string;
}

/**
 * Blocks of two attributes, joined to parts between which nothing leaks: they share k people, or each can only be summed with the other. Between
 * parts few people lead from an earlier block to a block of another part.
 */
class Overlaps {
  private readonly k: number;
  private readonly shared: readonly Shared[];
  private readonly parent: number[] = [];
  private readonly nameOf: string[] = [];

  constructor(all: readonly Described[], { earlier, blocks, k }: Overlap) {
    this.k = k;
    const numbers = new Map<string, number>();
    const numberOf = (kind: string, name: string): number => {
      const known = numbers.get(kind + name);
      if (known !== undefined) return known;
      numbers.set(kind + name, this.parent.length);
      this.nameOf.push(kind === 'block ' ? name : '');
      return this.parent.push(this.parent.length) - 1;
    };
    const pairs = all.map(({ values, people }) => ({
      from: numberOf('earlier ', earlier.of(values[earlier.dimension])),
      to: numberOf('block ', blocks.of(values[blocks.dimension])),
      people,
    }));
    this.shared = merged(pairs);
    while (this.joinLarge() || this.joinMutual());
  }

  findLeak(): Leak | null {
    const arcs = this.arcs();
    const ends = [...new Set(arcs.flatMap(({ from, to }) => [from, to]))].sort((one, two) => one - two);
    const [forth, back] = [neighbours(arcs, 'from', 'to'), neighbours(arcs, 'to', 'from')];
    for (const part of ends) {
      const after = reached(part, forth);
      for (const inside of [reached(part, back), new Set(ends.filter((other) => !after.has(other)))]) {
        const out = arcs.filter(({ from, to }) => inside.has(from) && !inside.has(to));
        const people = new Set(out.flatMap((arc) => [...arc.people]));
        if (people.size > 0 && people.size < this.k) return this.leakOf(inside);
      }
    }
    return null;
  }

  /** The first block outside, and the blocks that belong to where its people come from; where there are none, all inside. */
  private leakOf(inside: ReadonlySet<number>): Leak {
    const pair = this.shared.find(({ from, to }) => inside.has(this.partOf(from)) && !inside.has(this.partOf(to)));
    const home = this.partOf(pair?.from ?? 0);
    const blocksIn = (isIn: (part: number) => boolean) =>
      new Set(this.nameOf.filter((name, number) => name !== '' && isIn(this.partOf(number))));
    const near = blocksIn((part) => part === home);
    return {
      inside: near.size > 0 ? near : blocksIn((part) => inside.has(part)),
      to: this.nameOf[pair?.to ?? 0] ?? '',
    };
  }

  private partOf(number: number): number {
    const next = this.parent[number] ?? number;
    if (next === number) return number;
    const part = this.partOf(next);
    this.parent[number] = part;
    return part;
  }

  private unite(one: number, other: number): void {
    this.parent[this.partOf(other)] = this.partOf(one);
  }

  /** Who leads from part to part. */
  private arcs(): Shared[] {
    const between = this.shared.map(({ from, to, people }) => ({
      from: this.partOf(from),
      to: this.partOf(to),
      people,
    }));
    return merged(between.filter(({ from, to }) => from !== to));
  }

  private joinLarge(): boolean {
    const large = this.arcs().filter(({ people }) => people.size >= this.k);
    for (const { from, to } of large) this.unite(from, to);
    return large.length > 0;
  }

  /** Whoever sums the second needs the first; where the first needs the second too, they are one. */
  private joinMutual(): boolean {
    const arcs = this.arcs();
    const groupOf = strongGroups(neighbours(arcs, 'from', 'to'));
    const mutual = arcs.filter(({ from, to }) => groupOf.get(from) === groupOf.get(to));
    for (const { from, to } of mutual) this.unite(from, to);
    return mutual.length > 0;
  }
}

type Neighbours = ReadonlyMap<number, readonly number[]>;

/** Pairs of the same two are one. */
function merged(
  pairs: ReadonlyArray<{ readonly from: number; readonly to: number; readonly people: Iterable<string> }>
): Shared[] {
  const found = new Map<number, Map<number, Set<string>>>();
  for (const { from, to, people } of pairs) {
    const ofFrom = found.get(from) ?? new Map<number, Set<string>>();
    found.set(from, ofFrom);
    const known = ofFrom.get(to) ?? new Set<string>();
    ofFrom.set(to, known);
    for (const person of people) known.add(person);
  }
  return [...found].flatMap(([from, ofFrom]) => [...ofFrom].map(([to, people]) => ({ from, to, people })));
}

function neighbours<End extends 'from' | 'to'>(arcs: readonly Shared[], from: End, to: 'from' | 'to'): Neighbours {
  const found = new Map<number, number[]>();
  for (const arc of arcs) {
    const known = found.get(arc[from]);
    if (known === undefined) found.set(arc[from], [arc[to]]);
    else known.push(arc[to]);
  }
  return found;
}

function reached(start: number, next: Neighbours): Set<number> {
  const met = new Set([start]);
  for (const part of met) for (const other of next.get(part) ?? []) met.add(other);
  return met;
}

/** A number for each set of parts that reach one another (Tarjan; without recursion, for a chain may be long). */
function strongGroups(next: Neighbours): ReadonlyMap<number, number> {
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const groupOf = new Map<number, number>();
  const open: number[] = [];
  for (const root of next.keys()) {
    const path: Array<{ readonly at: number; place: number }> = order.has(root) ? [] : [{ at: root, place: 0 }];
    while (path.length > 0) {
      const step = path[path.length - 1]!;
      const { at, place } = step;
      if (place === 0) {
        order.set(at, order.size);
        low.set(at, order.get(at)!);
        open.push(at);
      }
      const other = next.get(at)?.[place];
      step.place += 1;
      if (other === undefined) {
        if (low.get(at) === order.get(at)) for (const member of open.splice(open.indexOf(at))) groupOf.set(member, at);
        path.pop();
        const before = path.at(-1);
        if (before !== undefined) low.set(before.at, Math.min(low.get(before.at)!, low.get(at)!));
      } else if (!order.has(other)) {
        path.push({ at: other, place: 0 });
      } else if (!groupOf.has(other)) {
        low.set(at, Math.min(low.get(at)!, order.get(other)!));
      }
    }
  }
  return groupOf;
}
