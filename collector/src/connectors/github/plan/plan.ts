/** What GitHub tells before anything is collected, for few points: all repositories are listed, those that were pushed to last are looked into. */
import { markCommit } from '../../../attribution/mark-commit.ts';
import { isDoubtful } from '../../../attribution/doubtful.ts';
import { titleOfTool } from '../../../attribution/tools.ts';
import type { Skip } from '../../../connector.ts';
import { CollectorError, messageOf } from '../../../errors.ts';
import type { PlanContext, PlannedAccount, PlannedFact, PlannedTeam, SourcePlan } from '../../../planned.ts';
import { openGitHub, type GitHub } from '../client.ts';
import type { Section } from '../config.ts';
import { actorKind, accountOf, loginOf } from '../normalize/accounts.ts';
import { teamId } from '../normalize/repository.ts';
import type { Part } from '../queries/plan.ts';
import type { LookedAt, Repository } from '../schema.ts';
import { readAll } from '../streams/repositories.ts';
import { readTeams } from '../streams/teams.ts';
import { lookAt } from './look.ts';
import { choicesOf, listedRepository, readRepository, type Described } from './repository.ts';

/** Repositories that are looked into unless all shall be: those that were pushed to last. */
export const LOOKED_INTO = 50;

const RIGHTS: Readonly<Record<Part, string>> = {
  contents: 'files and tags (Contents: read)',
  deployments: 'deployments and environments (Deployments and Actions: read)',
  pulls: 'pull requests (Pull requests: read)',
  issues: 'issues (Issues: read)',
};

const pushed = ({ pushedAt }: Repository): number => pushedAt?.getTime() ?? 0;

/** Archived ones come last: nothing is deployed from them any more. */
const byPush = (all: readonly Repository[]): Repository[] =>
  [...all].sort(
    (a, b) =>
      Number(a.isArchived) - Number(b.isArchived) ||
      pushed(b) - pushed(a) ||
      (a.nameWithOwner < b.nameWithOwner ? -1 : 1)
  );

async function teamsOf(
  github: GitHub,
  owners: readonly string[]
): Promise<{ teams: PlannedTeam[]; notices: string[] }> {
  const teams: PlannedTeam[] = [];
  const notices: string[] = [];
  for (const login of owners) {
    try {
      for (const { slug, name, parent, members } of (await readTeams(github, login)).teams)
        teams.push({ id: teamId(slug), title: name, parent: parent === null ? null : teamId(parent), members: members.length }); // prettier-ignore
    } catch (error) {
      if (!(error instanceof CollectorError) || error.code !== 'source_forbidden') throw error;
      notices.push(`Teams of ${login} cannot be seen: ${messageOf(error)}`);
    }
  }
  return { teams, notices };
}

/** By the pull requests that moved last. */
function accountsOf(seen: readonly LookedAt[]): { accounts: PlannedAccount[]; count: number } {
  const found = new Map<string, PlannedAccount>();
  let count = 0;
  for (const { recent } of seen) {
    for (const node of recent?.nodes ?? []) {
      const who = node?.author ?? null;
      count += 1;
      if (who === null) continue;
      const key = accountOf(who, { accountId: (_provider, name) => name, provider: '' }) ?? '';
      const login = loginOf(who);
      const kind = actorKind(who);
      const known = found.get(key) ?? { login, email: null, name: null, kind, count: 0, isDoubtful: kind === 'human' && isDoubtful(login, '') }; // prettier-ignore
      found.set(key, { ...known, count: known.count + 1 });
    }
  }
  return { accounts: [...found.values()], count };
}

/** Tools by the own commits of merged pull requests. */
function toolsOf(seen: readonly LookedAt[]): { tools: Map<string, number>; marked: number; count: number } {
  const tools = new Map<string, number>();
  const all = { marked: 0, count: 0 };
  for (const pull of seen.flatMap(({ merged }) => merged?.nodes ?? [])) {
    if (pull === null) continue;
    const own = pull.commits.nodes.flatMap((node) => node?.commit ?? []);
    const ids = new Set(
      own.flatMap(({ message, authoredDate, author, committer }) =>
        markCommit({
          authorName: author?.name ?? '',
          authorEmail: author?.email ?? '',
          committerName: committer?.name ?? '',
          committerEmail: committer?.email ?? '',
          authoredAt: authoredDate,
          message,
        }).flatMap(({ grade, toolId }) => (grade >= 3 ? [toolId] : []))
      )
    );
    all.count += 1;
    all.marked += ids.size > 0 ? 1 : 0;
    for (const id of ids) tools.set(id, (tools.get(id) ?? 0) + 1);
  }
  return { tools, ...all };
}

interface Gathered {
  readonly section: Section;
  readonly seen: readonly LookedAt[];
  readonly refused: ReadonlyMap<Part, string>;
  readonly teams: readonly PlannedTeam[];
  readonly owned: number;
  readonly tools: ReturnType<typeof toolsOf>;
}

const known = (fact: PlannedFact['fact'], because: string): PlannedFact => ({ fact, state: 'known', because, step: null }); // prettier-ignore
const partly = (fact: PlannedFact['fact'], because: string, step: string | null = null): PlannedFact => ({ fact, state: 'partly', because, step }); // prettier-ignore

function factsOf({ section, seen, refused, teams, owned, tools }: Gathered): PlannedFact[] {
  const isSeen = (part: Part): boolean => !refused.has(part);
  const incidents = seen.reduce((sum, one) => sum + (one.incidents?.totalCount ?? 0), 0);
  const labels = section.incident_labels.join(', ');
  const marks = `${String(tools.marked)} of ${String(tools.count)} merged pull requests that were looked at carry a mark of an AI tool`;
  return [
    ...(isSeen('pulls') ? [known('changes', 'pull requests with their own commits'), known('reviews', 'reviews of pull requests')] : []), // prettier-ignore
    ...(section.mirrors && isSeen('contents') ? [known('lines', 'git histories are read too')] : []),
    ...(incidents > 0 ? [known('incidents', `${incidents.toLocaleString('en')} issues labelled ${labels}`)] : []),
    ...(tools.marked > 0 ? [partly('code_source', `${marks}; unmarked is unknown, not human`), partly('usage', `declared alone: ${marks}`)] : []), // prettier-ignore
    ...(teams.length > 0
      ? [known('teams', `${String(teams.length)} teams with their members`)]
      : owned > 0
        ? [partly('teams', `CODEOWNERS of ${String(owned)} repositories alone`, 'let the token see the members (read:org)')] // prettier-ignore
        : []),
  ];
}

interface Listed {
  readonly all: readonly Repository[];
  readonly skips: readonly Skip[];
}

async function list(github: GitHub, { section, onProgress }: PlanContext<Section>): Promise<Listed> {
  const skips: Skip[] = [];
  const all: Repository[] = [];
  for await (const some of readAll(github, section, skips)) {
    for (const one of some) all.push(one);
    onProgress(all.length, null, 'repositories listed');
  }
  return { all: byPush(all), skips };
}

export async function plan(context: PlanContext<Section>): Promise<SourcePlan> {
  const { section, signal, isWhole, onProgress } = context;
  const github = await openGitHub(context);
  const { all, skips } = await list(github, context);
  const { teams, notices: unseen } = await teamsOf(github, section.owners);
  const chosen = isWhole ? all : all.slice(0, LOOKED_INTO);
  const { repositories, refused } = await lookAt(
    chosen.map(({ id }) => id),
    { github, section, signal, onRead: (done) => onProgress(done, chosen.length, 'repositories looked into') }
  );
  const describe = (repository: Repository): Described => {
    const slug = repository.nameWithOwner;
    return { repository, slug, section, configured: context.repositories.find((one) => one.slug === slug) };
  };
  const gone = chosen.filter(({ id }) => (repositories.get(id) ?? null) === null);
  const planned = all
    .filter((one) => !gone.includes(one))
    .map((repository) => {
      const described = describe(repository);
      const seen = repositories.get(repository.id) ?? null;
      const one = seen === null ? listedRepository(described) : readRepository(seen, described);
      return { one, choices: seen === null || repository.isArchived ? [] : choicesOf(one, described) };
    });
  const seen = [...repositories.values()].filter((one) => one !== null);
  const { accounts, count } = accountsOf(seen);
  const tools = toolsOf(seen);
  const owned = planned.filter(({ one }) => one.owner !== null).length;
  return {
    repositories: planned.map(({ one }) => one),
    teams,
    accounts,
    tools: [...tools.tools].map(([id, times]) => ({ id, title: titleOfTool(id), count: times })),
    looked: { count, unit: 'pull requests' },
    facts: all.length === 0 ? [] : factsOf({ section, seen, refused, teams, owned, tools }),
    choices: planned.flatMap(({ choices }) => choices),
    cost: `${github.spent.toLocaleString('en')} points${github.left === null ? '' : `, ${github.left.remaining.toLocaleString('en')} left this hour`}`, // prettier-ignore
    notices: [
      ...skips.map(({ item, reason }) => `${item}: ${reason}.`),
      ...gone.map(({ nameWithOwner }) => `${nameWithOwner}: it went away while it was looked at, or the token may not see it.`), // prettier-ignore
      ...unseen,
      ...[...refused].map(([part, said]) => `The token may not see ${RIGHTS[part]}: ${said}`),
    ],
  };
}
