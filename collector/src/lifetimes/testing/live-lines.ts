import { spanOf } from '../books/line-value.ts';
import { filesOf, type Lines } from '../books/versions.ts';
import { openRun } from '../open-run.ts';
import { runPass } from '../pass.ts';
import { planPass } from '../resume-plan.ts';

/** Lines of the text files of some revisions, as one pass to the tip saw them. */
export interface LinesAt {
  /** By full sha; by path (raw bytes in latin1). A revision that the tip does not reach is absent. */
  readonly revisions: ReadonlyMap<string, ReadonlyMap<string, Lines>>;
  /** The commit that wrote a line. */
  shaOf(value: number): string;
}

/** The lines at each of these revisions (full shas), in plain mode. */
export async function linesAt(repoPath: string, tip: string, revisions: readonly string[]): Promise<LinesAt> {
  const options = { repoPath, tip, mode: 'plain' } as const;
  const { repo, objects, rules, history } = await openRun(options);
  try {
    if (!history) throw new Error('a pass from the beginning has a history');
    const { commits } = history;
    const plan = await planPass(repo, history, { resume: undefined, format: rules.format });
    const wanted = new Set(revisions);
    const found = new Map<string, Map<string, Lines>>();
    const { apply } = await runPass({ repo, objects, history, rules, plan, options }, (index, version) => {
      const sha = commits[index]?.sha ?? '';
      if (wanted.has(sha)) found.set(sha, filesOf(version));
    });
    const { spanOrigin, originCommit } = apply.tables;
    return {
      revisions: found,
      shaOf: (value) => commits[originCommit[spanOrigin[spanOf(value)] as number] as number]?.sha ?? '',
    };
  } finally {
    objects.close();
  }
}
