/** Where each stream goes on, as stored. */
import { z } from 'zod';

/** What a scope that the stream `repositories` found carries. */
export const found = z.object({
  /** Node id: stays when a repository is renamed or transferred. */
  id: z.string(),
  /** owner/name now. */
  name: z.string(),
  branch: z.string().nullable(),
  isArchived: z.boolean(),
  /** When it was looked at, and the newest of what it held then; null = it held none. */
  lookedAt: z.string(),
  pulls: z.string().nullable(),
  issues: z.string().nullable(),
  deployments: z.string().nullable(),
  /** Tip of the default branch, and of the notes of git-ai where GitHub tells it. */
  pushed: z.string().nullable(),
  notes: z.string().nullable().default(null),
  /** When something was last pushed, whatever it was. */
  pushedAt: z.string().nullable().default(null),
  kilobytes: z.number().nullable().default(null),
});
export type Found = z.infer<typeof found>;

export const repositoriesCursor = z.object({
  /** Slug under which a repository was found first, by node id: it keeps that name here whatever it is called there. */
  slugs: z.record(z.string(), z.string()).default({}),
  /** Tip whose CODEOWNERS was read, by node id. */
  owners: z.record(z.string(), z.string()).default({}),
  /** Without mirrors: newest commit of CODEOWNERS up to which its versions were read, by node id; '' = it never had one. */
  versions: z.record(z.string(), z.string()).default({}),
  /** Node ids of repositories that are not there any more. */
  gone: z.array(z.string()).default([]),
});
export type RepositoriesCursor = z.infer<typeof repositoriesCursor>;

/** updatedAt by number, of what is stored: what comes again unchanged is not read again. */
const known = z.record(z.string(), z.string()).default({});

export const pullsCursor = z.object({
  /** Everything that was updated up to here is stored; null = the first pass is not done. */
  seen: z.string().nullable(),
  known,
  /** A pass under way: where its page of headers begins, what is newest in it, how far back it goes. */
  pass: z.object({ newest: z.string(), after: z.string().nullable(), floor: z.string() }).nullable().default(null),
  /** Pull requests a page, see ladder.ts. */
  size: z.number().optional(),
  readAt: z.string(),
});
export type PullsCursor = z.infer<typeof pullsCursor>;

export const olderCursor = z.object({
  after: z.string().nullable(),
  /** Everything that was updated since then is stored. */
  reached: z.string(),
  /** How far back it goes; another date goes on from where the last one ended. */
  since: z.string(),
  isDone: z.boolean(),
  known,
  size: z.number().optional(),
});
export type OlderCursor = z.infer<typeof olderCursor>;

export const reconcileCursor = z.object({
  after: z.string().nullable(),
  /** Begin of the pass under way; null = the last one is done. */
  from: z.string().nullable(),
  doneAt: z.string().optional(),
  known,
  size: z.number().optional(),
});

export const deploymentsCursor = z.object({
  /** Created at: everything up to here was read; those that were not finished are read again. */
  seen: z.string().nullable(),
  open: z.array(z.string()).default([]),
  pass: z
    .object({ after: z.string().nullable(), newest: z.string(), open: z.array(z.string()) })
    .nullable()
    .default(null),
  readAt: z.string(),
  /** Digest of the rules of environments; with others all is read again. '' = there were none. */
  rules: z.string().default(''),
});
export type DeploymentsCursor = z.infer<typeof deploymentsCursor>;

export const issuesCursor = z.object({
  since: z.string().nullable(),
  after: z.string().nullable(),
  readAt: z.string(),
  /** Digest of what makes an issue an incident, or of a type; with others all is read again. */
  rules: z.string().default(''),
});
export type IssuesCursor = z.infer<typeof issuesCursor>;

export const buildsCursor = z.object({
  /** Runs created before are read; runs that were not finished then are read again. */
  seen: z.string().nullable(),
  /** Slice under way: REST lists no more than 1,000 runs of one question. */
  slice: z.object({ from: z.string(), to: z.string(), page: z.number() }).nullable().default(null),
  readAt: z.string(),
  /** When it was last seen to that nothing had to be read. */
  checkedAt: z.string().default('1970-01-01T00:00:00.000Z'),
  /** Tip of the default branch and newest pull request then. */
  mark: z.string().default(''),
  /** Digest of the rules by which runs are deployments; with others all is read again. '' = there were none. */
  rules: z.string().default(''),
  /** Runs of one question for jobs that went well last. */
  size: z.number().optional(),
});
export type BuildsCursor = z.infer<typeof buildsCursor>;

export const teamsCursor = z.object({
  /** team/account → since when, as ISO instant; '' in front of all = they have been members as long as anybody knows. */
  members: z.record(z.string(), z.string()).default({}),
});
export type TeamsCursor = z.infer<typeof teamsCursor>;
