/**
 * Who owned a repository when, where no mirror of its history tells: versions of CODEOWNERS as GitHub lists them. Asked for where the default
 * branch moved; the texts only where a new version is among the commits.
 */
import type { HouseRow, Skip } from '../../../connector.ts';
import { entryOf, keyed } from '../../../foreign.ts';
import { ownerOf } from '../../../text/codeowners.ts';
import { ownerHistory, type OwnerVersion } from '../../../text/owner-history.ts';
import type { GitHub } from '../client.ts';
import { teamId } from '../normalize/repository.ts';
import { MOST_VERSIONS, OWNER_VERSIONS, ownersAt } from '../queries/repositories.ts';
import { ownersAt as textsSchema, ownerVersions } from '../schema.ts';
import type { z } from 'zod';

type Listed = NonNullable<z.infer<typeof ownerVersions>['nodes'][number]>;

interface Commit {
  readonly oid: string;
  readonly at: Date;
}

/** Commits of all places of the file, each once, oldest first; and whether there are more. */
function commitsOf({ defaultBranchRef: branch }: Listed): { commits: Commit[]; isCut: boolean } {
  const lists = [branch?.target?.a, branch?.target?.b, branch?.target?.c].filter((list) => list != null);
  const all = new Map(
    lists.flatMap(({ nodes }) =>
      nodes.flatMap((node) => (node === null ? [] : [[node.oid, { oid: node.oid, at: node.committedDate }] as const]))
    )
  );
  const sorted = [...all.values()].sort((a, b) => a.at.getTime() - b.at.getTime() || (a.oid < b.oid ? -1 : 1));
  const isCut = lists.some(({ totalCount, nodes }) => totalCount > nodes.length) || sorted.length > MOST_VERSIONS;
  return { commits: sorted.slice(-MOST_VERSIONS), isCut };
}

async function versionsAt(github: GitHub, id: string, commits: readonly Commit[]): Promise<OwnerVersion[]> {
  const { data } = await github.ask(ownersAt(commits.map(({ oid }) => oid)), { id }, textsSchema);
  return commits.map(({ at }, index) => {
    const texts = ['a', 'b', 'c'].map((place) => data.node?.[`v${String(index)}${place}`]?.text ?? null);
    const team = ownerOf(texts.find((text) => text !== null) ?? '');
    return { at, team: team === null ? null : teamId(team) };
  });
}

export interface OwnerVersions {
  readonly rows: readonly HouseRow[];
  readonly skips: readonly Skip[];
  /** Newest version that was read, by node id. */
  readonly read: Readonly<Record<string, string>>;
}

/** Of repositories whose default branch moved. @param slugs By node id. @param before As the last pass gave it. */
export async function readOwnerVersions(
  github: GitHub,
  slugs: ReadonlyMap<string, string>,
  before: Readonly<Record<string, string>>
): Promise<OwnerVersions> {
  const rows: HouseRow[] = [];
  const skips: Skip[] = [];
  const read = keyed<string>();
  const { data } = await github.ask(OWNER_VERSIONS, { ids: [...slugs.keys()] }, ownerVersions);
  for (const node of data.nodes) {
    const slug = node === null ? undefined : slugs.get(node.id);
    if (node === null || slug === undefined) continue;
    const { commits, isCut } = commitsOf(node);
    const newest = commits.at(-1)?.oid ?? '';
    read[node.id] = newest;
    if (newest === '' || entryOf(before, node.id) === newest) continue;
    const history = ownerHistory(await versionsAt(github, node.id, commits));
    if (isCut) skips.push({ item: slug, reason: `CODEOWNERS changed more than ${String(MOST_VERSIONS)} times: who owned it before ${commits[0]?.at.toISOString() ?? ''} is not known` }); // prettier-ignore
    if (history === null) continue;
    for (const team of new Set(Object.values(history))) {
      if (team !== null) rows.push({ table: 'team', values: { team_id: team, title: team } });
    }
    rows.push({ table: 'repo', values: { slug, owner_team_id: Object.values(history).at(-1) ?? null, owner_history: history } }); // prettier-ignore
  }
  return { rows, skips, read };
}
