import type { CommitDiff } from './diff-parser.ts';

/** Commits that one git process compares in a row. */
export interface Turn {
  /** In the order in which they are wanted. */
  readonly shas: readonly string[];
  /** By position in `shas`; undefined: not yet read, or taken. */
  readonly diffs: (CommitDiff | undefined)[];
  /** How many are not yet read. */
  left: number;
}

/** A commit of a turn. */
export interface Place {
  readonly turn: Turn;
  readonly at: number;
}

// Packs hold the newest version of a file whole and older ones as differences to it, so git is asked for the newest first and unpacks a
// turn in the order in which it finds things. The longer, the better for git and the later for the consumer: the first turns are short
// so that it can begin, the last ones so that no process works alone at the end.
const LONGEST = 512;
const LONGEST_FIRST = 128;
const SHORTEST = 64;

/** Cuts commits into turns for this many processes. */
export function cutTurns(shas: readonly string[], processes: number): Turn[] {
  const turns: Turn[] = [];
  for (let from = 0; from < shas.length;) {
    const longest = turns.length < processes ? LONGEST_FIRST : LONGEST;
    const share = Math.ceil((shas.length - from) / (4 * processes));
    const part = shas.slice(from, from + Math.max(SHORTEST, Math.min(longest, share)));
    turns.push({ shas: part, diffs: new Array<undefined>(part.length).fill(undefined), left: part.length });
    from += part.length;
  }
  return turns;
}

/** The commits of a turn in the order in which git is asked for them. */
export function placesOf(turn: Turn): Place[] {
  return turn.shas.map((_, at) => ({ turn, at })).reverse();
}

/** The sha of a place. */
export function shaAt({ turn, at }: Place): string {
  return turn.shas[at] as string;
}
