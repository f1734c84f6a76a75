import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openRepository, runGit, type Repository } from '../../collector/src/git/process.ts';
import { blameFiles, textFiles } from '../../collector/src/lifetimes/testing/blame.ts';
import { linesAt, type LinesAt } from '../../collector/src/lifetimes/testing/live-lines.ts';

/** The engine in plain mode beside `git blame` at one revision. */
export interface OracleRevision {
  readonly revision: string;
  /** Lines of the text files, counted from their contents. */
  readonly lines: number;
  /** Lines that the engine has alive; must be the same. */
  readonly engineLines: number;
  /** Lines of the files that were blamed: all files, or a random sample of them. */
  readonly blamedLines: number;
  /** Files that git could not blame, since objects of their history are missing: not compared. */
  readonly unreadable: number;
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
  /** Blame so many random files of each revision besides HEAD, of which all are; absent: all files everywhere, which is slow. */
  readonly files?: number | undefined;
  readonly onRevision?: (revision: OracleRevision) => void;
}

const LEAST_AGREEMENT = 0.995;

/** Blames text files at HEAD and at random commits of its history. One pass of the engine to HEAD answers for all of them. */
export async function oracle(path: string, { count, seed, files, onRevision }: OracleOptions): Promise<Oracle> {
  const listed = await promisify(execFile)('git', ['-C', path, 'rev-list', 'HEAD'], { maxBuffer: 1 << 30 });
  const [head = '', ...others] = listed.stdout.trim().split('\n');
  const next = random(seed);
  const chosen = [head, ...pick(others, count, next)];
  const engine = await linesAt(path, head, chosen);
  const repo = await openRepository(path);
  await helpBlame(repo);
  const revisions: OracleRevision[] = [];
  for (const revision of chosen) {
    const sample = files === undefined || revision === head ? Infinity : files;
    revisions.push(await compare({ repo, engine }, revision, (all) => pick(all, sample, next)));
    onRevision?.(revisions.at(-1) as OracleRevision);
  }
  return { repo: path, seed, revisions };
}

/** Which paths each commit changed, in our own git directory: blame is four times as fast. Where objects are missing it goes without. */
async function helpBlame(repo: Repository): Promise<void> {
  await runGit(repo, ['commit-graph', 'write', '--reachable', '--changed-paths']).catch(() => null);
}

/** So many of the items, each at most once. */
function pick<Item>(items: readonly Item[], count: number, next: () => number): Item[] {
  const left = [...items];
  return Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(Math.floor(next() * left.length), 1)
  ).flat();
}

async function compare(
  { repo, engine }: { repo: Repository; engine: LinesAt },
  revision: string,
  choose: <Item>(all: readonly Item[]) => readonly Item[]
): Promise<OracleRevision> {
  const live = engine.revisions.get(revision) ?? new Map<string, Int32Array>();
  const all = await textFiles(repo, revision);
  let unreadable = 0;
  const blamed = await blameFiles(repo, revision, { files: choose(all), onUnreadable: () => unreadable++ });
  let blamedLines = 0;
  let differingLines = 0;
  const differing: [string, number][] = [];
  for (const [file, lines] of blamed) {
    const ours = live.get(Buffer.from(file).toString('latin1'));
    const others = lines.filter((sha, line) => engine.shaOf(ours?.[line] ?? -1) !== sha).length;
    blamedLines += lines.length;
    differingLines += others;
    if (others > 0) differing.push([file, others]);
  }
  return {
    revision,
    lines: all.reduce((sum, { lines }) => sum + lines, 0),
    engineLines: [...live.values()].reduce((sum, lines) => sum + lines.length, 0),
    blamedLines,
    unreadable,
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
  unreadable,
  agreement,
  differing,
}: OracleRevision): string {
  const total =
    lines === engineLines ? `${String(lines)} lines` : `${String(lines)} lines, engine ${String(engineLines)}: missed`;
  const share = `${percent(agreement)}${agreement < LEAST_AGREEMENT ? ' missed' : ''} of ${String(blamedLines)} lines blamed${unreadable > 0 ? `, ${String(unreadable)} files cannot be` : ''}`;
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
