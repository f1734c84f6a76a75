import { spanOf } from '../books/line-value.ts';
import { openRun } from '../open-run.ts';
import { runPass } from '../pass.ts';
import { planPass } from '../resume-plan.ts';

/** For each text file of a revision (path as raw bytes in latin1) the commit of each of its lines, in plain mode. */
export async function liveLines(repoPath: string, revision: string): Promise<Map<string, string[]>> {
  const options = { repoPath, tip: revision, mode: 'plain' } as const;
  const { repo, objects, rules, history } = await openRun(options);
  try {
    if (!history) throw new Error('a pass from the beginning has a history');
    const plan = await planPass(repo, history, { resume: undefined, format: rules.format });
    const { tip, apply } = await runPass({ repo, objects, history, rules, plan, options });
    const { spanOrigin, originCommit } = apply.tables;
    const shaOf = (value: number): string =>
      history.commits[originCommit[spanOrigin[spanOf(value)] as number] as number]?.sha ?? '';
    return new Map(Array.from(tip.changes, ([path, lines]) => [path, Array.from(lines ?? [], shaOf)]));
  } finally {
    objects.close();
  }
}
