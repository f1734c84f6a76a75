import type { LifetimeOptions, LifetimeResult, ResumePoint } from './contract.ts';
import type { Repository } from '../git/process.ts';
import type { Commit, History } from './read/history.ts';
import { openRun } from './open-run.ts';
import { runPass, type PassEnd } from './pass.ts';
import { planPass, type Plan } from './resume-plan.ts';
import { NO_LINES, type Version } from './books/versions.ts';

/**
 * Reads the history of a repository once and tells for every line that ever lived on the default branch when it was born, when it died
 * and how. See contract.ts for what is given to the sink.
 *
 * @throws LifetimeError git_missing, not_a_repository, no_such_revision, history_unreadable
 */
export async function runLifetimes(options: LifetimeOptions): Promise<LifetimeResult> {
  const started = performance.now();
  const { resume } = options;
  const { repo, objects, rules, history } = await openRun(options);
  try {
    if (!history) return unchanged(resume as ResumePoint, started);
    const plan = await planPass(repo, history, { resume, format: rules.format });
    const end = await runPass({ repo, objects, history, rules, plan, options });
    return { ...describe(repo, { history, plan, end }), seconds: secondsSince(started) };
  } finally {
    objects.close();
  }
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

function unchanged({ tipSha, seq, versionsFrom, format }: ResumePoint, started: number): LifetimeResult {
  const nothing = { commits: 0, merges: 0, liveLines: null, liveFiles: null, knownFrom: null, skipped: [] };
  return {
    tipSha,
    seq,
    versionsFrom,
    format,
    ...nothing,
    pass: 'unchanged',
    rewritten: false,
    seconds: secondsSince(started),
  };
}

function describe(
  repo: Repository,
  { history, plan, end }: { history: History; plan: Plan; end: PassEnd }
): Omit<LifetimeResult, 'seconds'> {
  const isWhole = plan.baseSeq < 0;
  return {
    ...end.point,
    commits: plan.order.length,
    merges: plan.order.filter((index) => (history.commits[index] as Commit).parents.length > 1).length,
    liveLines: isWhole ? liveLines(end.tip) : null,
    liveFiles: isWhole
      ? [...end.tip.changes.values()].filter((lines) => lines !== null && lines !== NO_LINES).length
      : null,
    knownFrom: repo.boundary.length > 0 ? oldestKnown(history) : null,
    skipped: end.skipped,
    pass: isWhole ? 'full' : 'continued',
    rewritten: plan.rewritten !== null,
  };
}

function liveLines(tip: Version): number {
  let sum = 0;
  for (const lines of tip.changes.values()) sum += lines?.length ?? 0;
  return sum;
}

/** In a shallow clone the commits without parents carry all that was there before them. */
function oldestKnown(history: History): number {
  return history.commits.reduce(
    (latest, commit) => (commit.parents.length === 0 ? Math.max(latest, commit.time) : latest),
    0
  );
}
