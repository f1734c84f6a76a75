/** Reverts told by messages: by sha, by exact title within 90 days, and reverts of reverts. */
import type { HouseRow } from '../../connector.ts';
import { runGit, type Repository } from '../../lifetimes/git.ts';
import { changeWords, revertedShas, revertedTitle } from './change-words.ts';
import { nameChanges, type MainlineChange } from './mainline.ts';
import { readLog, type RawCommit } from './read-log.ts';

const NINETY_DAYS_MS = 90 * 86_400_000;

interface Known {
  readonly key: string;
  readonly at: Date;
}

/** What reverts are looked up in: grows as history is read. */
export interface RevertIndex {
  readonly bySha: Map<string, string>;
  readonly byTitle: Map<string, Known[]>;
  /** Row of a revert by the key of the reverting change. */
  readonly rows: Map<string, HouseRow>;
  /** Change of a commit stored on an earlier pass; null = not on the default branch. */
  readonly findOld: (sha: string) => Promise<string | null>;
}

/** An index over the 90 days before what is new. */
export async function newRevertIndex(repo: Repository, { known, signal }: { known: readonly string[]; signal: AbortSignal }): Promise<RevertIndex> {
  const index: RevertIndex = { bySha: new Map(), byTitle: new Map(), rows: new Map(), findOld: (sha) => findOldChange(repo, { sha, known }) };
  for (const tip of known) {
    const commits = [];
    for await (const commit of readLog(repo, ['--first-parent', '--reverse', '--max-count=3000', '--since=120.days', tip], signal)) {
      commits.push({ sha: commit.sha, at: commit.committedAt, words: changeWords(commit.message, commit.parents.length > 1) });
    }
    for (const [sha, change] of nameChanges(commits)) {
      index.bySha.set(sha, change.key);
      remember(index, change);
    }
  }
  return index;
}

function remember(index: RevertIndex, change: MainlineChange): void {
  const list = index.byTitle.get(change.title) ?? [];
  if (!list.some(({ key }) => key === change.key)) {
    index.byTitle.set(change.title, [...list, { key: change.key, at: change.mergedAt }]);
  }
}

/** The first-parent commit that brought an old commit, and the change it stands for. */
async function findOldChange(repo: Repository, { sha, known }: { sha: string; known: readonly string[] }): Promise<string | null> {
  for (const tip of known) {
    const full = await runGit(repo, ['rev-parse', '--verify', '--quiet', `${sha}^{commit}`]).catch(() => null);
    if (full === null) {
      return null;
    }
    const first = full.toString('utf8').trim();
    const chain = await runGit(repo, ['rev-list', '--first-parent', '--ancestry-path', `${first}..${tip}`]).catch(() => null);
    const onChain = await runGit(repo, ['rev-list', '--first-parent', '--max-count=1', `${first}^!`]).catch(() => null);
    const bringer = chain?.toString('utf8').trim().split('\n').at(-1) || onChain?.toString('utf8').trim();
    if (bringer) {
      const message = (await runGit(repo, ['log', '-1', '--format=%B', bringer])).toString('utf8');
      return changeWords(message, true).number ?? changeWords(message, false).number ?? bringer;
    }
  }
  return null;
}

function fullSha(index: RevertIndex, short: string): string | null {
  if (index.bySha.has(short)) {
    return short;
  }
  const found = [...index.bySha.keys()].filter((sha) => sha.startsWith(short));
  return found.length === 1 ? (found[0] ?? null) : null;
}

async function keyOfSha(index: RevertIndex, sha: string): Promise<string | null> {
  const full = fullSha(index, sha);
  return full === null ? index.findOld(sha) : (index.bySha.get(full) ?? null);
}

/** The one change of that title within the 90 days before; two candidates are none. */
function keyOfTitle(index: RevertIndex, title: string, before: Date): string | null {
  const found = (index.byTitle.get(title) ?? []).filter(({ at }) => at <= before && before.getTime() - at.getTime() <= NINETY_DAYS_MS);
  return found.length === 1 ? (found[0]?.key ?? null) : null;
}

/** Reverts that a commit of a change declares; the commit and its change are remembered for later ones. */
export async function revertRows(index: RevertIndex, commit: RawCommit, change: MainlineChange): Promise<HouseRow[]> {
  const targets = new Map<string, string>();
  for (const sha of revertedShas(commit.message)) {
    const key = await keyOfSha(index, sha);
    if (key !== null && key !== change.key) {
      targets.set(key, 'commit_text');
    }
  }
  const title = commit.sha === change.mergeSha ? revertedTitle(change.title) : null;
  const byTitle = title === null ? null : keyOfTitle(index, title, change.mergedAt);
  if (byTitle !== null && byTitle !== change.key && targets.size === 0) {
    targets.set(byTitle, 'title');
  }
  index.bySha.set(commit.sha, change.key);
  if (commit.sha === change.mergeSha) {
    remember(index, change);
  }
  return [...targets].flatMap(([key, method]) => {
    const row: HouseRow = {
      table: 'revert',
      values: { change_key: key, revert_change_key: change.key, reverted_at: change.mergedAt, method, is_reapplied: false },
    };
    index.rows.set(change.key, row);
    const undone = index.rows.get(key);
    return undone ? [row, { ...undone, values: { ...undone.values, is_reapplied: true } }] : [row];
  });
}
