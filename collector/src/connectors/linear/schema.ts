/** Linear as it answers: GraphQL API (published schema of 2026-07-22) and webhooks; only the fields that are needed. */
import { z } from 'zod';
import { eachOf, instant } from '../../lenient.ts';

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() });
const listOf = <One extends z.ZodType>(one: One, what: string) => z.object({ pageInfo: pageInfo.nullish(), nodes: eachOf(one, what) }); // prettier-ignore

export const workflowState = z.object({ name: z.string(), type: z.string() });
export type WorkflowState = z.infer<typeof workflowState>;

export const span = z.object({ id: z.string(), startedAt: instant, endedAt: instant.nullish(), state: workflowState.nullish() }); // prettier-ignore
export type Span = z.infer<typeof span>;
export const spans = listOf(span, 'state');

export const entry = z.object({
  id: z.string(),
  createdAt: instant,
  fromCycleId: z.string().nullish(),
  toCycleId: z.string().nullish(),
  fromTeamId: z.string().nullish(),
  toTeamId: z.string().nullish(),
});
export type Entry = z.infer<typeof entry>;
export const entries = listOf(entry, 'history');

export const attachment = z.object({ url: z.string() });
export const attachments = listOf(attachment, 'attachment');

const user = z.object({ id: z.string(), email: z.string().nullish() });

export const issue = z.object({
  id: z.string(),
  identifier: z.string(),
  previousIdentifiers: z.array(z.string()).nullish(),
  createdAt: instant,
  updatedAt: instant,
  archivedAt: instant.nullish(),
  trashed: z.boolean().nullish(),
  startedAt: instant.nullish(),
  completedAt: instant.nullish(),
  canceledAt: instant.nullish(),
  addedToCycleAt: instant.nullish(),
  estimate: z.number().nullish(),
  url: z.string().nullish(),
  team: z.object({ key: z.string() }).nullish(),
  parent: z.object({ id: z.string() }).nullish(),
  cycle: z.object({ id: z.string() }).nullish(),
  assignee: user.nullish(),
  delegate: z.object({ id: z.string() }).nullish(),
  labels: listOf(z.object({ name: z.string() }), 'label'),
  stateHistory: spans,
  attachments,
  history: entries,
});
export type Issue = z.infer<typeof issue>;

export const issuePage = z.object({ issues: z.object({ pageInfo, nodes: eachOf(issue, 'issue') }) });

export const team = z.object({ id: z.string(), key: z.string(), name: z.string().nullish() });
export type Team = z.infer<typeof team>;
export const teamPage = z.object({ teams: z.object({ pageInfo, nodes: eachOf(team, 'team') }) });

export const cycle = z.object({
  id: z.string(),
  number: z.number(),
  name: z.string().nullish(),
  startsAt: instant,
  endsAt: instant,
  completedAt: instant.nullish(),
  updatedAt: instant,
  team: z.object({ key: z.string() }).nullish(),
});
export type Cycle = z.infer<typeof cycle>;
export const cyclePage = z.object({ cycles: z.object({ pageInfo, nodes: eachOf(cycle, 'cycle') }) });

export const statePage = z.object({ workflowStates: z.object({ pageInfo, nodes: eachOf(workflowState, 'state') }) });

/** The rest of a connection of an issue. */
export const rest = z.object({ issue: z.record(z.string(), z.unknown()).nullable() });

/** Only what says what the event is about, and of a deletion what is deleted. */
export const webhook = z.object({ action: z.string(), type: z.string(), createdAt: instant, data: z.unknown() });
export const removed = z.object({ id: z.string(), createdAt: instant, team: z.object({ key: z.string() }).nullish() });

/** Where a list that is read by the time of change goes on. */
export const changesCursor = z.object({
  /** Read up to changes of then; null = nothing was read. */
  since: z.string().nullable(),
  /** Page that a pass broke off at, and from when that pass reads. */
  after: z.string().nullable(),
  floor: z.string().nullable(),
  /** Digest of what the configuration makes of issues; with another one all is read again. */
  rules: z.string(),
});
export type ChangesCursor = z.infer<typeof changesCursor>;
