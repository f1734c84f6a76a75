/** Commits that rebases put on the default branch: a forge names the last one alone, the others lie behind it. */
import { z } from 'zod';
import { instant as time } from '../../lenient.ts';
import type { Skip } from '../../connector.ts';
import type { GitHub } from './client.ts';
import type { Found } from './cursors.ts';
import { isOnDefault, mergeMethod } from './normalize/pull.ts';
import { rebased } from './queries/pulls.ts';
import { oid, page, some, type Pull } from './schema.ts';

const rebasedCommits = z.object({
  node: z.record(
    z.string(),
    z
      .object({
        history: z.object({
          pageInfo: page,
          nodes: some(z.object({ oid, messageHeadline: z.string(), authoredDate: time })),
        }),
      })
      .nullable()
  ),
});

const PAGE = 100;

type Landed = { readonly oid: string; readonly authoredDate: Date } | null;

/** What is read of one pull request; `after` null with fewer than `wanted` = nothing follows. */
interface Reading {
  readonly pull: Pull;
  readonly wanted: number;
  readonly landed: Landed[];
  after: string | null;
  isDone: boolean;
}

export interface Rebased {
  /** Commits by the number of the pull request. */
  readonly byNumber: ReadonlyMap<number, readonly string[]>;
  /** Where not all that was asked for came. */
  readonly skips: readonly Skip[];
}

const ownOf = ({ commits }: Pull) => commits.nodes.flatMap((node) => node?.commit ?? []);

/** As many as there were own ones, as long as their words are the same. */
function sameOf({ pull, landed }: Reading): string[] {
  const own = ownOf(pull).reverse();
  return landed.flatMap((commit, at) =>
    commit !== null && own[at]?.authoredDate.getTime() === commit.authoredDate.getTime() ? [commit.oid] : []
  );
}

/** One question for a page of each. */
async function readOn(github: GitHub, found: Found, readings: readonly Reading[]): Promise<void> {
  const asked = readings.map(({ pull, wanted, landed, after }) => ({ oid: pull.mergeCommit?.oid ?? '', count: Math.min(PAGE, wanted - landed.length), after })); // prettier-ignore
  const { data } = await github.ask(rebased(asked), { id: found.id }, rebasedCommits);
  for (const [index, reading] of readings.entries()) {
    const history = data.node?.[`c${String(index)}`]?.history;
    for (const commit of history?.nodes ?? []) reading.landed.push(commit);
    const isMore = history?.pageInfo.hasNextPage === true && history.nodes.length > 0;
    reading.after = isMore ? history.pageInfo.endCursor : null;
    reading.isDone = reading.after === null || reading.landed.length >= reading.wanted;
  }
}

/** Reads them page by page, those of all pull requests together. */
export async function rebasedOf(
  { github, found }: { readonly github: GitHub; readonly found: Found },
  pulls: readonly Pull[]
): Promise<Rebased> {
  const readings = pulls
    .filter(
      (pull) => mergeMethod(pull) === 'rebase' && isOnDefault(pull, found.branch) && pull.commits.nodes.length > 1
    )
    .map((pull): Reading => ({ pull, wanted: pull.commits.nodes.length, landed: [], after: null, isDone: false }));
  for (let left = readings; left.length > 0; left = left.filter(({ isDone }) => !isDone)) {
    await readOn(github, found, left);
  }
  const skips = readings
    .filter(({ landed, wanted }) => landed.filter((commit) => commit !== null).length < wanted)
    .map(({ pull, landed, wanted }) => ({
      item: `#${String(pull.number)} commits of its rebase`,
      reason: `${String(landed.filter((commit) => commit !== null).length)} of ${String(wanted)} commits on the default branch could be read; the others may count as direct changes`,
    }));
  return { byNumber: new Map(readings.map((reading) => [reading.pull.number, sameOf(reading)])), skips };
}
