/** What GitLab tells before anything is collected: all projects are listed, those that were active last are looked into. */
import { isDoubtful } from '../../../attribution/doubtful.ts';
import { markCommit } from '../../../attribution/mark-commit.ts';
import { titleOfTool } from '../../../attribution/tools.ts';
import type { Skip } from '../../../connector.ts';
import { CollectorError, messageOf } from '../../../errors.ts';
import type { PlanContext, PlannedAccount, PlannedFact, SourcePlan } from '../../../planned.ts';
import { encoded, openGitLab, type GitLab } from '../client.ts';
import { providerOf, type Section } from '../config.ts';
import { userKind } from '../normalize/accounts.ts';
import { PARTS } from '../queries.ts';
import { deployments, environments, mergeRequests, tags, type Project } from '../schema.ts';
import { parts as partsSchema, partsOfMany, type Commit } from '../schema-graphql.ts';
import { readAll } from '../streams/repositories.ts';
import { readTeams } from '../streams/teams.ts';
import { choicesOf, listedProject, NEWEST, readProject, type Described, type LookedAt } from './project.ts';

/** Projects that are looked into unless all shall be: those that were active last. */
export const LOOKED_INTO = 50;
/** Merge requests that changed last, and of how many of them the commits are read. */
const REQUESTS = 20;
const WITH_COMMITS = 10;

const active = ({ last_activity_at: at }: Project): number => at?.getTime() ?? 0;
const byActivity = (all: readonly Project[]): Project[] =>
  [...all].sort((a, b) => Number(a.archived === true) - Number(b.archived === true) || active(b) - active(a) || a.id - b.id); // prettier-ignore

interface Seen extends LookedAt {
  readonly commits: readonly Commit[][];
}

/** A list, or what is said of one that the token may not see. */
async function orSaid<T>(what: string, ask: Promise<{ readonly data: { readonly good: readonly T[] } }>, refused: Map<string, string>): Promise<readonly T[]> {
  try {
    return (await ask).data.good;
  } catch (error) {
    if (!(error instanceof CollectorError) || !['source_forbidden', 'source_not_found'].includes(error.code)) throw error;
    refused.set(what, messageOf(error));
    return [];
  }
} // prettier-ignore

async function lookInto(gitlab: GitLab, project: Project, refused: Map<string, string>): Promise<Seen> {
  const path = `projects/${encoded(project.id)}`;
  const newest = { order_by: 'id', sort: 'desc', per_page: NEWEST };
  const [found, deployed, tagged, requests] = await Promise.all([
    orSaid('environments', gitlab.get(`${path}/environments`, { per_page: 100 }, environments), refused),
    orSaid('deployments', gitlab.get(`${path}/deployments`, newest, deployments), refused),
    orSaid('tags', gitlab.get(`${path}/repository/tags`, { per_page: 50 }, tags), refused),
    orSaid('merge requests', gitlab.get(`${path}/merge_requests`, { scope: 'all', state: 'all', order_by: 'updated_at', sort: 'desc', per_page: REQUESTS }, mergeRequests), refused), // prettier-ignore
  ]);
  const merged = requests.filter(({ state }) => state === 'merged').slice(0, WITH_COMMITS);
  const variables = { project: project.path_with_namespace, iids: merged.map(({ iid }) => String(iid)) };
  const told = merged.length === 0 ? null : await gitlab.ask(PARTS, variables, partsOfMany);
  const commits = (told?.project?.mergeRequests.nodes ?? []).map((node) => partsSchema.safeParse(node).data?.commits?.nodes ?? []); // prettier-ignore
  return { environments: found, deployments: deployed, tags: tagged.map(({ name }) => name), requests, commits };
}

/** By the merge requests that moved last. */
function accountsOf(seen: readonly Seen[]): PlannedAccount[] {
  const found = new Map<number, PlannedAccount>();
  for (const { author } of seen.flatMap(({ requests }) => requests)) {
    if (author === null) continue;
    const kind = userKind(author);
    const known = found.get(author.id) ?? { login: author.username, email: null, name: null, kind, count: 0, isDoubtful: kind === 'human' && isDoubtful(author.username, '') }; // prettier-ignore
    found.set(author.id, { ...known, count: known.count + 1 });
  }
  return [...found.values()];
}

/** Tools by the own commits of merged merge requests. */
function toolsOf(seen: readonly Seen[]): { readonly tools: Map<string, number>; readonly marked: number; readonly count: number } {
  const tools = new Map<string, number>();
  let marked = 0;
  const all = seen.flatMap(({ commits }) => commits);
  for (const own of all) {
    const marks = own.flatMap((one) =>
      markCommit({ authorName: one.authorName ?? '', authorEmail: one.authorEmail ?? '', committerName: one.committerName ?? '', committerEmail: one.committerEmail ?? '', authoredAt: one.authoredDate, message: one.message ?? '' })
    );
    const ids = new Set(marks.flatMap(({ grade, toolId }) => (grade >= 3 ? [toolId] : [])));
    marked += ids.size > 0 ? 1 : 0;
    for (const id of ids) tools.set(id, (tools.get(id) ?? 0) + 1);
  }
  return { tools, marked, count: all.length };
} // prettier-ignore

type Gathered = Pick<SourcePlan, 'teams'> & { readonly section: Section; readonly refused: ReadonlyMap<string, string>; readonly tools: ReturnType<typeof toolsOf> }; // prettier-ignore

function factsOf({ section, refused, teams, tools }: Gathered): PlannedFact[] {
  const known = (fact: PlannedFact['fact'], because: string): PlannedFact => ({ fact, state: 'known', because, step: null }); // prettier-ignore
  const partly = (fact: PlannedFact['fact'], because: string): PlannedFact => ({ fact, state: 'partly', because, step: null }); // prettier-ignore
  const marks = `${String(tools.marked)} of ${String(tools.count)} merged merge requests that were looked at carry a mark of an AI tool`; // prettier-ignore
  return [
    ...(refused.has('merge requests') ? [] : [known('changes', 'merge requests with their own commits'), known('reviews', 'approvals, and what is said in the diff of merge requests')]), // prettier-ignore
    ...(section.mirrors ? [known('lines', 'git histories are read too')] : []),
    ...(tools.marked > 0 ? [partly('code_source', `${marks}; unmarked is unknown, not human`), partly('usage', `declared alone: ${marks}`)] : []), // prettier-ignore
    ...(teams.some(({ members }) => members > 0) ? [known('teams', `${String(teams.length)} groups with their direct members`)] : []), // prettier-ignore
  ];
}

export async function plan(context: PlanContext<Section>): Promise<SourcePlan> {
  const { section, signal, isWhole, onProgress } = context;
  const gitlab = openGitLab(context);
  const skips: Skip[] = [];
  const listed: Project[] = [];
  for await (const some of readAll(gitlab, section, skips)) {
    for (const one of some) listed.push(one);
    onProgress(listed.length, null, 'projects listed');
  }
  const all = byActivity(listed);
  const groups = await readTeams(gitlab, section, { accountId: (_provider, name) => name, provider: providerOf(section) }); // prettier-ignore
  const chosen = isWhole ? all : all.slice(0, LOOKED_INTO);
  const refused = new Map<string, string>();
  const seen = new Map<number, Seen>();
  for (const [index, one] of chosen.entries()) {
    signal.throwIfAborted();
    seen.set(one.id, await lookInto(gitlab, one, refused));
    onProgress(index + 1, chosen.length, 'projects looked into');
  }
  const planned = all.map((project) => {
    const slug = project.path_with_namespace;
    const described: Described = { project, slug, section, configured: context.repositories.find((one) => one.slug === slug) }; // prettier-ignore
    const own = seen.get(project.id);
    return own === undefined ? listedProject(described) : readProject(own, described);
  });
  const looked = [...seen.values()];
  const teams = groups.teams.map(({ id, title, parent, members }) => ({ id, title, parent, members: members.length }));
  const tools = toolsOf(looked);
  return {
    repositories: planned,
    teams,
    accounts: accountsOf(looked),
    tools: [...tools.tools].map(([id, count]) => ({ id, title: titleOfTool(id), count })),
    looked: { count: looked.reduce((sum, { requests }) => sum + requests.length, 0), unit: 'merge requests' },
    facts: all.length === 0 ? [] : factsOf({ section, refused, teams, tools }),
    choices: planned.filter(({ isArchived }) => !isArchived).flatMap(choicesOf),
    cost: null,
    notices: [
      ...[...skips, ...groups.skips].map(({ item, reason }) => `${item}: ${reason}.`),
      ...[...refused].map(([part, said]) => `The token may not see ${part} of some projects: ${said}`),
    ],
  };
}
