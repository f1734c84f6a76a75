import type { LifetimeOptions } from './contract.ts';
import { LifetimeError } from './errors.ts';
import { openRepository, type Repository } from './git.ts';
import { objectReader, type ObjectReader } from './objects.ts';
import { readRules, type Rules } from './rules.ts';

/** A repository at a tip, ready to be read. Close `objects` at the end. */
export interface OpenRun {
  readonly repo: Repository;
  readonly objects: ObjectReader;
  /** Full sha. */
  readonly tip: string;
  readonly rules: Rules;
}

/** @throws LifetimeError git_missing, not_a_repository, no_such_revision */
export async function openRun(options: LifetimeOptions): Promise<OpenRun> {
  const repo = await openRepository(options.repoPath, options.signal);
  const objects = objectReader(repo, options.signal);
  try {
    const tip = await resolveCommit(objects, options.tip ?? 'HEAD');
    return { repo, objects, tip, rules: await readRules(objects, tip, options) };
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
