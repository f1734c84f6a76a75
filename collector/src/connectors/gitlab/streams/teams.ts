/** Groups and subgroups as teams with their direct members, see forge/teams.ts. */
import type { Page, Skip, Stream, StreamContext } from '../../../connector.ts';
import { CollectorError } from '../../../errors.ts';
import { teamRows, type FoundTeam } from '../../../forge/teams.ts';
import type { Naming } from '../../../forge/signatures.ts';
import { encoded, openGitLab, pagesOf, type GitLab } from '../client.ts';
import { providerOf, type Section } from '../config.ts';
import { teamsCursor, type TeamsCursor } from '../cursors.ts';
import { accountOf, userKind, userRow } from '../normalize/accounts.ts';
import { teamId } from '../normalize/project.ts';
import { groups as groupList, members as memberList, oneGroup, type Group } from '../schema.ts';

/** Access level of GitLab from which on somebody leads a group. */
const MAINTAINER = 40;

const isUnseen = (error: unknown): error is CollectorError =>
  error instanceof CollectorError && (error.code === 'source_forbidden' || error.code === 'source_not_found');

/** The group of a path and all below it; none = it is a user, a project, or none of ours to see. */
async function groupsOf(gitlab: GitLab, path: string, skips: Skip[]): Promise<Group[]> {
  try {
    const { data } = await gitlab.get(`groups/${encoded(path)}`, { with_projects: 'false' }, oneGroup);
    const all = [data];
    const list = { path: `groups/${encoded(path)}/descendant_groups`, query: {}, what: `groups of ${path}` };
    for await (const { good, bad } of pagesOf(gitlab, list, groupList)) {
      for (const group of good) all.push(group);
      for (const skip of bad) skips.push(skip);
    }
    return all;
  } catch (error) {
    if (!isUnseen(error)) throw error;
    if (error.code === 'source_forbidden') skips.push({ item: `groups of ${path}`, reason: error.message });
    return [];
  }
}

async function membersOf(gitlab: GitLab, group: Group, naming: Naming): Promise<{ members: FoundTeam['members']; skips: Skip[] }> {
  const members: FoundTeam['members'][number][] = [];
  const skips: Skip[] = [];
  const list = { path: `groups/${String(group.id)}/members`, query: {}, what: `members of ${group.full_path}` };
  try {
    for await (const { good, bad } of pagesOf(gitlab, list, memberList)) {
      for (const one of good) {
        const account = accountOf(one, naming);
        // Tokens of a group are its members too.
        if (account === null || userKind(one) !== 'human') continue;
        members.push({ account, rows: userRow(one, naming), role: (one.access_level ?? 0) >= MAINTAINER ? 'maintainer' : 'member' });
      }
      for (const skip of bad) skips.push(skip);
    }
  } catch (error) {
    // All else can be read without this right: it is said, and is no failure.
    if (!isUnseen(error)) throw error;
    skips.push({ item: `members of ${group.full_path}`, reason: error.message });
  }
  return { members, skips };
} // prettier-ignore

/** Teams of all paths, each once. */
export async function readTeams(
  gitlab: GitLab,
  { paths }: Pick<Section, 'paths'>,
  naming: Naming
): Promise<{ teams: FoundTeam[]; skips: Skip[] }> {
  const skips: Skip[] = [];
  const groups = new Map<number, Group>();
  for (const path of paths) for (const group of await groupsOf(gitlab, path, skips)) groups.set(group.id, group);
  const teams: FoundTeam[] = [];
  for (const group of groups.values()) {
    const own = await membersOf(gitlab, group, naming);
    for (const skip of own.skips) skips.push(skip);
    const parent = groups.get(group.parent_id ?? 0);
    teams.push({ id: teamId(group.full_path), title: group.name, parent: parent === undefined ? null : teamId(parent.full_path), members: own.members }); // prettier-ignore
  }
  return { teams, skips };
}

async function* pull(context: StreamContext<Section>, stored: TeamsCursor | null): AsyncGenerator<Page<TeamsCursor>> {
  const { section } = context;
  const naming = { accountId: context.accountId, provider: providerOf(section) };
  const { teams, skips } = await readTeams(openGitLab(context), section, naming);
  const at = context.now();
  const { rows, members } = teamRows(teams, { before: stored?.members ?? null, at, source: 'gitlab' });
  yield { rows, skips, cursor: { members }, watermark: at, progress: { done: teams.length, total: teams.length, unit: 'groups' } }; // prettier-ignore
}

export const teams: Stream<Section, TeamsCursor> = {
  id: 'teams',
  cursor: teamsCursor,
  every: '40 * * * *',
  isEarly: true,
  scopes: () => [{ name: '', repository: null, details: null }],
  needs: 'repositories',
  pull,
};
