/** Deployments of one service: retries joined, and what each one shipped or took out (metrics.md 2.3). Pure. */
import type { CommitGraph } from './commit-graph.ts';

/** A successful production rollout as reported. */
export interface Rollout {
  readonly deploymentId: string;
  readonly externalId: string;
  readonly environment: string;
  readonly repoId: number | null;
  readonly sha: string | null;
  readonly finishedAt: Date;
  readonly kind: 'planned' | 'rollback' | 'hotfix' | 'unknown';
  /** external_id of the bad deployment; null = none named. */
  readonly rollbackOf: string | null;
  readonly isDegraded: boolean;
}

/** A deployment after joining retries. */
export interface Deployment extends Rollout {
  /** Every rollout joined into it. */
  readonly externalIds: readonly string[];
  /** Index of the deployment before it in the same environment; null = first. */
  readonly previous: number | null;
  readonly isFirst: boolean;
  /** Commits it brought; null = not known (first of its repository, or unknown sha). */
  readonly shipped: readonly string[] | null;
  /** Commits of the one before that it is without. */
  readonly removed: readonly string[];
}

/** Retries of one sha within this time are one deployment. */
const RETRY_MS = 10 * 60_000;

const isRetry = (before: Rollout | undefined, rollout: Rollout): boolean =>
  before !== undefined &&
  before.sha !== null &&
  before.sha === rollout.sha &&
  before.environment === rollout.environment &&
  before.kind === rollout.kind &&
  rollout.finishedAt.getTime() - before.finishedAt.getTime() <= RETRY_MS;

/** Rollouts in time, retries of the same sha joined: the last finish counts. */
function joinRetries(rollouts: readonly Rollout[]): Array<Rollout & { readonly externalIds: readonly string[] }> {
  const joined: Array<Rollout & { readonly externalIds: readonly string[] }> = [];
  const last = new Map<string, number>();
  for (const rollout of rollouts) {
    const at = last.get(rollout.environment);
    const before = at === undefined ? undefined : joined[at];
    if (at !== undefined && before !== undefined && isRetry(before, rollout)) {
      joined[at] = {
        ...rollout,
        isDegraded: before.isDegraded || rollout.isDegraded,
        rollbackOf: rollout.rollbackOf ?? before.rollbackOf,
        externalIds: [...before.externalIds, rollout.externalId],
      };
    } else {
      last.set(rollout.environment, joined.push({ ...rollout, externalIds: [rollout.externalId] }) - 1);
    }
  }
  return joined;
}

/**
 * Deployments of a service in order of their end. `graphs` by repository; a sha outside its graph (a release branch that never
 * reached the default branch) ships nothing that is known and is no base for the next one.
 */
export function buildDeployments(rollouts: readonly Rollout[], graphs: ReadonlyMap<number, CommitGraph>): Deployment[] {
  const sorted = rollouts.toSorted(
    (a, b) => a.finishedAt.getTime() - b.finishedAt.getTime() || (a.externalId < b.externalId ? -1 : 1)
  );
  const previous = new Map<string, number>();
  const bases = new Map<string, string>();
  return joinRetries(sorted).map((rollout, index): Deployment => {
    const before = previous.get(rollout.environment) ?? null;
    previous.set(rollout.environment, index);
    const graph = rollout.repoId === null ? undefined : graphs.get(rollout.repoId);
    const key = `${rollout.environment}/${String(rollout.repoId)}`;
    const base = bases.get(key);
    const sha = rollout.sha !== null && graph?.has(rollout.sha) === true ? rollout.sha : null;
    if (sha !== null) bases.set(key, sha);
    const isKnown = graph !== undefined && sha !== null && base !== undefined;
    return {
      ...rollout,
      previous: before,
      isFirst: before === null,
      shipped: isKnown ? graph.between(base, sha) : null,
      removed: isKnown ? graph.between(sha, base) : [],
    };
  });
}
