/**
 * Teams with their members. GitHub tells who is in a team now, not since when: the first look counts for all time before it, and whoever
 * comes or goes later does so on the day when it was first seen.
 */
import type { z } from 'zod';
import type { HouseRow, Page, Skip, Stream, StreamContext } from '../../../connector.ts';
import { CollectorError } from '../../../errors.ts';
import { keyed } from '../../../foreign.ts';
import { openGitHub, unitWith, type Answer, type GitHub } from '../client.ts';
import { providerOf, type Section } from '../config.ts';
import { teamsCursor, type TeamsCursor } from '../cursors.ts';
import { Following } from '../following.ts';
import { accountOf, actorRow } from '../normalize/accounts.ts';
import { teamId, teamRow } from '../normalize/repository.ts';
import { TEAM_MEMBERS, TEAMS } from '../queries/repositories.ts';
import { teamMembers, teams as schema } from '../schema.ts';

const PAGE = 25;
const REST = 100;

interface Member {
  readonly login: string;
  readonly databaseId?: number | null | undefined;
  readonly role: string;
}

export interface Team {
  readonly slug: string;
  readonly name: string;
  readonly parent: string | null;
  readonly members: readonly Member[];
}

type Raw = NonNullable<NonNullable<z.infer<typeof schema>['organization']>['teams']['nodes'][number]>;

async function whole(github: GitHub, team: Raw): Promise<Team> {
  const edges = [...team.members.edges];
  const following = new Following(`members of the team ${team.slug}`);
  const first = team.members;
  for (let after = following.next({ ...first, count: first.edges.length }); after !== null;) {
    const { data }: Answer<z.infer<typeof teamMembers>> = await github.ask(TEAM_MEMBERS, { id: team.id, first: REST, after }, teamMembers); // prettier-ignore
    const members = data.node?.members;
    for (const edge of members?.edges ?? []) edges.push(edge);
    after = members ? following.next({ ...members, count: members.edges.length }) : null;
  }
  const members = edges.filter((edge) => edge !== null).map(({ role, node }) => ({ ...node, role }));
  return { slug: team.slug, name: team.name, parent: team.parentTeam?.slug ?? null, members };
}

/** Teams of an organisation; none = it is a user, or none of ours to see. */
export async function readTeams(github: GitHub, login: string): Promise<{ teams: Team[]; skips: Skip[] }> {
  const found: Team[] = [];
  const skips: Skip[] = [];
  const following = new Following(`teams of ${login}`);
  let after: string | null = null;
  do {
    const answer: Answer<z.infer<typeof schema>> = await github.ask(TEAMS, { login, first: PAGE, after }, schema);
    const page = answer.data.organization?.teams;
    for (const team of page?.nodes ?? []) if (team !== null) found.push(await whole(github, team));
    for (const bad of page?.bad ?? []) skips.push(bad);
    after = page ? following.next({ ...page, count: page.nodes.length + page.bad.length }) : null;
  } while (after !== null);
  return { teams: found, skips };
}

/** Parents before their children. */
function inOrder(teams: readonly Team[]): Team[] {
  const byslug = new Map(teams.map((team) => [team.slug, team]));
  const depth = (team: Team, seen = 0): number => {
    const parent = team.parent === null || seen > 20 ? undefined : byslug.get(team.parent);
    return parent === undefined ? 0 : 1 + depth(parent, seen + 1);
  };
  return [...teams].sort((a, b) => depth(a) - depth(b) || (a.slug < b.slug ? -1 : 1));
}

/** The smallest team of each member is where they work; of equals the first by name. */
function primaries(teams: readonly Team[]): Map<string, string> {
  const best = new Map<string, Team>();
  for (const team of [...teams].sort((a, b) => a.members.length - b.members.length || (a.slug < b.slug ? -1 : 1))) {
    for (const { login } of team.members) if (!best.has(login)) best.set(login, team);
  }
  return new Map([...best].map(([login, team]) => [login, team.slug]));
}

/** Everybody has been there as long as anybody knows, when nobody was known before. */
const EVER = '1970-01-01T00:00:00.000Z';

async function* pull(context: StreamContext<Section>, stored: TeamsCursor | null): AsyncGenerator<Page<TeamsCursor>> {
  const github = await openGitHub(context);
  const naming = { accountId: context.accountId, provider: providerOf(context.section) };
  let teams: Team[];
  let skips: Skip[];
  try {
    const read = await readTeams(github, context.scope.name);
    teams = inOrder(read.teams);
    ({ skips } = read);
  } catch (error) {
    // All else can be read without this right: it is said, and is no failure.
    if (!(error instanceof CollectorError) || error.code !== 'source_forbidden') throw error;
    yield {
      rows: [],
      cursor: stored ?? { members: {} },
      skips: [{ item: `teams of ${context.scope.name}`, reason: error.message }],
    };
    return;
  }
  const main = primaries(teams);
  const before = keyed(stored?.members);
  const at = context.now();
  const members = keyed<string>();
  const rows: HouseRow[] = [];
  for (const team of teams) {
    rows.push(teamRow(team));
    for (const member of team.members) {
      const who = { __typename: 'User', login: member.login, databaseId: member.databaseId ?? null };
      const account = accountOf(who, naming);
      if (account === null) continue;
      const key = `${teamId(team.slug)}/${account}`;
      const since = before[key] ?? (stored === null ? EVER : at.toISOString());
      members[key] = since;
      for (const row of actorRow(who, naming)) rows.push(row);
      rows.push({ table: 'team_account', values: { account_id: account, team_id: teamId(team.slug), valid_from: new Date(since), valid_to: null, is_primary: main.get(member.login) === team.slug, role: member.role.toLowerCase() } }); // prettier-ignore
    }
  }
  for (const [key, since] of Object.entries(before)) {
    const slash = key.indexOf('/');
    if (members[key] === undefined) rows.push({ table: 'team_account', values: { account_id: key.slice(slash + 1), team_id: key.slice(0, slash), valid_from: new Date(since), valid_to: at } }); // prettier-ignore
  }
  yield { rows, skips, cursor: { members }, watermark: at, progress: { done: teams.length, total: teams.length, unit: unitWith('teams', github) } }; // prettier-ignore
}

export const teams: Stream<Section, TeamsCursor> = {
  id: 'teams',
  cursor: teamsCursor,
  every: '40 * * * *',
  isEarly: true,
  scopes: ({ section }) => section.owners.map((owner) => ({ name: owner, repository: null, details: null })),
  needs: 'repositories',
  pull,
};
