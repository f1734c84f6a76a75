import type { Balance } from '../books/balance.ts';
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
  /** The other parents. */
  readonly branches: readonly Version[];
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
  addChanges(merge);
  const lost = lostByOrigin(tables, balance);
  const numbers: MergeNumbers = { added: 0, deleted: 0, effectiveAdded: 0, effectiveDeleted: 0 };
  const settling: Settling = { tables, ledger, lost, numbers, merge, notes: notesOf(merge.branches) };
  for (const path of [...merge.updates.keys()].sort()) {
    const lines = merge.updates.get(path);
    if (!lines?.some((value) => balance.get(value) < 0)) continue;
    merge.updates.set(path, arrive(settling, path, lines));
  }
  bury(settling);
  balance.reset();
  return numbers;
}

/** Counts lines before minus lines after, by value, over the files that changed. */
function addChanges(merge: SettledMerge): void {
  const { balance } = merge;
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
  }
}

function count(map: Map<number, number>, key: number, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
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
  readonly notes: Notes;
}

function arrive(settling: Settling, path: string, lines: Lines): Lines {
  const { tables, ledger, merge, lost, numbers, notes } = settling;
  const { balance } = merge;
  const spans = new Map<number, number>();
  return lines.map((value) => {
    if (balance.get(value) >= 0) return value;
    balance.add(value, 1);
    const found = lost.get(originKey(tables, value))?.find((entry) => entry.count > 0);
    if (found) {
      found.count--;
      return found.value;
    }
    if (tables.spanBorn[spanOf(value)] !== UNBORN && notes.take(noteKeys(tables, value)[0] + SPLIT, 1)) {
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
  });
}

function bury({ tables, ledger, lost, numbers, notes }: Settling): void {
  for (const list of lost.values()) {
    for (const { value, count: lines } of list) {
      const keys = noteKeys(tables, value);
      const joined = notes.take(keys[0] + JOINED, lines);
      ledger.born(value, -joined);
      let left = lines - joined;
      numbers.deleted += left;
      if (isEffective(value)) numbers.effectiveDeleted += left;
      for (const key of keys) {
        for (let kind = 0; kind < KINDS.length && left > 0; kind++) {
          const here = notes.take(key + kind, left);
          if (here > 0) ledger.died({ value, kind: kind as Kind, count: here });
          left -= here;
        }
      }
      // Ended by the resolution of a conflict.
      if (left > 0) ledger.died({ value, kind: MODIFIED, count: left });
    }
  }
}

/** What the branches of a merge noted, each note to be used once. */
interface Notes {
  /** Takes up to `wanted` lines noted under a key; returns how many there were. */
  take(key: number, wanted: number): number;
}

function notesOf(branches: readonly Version[]): Notes {
  const used = new Map<number, number>();
  return {
    take(key, wanted) {
      const noted = branches.reduce((sum, branch) => sum + (branch.notes.get(key) ?? 0), 0) - (used.get(key) ?? 0);
      const taken = Math.min(wanted, noted);
      if (taken > 0) count(used, key, taken);
      return Math.max(0, taken);
    },
  };
}

// Besides the kinds of death: a formatter made fewer or more lines of it.
const JOINED = KINDS.length;
const SPLIT = KINDS.length + 1;
const NOTE_KINDS = KINDS.length + 2;

/** What a side branch did to lines. `kind`: a death, or `joined` and `split` lines. */
export interface Note {
  readonly value: number;
  readonly kind: Kind | 'joined' | 'split';
  readonly count: number;
}

/** Keys under which a branch notes what it did: the span; for a line it brought to the mainline before, the origin. */
function noteKeys(tables: Tables, value: number): [span: number, origin: number] {
  const span = spanOf(value);
  return [span * 2 * NOTE_KINDS, ((tables.spanOrigin[span] as number) * 2 + 1) * NOTE_KINDS];
}

/** Keeps a note for the merge that will bring the branch to the mainline. */
export function keepNote(tables: Tables, notes: Map<number, number>, note: Note): void {
  const [span, origin] = noteKeys(tables, note.value);
  const isBorn = tables.spanBorn[spanOf(note.value)] !== UNBORN;
  const kind = note.kind === 'joined' ? JOINED : note.kind === 'split' ? SPLIT : note.kind;
  count(notes, (isBorn ? span : origin) + kind, note.count);
}
