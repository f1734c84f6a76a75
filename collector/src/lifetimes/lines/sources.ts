import { canBeSimilar, indexSimilarity, LEAST_SIMILARITY, similarity, type Measured } from './similarity.ts';
import type { MeasuredContents } from './measured-contents.ts';
import { isText } from '../read/merge-reader.ts';

/** A file of a commit: the side that it has. */
export interface FileSide {
  readonly path: string;
  readonly mode: string;
  readonly id: string;
}

// A file of the same name, of which there is only one, needs no comparison with all the others.
const LEAST_SIMILARITY_BY_NAME = 0.75;
// Reading so few contents costs less than asking for their sizes first.
const FEW = 32;

/**
 * For each created file the vanished file whose lines it continues, as `git blame` finds it: a file of the same content, else one of the
 * same name and three quarters of its bytes, else the most similar one of at least half. Each created file is asked for on its own, so
 * that one vanished file may go on in several. Files without a source are absent.
 */
export async function findSources(
  created: readonly FileSide[],
  vanished: readonly FileSide[],
  contents: MeasuredContents
): Promise<Map<string, FileSide>> {
  const sources = new Map<string, FileSide>();
  const ordered = [...vanished].sort((a, b) => (a.path < b.path ? -1 : 1));
  const left: FileSide[] = [];
  for (const file of created) {
    const same = sameContent(file, ordered);
    if (same) sources.set(file.path, same);
    else if (isText(file.mode)) left.push(file);
  }
  if (left.length > 0) await findSimilar({ created: left, vanished: ordered, contents }, sources);
  return sources;
}

function sameContent(file: FileSide, vanished: readonly FileSide[]): FileSide | undefined {
  const same = vanished.filter(
    ({ id, mode }) => id === file.id && (mode === file.mode || (isText(mode) && isText(file.mode)))
  );
  return same.find(({ path }) => nameOf(path) === nameOf(file.path)) ?? same[0];
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

interface Search {
  readonly created: readonly FileSide[];
  /** In the order of their paths. */
  readonly vanished: readonly FileSide[];
  readonly contents: MeasuredContents;
}

async function findSimilar({ created, vanished, contents }: Search, sources: Map<string, FileSide>): Promise<void> {
  const targets = await measureAll(created, contents);
  const texts = await likelySizes(
    vanished.filter(({ mode }) => isText(mode)),
    targets,
    contents
  );
  const measured = await measureAll(texts, contents);
  const known = texts.filter(({ id }) => measured.has(id));
  const index = indexSimilarity(
    known.map(({ id }) => measured.get(id) as Measured),
    created.length
  );
  const byName = onlyNames(vanished);
  for (const file of created) {
    const target = targets.get(file.id);
    if (!target) continue;
    const scoreOf = ({ id }: FileSide): number => {
      const source = measured.get(id);
      return source && canBeSimilar(source.size, target.size) ? rounded(similarity(source, target)) : 0;
    };
    const named = byName.get(nameOf(file.path));
    if (named && scoreOf(named) >= LEAST_SIMILARITY_BY_NAME) sources.set(file.path, named);
    else {
      const candidates = index.candidates(target).map((position) => known[position] as FileSide);
      const best = bestOf(file, { candidates: named ? [...candidates, named] : candidates, all: vanished, scoreOf });
      if (best) sources.set(file.path, best);
    }
  }
}

/** Git's own steps: what differs by less is equally similar to it. */
const rounded = (share: number): number => Math.floor(share * 60_000) / 60_000;

interface Choice {
  /** The likeliest ones. */
  readonly candidates: readonly FileSide[];
  /** In the order of their paths. */
  readonly all: readonly FileSide[];
  readonly scoreOf: (candidate: FileSide) => number;
}

interface Rated {
  readonly candidate: FileSide;
  readonly score: number;
  readonly isNamed: boolean;
}

const isBetter = (one: Rated, other: Rated): boolean =>
  one.score > other.score || (one.score === other.score && one.isNamed && !other.isNamed);

function bestOf(file: FileSide, { candidates, all, scoreOf }: Choice): FileSide | undefined {
  const name = nameOf(file.path);
  const rate = (candidate: FileSide): Rated => ({
    candidate,
    score: scoreOf(candidate),
    isNamed: nameOf(candidate.path) === name,
  });
  const rated = candidates.map(rate).sort((a, b) => (isBetter(a, b) ? -1 : isBetter(b, a) ? 1 : 0));
  const [first, second] = rated;
  if (!first || first.score < LEAST_SIMILARITY) return undefined;
  const isTied = second !== undefined && second.candidate !== first.candidate && !isBetter(first, second);
  return isTied ? firstKept(all.map(rate)).candidate : first.candidate;
}

/**
 * Which of several equally good files (copies of one another) git takes: it goes through them in order, keeps four, each better one in
 * the place of the first of the worst, and takes the first of the best that it kept.
 */
function firstKept(rated: readonly Rated[]): Rated {
  const kept = rated.slice(0, 4);
  for (const each of rated.slice(4)) {
    const worst = kept.reduce((least, other, at) => (isBetter(kept[least] as Rated, other) ? at : least), 0);
    if (isBetter(each, kept[worst] as Rated)) kept[worst] = each;
  }
  return kept.reduce((best, other) => (isBetter(other, best) ? other : best));
}

/** Files that alone have their name. */
function onlyNames(files: readonly FileSide[]): Map<string, FileSide> {
  const counts = new Map<string, number>();
  for (const { path } of files) counts.set(nameOf(path), (counts.get(nameOf(path)) ?? 0) + 1);
  return new Map(files.filter(({ path }) => counts.get(nameOf(path)) === 1).map((file) => [nameOf(file.path), file]));
}

/** By id; contents that cannot be read are absent. */
async function measureAll(files: readonly FileSide[], contents: MeasuredContents): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured>();
  const ids = [...new Set(files.map(({ id }) => id))];
  await Promise.all(
    ids.map(async (id) => {
      const found = await contents.measured(id);
      if (found) measured.set(id, found);
    })
  );
  return measured;
}

/** Those of the files that are neither much larger nor much smaller than every target. */
async function likelySizes(
  files: readonly FileSide[],
  targets: ReadonlyMap<string, Measured>,
  contents: MeasuredContents
): Promise<readonly FileSide[]> {
  if (files.length <= FEW) return files;
  const sizes = await contents.sizes(files.map(({ id }) => id));
  const wanted = Uint32Array.from(targets.values(), ({ size }) => size).sort();
  return files.filter(({ id }) => {
    const size = sizes.get(id);
    if (size === undefined) return false;
    // The smallest target that is not too small for it: if that one is too large, all are.
    const least = wanted.find((target) => target >= size * LEAST_SIMILARITY);
    return least !== undefined && canBeSimilar(size, least);
  });
}
