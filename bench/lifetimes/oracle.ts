import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { countLines } from '../../collector/src/lifetimes/count-lines.ts';
import { blameRevision } from '../../collector/src/lifetimes/testing/blame.ts';

/** The engine in plain mode beside `git blame` at one revision. */
export interface OracleRevision {
  readonly revision: string;
  /** Lines of the text files, counted from their contents. */
  readonly lines: number;
  /** Lines that the engine has alive; must be the same. */
  readonly engineLines: number;
  /** Share of lines (0..1) that both give to the same commit, counted per commit; 1 where there are no lines. At least 0.995 is wanted. */
  readonly agreement: number;
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
  readonly onRevision?: (revision: OracleRevision) => void;
}

const LEAST_AGREEMENT = 0.995;

/** Blames every text file at HEAD and at random commits of its history: slow. */
export async function oracle(repo: string, { count, seed, onRevision }: OracleOptions): Promise<Oracle> {
  const listed = await promisify(execFile)('git', ['-C', repo, 'rev-list', 'HEAD'], { maxBuffer: 1 << 30 });
  const [head = '', ...others] = listed.stdout.trim().split('\n');
  const next = random(seed);
  const picked = [head];
  while (picked.length <= count && others.length > 0)
    picked.push(...others.splice(Math.floor(next() * others.length), 1));
  const revisions: OracleRevision[] = [];
  for (const revision of picked) {
    const engine = await countLines({ repoPath: repo, rev: revision });
    const blamed = await blameRevision(repo, revision);
    const agreed = Object.entries(blamed.byCommit).reduce(
      (sum, [sha, lines]) => sum + Math.min(lines, engine.by_commit[sha] ?? 0),
      0
    );
    const compared = { revision, lines: blamed.total, engineLines: engine.total };
    revisions.push({ ...compared, agreement: blamed.total === 0 ? 1 : agreed / blamed.total });
    onRevision?.(revisions.at(-1) as OracleRevision);
  }
  return { repo, seed, revisions };
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
export function drawRevision({ revision, lines, engineLines, agreement }: OracleRevision): string {
  const total =
    lines === engineLines ? `${String(lines)} lines` : `${String(lines)} lines, engine ${String(engineLines)}: missed`;
  return `  ${revision.slice(0, 12)}  ${percent(agreement)}${agreement < LEAST_AGREEMENT ? ' missed' : ''}  ${total}`;
}

/** The sum of it. */
export function drawOracle({ revisions }: Oracle): string {
  const exact = revisions.filter(({ lines, engineLines }) => lines === engineLines).length;
  const worst = Math.min(...revisions.map(({ agreement }) => agreement));
  const all = revisions.length;
  return `  HEAD ${percent(revisions[0]?.agreement ?? 1)}, worst ${percent(worst)}, totals exact at ${String(exact)} of ${String(all)} revisions`;
}
