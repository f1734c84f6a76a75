/** GitHub as it answers (GraphQL schema of 2026-11, REST 2022-11-28): only the fields that are needed, unknown ones ignored. */
import { z } from 'zod';
import { eachOf, instant as time } from '../../lenient.ts';
import { pattern } from '../../text/pattern.ts';
import type { Thread } from './schema-threads.ts';

const OID = pattern`^[0-9a-f]{40,64}$`;
export const oid = z.string().refine((text) => OID.test(text), 'is no object name');

/** Null = the account is gone ("ghost"). */
export const actor = z
  .object({ __typename: z.string(), login: z.string(), databaseId: z.number().nullish() })
  .nullable()
  .catch(null);
export type Actor = z.infer<typeof actor>;

export const page = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

/** A connection. Null nodes are nodes that GitHub could not give, `bad` ones not as it describes them: who reads them must say so. */
export const connection = <Node extends z.ZodType>(node: Node, what: string) =>
  z
    .object({ totalCount: z.number(), pageInfo: page, nodes: eachOf(node.nullable(), what) })
    .transform(({ nodes: { good, bad }, ...rest }) => ({ ...rest, nodes: good, bad }));

/** Entries that say something beside: one that is not understood is as good as none. */
export const some = <Node extends z.ZodType>(node: Node) => z.array(node.nullable().catch(null));

const user = z.object({ login: z.string(), databaseId: z.number().nullish() }).nullish();

export const commit = z.object({
  commit: z.object({
    oid,
    message: z.string(),
    authoredDate: time,
    committedDate: time,
    additions: z.number().nullish(),
    deletions: z.number().nullish(),
    author: z.object({ name: z.string().nullable(), email: z.string().nullable(), user }).nullable(),
    committer: z.object({ name: z.string().nullable(), email: z.string().nullable() }).nullable(),
  }),
});
export type Commit = z.infer<typeof commit>['commit'];

export const timelineItem = z.object({
  __typename: z.string(),
  id: z.string().optional(),
  createdAt: time.optional(),
  actor: actor.optional(),
  author: actor.optional(),
  state: z.string().optional(),
  submittedAt: time.nullish(),
  requestedReviewer: z
    .object({ __typename: z.string(), login: z.string().optional(), databaseId: z.number().nullish() })
    .nullish(),
  beforeCommit: z.object({ oid, authoredDate: time }).nullish(),
  /** Why it left a merge queue. */
  reason: z.string().nullish(),
});
export type TimelineItem = z.infer<typeof timelineItem>;

const named = z.object({ name: z.string() }).nullish();
const check = z.object({
  __typename: z.string(),
  name: z.string().optional(),
  status: z.string().optional(),
  conclusion: z.string().nullish(),
  startedAt: time.nullish(),
  completedAt: time.nullish(),
  detailsUrl: z.string().nullish(),
  id: z.string().optional(),
  context: z.string().optional(),
  state: z.string().optional(),
  createdAt: time.nullish(),
  targetUrl: z.string().nullish(),
  /** Of GitHub Actions: the run. */
  checkSuite: z
    .object({ branch: named, workflowRun: z.object({ event: z.string() }).nullish() })
    .nullish()
    .catch(null),
});
export type Check = z.infer<typeof check>;

const lastCommit = z.object({
  commit: z.object({
    oid,
    statusCheckRollup: z
      .object({ contexts: z.object({ totalCount: z.number(), pageInfo: page, nodes: some(check) }) })
      .nullish(),
  }),
});

export const label = z.object({ name: z.string() });
export const closing = z.object({ number: z.number(), repository: z.object({ nameWithOwner: z.string() }) });

/** Checks of the last commit of a pull request: further pages. */
export const moreChecks = z.object({ node: z.object({ last: z.object({ nodes: some(lastCommit) }) }).nullable() });

export const pull = z.object({
  __typename: z.literal('PullRequest'),
  id: z.string(),
  number: z.int().positive(),
  title: z.string(),
  body: z.string().nullish().catch(null),
  /** In the conversation and in the diff; null = not told. */
  totalCommentsCount: z.number().nullish().catch(null),
  url: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  createdAt: time,
  updatedAt: time,
  closedAt: time.nullable(),
  mergedAt: time.nullable(),
  author: actor,
  mergedBy: actor.optional(),
  headRefName: z.string(),
  headRefOid: oid,
  baseRefName: z.string(),
  isCrossRepository: z.boolean().optional(),
  additions: z.number(),
  deletions: z.number(),
  mergeCommit: z.object({ oid, messageHeadline: z.string(), committedDate: time }).nullable(),
  labels: connection(label, 'label').nullable(),
  closingIssuesReferences: connection(closing, 'issue').nullable(),
  commits: connection(commit, 'commit'),
  timelineItems: connection(timelineItem, 'event'),
  last: z.object({ nodes: some(lastCommit) }).optional(),
});
export type Pull = z.infer<typeof pull> & {
  /** Asked for beside the rest; absent = nothing was said in the diff, or it could not be read. */
  readonly threads?: readonly Thread[];
};

const header = z.object({ id: z.string(), number: z.number(), updatedAt: time });
export type Header = z.infer<typeof header>;

export const pullHeaders = z.object({
  node: z.object({ nameWithOwner: z.string(), pullRequests: connection(header, 'pull request') }).nullable(),
});
/** What GitHub does not know now, or calls otherwise one day, is not known. */
const mergeable = z.enum(['MERGEABLE', 'CONFLICTING', 'UNKNOWN']).catch('UNKNOWN');
const openPull = z.object({ id: z.string(), number: z.number(), mergeable });
export type OpenPull = z.infer<typeof openPull>;

export const openPulls = z.object({
  node: z.object({ nameWithOwner: z.string(), pullRequests: connection(openPull, 'open pull request') }).nullable(),
});
export const openPullsById = z.object({ nodes: z.array(openPull.nullable().catch(null)) });

/** Several nodes, each to be read as what was asked for. */
export const several = z.object({ nodes: z.array(z.unknown()) });
export const pullDetails = z.object({ nodes: z.array(z.unknown().nullable()) });

const newest = z.object({ nodes: some(z.object({ updatedAt: time })) });

export const repository = z.object({
  id: z.string(),
  databaseId: z.number(),
  nameWithOwner: z.string(),
  url: z.string(),
  isArchived: z.boolean(),
  isFork: z.boolean(),
  isDisabled: z.boolean().optional(),
  isEmpty: z.boolean().optional(),
  pushedAt: time.nullish(),
  /** Kilobytes. */
  diskUsage: z.number().nullish(),
  defaultBranchRef: z.object({ name: z.string(), target: z.object({ oid }).nullish() }).nullable(),
  notes: z.object({ target: z.object({ oid }).nullish() }).nullish(),
  parent: z.object({ nameWithOwner: z.string() }).nullish(),
  squashMergeCommitMessage: z.string().nullish(),
  repositoryTopics: z.object({ nodes: some(z.object({ topic: z.object({ name: z.string() }) })) }).optional(),
  pullRequests: newest.extend({ totalCount: z.number() }),
  issues: newest,
  deployments: z.object({ nodes: some(z.object({ createdAt: time })) }),
});
export type Repository = z.infer<typeof repository>;

export const owned = z.object({
  repositoryOwner: z
    .object({ __typename: z.string(), login: z.string(), repositories: connection(repository, 'repository') })
    .nullable(),
});

const blob = z.object({ text: z.string().nullish() }).nullish();
export const codeowners = z.object({ nodes: some(z.object({ id: z.string(), a: blob, b: blob, c: blob })) });

const versions = z.object({ totalCount: z.number(), nodes: some(z.object({ oid, committedDate: time })) }).nullish();
/** Commits that changed CODEOWNERS in each of its places. */
export const ownerVersions = z.object({
  nodes: some(
    z.object({
      id: z.string(),
      defaultBranchRef: z.object({ target: z.object({ a: versions, b: versions, c: versions }).nullish() }).nullish(),
    })
  ),
});
export const ownersAt = z.object({ node: z.record(z.string(), blob).nullable() });

const members = z.object({
  totalCount: z.number(),
  pageInfo: page,
  edges: some(z.object({ role: z.string(), node: z.object({ login: z.string(), databaseId: z.number().nullish() }) })),
});
export const teams = z.object({
  organization: z
    .object({
      teams: connection(
        z.object({
          id: z.string(),
          slug: z.string(),
          name: z.string(),
          parentTeam: z.object({ slug: z.string() }).nullish(),
          members,
        }),
        'team'
      ),
    })
    .nullable(),
});
export const teamMembers = z.object({ node: z.object({ members }).nullable() });

export const deployment = z.object({
  id: z.string(),
  commitOid: oid,
  environment: z.string().nullable(),
  originalEnvironment: z.string().nullish(),
  task: z.string().nullish(),
  state: z.string().nullish(),
  createdAt: time,
  updatedAt: time,
  ref: named,
  statuses: z
    .object({
      totalCount: z.number().optional(),
      nodes: some(
        z.object({
          state: z.string(),
          createdAt: time,
          environmentUrl: z.string().nullish(),
          logUrl: z.string().nullish(),
        })
      ),
    })
    .nullish(),
});
export type Deployment = z.infer<typeof deployment>;
export const deployments = z.object({
  node: z.object({ deployments: connection(deployment, 'deployment') }).nullable(),
});

/** REST: a run of GitHub Actions, as its newest attempt is. */
export const run = z.object({
  id: z.number(),
  name: z.string().nullish(),
  path: z.string().nullish(),
  event: z.string().nullish(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  head_sha: oid,
  head_branch: z.string().nullish(),
  run_attempt: z.number().nullish(),
  run_started_at: time.nullish(),
  created_at: time,
  updated_at: time,
  html_url: z.string().nullish(),
  check_suite_node_id: z.string().nullish(),
  pull_requests: some(z.object({ number: z.number() })).nullish(),
  triggering_actor: z.object({ login: z.string(), id: z.number(), type: z.string().nullish() }).nullish(),
});
export type Run = z.infer<typeof run>;
export const runs = z.object({ total_count: z.number(), workflow_runs: eachOf(run, 'run') });

const signature = z.object({ name: z.string().nullable(), email: z.string().nullable() }).nullish();
const worded = z.object({ message: z.string(), authoredDate: time, author: signature, committer: signature });
export type Worded = z.infer<typeof worded>;
const listed = z.object({ totalCount: z.number() }).nullish();
const folder = z
  .object({
    entries: some(
      z.object({
        name: z.string(),
        object: z
          .object({ entries: some(z.object({ name: z.string() })).nullish() })
          .nullish()
          .catch(null),
      })
    ).nullish(),
  })
  .nullish();

/** A repository as a plan looks at it; what a part that was not asked for holds is undefined. */
export const lookedAt = z.object({
  id: z.string(),
  workflows: z.object({ entries: some(z.object({ name: z.string(), object: blob })).nullish() }).nullish(),
  a: blob,
  b: blob,
  c: blob,
  apps: folder,
  services: folder,
  refs: z.object({ totalCount: z.number(), nodes: some(z.object({ name: z.string() })) }).nullish(),
  releases: listed,
  deployments: z
    .object({
      totalCount: z.number(),
      nodes: some(z.object({ environment: z.string().nullable(), originalEnvironment: z.string().nullish() })),
    })
    .nullish(),
  environments: z.object({ totalCount: z.number(), nodes: some(z.object({ name: z.string() })) }).nullish(),
  merged: z
    .object({
      nodes: some(
        z.object({
          author: actor,
          mergeCommit: worded.nullable(),
          commits: z.object({ nodes: some(z.object({ commit: worded })) }),
        })
      ),
    })
    .nullish(),
  recent: z.object({ nodes: some(z.object({ author: actor })) }).nullish(),
  incidents: listed,
});
export type LookedAt = z.infer<typeof lookedAt>;
export const look = z.object({ nodes: z.array(z.unknown().nullable()) });
