/** Attested ranges against what a commit really added: rewritten histories leave notes that cover whole files. */
import type { Attestation, LineRange } from './git-ai-note.ts';

/** A row of line_attestation without its commit. */
export interface CheckedRange extends Attestation {
  /** All its lines were added by the commit and no other source claims them; else quarantined. */
  readonly isValid: boolean;
}

/** Lines that a commit added, by path: ascending, not overlapping, not touching. */
export type AddedLines = ReadonlyMap<string, readonly LineRange[]>;

/** The range lies inside one run of added lines. */
function isAdded(range: LineRange, added: readonly LineRange[]): boolean {
  let low = 0;
  let high = added.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((added[middle]?.last ?? 0) < range.first) low = middle + 1;
    else high = middle;
  }
  const run = added[low];
  return run !== undefined && run.first <= range.first && range.last <= run.last;
}

const isSameSource = (a: Attestation, b: Attestation): boolean =>
  a.path === b.path && a.attested === b.attested && a.toolId === b.toolId && a.model === b.model;

/**
 * Sorts ranges into valid and quarantined. A range that overlaps an earlier one keeps what is left of it if both say the same, and is
 * quarantined if they contradict. Neighbouring quarantined ranges of one source become one that spans them; at most one row starts
 * at a line. `attestations` as parseNote gives them: by path and first line.
 */
export function validateNote(attestations: readonly Attestation[], added: AddedLines): CheckedRange[] {
  const checked: CheckedRange[] = [];
  const starts = new Set<string>();
  let claimed: CheckedRange | null = null;
  for (const one of attestations) {
    const before: CheckedRange | null = claimed?.path === one.path && claimed.last >= one.first ? claimed : null;
    const rest = before && isSameSource(before, one) ? { ...one, first: before.last + 1 } : one;
    if (rest.first > rest.last) continue;
    const isFree = before === null || rest !== one;
    const isValid = isFree && isAdded(rest, added.get(rest.path) ?? []);
    const last = checked.at(-1);
    const isQuarantinedToo = last !== undefined && !last.isValid && !isValid && isSameSource(last, rest);
    if (isQuarantinedToo) checked[checked.length - 1] = { ...last, last: Math.max(last.last, rest.last) };
    // A contradicting range that starts at the line of an earlier one has no row of its own.
    else if (!starts.has(`${rest.path} ${String(rest.first)}`)) {
      starts.add(`${rest.path} ${String(rest.first)}`);
      checked.push({ ...rest, isValid });
    } else continue;
    if (isValid) claimed = checked.at(-1) ?? null;
  }
  return checked;
}
