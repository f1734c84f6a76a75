import type { LifetimeOptions } from './contract.ts';
import { LifetimeError } from '../git/errors.ts';
import { openRepository, type Repository } from '../git/process.ts';
import { objectReader, type ObjectReader } from '../git/objects.ts';
import { readHistory, type History } from './read/history.ts';
import { readRules, type Rules } from './lines/rules.ts';

/** A repository at a tip, ready to be read. Close `objects` at the end. */
export interface OpenRun {
  readonly repo: Repository;
  readonly objects: ObjectReader;
  /** Full sha. */
  readonly tip: string;
  readonly rules: Rules;
  /** Null: nothing is newer than `resume`. */
  readonly history: History | null;
}

/** @throws LifetimeError git_missing, not_a_repository, no_such_revision, history_unreadable */
export async function openRun(options: LifetimeOptions): Promise<OpenRun> {
  const repo = await openRepository(options.repoPath, options.signal, options.limits);
  const objects = objectReader(repo, options.signal);
  try {
    const tip = await resolveCommit(objects, options.tip ?? 'HEAD');
    const { resume, signal } = options;
    // Side by side: the rules only say whether what is stored can be continued from.
    const [rules, history] = await Promise.all([
      readRules({ repo, objects }, tip, options),
      resume?.tipSha === tip ? null : readHistory(repo, tip, signal),
    ]);
    const isUnchanged = resume?.tipSha === tip && resume.format === rules.format;
    return {
      repo,
      objects,
      tip,
      rules,
      history: isUnchanged ? null : (history ?? (await readHistory(repo, tip, signal))),
    };
  } catch (cause) {
    objects.close();
    throw cause;
  }
}

async function resolveCommit(objects: ObjectReader, revision: string): Promise<string> {
  const commit = revision.startsWith('-') ? null : await objects.read(`${revision}^{commit}`);
  if (commit) return commit.id;
  throw new LifetimeError(
    'no_such_revision',
    `"${revision}" names no commit: check the branch, or whether the repository has commits at all`
  );
}
