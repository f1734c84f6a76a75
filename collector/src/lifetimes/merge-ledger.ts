import { KINDS, MODIFIED, type Death, type Kind, type Ledger } from './ledger.ts';
import { UNBORN, type Tables } from './tables.ts';
import { linesOf, NO_LINES, type Lines, type Version } from './versions.ts';

/** Lines of a merge, by what became of them on the mainline. */
export interface MergeNumbers {
  added: number;
  deleted: number;
  effectiveAdded: number;
  effectiveDeleted: number;
}

/** A mainline merge whose files are known and whose births and deaths are wanted. */
export interface SettledMerge {
  readonly index: number;
  /** The mainline before. */
  readonly before: Version;
  /** The other parents. */
  readonly branches: readonly Version[];
  /** Files after; lines that arrive get their birth written into them (as new arrays). */
  readonly updates: Map<string, Lines | null>;
}

/**
 * Books a merge as the difference of the lines before and after it. A line that is gone at one place and there at another (it was moved
 * or renamed on the branch) goes on; a line the branch brings is born; what is left over died, of what the branch did to it.
 */
export function settleMerge(tables: Tables, ledger: Ledger, merge: SettledMerge): MergeNumbers {
  const balance = balanceOf(merge);
  const lost = lostByOrigin(tables, balance);
  const numbers: MergeNumbers = { added: 0, deleted: 0, effectiveAdded: 0, effectiveDeleted: 0 };
  for (const path of [...merge.updates.keys()].sort()) {
    const lines = merge.updates.get(path);
    if (!lines?.some((value) => (balance.get(value) ?? 0) < 0)) continue;
    merge.updates.set(path, arrive({ tables, ledger, merge, balance, lost, numbers }, path, lines));
  }
  bury({ tables, ledger, merge, lost, numbers });
  return numbers;
}

/** Lines before minus lines after, by value, over the files that changed; only what does not cancel out. */
function balanceOf(merge: SettledMerge): Map<number, number> {
  const balance = new Map<number, number>();
  for (const [path, after] of merge.updates) {
    const old = linesOf(merge.before, path) ?? NO_LINES;
    const now = after ?? NO_LINES;
    let start = 0;
    while (start < old.length && start < now.length && old[start] === now[start]) start++;
    let end = 0;
    while (
      end < old.length - start &&
      end < now.length - start &&
      old[old.length - 1 - end] === now[now.length - 1 - end]
    )
      end++;
    for (let at = start; at < old.length - end; at++) count(balance, old[at] as number, 1);
    for (let at = start; at < now.length - end; at++) count(balance, now[at] as number, -1);
  }
  return balance;
}

function count(map: Map<number, number>, key: number, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

/** Lost lines by origin and effective bit: a branch knows an origin, not when it was born on the mainline. */
type Lost = Map<number, { value: number; count: number }[]>;

function originKey(tables: Tables, value: number): number {
  return (tables.spanOrigin[value >> 1] as number) * 2 + (value & 1);
}

function lostByOrigin(tables: Tables, balance: Map<number, number>): Lost {
  const lost: Lost = new Map();
  for (const [value, count] of balance) {
    if (count <= 0) continue;
    const key = originKey(tables, value);
    const entry = { value, count };
    const list = lost.get(key);
    if (list) list.push(entry);
    else lost.set(key, [entry]);
  }
  // Independent of how spans are numbered, so that a resumed pass decides alike.
  const order = (value: number): string =>
    `${String(tables.spanBorn[value >> 1]).padStart(9)} ${tables.spanPath[value >> 1] ?? ''}`;
  for (const list of lost.values())
    if (list.length > 1) list.sort((a, b) => (order(a.value) < order(b.value) ? -1 : 1));
  return lost;
}

interface Settling {
  readonly tables: Tables;
  readonly ledger: Ledger;
  readonly merge: SettledMerge;
  readonly lost: Lost;
  readonly numbers: MergeNumbers;
}

function arrive(settling: Settling & { balance: Map<number, number> }, path: string, lines: Lines): Lines {
  const { tables, ledger, merge, balance, lost, numbers } = settling;
  const spans = new Map<number, number>();
  return lines.map((value) => {
    const surplus = balance.get(value) ?? 0;
    if (surplus >= 0) return value;
    balance.set(value, surplus + 1);
    const found = lost.get(originKey(tables, value))?.find((entry) => entry.count > 0);
    if (found) {
      found.count--;
      return found.value;
    }
    const origin = tables.spanOrigin[value >> 1] as number;
    let span = spans.get(origin);
    if (span === undefined) spans.set(origin, (span = tables.newSpan(origin, path, merge.index)));
    const born = span * 2 + (value & 1);
    ledger.born(born, 1);
    numbers.added++;
    numbers.effectiveAdded += value & 1;
    return born;
  });
}

function bury(settling: Settling): void {
  const { tables, ledger, merge, lost, numbers } = settling;
  const used = new Map<number, number>();
  for (const list of lost.values()) {
    for (const { value, count: lines } of list) {
      let left = lines;
      numbers.deleted += lines;
      numbers.effectiveDeleted += lines * (value & 1);
      for (const key of killKeys(tables, value)) {
        for (let kind = 0; kind < KINDS.length && left > 0; kind++) {
          const here = Math.min(left, killed(merge.branches, key + kind) - (used.get(key + kind) ?? 0));
          if (here <= 0) continue;
          ledger.died({ value, kind: kind as Kind, count: here });
          count(used, key + kind, here);
          left -= here;
        }
      }
      // Ended by the resolution of a conflict.
      if (left > 0) ledger.died({ value, kind: MODIFIED, count: left });
    }
  }
}

function killed(branches: readonly Version[], key: number): number {
  return branches.reduce((sum, branch) => sum + (branch.kills.get(key) ?? 0), 0);
}

/** Keys under which a branch notes the end of a line: its span; for a line it brought to the mainline before, its origin. */
function killKeys(tables: Tables, value: number): [span: number, origin: number] {
  const { length } = KINDS;
  return [(value >> 1) * 2 * length, ((tables.spanOrigin[value >> 1] as number) * 2 + 1) * length];
}

/** Notes on a side branch that lines of this value ended there. */
export function noteKill(tables: Tables, kills: Map<number, number>, death: Death): void {
  const [span, origin] = killKeys(tables, death.value);
  const isBorn = tables.spanBorn[death.value >> 1] !== UNBORN;
  count(kills, (isBorn ? span : origin) + death.kind, death.count);
}
