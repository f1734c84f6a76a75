/** GitLab as it answers over GraphQL (docs.gitlab.com/api/graphql/reference, 2026-11): the parts of merge requests, pipelines and incidents. */
import { z } from 'zod';
import { eachOf, instant as time, instantOrNone } from '../../lenient.ts';
import { numberOf } from './client.ts';
import { sha, type User } from './schema.ts';

const maybeTime = instantOrNone.nullish();

/** Null = the account is gone. */
const user = z
  .object({ id: z.string(), username: z.string().min(1), bot: z.boolean().nullish() })
  .nullish()
  .catch(null)
  .transform((one): User => {
    const id = one ? numberOf(one.id) : null;
    return one && id !== null ? { id, username: one.username, bot: one.bot ?? undefined } : null;
  });

const page = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() });
export type PageInfo = z.infer<typeof page>;

/** A connection; `bad` = entries that are not as GitLab describes them: who reads them must say so. */
const connection = <Node extends z.ZodType>(node: Node, what: string) =>
  z
    .object({ pageInfo: page, nodes: eachOf(node, what) })
    .transform(({ pageInfo, nodes: { good, bad } }) => ({ pageInfo, nodes: good, bad }));

const commit = z.object({
  sha,
  message: z.string().nullish(),
  authoredDate: time,
  committedDate: maybeTime,
  authorName: z.string().nullish(),
  authorEmail: z.string().nullish(),
  committerName: z.string().nullish(),
  committerEmail: z.string().nullish(),
  author: user,
});
export type Commit = z.infer<typeof commit>;

/** What the system wrote: who did what. */
const activity = z.object({
  id: z.string(),
  createdAt: time,
  body: z.string(),
  system: z.boolean(),
  discussion: z.object({ id: z.string() }).nullish().catch(null),
  systemNoteMetadata: z.object({ action: z.string().nullish() }).nullish().catch(null),
  author: user,
});
export type Activity = z.infer<typeof activity>;

/** What somebody said: when and where, not what. */
const said = z.object({
  id: z.string(),
  createdAt: time,
  system: z.boolean(),
  internal: z.boolean().nullish(),
  confidential: z.boolean().nullish(),
  author: user,
  position: z.object({ filePath: z.string().nullish() }).nullish().catch(null),
  discussion: z.object({ id: z.string(), resolvable: z.boolean().nullish(), resolved: z.boolean().nullish() }).nullish().catch(null),
}); // prettier-ignore
export type Said = z.infer<typeof said>;

export const commits = connection(commit, 'commit');
export const activities = connection(activity, 'note');
export const saids = connection(said, 'note');

export const parts = z.object({
  iid: z.coerce.number().int().positive(),
  commits: commits.nullable(),
  activity: activities,
  said: saids,
  diffStatsSummary: z.object({ additions: z.number(), deletions: z.number() }).nullish().catch(null),
});
export type Parts = z.infer<typeof parts>;

const ofProject = <Field extends z.ZodRawShape>(shape: Field) => z.object({ project: z.object(shape).nullable() });

export const partsOfMany = ofProject({ mergeRequests: z.object({ nodes: z.array(z.unknown()) }) });
/** Further pages of one connection of one merge request. */
export const oneMore = ofProject({ mergeRequest: z.record(z.string(), z.unknown()).nullable() });

const job = z.object({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string().nullish(),
  createdAt: time,
  queuedAt: maybeTime,
  startedAt: maybeTime,
  finishedAt: maybeTime,
  allowFailure: z.boolean().nullish(),
  webPath: z.string().nullish(),
});
export type Job = z.infer<typeof job>;
export const jobs = connection(job, 'job');

const pipeline = z.object({
  id: z.string(),
  iid: z.string(),
  name: z.string().nullish(),
  ref: z.string().nullish(),
  sha,
  source: z.string().nullish(),
  status: z.string(),
  createdAt: time,
  updatedAt: maybeTime,
  startedAt: maybeTime,
  finishedAt: maybeTime,
  path: z.string().nullish(),
  user,
  jobs: jobs.nullable(),
});
export type Pipeline = z.infer<typeof pipeline>;

export const pipelines = ofProject({ pipelines: connection(pipeline, 'pipeline').nullable() });
export const moreJobs = ofProject({ pipeline: z.object({ jobs: jobs.nullable() }).nullable() });
export const ofBranches = ofProject({
  mergeRequests: z.object({
    nodes: z.array(
      z.object({
        iid: z.coerce.number(),
        sourceBranch: z.string(),
        createdAt: time,
        mergedAt: maybeTime,
        closedAt: maybeTime,
      })
    ),
  }),
});

const timelineEvent = z.object({
  occurredAt: time,
  timelineEventTags: z
    .object({ nodes: z.array(z.object({ name: z.string() })) })
    .nullish()
    .catch(null),
});
export type TimelineEvent = z.infer<typeof timelineEvent>;
export const timeline = ofProject({
  incidentManagementTimelineEvents: z.object({ nodes: eachOf(timelineEvent, 'event of a timeline') }).nullish(),
});

export const deploymentEnds = z.object({
  project: z.record(z.string(), z.object({ finishedAt: maybeTime }).nullable().catch(null)).nullable(),
});
