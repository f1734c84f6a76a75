import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openRepository } from '../../collector/src/git/process.ts';
import { blameFiles, textFiles } from '../../collector/src/lifetimes/testing/blame.ts';
import { liveLines } from '../../collector/src/lifetimes/testing/live-lines.ts';

/** The engine in plain mode beside `git blame` at one revision. */
export interface OracleRevision {
  readonly revision: string;
  /** Lines of the text files, counted from their contents. */
  readonly lines: number;
  /** Lines that the engine has alive; must be the same. */
  readonly engineLines: number;
  /** Lines of the files that were blamed: all files, or a random sample of them. */
  readonly blamedLines: number;
  /** Share of the blamed lines (0..1) that both give to the same commit, line by line; 1 where there are none. At least 0.995 is wanted. */
  readonly agreement: number;
  /** Files in which they differ, with the number of those lines, most first; five at most. */
  readonly differing: readonly (readonly [file: string, lines: number])[];
}

/** What was compared in a repository; HEAD comes first. */
export interface Oracle {
  readonly repo: string;
  readonly seed: number;
  readonly revisions: readonly OracleRevision[];
}

/** Whose revisions, and how many beside HEAD. */
export interface OracleOptions {
  readonly count: number;
  readonly seed: number;
  /** Blame so many random files of each revision; absent: all of them, which is slow. */
  readonly files?: number | undefined;
  readonly onRevision?: (revision: OracleRevision) => void;
}

const LEAST_AGREEMENT = 0.995;

/** Blames text files at HEAD and at random commits of its history. */
export async function oracle(repo: string, { count, seed, files, onRevision }: OracleOptions): Promise<Oracle> {
  const listed = await promisify(execFile)('git', ['-C', repo, 'rev-list', 'HEAD'], { maxBuffer: 1 << 30 });
  const [head = '', ...others] = listed.stdout.trim().split('\n');
  const next = random(seed);
  const revisions: OracleRevision[] = [];
  for (const revision of [head, ...pick(others, count, next)]) {
    revisions.push(await compare(repo, revision, (all) => (files === undefined ? all : pick(all, files, next))));
    onRevision?.(revisions.at(-1) as OracleRevision);
  }
  return { repo, seed, revisions };
}

/** So many of the items, each at most once. */
function pick<Item>(items: readonly Item[], count: number, next: () => number): Item[] {
  const left = [...items];
  return Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(Math.floor(next() * left.length), 1)
  ).flat();
}

async function compare(
  path: string,
  revision: string,
  choose: <Item>(all: readonly Item[]) => readonly Item[]
): Promise<OracleRevision> {
  const engine = await liveLines(path, revision);
  const repo = await openRepository(path);
  const all = await textFiles(repo, revision);
  const blamed = await blameFiles(repo, revision, { files: choose(all) });
  let blamedLines = 0;
  let differingLines = 0;
  const differing: [string, number][] = [];
  for (const [file, lines] of blamed) {
    const ours = engine.get(Buffer.from(file).toString('latin1')) ?? [];
    const others = lines.filter((sha, line) => ours[line] !== sha).length;
    blamedLines += lines.length;
    differingLines += others;
    if (others > 0) differing.push([file, others]);
  }
  return {
    revision,
    lines: all.reduce((sum, { lines }) => sum + lines, 0),
    engineLines: [...engine.values()].reduce((sum, lines) => sum + lines.length, 0),
    blamedLines,
    agreement: blamedLines === 0 ? 1 : 1 - differingLines / blamedLines,
    differing: differing.sort(([, a], [, b]) => b - a).slice(0, 5),
  };
}

/** Mulberry32: the same revisions for the same seed. */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const percent = (share: number): string => `${(Math.floor(share * 1e5) / 1e3).toFixed(3)} %`;

/** One line per revision. */
export function drawRevision({
  revision,
  lines,
  engineLines,
  blamedLines,
  agreement,
  differing,
}: OracleRevision): string {
  const total =
    lines === engineLines ? `${String(lines)} lines` : `${String(lines)} lines, engine ${String(engineLines)}: missed`;
  const share = `${percent(agreement)}${agreement < LEAST_AGREEMENT ? ' missed' : ''} of ${String(blamedLines)} lines blamed`;
  const files = differing.map(([file, count]) => `\n    ${file}: ${String(count)} lines differ`);
  return `  ${revision.slice(0, 12)}  ${share}, ${total}${files.join('')}`;
}

/** The sum of it. */
export function drawOracle({ revisions }: Oracle): string {
  const exact = revisions.filter(({ lines, engineLines }) => lines === engineLines).length;
  const worst = Math.min(...revisions.map(({ agreement }) => agreement));
  const all = revisions.length;
  return `  Line by line: HEAD ${percent(revisions[0]?.agreement ?? 1)}, worst ${percent(worst)}, totals exact at ${String(exact)} of ${String(all)} revisions`;
}
