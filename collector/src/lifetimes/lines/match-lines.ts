import { CARRIED, carry, ENDED, hunksOf, type FilePlan, type Hunk } from './file-plan.ts';
import { NO_VALUE } from '../books/line-value.ts';
import { matchBlocks } from './match-blocks.ts';
import { nameOwners, type SharedSource } from './shared-sources.ts';
import { EFFECTIVE_MIN_LENGTH, joinedContent, type LineContents } from '../read/line-content.ts';

/**
 * Full mode: finds the lines of a commit that did not end although git shows them as deleted and added. Marks the removed line as
 * carried and sets `inherited` on the added one. Works on contents without white space. True when lines were carried over in another
 * number than they were.
 */
export function matchLines(
  plans: readonly FilePlan[],
  { isIgnoredRevision, shared }: { isIgnoredRevision: boolean; shared: readonly SharedSource[] }
): boolean {
  if (!plans.some((plan) => plan.removedCount > 0)) return false;
  let isReshaped = false;
  for (const plan of plans) isReshaped = matchWithinHunks(plan, isIgnoredRevision) || isReshaped;
  for (const plan of plans) if (plan.file.status === 'renamed') matchSingleLines(plan);
  for (const source of shared) nameOwners(source);
  matchBlocks(plans);
  return isReshaped;
}

// Above this product of removed and added lines a hunk is compared greedily instead of optimally.
const OPTIMAL_LIMIT = 40_000;

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
    if (plan.fates[hunk.removed] === CARRIED) isReshaped ||= hunk.removedCount !== hunk.addedCount;
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
  plan.fates.fill(CARRIED, hunk.removed, hunk.removed + hunk.removedCount);
}

function carryByPosition(plan: FilePlan, hunk: Hunk): void {
  for (let added = 0; added < hunk.addedCount; added++) {
    const removed = hunk.removed + Math.floor((added * hunk.removedCount) / hunk.addedCount);
    carry(plan, removed, { plan, added: hunk.added + added });
  }
  plan.fates.fill(CARRIED, hunk.removed, hunk.removed + hunk.removedCount);
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
    if (plan.fates[line] !== ENDED || (removed.lengths[line] as number) < EFFECTIVE_MIN_LENGTH) continue;
    const key = lineKey(removed, line);
    const list = places.get(key);
    if (list) list.push(line);
    else places.set(key, [line]);
  }
  if (places.size === 0) return;
  for (let line = 0; line < plan.addedCount; line++) {
    if (plan.inherited[line] !== NO_VALUE) continue;
    const found = places.get(lineKey(added, line))?.pop();
    if (found !== undefined) carry(plan, found, { plan, added: line });
  }
}
