import { carry, ENDED, hunksOf, type FilePlan } from './file-plan.ts';
import { NO_VALUE } from '../books/line-value.ts';
import { EFFECTIVE_MIN_LENGTH } from '../read/line-content.ts';

// Shortest run of lines that counts as moved.
const BLOCK = 3;
// Places at which a block is tried; repeated boilerplate has thousands.
const TRIED = 16;

/** Lines of a commit that are still unmatched, one after the other. */
interface Loose {
  readonly plans: readonly FilePlan[];
  readonly count: number;
  /** Which plan a line belongs to, and its number among the removed or added lines of it. */
  readonly planAt: Int32Array;
  readonly lines: Int32Array;
  readonly hashes: Int32Array;
  readonly lengths: Int32Array;
  /** Number of the run a line belongs to: runs are neighbours of one hunk. */
  readonly runs: Int32Array;
  readonly isTaken: Uint8Array;
}

type Side = 'removed' | 'added';

/** Blocks that were taken out at one place and put in at another, in any file of the commit; also out of deleted files. */
export function matchBlocks(plans: readonly FilePlan[]): void {
  if (!plans.some((plan) => plan.removedCount >= BLOCK) || !plans.some((plan) => plan.addedCount >= BLOCK)) return;
  const removed = looseLines(plans, 'removed');
  if (removed.count < BLOCK) return;
  const added = looseLines(plans, 'added');
  if (added.count < BLOCK) return;
  const places = placesOf(removed);
  // Blocks that stand at few places tell where they come from, and take along the boilerplate around them.
  for (const isRare of [true, false]) {
    for (let at = 0; at + BLOCK <= added.count;) {
      const moved = isRun(added, at) ? findMoved({ removed, added, places }, { at, isRare }) : null;
      if (moved) take(removed, added, moved);
      at = moved ? moved.added + moved.length : at + 1;
    }
  }
}

function looseLines(plans: readonly FilePlan[], side: Side): Loose {
  const most = plans.reduce((sum, plan) => sum + (side === 'removed' ? plan.removedCount : plan.addedCount), 0);
  const array = (): Int32Array => new Int32Array(most);
  const [planAt, lines, hashes, lengths, runs] = [array(), array(), array(), array(), array()];
  let count = 0;
  let run = 0;
  for (const [position, plan] of plans.entries()) {
    const contents = plan.file[side];
    if (!contents) continue;
    for (const hunk of hunksOf(plan)) {
      run++;
      const end = hunk[side] + (side === 'removed' ? hunk.removedCount : hunk.addedCount);
      for (let line = hunk[side]; line < end; line++) {
        const isLoose = side === 'removed' ? plan.fates[line] === ENDED : plan.inherited[line] === NO_VALUE;
        if (!isLoose) {
          run++;
          continue;
        }
        planAt[count] = position;
        lines[count] = line;
        hashes[count] = contents.hashes[line] as number;
        lengths[count] = contents.lengths[line] as number;
        runs[count++] = run;
      }
    }
  }
  return { plans, count, planAt, lines, hashes, lengths, runs, isTaken: new Uint8Array(count) };
}

function isRun({ runs, count, isTaken }: Loose, at: number): boolean {
  if (at + BLOCK > count || runs[at] !== runs[at + BLOCK - 1]) return false;
  for (let line = at; line < at + BLOCK; line++) if (isTaken[line]) return false;
  return true;
}

/** Places of blocks by hash: the first place, and after each place the next one with the same hash. */
interface Places {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

const NONE = -1;

function placesOf(removed: Loose): Places {
  const size = 2 ** Math.max(4, Math.ceil(Math.log2(removed.count * 2)));
  const first = new Int32Array(size).fill(NONE);
  const next = new Int32Array(removed.count).fill(NONE);
  for (let at = removed.count - BLOCK; at >= 0; at--) {
    if (!isRun(removed, at)) continue;
    const slot = blockHash(removed, at) & (size - 1);
    next[at] = first[slot] as number;
    first[slot] = at;
  }
  return { first, next };
}

function blockHash({ hashes, lengths }: Loose, at: number): number {
  let hash = 0;
  for (let line = at; line < at + BLOCK; line++)
    hash = Math.imul(hash ^ (hashes[line] as number), 0x9e3779b1) + (lengths[line] as number);
  return hash ^ (hash >>> 15);
}

interface Moved {
  /** First line among the loose ones. */
  readonly removed: number;
  readonly added: number;
  readonly length: number;
}

interface Matching {
  readonly removed: Loose;
  readonly added: Loose;
  readonly places: Places;
}

/** The longest block that continues at the added line; null when there is none, or too many to choose from. */
function findMoved(matching: Matching, { at, isRare }: { at: number; isRare: boolean }): Moved | null {
  const { removed, added } = matching;
  let best: Moved | null = null;
  for (const candidate of placesAt(matching, at, isRare)) {
    const forward = commonLength(matching, { removed: candidate, added: at }, 1);
    const back = isRare ? commonLength(matching, { removed: candidate - 1, added: at - 1 }, -1) : 0;
    // Lines before the block must be of its own runs.
    const before = back > 0 && sameRun(removed, candidate) && sameRun(added, at) ? back : 0;
    const length = forward + before;
    if (forward >= BLOCK && length > (best?.length ?? 0))
      best = { removed: candidate - before, added: at - before, length };
  }
  return best && isSubstantial(added, best) ? best : null;
}

const sameRun = ({ runs }: Loose, at: number): boolean => runs[at] === runs[at - 1];

/** Up to TRIED places that may hold the block; none when it is to be rare and is not. Places that are taken are forgotten. */
function placesAt({ removed, added, places }: Matching, at: number, isRare: boolean): number[] {
  const slot = blockHash(added, at) & (places.first.length - 1);
  const found: number[] = [];
  let before = NONE;
  for (let place = places.first[slot] as number; place !== NONE; place = places.next[place] as number) {
    if (!isRun(removed, place)) {
      if (before === NONE) places.first[slot] = places.next[place] as number;
      else places.next[before] = places.next[place] as number;
      continue;
    }
    before = place;
    if (found.length === TRIED) return isRare ? [] : found;
    found.push(place);
  }
  return found;
}

/** How many lines are alike from here on (or back), within one run on either side. */
function commonLength({ removed, added }: Matching, at: { removed: number; added: number }, step: 1 | -1): number {
  let length = 0;
  for (let r = at.removed, a = at.added; ; r += step, a += step, length++) {
    if (r < 0 || a < 0 || r >= removed.count || a >= added.count) break;
    if (removed.runs[r] !== removed.runs[at.removed] || added.runs[a] !== added.runs[at.added]) break;
    if (removed.isTaken[r] || added.isTaken[a]) break;
    if (removed.hashes[r] !== added.hashes[a] || removed.lengths[r] !== added.lengths[a]) break;
  }
  return length;
}

function isSubstantial({ lengths }: Loose, { added, length }: Moved): boolean {
  for (let line = added; line < added + length; line++)
    if ((lengths[line] as number) >= EFFECTIVE_MIN_LENGTH) return true;
  return false;
}

function take(removed: Loose, added: Loose, moved: Moved): void {
  for (let line = 0; line < moved.length; line++) {
    const from = moved.removed + line;
    const to = moved.added + line;
    removed.isTaken[from] = 1;
    added.isTaken[to] = 1;
    carry(removed.plans[removed.planAt[from] as number] as FilePlan, removed.lines[from] as number, {
      plan: added.plans[added.planAt[to] as number] as FilePlan,
      added: added.lines[to] as number,
    });
  }
}
