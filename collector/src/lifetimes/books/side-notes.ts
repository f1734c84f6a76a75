import { KINDS, type Kind } from './ledger.ts';
import { spanOf } from './line-value.ts';
import { UNBORN, type Tables } from './spans.ts';

/** What a side branch did to lines. `kind`: a death, or `joined` and `split` lines. */
export interface Note {
  readonly value: number;
  readonly kind: Kind | 'joined' | 'split';
  readonly count: number;
}

/**
 * Notes of side commits until a merge brings them to the mainline. Each commit is brought once: what a merge learns is what its branches
 * did since they were last merged, whatever they did before.
 */
export interface SideNotes {
  keep(index: number, notes: readonly Note[]): void;
  /** The mainline has this commit itself. */
  reached(index: number): void;
  /** What the commits did that these parents of a mainline merge bring; they count as brought from then on. */
  bring(parents: readonly number[]): BranchNotes;
}

/** What the branches of a merge noted, each note to be used once. */
export interface BranchNotes {
  /** Takes up to `wanted` lines of a value; returns how many there were. */
  take(wanted: Note): number;
}

// Besides the kinds of death: a formatter made fewer or more lines of it.
const JOINED = KINDS.length;
const SPLIT = KINDS.length + 1;
const NOTE_KINDS = KINDS.length + 2;

function numberOf(kind: Note['kind']): number {
  return kind === 'joined' ? JOINED : kind === 'split' ? SPLIT : kind;
}

/** Key of what was done to a line that the mainline knows by its span. */
function spanKey({ value, kind }: Note): number {
  return spanOf(value) * 2 * NOTE_KINDS + numberOf(kind);
}

/** Key of what was done to a line that the branch wrote and brought to the mainline before: the branch knows it by its origin. */
function originKey(tables: Tables, { value, kind }: Note): number {
  return ((tables.spanOrigin[spanOf(value)] as number) * 2 + 1) * NOTE_KINDS + numberOf(kind);
}

/** `isBrought` (by commit index): commits that the mainline has from the beginning; taken over. */
export function newSideNotes(tables: Tables, isBrought: Uint8Array): SideNotes {
  const kept = new Map<number, Float64Array>();
  const { commits } = tables.history;
  return {
    keep(index, notes) {
      if (notes.length === 0 || isBrought[index]) return;
      const pairs = notes.flatMap((note) => {
        const isBorn = tables.spanBorn[spanOf(note.value)] !== UNBORN;
        return [isBorn ? spanKey(note) : originKey(tables, note), note.count];
      });
      kept.set(index, Float64Array.from(pairs));
    },
    reached: (index) => void (isBrought[index] = 1),
    bring(parents) {
      const noted = new Map<number, number>();
      const open = [...parents];
      for (let index = open.pop(); index !== undefined; index = open.pop()) {
        if (isBrought[index]) continue;
        isBrought[index] = 1;
        for (const parent of commits[index]?.parents ?? []) open.push(parent);
        const pairs = kept.get(index) ?? [];
        for (let at = 0; at < pairs.length; at += 2)
          noted.set(pairs[at] as number, (noted.get(pairs[at] as number) ?? 0) + (pairs[at + 1] as number));
        kept.delete(index);
      }
      return branchNotes(tables, noted);
    },
  };
}

function branchNotes(tables: Tables, noted: Map<number, number>): BranchNotes {
  const takeKey = (key: number, wanted: number): number => {
    const left = noted.get(key) ?? 0;
    const taken = Math.min(wanted, left);
    if (taken > 0) noted.set(key, left - taken);
    return taken;
  };
  return {
    take(wanted) {
      const bySpan = takeKey(spanKey(wanted), wanted.count);
      return bySpan + takeKey(originKey(tables, wanted), wanted.count - bySpan);
    },
  };
}
