import type { Balance } from '../books/balance.ts';
import type { BranchNotes } from '../books/side-notes.ts';
import { KINDS, MODIFIED, type Kind, type Ledger } from '../books/ledger.ts';
import { isEffective, lineValue, spanOf } from '../books/line-value.ts';
import { UNBORN, type Tables } from '../books/spans.ts';
import { linesOf, NO_LINES, type Lines, type Version } from '../books/versions.ts';

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
  /** What the other parents did. */
  readonly branches: BranchNotes;
  /** Files after; lines that arrive get their birth written into them (as new arrays). */
  readonly updates: Map<string, Lines | null>;
  /** Empty; for the count of lines before and after. */
  readonly balance: Balance;
}

/**
 * Books a merge as the difference of the lines before and after it. A line that is gone at one place and there at another (it was moved
 * or renamed on the branch) goes on; a line the branch brings is born; what is left over died, of what the branch did to it.
 */
export function settleMerge(tables: Tables, ledger: Ledger, merge: SettledMerge): MergeNumbers {
  const { balance } = merge;
  const ranges = addChanges(merge);
  const lost = lostByOrigin(tables, balance);
  const numbers: MergeNumbers = { added: 0, deleted: 0, effectiveAdded: 0, effectiveDeleted: 0 };
  const settling: Settling = { tables, ledger, lost, numbers, merge, notes: merge.branches };
  for (const path of [...merge.updates.keys()].sort()) {
    const lines = merge.updates.get(path);
    const range = ranges.get(path);
    if (lines && range && isArriving(balance, lines, range))
      merge.updates.set(path, arrive(settling, path, { lines, range }));
  }
  bury(settling);
  balance.reset();
  return numbers;
}

/** Lines `start` to `end` (exclusive) of a file. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function isArriving(balance: Balance, lines: Lines, { start, end }: Range): boolean {
  for (let line = start; line < end; line++) if (balance.get(lines[line] as number) < 0) return true;
  return false;
}

/** Counts lines before minus lines after, by value, over the files that changed. @returns by path the lines that are not as before */
function addChanges(merge: SettledMerge): Map<string, Range> {
  const { balance } = merge;
  const ranges = new Map<string, Range>();
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
    for (let at = start; at < old.length - end; at++) balance.add(old[at] as number, 1);
    for (let at = start; at < now.length - end; at++) balance.add(now[at] as number, -1);
    ranges.set(path, { start, end: now.length - end });
  }
  return ranges;
}

/** Lost lines by origin and effective bit: a branch knows an origin, not when it was born on the mainline. */
type Lost = Map<number, { value: number; count: number }[]>;

function originKey(tables: Tables, value: number): number {
  return lineValue(tables.spanOrigin[spanOf(value)] as number, isEffective(value));
}

function lostByOrigin(tables: Tables, balance: Balance): Lost {
  const lost: Lost = new Map();
  for (const value of new Set(balance.keys())) {
    const count = balance.get(value);
    if (count <= 0) continue;
    const key = originKey(tables, value);
    const entry = { value, count };
    const list = lost.get(key);
    if (list) list.push(entry);
    else lost.set(key, [entry]);
  }
  // Independent of how spans are numbered, so that a resumed pass decides alike.
  const order = (value: number): string =>
    `${String(tables.spanBorn[spanOf(value)]).padStart(9)} ${tables.spanPath[spanOf(value)] ?? ''}`;
  for (const list of lost.values())
    if (list.length > 1) list.sort((a, b) => (order(a.value) < order(b.value) ? -1 : 1));
  return lost;
}

interface Settling {
  readonly tables: Tables;
  readonly ledger: Ledger;
  readonly lost: Lost;
  readonly numbers: MergeNumbers;
  readonly merge: SettledMerge;
  readonly notes: BranchNotes;
}

/** Gives the lines of the range that are more than there were what they are on the mainline. */
function arrive(settling: Settling, path: string, { lines, range }: { lines: Lines; range: Range }): Lines {
  const { balance } = settling.merge;
  const spans = new Map<number, number>();
  const arrived = lines.slice();
  for (let line = range.start; line < range.end; line++) {
    const value = lines[line] as number;
    if (balance.get(value) >= 0) continue;
    balance.add(value, 1);
    arrived[line] = arriving(settling, value, { path, spans });
  }
  return arrived;
}

/** A line that went on from elsewhere, that a formatter made, or that is born. `spans`: of the file, by origin. */
function arriving(
  settling: Settling,
  value: number,
  { path, spans }: { path: string; spans: Map<number, number> }
): number {
  const { tables, ledger, merge, lost, numbers, notes } = settling;
  const found = lost.get(originKey(tables, value))?.find((entry) => entry.count > 0);
  if (found) {
    found.count--;
    return found.value;
  }
  if (tables.spanBorn[spanOf(value)] !== UNBORN && notes.take({ value, kind: 'split', count: 1 })) {
    ledger.born(value, 1);
    return value;
  }
  const origin = tables.spanOrigin[spanOf(value)] as number;
  let span = spans.get(origin);
  if (span === undefined) spans.set(origin, (span = tables.newSpan(origin, path, merge.index)));
  const born = lineValue(span, isEffective(value));
  ledger.born(born, 1);
  numbers.added++;
  if (isEffective(value)) numbers.effectiveAdded++;
  return born;
}

function bury({ ledger, lost, numbers, notes }: Settling): void {
  for (const list of lost.values()) {
    for (const { value, count: lines } of list) {
      const joined = notes.take({ value, kind: 'joined', count: lines });
      ledger.born(value, -joined);
      let left = lines - joined;
      numbers.deleted += left;
      if (isEffective(value)) numbers.effectiveDeleted += left;
      for (let kind = 0; kind < KINDS.length && left > 0; kind++) {
        const here = notes.take({ value, kind: kind as Kind, count: left });
        if (here > 0) ledger.died({ value, kind: kind as Kind, count: here });
        left -= here;
      }
      // Ended by the resolution of a conflict.
      if (left > 0) ledger.died({ value, kind: MODIFIED, count: left });
    }
  }
}
