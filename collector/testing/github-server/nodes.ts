/** The world as GraphQL objects of GitHub: plain values, and functions where a field has arguments. */
import { connect, connectByTime, type PageArgs } from './connection.ts';
import { deploymentsOf, issuesOf, type MadeDeployment, type MadeIssue } from './delivery.ts';
import { teams, type Account, type Team } from './people.ts';
import type { MadeCommit, MadeEvent } from './pull-request.ts';
import { oidOf } from './random.ts';
import type { MadeThread } from './threads.ts';
import type { MadeRepository, World } from './world.ts';

const DAY = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** What a look at the world needs. */
export interface View {
  readonly world: World;
  readonly now: number;
  readonly url: string;
  /** Called for each pull request whose connections are read. */
  readonly onPull: (repository: MadeRepository, number: number) => void;
  /** Whether it has been worked out if it can be merged: GitHub begins when it is asked. */
  readonly isWorkedOut: (repository: MadeRepository, number: number) => boolean;
}

const actor = (who: Account | null): object | null =>
  who && { __typename: who.__typename, login: who.login, databaseId: who.databaseId };
const userOf = ({ __typename, login, databaseId }: Account): object | null =>
  __typename === 'User' ? { login, databaseId } : null;

/** A pull request with many commits has many checks too. */
const checksOf = (count: number): string[] =>
  count > 100 ? Array.from({ length: count }, (_none, index) => `test ${String(index)}`) : ['build', 'test'];

const commit = (made: MadeCommit, checks: readonly string[]) => ({
  __typename: 'PullRequestCommit',
  commit: {
    oid: made.oid,
    message: made.message,
    messageHeadline: made.message.split('\n', 1)[0],
    authoredDate: iso(made.at),
    committedDate: iso(made.at),
    additions: made.additions,
    deletions: made.deletions,
    author: { name: made.author.name, email: made.author.email, user: userOf(made.author) },
    committer: { name: made.author.name, email: made.author.email },
    statusCheckRollup: () => ({
      contexts: (args: PageArgs) =>
        connect(checks, args, {
          keyOf: (name) => name,
          show: (name) => ({
            __typename: 'CheckRun',
            id: `CR_${oidOf(made.oid, name)}`,
            name,
            status: 'COMPLETED',
            conclusion: oidOf(made.oid, name).startsWith('0') ? 'FAILURE' : 'SUCCESS',
            startedAt: iso(made.at + 60_000),
            completedAt: iso(made.at + 360_000),
            detailsUrl: null,
            checkSuite: { app: { slug: 'github-actions' } },
          }),
        }),
    }),
  },
});

const event = (made: MadeEvent) => ({
  __typename: made.__typename,
  id: made.id,
  fullDatabaseId: null,
  createdAt: iso(made.at),
  submittedAt: iso(made.at),
  state: made.state,
  actor: actor(made.who),
  author: actor(made.who),
  requestedReviewer: made.asked ? actor(made.asked) : null,
  beforeCommit: made.before ? { oid: made.before.oid, authoredDate: iso(made.before.at) } : null,
  afterCommit: null,
});

const thread = ({ id, isResolved, isOutdated, comments }: MadeThread) => ({
  id,
  isResolved,
  isOutdated,
  comments: (args: PageArgs) =>
    connect(comments, args, { keyOf: (one) => one.id, show: ({ id: name, at, who }) => ({ id: name, createdAt: iso(at), author: actor(who) }) }), // prettier-ignore
});

const ITEM_TYPE = (type: string): string => type.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();

export function pullNode(view: View, repository: MadeRepository, number: number): object {
  const { world, now, url } = view;
  const pull = world.pull(repository, number);
  const happened = pull.events.filter(({ at }) => at <= now);
  const said = pull.threads.filter(({ at }) => at <= now);
  const isMerged = pull.mergedAt !== null && pull.mergedAt <= now;
  const isClosed = pull.closedAt !== null && pull.closedAt <= now;
  const merge = pull.landed.at(-1);
  const isReady = !pull.isDraft || happened.some(({ __typename: type }) => type === 'ReadyForReviewEvent');
  const read = <T>(answer: T): T => {
    view.onPull(repository, number);
    return answer;
  };
  return {
    __typename: 'PullRequest',
    id: `PR_${String(repository.index)}_${String(number)}`,
    number,
    title: pull.title,
    body: pull.body,
    totalCommentsCount:
      said.reduce((sum, { comments }) => sum + comments.length, 0) +
      happened.filter(({ __typename: type }) => type === 'IssueComment').length,
    reviewThreads: (args: PageArgs) => connect(said, args, { keyOf: ({ id }) => id, show: thread }),
    url: `${url}/${repository.owner}/${repository.name}/pull/${String(number)}`,
    state: isMerged ? 'MERGED' : isClosed ? 'CLOSED' : 'OPEN',
    isDraft: !isReady,
    mergeable: () => {
      if (isClosed || !view.isWorkedOut(repository, number)) return 'UNKNOWN';
      return pull.conflict !== null && pull.conflict.from <= now && now < pull.conflict.to
        ? 'CONFLICTING'
        : 'MERGEABLE';
    },
    createdAt: iso(pull.createdAt),
    updatedAt: iso(Math.max(pull.createdAt, ...happened.map(({ at }) => at))),
    closedAt: isClosed ? iso(pull.closedAt ?? 0) : null,
    mergedAt: isMerged ? iso(pull.mergedAt ?? 0) : null,
    author: actor(pull.author),
    mergedBy: isMerged ? actor(pull.mergedBy) : null,
    headRefName: pull.branch,
    headRefOid: pull.commits.at(-1)?.oid,
    baseRefName: 'main',
    isCrossRepository: false,
    additions: pull.commits.reduce((sum, one) => sum + one.additions, 0),
    deletions: pull.commits.reduce((sum, one) => sum + one.deletions, 0),
    changedFiles: pull.commits.length,
    baseRepository: { databaseId: repository.databaseId },
    mergeCommit: isMerged && merge ? { oid: merge.oid, message: merge.message, messageHeadline: merge.message.split('\n', 1)[0], authoredDate: iso(merge.authoredAt), committedDate: iso(merge.at), author: pull.author && { name: pull.author.name, email: pull.author.email }, committer: { name: 'GitHub', email: 'noreply@github.com' } } : null, // prettier-ignore
    labels: (args: PageArgs) => connect(pull.labels, args, { keyOf: (name) => name, show: (name) => ({ name }) }),
    closingIssuesReferences: (args: PageArgs) =>
      connect(pull.closes === null ? [] : [pull.closes], args, { keyOf: String, show: (issue) => ({ number: issue, repository: { nameWithOwner: `${repository.owner}/${repository.name}` } }) }), // prettier-ignore
    commits: (args: PageArgs) => read(connect(pull.commits, args, { keyOf: ({ oid }) => oid, show: (made) => commit(made, checksOf(pull.commits.length)) })), // prettier-ignore
    timelineItems: (args: PageArgs & { itemTypes?: readonly string[] }) =>
      connect(happened.filter(({ __typename: type }) => args.itemTypes?.includes(ITEM_TYPE(type)) ?? true), args, { keyOf: ({ id }) => id, show: event }), // prettier-ignore
  };
}

const deploymentNode = (view: View, made: MadeDeployment) => ({
  id: `DE_${String(made.id)}`,
  commitOid: made.sha,
  environment: made.environment,
  originalEnvironment: made.environment,
  task: 'deploy',
  payload: '{}',
  state: made.statuses.filter(({ at }) => at <= view.now).at(-1)?.state === 'SUCCESS' ? 'ACTIVE' : 'PENDING',
  createdAt: iso(made.createdAt),
  updatedAt: iso(made.createdAt),
  ref: { name: 'main' },
  creator: { __typename: 'Bot', login: 'github-actions', databaseId: 41898282 },
  statuses: (args: PageArgs) =>
    connect([...made.statuses].reverse().filter(({ at }) => at <= view.now), args, { keyOf: ({ state }) => state, show: ({ state, at }) => ({ state, createdAt: iso(at), environmentUrl: null, logUrl: null }) }), // prettier-ignore
});

const issueNode = (view: View, repository: MadeRepository, made: MadeIssue) => {
  const isClosed = made.closedAt !== null && made.closedAt <= view.now;
  return {
    id: `I_${String(repository.index)}_${String(made.number)}`,
    number: made.number,
    title: made.title,
    url: `${view.url}/${repository.owner}/${repository.name}/issues/${String(made.number)}`,
    state: isClosed ? 'CLOSED' : 'OPEN',
    stateReason: isClosed ? 'COMPLETED' : null,
    createdAt: iso(made.createdAt),
    updatedAt: iso(isClosed ? (made.closedAt ?? 0) : made.createdAt),
    closedAt: isClosed ? iso(made.closedAt ?? 0) : null,
    body: made.body,
    author: null,
    issueType: made.type === null ? null : { name: made.type },
    assignees: (args: PageArgs) => connect([], args, { keyOf: String, show: () => null }),
    parent: null,
    timelineItems: (args: PageArgs) => connect(isClosed ? ['CE'] : [], args, { keyOf: String, show: () => ({ __typename: 'ClosedEvent', id: `CE_${String(made.number)}`, createdAt: iso(made.closedAt ?? 0), stateReason: 'COMPLETED' }) }), // prettier-ignore
    labels: (args: PageArgs) => connect(made.labels, args, { keyOf: (name) => name, show: (name) => ({ name }) }),
  };
};

function historyOf(view: View, repository: MadeRepository, oid: string) {
  const { list } = { list: view.world.updated(repository, view.now) };
  const made = list
    .map(({ number }) => view.world.pull(repository, number))
    .find(({ landed }) => landed.at(-1)?.oid === oid);
  return made && { __typename: 'Commit', history: (args: PageArgs) => connect([...made.landed].reverse(), args, { keyOf: (one) => one.oid, show: (one) => ({ oid: one.oid, messageHeadline: one.message.split('\n', 1)[0], authoredDate: iso(one.authoredAt) }) }) }; // prettier-ignore
}

const CODEOWNERS = ['# who owns what', '* @acme/platform', '*.md @acme/engineering'].join('\n');

/** CODEOWNERS as it was first, and as it is. */
const ownersOf = (repository: MadeRepository): ReadonlyArray<{ oid: string; at: number; text: string }> =>
  repository.index % 2 === 0
    ? [
        { oid: oidOf('owners', repository.id, 0), at: repository.startAt + 10 * DAY, text: '* @acme/engineering' },
        { oid: oidOf('owners', repository.id, 1), at: repository.startAt + 40 * DAY, text: CODEOWNERS },
      ]
    : [];

/** Files of the default branch: those that the world was given, and for every second repository CODEOWNERS. */
function objectAt({ world }: View, repository: MadeRepository, expression: string): object | null {
  const files = new Map(world.files(repository));
  if (repository.index % 2 === 0) files.set('.github/CODEOWNERS', CODEOWNERS);
  const version = ownersOf(repository).find(({ oid }) => expression.startsWith(oid));
  if (version !== undefined)
    return expression.endsWith(':.github/CODEOWNERS') ? { __typename: 'Blob', text: version.text } : null;
  const at = expression.slice('HEAD:'.length);
  const text = files.get(at);
  if (text !== undefined) return { __typename: 'Blob', text };
  const below = [...files.keys()].filter((file) => file.startsWith(`${at}/`)).map((file) => file.slice(at.length + 1).split('/')[0] ?? ''); // prettier-ignore
  const entries = [...new Set(below)].map((name) => ({ name, object: () => objectAt({ world } as View, repository, `${expression}/${name}`) })); // prettier-ignore
  return entries.length === 0 ? null : { __typename: 'Tree', entries };
}

function inStates({ world, now }: View, repository: MadeRepository, states: readonly string[] = []) {
  const all = world.updated(repository, now);
  const ended = (at: 'mergedAt' | 'closedAt', number: number): boolean => (world.pull(repository, number)[at] ?? Infinity) <= now;
  if (states.join() === 'MERGED') return all.filter(({ number }) => ended('mergedAt', number));
  return states.join() === 'OPEN' ? all.filter(({ number }) => !ended('closedAt', number)) : all;
} // prettier-ignore

export function repositoryNode(view: View, repository: MadeRepository): object {
  const { world, now, url } = view;
  const name = `${repository.owner}/${repository.name}`;
  const visible = <T extends { createdAt: number }>(all: readonly T[]): T[] =>
    all.filter(({ createdAt }) => createdAt <= now);
  return {
    __typename: 'Repository',
    id: repository.id,
    databaseId: repository.databaseId,
    nameWithOwner: name,
    url: `${url}/${name}`,
    isArchived: repository.isArchived,
    isFork: repository.isFork,
    isDisabled: false,
    isEmpty: false,
    defaultBranchRef: { name: 'main', target: { __typename: 'Commit', oid: world.tip(repository, now), history: (args: PageArgs & { path?: string }) => connect(args.path === '.github/CODEOWNERS' ? ownersOf(repository).toReversed() : [], args, { keyOf: ({ oid }) => oid, show: ({ oid, at }) => ({ oid, committedDate: iso(at) }) }) } }, // prettier-ignore
    parent: repository.isFork ? { nameWithOwner: 'elsewhere/original' } : null,
    squashMergeCommitMessage: 'COMMIT_MESSAGES',
    repositoryTopics: (args: PageArgs) =>
      connect(['service'], args, { keyOf: String, show: (topic) => ({ topic: { name: topic } }) }),
    pushedAt: iso(world.pushedAt(repository, now)),
    diskUsage: 1_000,
    pullRequests: (args: PageArgs & { states?: readonly string[] }) =>
      connectByTime(inStates(view, repository, args.states), args, ({ number }) => pullNode(view, repository, number)),
    issues: (
      args: PageArgs & { labels?: readonly string[]; filterBy?: { since?: string }; orderBy?: { direction: string } }
    ) => {
      const since = args.filterBy?.since ? Date.parse(args.filterBy.since) : -Infinity;
      const changedAt = (one: MadeIssue): number =>
        one.closedAt !== null && one.closedAt <= now ? one.closedAt : one.createdAt;
      const all = visible(issuesOf(repository)).filter(
        (one) => changedAt(one) >= since && (!args.labels || one.labels.some((label) => args.labels?.includes(label)))
      );
      all.sort((a, b) => changedAt(a) - changedAt(b));
      if (args.orderBy?.direction === 'DESC') all.reverse();
      return connect(all, args, {
        keyOf: ({ number }) => String(number),
        show: (one) => issueNode(view, repository, one),
      });
    },
    deployments: (args: PageArgs) =>
      connect(visible(deploymentsOf(world, repository)).reverse(), args, { keyOf: ({ id }) => String(id), show: (one) => deploymentNode(view, one) }), // prettier-ignore
    environments: (args: PageArgs) =>
      connect([...new Set(visible(deploymentsOf(world, repository)).map(({ environment }) => environment))], args, { keyOf: String, show: (environment) => ({ name: environment }) }), // prettier-ignore
    refs: (args: PageArgs) => connect(world.tags(repository), args, { keyOf: String, show: (tag) => ({ name: tag }) }),
    releases: (args: PageArgs) => connect([], args, { keyOf: String, show: String }),
    object: ({ expression, oid }: { expression?: string; oid?: string }) =>
      oid === undefined ? objectAt(view, repository, expression ?? '') : (historyOf(view, repository, oid) ?? null),
  };
}

export function teamNode(view: View, team: Team): object {
  const day = (view.now - (view.world.repositories[0]?.startAt ?? 0)) / DAY;
  const members = team.members.filter(({ from, to }) => from <= day && day < to);
  return {
    __typename: 'Team',
    id: `T_${team.slug}`,
    slug: team.slug,
    name: team.name,
    parentTeam: team.parent === null ? null : { slug: team.parent },
    members: (args: PageArgs) => connect(members, args, { keyOf: ({ who }) => who.login, show: ({ who }) => ({ role: 'MEMBER', node: { login: who.login, databaseId: who.databaseId } }) }), // prettier-ignore
  };
}

export const teamsOf = (view: View) => (args: PageArgs) =>
  connect(teams, args, { keyOf: ({ slug }) => slug, show: (team) => teamNode(view, team) });
