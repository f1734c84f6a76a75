import type { LineCount } from './contract.ts';
import { LifetimeError } from '../git/errors.ts';
import type { History } from './read/history.ts';
import { openRun } from './open-run.ts';
import { spanOf } from './books/line-value.ts';
import { runPass, type PassEnd } from './pass.ts';
import { planPass } from './resume-plan.ts';

/**
 * Live lines of the text files of a revision by the commit that wrote them, as `git blame` counts them (renames followed).
 *
 * @throws LifetimeError as runLifetimes does
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
    return countByCommit(history, await runPass({ repo, objects, history, rules, plan, options: run }));
  } finally {
    objects.close();
  }
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
