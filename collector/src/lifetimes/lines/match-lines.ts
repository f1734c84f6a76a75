import type { FilePlan } from './file-plan.ts';
import { EFFECTIVE_MIN_LENGTH, joinedContent, type LineContents } from '../read/line-content.ts';

/**
 * Full mode: finds the lines of a commit that did not end although git shows them as deleted and added. Sets `kept` on the removed
 * line and `inherited` on the added one. Works on contents without white space. True when lines were carried over in another number
 * than they were.
 */
export function matchLines(plans: readonly FilePlan[], isIgnoredRevision: boolean): boolean {
  if (!plans.some((plan) => plan.removedCount > 0)) return false;
  let isReshaped = false;
  for (const plan of plans) isReshaped = matchWithinHunks(plan, isIgnoredRevision) || isReshaped;
  for (const plan of plans) if (plan.file.status === 'renamed') matchSingleLines(plan);
  matchBlocks(plans);
  return isReshaped;
}

// Above this product of removed and added lines a hunk is compared greedily instead of optimally.
const OPTIMAL_LIMIT = 40_000;
// Shortest run of lines that counts as moved.
const BLOCK = 3;
// Places at which a block is tried; repeated boilerplate has thousands.
const TRIED = 16;

/** Lines `from` (removed) to `from + count`, likewise added, of one hunk. */
interface Hunk {
  readonly removed: number;
  readonly removedCount: number;
  readonly added: number;
  readonly addedCount: number;
}

function hunksOf(plan: FilePlan): Hunk[] {
  const { hunks } = plan.file;
  const list: Hunk[] = [];
  let removed = 0;
  let added = 0;
  for (let at = 0; at < hunks.length; at += 4) {
    const hunk = { removed, removedCount: hunks[at + 1] as number, added, addedCount: hunks[at + 3] as number };
    list.push(hunk);
    removed += hunk.removedCount;
    added += hunk.addedCount;
  }
  return list;
}

/** Carries a removed line over to an added one. */
function carry(plan: FilePlan, removed: number, to: { plan: FilePlan; added: number }): void {
  plan.kept[removed] = 1;
  to.plan.inherited[to.added] = plan.old[plan.removedAt[removed] as number] as number;
}

function matchWithinHunks(plan: FilePlan, isIgnoredRevision: boolean): boolean {
  const { removed, added } = plan.file;
  if (!removed || !added || plan.removedCount === 0 || plan.addedCount === 0) return false;
  let isReshaped = false;
  for (const hunk of hunksOf(plan)) {
    if (hunk.removedCount === 0 || hunk.addedCount === 0) continue;
    const before = joinedContent(removed, hunk.removed, hunk.removed + hunk.removedCount);
    const after = joinedContent(added, hunk.added, hunk.added + hunk.addedCount);
    if (before.hash === after.hash && before.length === after.length) carryReformatted(plan, hunk);
    else if (isIgnoredRevision) carryByPosition(plan, hunk);
    if (plan.kept[hunk.removed]) isReshaped ||= hunk.removedCount !== hunk.addedCount;
    else if (hunk.removedCount * hunk.addedCount <= OPTIMAL_LIMIT) matchOptimally(plan, hunk);
    else matchGreedily(plan, hunk);
  }
  return isReshaped;
}

/** Same characters, other line breaks: an added line continues the removed line that holds its first character. */
function carryReformatted(plan: FilePlan, hunk: Hunk): void {
  const before = (plan.file.removed as LineContents).lengths;
  const after = (plan.file.added as LineContents).lengths;
  let line = 0;
  let lineEnd = before[hunk.removed] as number;
  let offset = 0;
  for (let added = 0; added < hunk.addedCount; added++) {
    while (lineEnd <= offset && line + 1 < hunk.removedCount) lineEnd += before[hunk.removed + ++line] as number;
    carry(plan, hunk.removed + line, { plan, added: hunk.added + added });
    offset += after[hunk.added + added] as number;
  }
  plan.kept.fill(1, hunk.removed, hunk.removed + hunk.removedCount);
}

function carryByPosition(plan: FilePlan, hunk: Hunk): void {
  for (let added = 0; added < hunk.addedCount; added++) {
    const removed = hunk.removed + Math.floor((added * hunk.removedCount) / hunk.addedCount);
    carry(plan, removed, { plan, added: hunk.added + added });
  }
  plan.kept.fill(1, hunk.removed, hunk.removed + hunk.removedCount);
}

function isSame(removed: LineContents, added: LineContents, at: { removed: number; added: number }): boolean {
  return (
    removed.hashes[at.removed] === added.hashes[at.added] && removed.lengths[at.removed] === added.lengths[at.added]
  );
}

/** Longest common subsequence: lines that changed in white space only, in order. */
function matchOptimally(plan: FilePlan, hunk: Hunk): void {
  const removed = plan.file.removed as LineContents;
  const added = plan.file.added as LineContents;
  const { removedCount: rows, addedCount: columns } = hunk;
  const width = columns + 1;
  const best = new Int32Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const same = isSame(removed, added, { removed: hunk.removed + row, added: hunk.added + column });
      const cell = row * width + column;
      best[cell] = same
        ? (best[cell + width + 1] as number) + 1
        : Math.max(best[cell + width] as number, best[cell + 1] as number);
    }
  }
  if (best[0] === 0) return;
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (isSame(removed, added, { removed: hunk.removed + row, added: hunk.added + column })) {
      carry(plan, hunk.removed + row++, { plan, added: hunk.added + column++ });
    } else if ((best[(row + 1) * width + column] as number) >= (best[row * width + column + 1] as number)) row++;
    else column++;
  }
}

function matchGreedily(plan: FilePlan, hunk: Hunk): void {
  const removed = plan.file.removed as LineContents;
  const added = plan.file.added as LineContents;
  const places = new Map<number, number[]>();
  for (let row = hunk.removedCount - 1; row >= 0; row--) {
    const key = lineKey(removed, hunk.removed + row);
    const list = places.get(key);
    if (list) list.push(row);
    else places.set(key, [row]);
  }
  let next = 0;
  for (let column = 0; column < hunk.addedCount; column++) {
    const list = places.get(lineKey(added, hunk.added + column));
    while (list?.length && (list.at(-1) as number) < next) list.pop();
    const row = list?.at(-1);
    // A far jump would lose everything between: better no match for this line.
    if (row === undefined || row - next > 1000) continue;
    carry(plan, hunk.removed + row, { plan, added: hunk.added + column });
    next = row + 1;
  }
}

function lineKey(contents: LineContents, at: number): number {
  return (contents.hashes[at] as number) * 65_536 + ((contents.lengths[at] as number) & 65_535);
}

/** In a renamed file a single line is enough to be found again at another place. */
function matchSingleLines(plan: FilePlan): void {
  const { removed, added } = plan.file;
  if (!removed || !added) return;
  const places = new Map<number, number[]>();
  for (let line = plan.removedCount - 1; line >= 0; line--) {
    if (plan.kept[line] || (removed.lengths[line] as number) < EFFECTIVE_MIN_LENGTH) continue;
    const key = lineKey(removed, line);
    const list = places.get(key);
    if (list) list.push(line);
    else places.set(key, [line]);
  }
  if (places.size === 0) return;
  for (let line = 0; line < plan.addedCount; line++) {
    if (plan.inherited[line] !== -1) continue;
    const found = places.get(lineKey(added, line))?.pop();
    if (found !== undefined) carry(plan, found, { plan, added: line });
  }
}

/** Lines of a commit that are still unmatched, one after the other; runs are neighbours of one hunk. */
interface Loose {
  readonly plans: FilePlan[];
  readonly lines: number[];
  readonly keys: number[];
  readonly lengths: number[];
  /** Number of the run a line belongs to. */
  readonly runs: number[];
}

function looseLines(plans: readonly FilePlan[], side: 'removed' | 'added'): Loose {
  const loose: Loose = { plans: [], lines: [], keys: [], lengths: [], runs: [] };
  let run = 0;
  for (const plan of plans) {
    const contents = plan.file[side];
    if (!contents) continue;
    for (const hunk of hunksOf(plan)) {
      run++;
      const count = side === 'removed' ? hunk.removedCount : hunk.addedCount;
      for (let line = hunk[side]; line < hunk[side] + count; line++) {
        if (side === 'removed' ? plan.kept[line] : plan.inherited[line] !== -1) {
          run++;
          continue;
        }
        loose.plans.push(plan);
        loose.lines.push(line);
        loose.keys.push(lineKey(contents, line));
        loose.lengths.push(contents.lengths[line] as number);
        loose.runs.push(run);
      }
    }
  }
  return loose;
}

function isRun(loose: Loose, at: number): boolean {
  return loose.runs[at + BLOCK - 1] !== undefined && loose.runs[at] === loose.runs[at + BLOCK - 1];
}

function blockKey(loose: Loose, at: number): number {
  let key = 0;
  for (let line = at; line < at + BLOCK; line++)
    key = (key * 31 + (loose.keys[line] as number)) % Number.MAX_SAFE_INTEGER;
  return key;
}

/** Blocks that were taken out at one place and put in at another, in any file of the commit. */
function matchBlocks(plans: readonly FilePlan[]): void {
  if (!plans.some((plan) => plan.removedCount >= BLOCK) || !plans.some((plan) => plan.addedCount >= BLOCK)) return;
  const removed = looseLines(plans, 'removed');
  const places = new Map<number, number[]>();
  for (let at = 0; at + BLOCK <= removed.lines.length; at++) {
    if (!isRun(removed, at)) continue;
    const key = blockKey(removed, at);
    const list = places.get(key);
    if (!list) places.set(key, [at]);
    else if (list.length < TRIED) list.push(at);
  }
  if (places.size === 0) return;
  const added = looseLines(plans, 'added');
  for (let at = 0; at + BLOCK <= added.lines.length;) {
    const candidates = isRun(added, at) ? places.get(blockKey(added, at)) : undefined;
    at += candidates ? carryLongest(removed, added, { at, candidates }) : 1;
  }
}

/** Carries the longest of the candidate blocks; returns the number of added lines dealt with. */
function carryLongest(removed: Loose, added: Loose, block: { at: number; candidates: readonly number[] }): number {
  let longest = 0;
  let start = 0;
  for (const candidate of block.candidates) {
    const length = commonLength(removed, added, { removed: candidate, added: block.at });
    if (length > longest) {
      longest = length;
      start = candidate;
    }
  }
  if (longest < BLOCK) return 1;
  const isSubstantial = added.lengths
    .slice(block.at, block.at + longest)
    .some((length) => length >= EFFECTIVE_MIN_LENGTH);
  if (!isSubstantial) return 1;
  for (let line = 0; line < longest; line++) {
    const to = { plan: added.plans[block.at + line] as FilePlan, added: added.lines[block.at + line] as number };
    carry(removed.plans[start + line] as FilePlan, removed.lines[start + line] as number, to);
  }
  return longest;
}

function commonLength(removed: Loose, added: Loose, at: { removed: number; added: number }): number {
  const runs = [removed.runs[at.removed], added.runs[at.added]];
  let length = 0;
  for (let r = at.removed, a = at.added; removed.runs[r] === runs[0] && added.runs[a] === runs[1]; r++, a++) {
    if (r >= removed.lines.length || a >= added.lines.length) break;
    if (removed.keys[r] !== added.keys[a] || removed.plans[r]?.kept[removed.lines[r] as number]) break;
    length++;
  }
  return length;
}
