/** Teams with their members, see forge/teams.ts. */
import type { z } from 'zod';
import type { Page, Skip, Stream, StreamContext } from '../../../connector.ts';
import { CollectorError } from '../../../errors.ts';
import { teamRows } from '../../../forge/teams.ts';
import { openGitHub, unitWith, type Answer, type GitHub } from '../client.ts';
import { providerOf, type Section } from '../config.ts';
import { teamsCursor, type TeamsCursor } from '../cursors.ts';
import { Following } from '../following.ts';
import { accountOf, actorRow } from '../normalize/accounts.ts';
import { teamId } from '../normalize/repository.ts';
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

async function* pull(context: StreamContext<Section>, stored: TeamsCursor | null): AsyncGenerator<Page<TeamsCursor>> {
  const github = await openGitHub(context);
  const naming = { accountId: context.accountId, provider: providerOf(context.section) };
  let teams: Team[];
  let skips: Skip[];
  try {
    const read = await readTeams(github, context.scope.name);
    ({ teams, skips } = read);
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
  const at = context.now();
  const found = teams.map(({ slug, name, parent, members }) => ({
    id: teamId(slug),
    title: name,
    parent: parent === null ? null : teamId(parent),
    members: members.flatMap(({ login, databaseId, role }) => {
      const who = { __typename: 'User', login, databaseId: databaseId ?? null };
      const account = accountOf(who, naming);
      return account === null ? [] : [{ account, rows: actorRow(who, naming), role: role.toLowerCase() }];
    }),
  }));
  const { rows, members } = teamRows(found, { before: stored?.members ?? null, at, source: 'github' });
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
