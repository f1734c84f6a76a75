/** The own commits of a merged pull request, as all forges tell them (forge/own-commits.ts). Pure. */
import type { HouseRow } from '../../../connector.ts';
import { earliestOf, landedRows, namedRequester, ownCommitRows, type OwnCommit } from '../../../forge/own-commits.ts';
import type { Commit, Pull } from '../schema.ts';
import { accountOf, actorRow, type Naming } from './accounts.ts';
import { pushedAway, type Reviewer } from './events.ts';
import { mergeMethod, type PullContext } from './pull.ts';

const ownCommit = (commit: Commit): OwnCommit => ({
  sha: commit.oid,
  message: commit.message,
  authoredAt: commit.authoredDate,
  committedAt: commit.committedDate,
  author: commit.author === null ? null : { ...commit.author, id: commit.author.user?.databaseId },
  committer: commit.committer,
  added: commit.additions ?? null,
  deleted: commit.deletions ?? null,
});

export const ownCommits = (pull: Pull): OwnCommit[] => pull.commits.nodes.flatMap((node) => (node === null ? [] : [ownCommit(node.commit)])); // prettier-ignore

/** Earliest author time of its work, that of commits which force pushes replaced included; null = none is usable. */
export const earliest = (pull: Pull, now: Date): Date | null =>
  earliestOf(ownCommits(pull), { before: pushedAway(pull), mergedAt: pull.mergedAt, now });

/**
 * The human behind a pull request of an agent: whom its commits name, else whoever merged what no human reviewed. Null = none is known, or
 * none is needed.
 */
export function requesterOf(pull: Pull, reviewers: readonly Reviewer[], naming: Naming): string | null {
  const [author] = actorRow(pull.author, naming);
  if (author?.values['kind'] !== 'ai_agent') {
    return null;
  }
  const named = namedRequester(ownCommits(pull), naming);
  if (named !== null) {
    return named;
  }
  const [merger] = actorRow(pull.mergedBy, naming);
  const isAlone = !reviewers.some(({ isHuman }) => isHuman);
  return isAlone && merger?.values['kind'] === 'human' ? accountOf(pull.mergedBy, naming) : null;
}

export function commitRows(pull: Pull, context: PullContext): HouseRow[] {
  const own = ownCommits(pull);
  const request = { number: pull.number, branch: pull.headRefName };
  const merge = pull.mergeCommit;
  const landed =
    merge === null
      ? []
      : landedRows(
          {
            shas: [merge.oid, ...(context.rebased ?? [])],
            at: merge.committedDate,
            subject: merge.messageHeadline,
            isMerge: mergeMethod(pull) === 'merge',
          },
          own,
          request
        );
  return [...ownCommitRows(own, request, context), ...landed];
}
