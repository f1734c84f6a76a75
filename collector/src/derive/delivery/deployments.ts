/** Deployments of one service: retries joined, and what each one shipped or took out (metrics.md 2.3). Pure. */
import { pattern } from '../../text/pattern.ts';
import type { CommitGraph } from './commit-graph.ts';
import { isOlderVersion } from './version-order.ts';

/** A successful production rollout as reported. */
export interface Rollout {
  readonly deploymentId: string;
  readonly externalId: string;
  readonly environment: string;
  readonly repoId: number | null;
  readonly sha: string | null;
  /** Tag or branch; null = not named. */
  readonly ref: string | null;
  /** Null or absent = not known. */
  readonly startedAt?: Date | null;
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
  /** Index of the deployment that it followed in the same environment: of its own release line where there are several; null = first. */
  readonly previous: number | null;
  readonly isFirst: boolean;
  /** Commits it brought that no earlier deployment had; null = not known (first of its repository, or unknown sha). */
  readonly shipped: readonly string[] | null;
  /** Commits of the one before that a rollback is without. */
  readonly removed: readonly string[];
}

type JoinedRollout = Rollout & { readonly externalIds: readonly string[] };

/** What deploys one sha again so soon after is a retry, or another job of the same pipeline: one deployment. */
const RETRY_MS = 10 * 60_000;
/** Release lines that are looked through for the deployment that one follows. */
const MAX_LINES = 50;

const isRetry = (before: Rollout | undefined, rollout: Rollout): boolean =>
  before !== undefined &&
  before.sha !== null &&
  before.sha === rollout.sha &&
  before.environment === rollout.environment &&
  before.kind === rollout.kind &&
  // From end to start: a pipeline may roll out to one region after the other for hours.
  (rollout.startedAt ?? rollout.finishedAt).getTime() - before.finishedAt.getTime() <= RETRY_MS;

/** Branches and tags that are called so are mended in a hurry. */
const HOTFIX = pattern`(?i)^(?:refs/(?:heads|tags)/)?hotfix(?:[/_-]|$)`;

const namedKind = (rollout: Rollout): Rollout =>
  rollout.kind === 'unknown' && rollout.ref !== null && HOTFIX.test(rollout.ref)
    ? { ...rollout, kind: 'hotfix' }
    : rollout;

/** Rollouts in time, retries of the same sha joined: the last finish counts. */
function joinRetries(rollouts: readonly Rollout[]): JoinedRollout[] {
  const joined: JoinedRollout[] = [];
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

/** What ran in one environment from one repository, oldest first. */
interface Track {
  readonly seen: Set<number>;
  readonly deployed: Array<{ readonly index: number; readonly sha: string; readonly ref: string | null }>;
}

/**
 * The earlier deployment that one with this sha follows: the newest that it contains or that contains it. Release lines run side by side
 * in time, so the one just before may be of another.
 */
function followed({ deployed }: Track, sha: string, graph: CommitGraph): Track['deployed'][number] | null {
  for (let at = deployed.length - 1; at >= Math.max(0, deployed.length - MAX_LINES); at -= 1) {
    const one = deployed[at];
    if (one && (graph.isAncestor(one.sha, sha) || graph.isAncestor(sha, one.sha))) return one;
  }
  return null;
}

/**
 * A deployment that brings nothing and is without something of what it follows takes it back, whatever the tag is called. A lower version
 * that was never out before is the release of an older line.
 */
function isRollback(rollout: JoinedRollout, before: Track['deployed'][number] | null, { deployed }: Track): boolean {
  if (rollout.kind === 'rollback') return true;
  if (before === null || rollout.sha === null || before.sha === rollout.sha) return false;
  const wasOut = deployed.some(({ ref, sha }) => sha === rollout.sha || (ref !== null && ref === rollout.ref));
  return wasOut || !isOlderVersion(rollout.ref, before.ref);
}

interface Placed {
  readonly previous: number | null;
  readonly shipped: readonly string[] | null;
  readonly removed: readonly string[];
  readonly kind: Rollout['kind'];
}

function place(rollout: JoinedRollout, index: number, at: { graph: CommitGraph; track: Track; sha: string }): Placed {
  const { graph, track, sha } = at;
  const before = followed(track, sha, graph);
  const isFirstKnown = track.deployed.length === 0;
  const fresh = graph.takeNew(sha, track.seen);
  const isBack = fresh.length === 0 && isRollback(rollout, before, track);
  const placed: Placed = {
    previous: before?.index ?? null,
    shipped: isFirstKnown ? null : fresh,
    removed: isBack && before !== null ? graph.between(sha, before.sha) : [],
    kind: isBack && rollout.kind === 'unknown' ? 'rollback' : rollout.kind,
  };
  track.deployed.push({ index, sha, ref: rollout.ref });
  return placed;
}

/**
 * Deployments of a service in order of their end. `graphs` by repository; a sha outside its graph (a release branch that never
 * reached the default branch) ships nothing that is known and is no base for the next one.
 */
export function buildDeployments(rollouts: readonly Rollout[], graphs: ReadonlyMap<number, CommitGraph>): Deployment[] {
  const sorted = rollouts
    .map(namedKind)
    .sort((a, b) => a.finishedAt.getTime() - b.finishedAt.getTime() || (a.externalId < b.externalId ? -1 : 1));
  const last = new Map<string, number>();
  const tracks = new Map<string, Track>();
  return joinRetries(sorted).map((rollout, index): Deployment => {
    const latest = last.get(rollout.environment) ?? null;
    last.set(rollout.environment, index);
    const graph = rollout.repoId === null ? undefined : graphs.get(rollout.repoId);
    const key = `${rollout.environment}/${String(rollout.repoId)}`;
    const track = tracks.get(key) ?? { seen: new Set(), deployed: [] };
    tracks.set(key, track);
    const isKnown = graph !== undefined && rollout.sha !== null && graph.has(rollout.sha);
    const placed = isKnown ? place(rollout, index, { graph, track, sha: rollout.sha ?? '' }) : null;
    return {
      ...rollout,
      kind: placed?.kind ?? rollout.kind,
      previous: placed?.previous ?? latest,
      isFirst: latest === null,
      shipped: placed?.shipped ?? null,
      removed: placed?.removed ?? [],
    };
  });
}
