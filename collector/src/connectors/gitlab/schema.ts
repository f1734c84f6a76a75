/** GitLab as it answers over REST (v4, docs.gitlab.com/api, 2026-11): only the fields that are needed, unknown ones ignored. */
import { z } from 'zod';
import { eachOf, instant as time, instantOrNone } from '../../lenient.ts';
import { pattern } from '../../text/pattern.ts';

const SHA = pattern`^[0-9a-f]{40,64}$`;
export const sha = z.string().refine((text) => SHA.test(text), 'is no object name');
const shaOrNone = sha.nullish().catch(null);
const maybeTime = instantOrNone.nullish();

/** Null = the account is gone. */
export const user = z
  .object({
    id: z.number().int().positive(),
    username: z.string().min(1),
    bot: z.boolean().optional().catch(undefined),
  })
  .nullish()
  .catch(null)
  .transform((one) => one ?? null);
export type User = z.infer<typeof user>;

const project = z.object({
  id: z.number().int().positive(),
  path_with_namespace: z.string().min(1),
  web_url: z.string(),
  http_url_to_repo: z.string().nullish(),
  default_branch: z.string().nullish(),
  archived: z.boolean().nullish(),
  empty_repo: z.boolean().nullish(),
  topics: z.array(z.string()).nullish(),
  forked_from_project: z.object({ path_with_namespace: z.string() }).nullish().catch(null),
  /** What the message of a squash is made of; null = the title; absent = the server does not say. */
  squash_commit_template: z.string().nullish(),
  last_activity_at: maybeTime,
  statistics: z.object({ repository_size: z.number().nullish() }).nullish().catch(null),
});
export type Project = z.infer<typeof project>;
export const oneProject = project;
export const projects = eachOf(project, 'project');

const group = z.object({
  id: z.number().int().positive(),
  full_path: z.string().min(1),
  name: z.string(),
  parent_id: z.number().nullish(),
});
export type Group = z.infer<typeof group>;
export const oneGroup = group;
export const groups = eachOf(group, 'group');

const member = z.object({
  id: z.number().int().positive(),
  username: z.string().min(1),
  access_level: z.number().nullish(),
});
export const members = eachOf(member, 'member');

const mergeRequest = z.object({
  iid: z.number().int().positive(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  created_at: time,
  updated_at: time,
  merged_at: maybeTime,
  closed_at: maybeTime,
  target_branch: z.string(),
  source_branch: z.string(),
  source_project_id: z.number().nullish(),
  target_project_id: z.number().nullish(),
  author: user,
  merge_user: user.optional(),
  merged_by: user.optional(),
  labels: z.array(z.string()).nullish().catch([]),
  /** `work_in_progress` before GitLab 14. */
  draft: z.boolean().nullish(),
  work_in_progress: z.boolean().nullish(),
  sha: shaOrNone,
  merge_commit_sha: shaOrNone,
  squash_commit_sha: shaOrNone,
  squash: z.boolean().nullish(),
  web_url: z.string(),
});
export type Header = z.infer<typeof mergeRequest>;
export const mergeRequests = eachOf(mergeRequest, 'merge request');

/** Of an open one, whether it can be merged, as far as that is worked out; how GitLab calls it otherwise one day is not known. */
const openRequest = z.object({
  iid: z.number(),
  has_conflicts: z.boolean().nullish(),
  merge_status: z.string().nullish(),
});
export type OpenRequest = z.infer<typeof openRequest>;
export const openRequests = eachOf(openRequest, 'open merge request');

const stateEvent = z.object({ id: z.number(), user, created_at: time, state: z.string() });
export type StateEvent = z.infer<typeof stateEvent>;
export const stateEvents = eachOf(stateEvent, 'change of state');

const labelEvent = z.object({
  id: z.number(),
  created_at: time,
  action: z.string(),
  label: z.object({ name: z.string() }).nullish().catch(null),
});
export type LabelEvent = z.infer<typeof labelEvent>;
export const labelEvents = eachOf(labelEvent, 'change of a label');

const environment = z.object({ id: z.number(), name: z.string().min(1), tier: z.string().nullish() });
export type Environment = z.infer<typeof environment>;
export const environments = eachOf(environment, 'environment');

const deployment = z.object({
  id: z.number().int().positive(),
  iid: z.number().int().positive(),
  ref: z.string().nullish(),
  sha: shaOrNone,
  created_at: time,
  updated_at: time,
  status: z.string(),
  environment: z.object({ id: z.number(), name: z.string() }).nullish().catch(null),
  deployable: z
    .object({ id: z.number(), name: z.string().nullish(), started_at: maybeTime, finished_at: maybeTime, web_url: z.string().nullish() })
    .nullish()
    .catch(null),
}); // prettier-ignore
export type Deployment = z.infer<typeof deployment>;
export const deployments = eachOf(deployment, 'deployment');

const issue = z.object({
  id: z.number().int().positive(),
  iid: z.number().int().positive(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  created_at: time,
  updated_at: time,
  closed_at: maybeTime,
  labels: z.array(z.string()).nullish().catch([]),
  assignees: z.array(user).nullish().catch([]),
  author: user,
  /** issue | incident | test_case | task. */
  issue_type: z.string().nullish(),
  /** UNKNOWN | LOW | MEDIUM | HIGH | CRITICAL, of incidents. */
  severity: z.string().nullish(),
  confidential: z.boolean().nullish(),
  /** Where it was moved to: then it goes on there. */
  moved_to_id: z.number().nullish(),
  weight: z.number().nullish(),
  web_url: z.string().nullish(),
  _links: z.object({ closed_as_duplicate_of: z.string().nullish() }).nullish().catch(null),
});
export type Issue = z.infer<typeof issue>;
export const issues = eachOf(issue, 'issue');

const tag = z.object({ name: z.string() });
export const tags = eachOf(tag, 'tag');
