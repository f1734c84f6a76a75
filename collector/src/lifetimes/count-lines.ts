import type { LineCount } from './contract.ts';
import { LifetimeError } from '../git/errors.ts';
import type { History } from './read/history.ts';
import { openRun } from './open-run.ts';
import { spanOf } from './books/line-value.ts';
import { runPass, type PassEnd } from './pass.ts';
import { displayPath } from '../git/paths.ts';
import { lackOf, type Repository } from '../git/process.ts';
import { planPass } from './resume-plan.ts';

/**
 * Live lines of the text files of a revision by the commit that wrote them, as `git blame` counts them (renames followed).
 *
 * @throws LifetimeError as runLifetimes does; `history_unreadable` also where contents are missing so that the number would be no answer
 */
export async function countLines(options: {
  repoPath: string;
  rev?: string;
  signal?: AbortSignal;
}): Promise<LineCount> {
  const { repoPath, rev, signal } = options;
  const run = { repoPath, tip: rev ?? 'HEAD', mode: 'plain', ...(signal ? { signal } : {}) } as const;
  const { repo, objects, rules, history } = await openRun(run);
  try {
    if (!history) throw new LifetimeError('internal', 'a pass from the beginning has a history');
    const plan = await planPass(repo, history, { resume: undefined, format: rules.format });
    const end = await runPass({ repo, objects, history, rules, plan, options: run });
    const counted = countByCommit(history, end);
    checkComplete(repo, end, counted.total);
    return counted;
  } finally {
    objects.close();
  }
}

/** @throws LifetimeError `history_unreadable` when the number would be no answer */
function checkComplete(repo: Repository, { tip, apply, skipped }: PassEnd, total: number): void {
  const unreadable = [...tip.changes].filter(([, lines]) => lines && apply.stale.has(lines)).map(([path]) => path);
  const isAnswer = repo.lack === null ? total > 0 || skipped.length === 0 : unreadable.length === 0;
  if (isAnswer) return;
  const [first] = unreadable;
  const what = first === undefined ? 'contents of the history' : `contents of ${displayPath(first)} and maybe others`;
  throw new LifetimeError(
    'history_unreadable',
    `the lines cannot be counted: ${what} are missing.${lackOf(repo) || ' Check the clone with git fsck, or clone it again.'}`
  );
}

function countByCommit(history: History, { tip, apply }: PassEnd): LineCount {
  const { spanOrigin, originCommit } = apply.tables;
  const counts = new Map<string, number>();
  let total = 0;
  for (const lines of tip.changes.values()) {
    for (const value of lines ?? []) {
      const sha = history.commits[originCommit[spanOrigin[spanOf(value)] as number] as number]?.sha ?? '';
      counts.set(sha, (counts.get(sha) ?? 0) + 1);
      total++;
    }
  }
  return { total, by_commit: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))) };
}
