/** Issues as GitHub answers. */
import { z } from 'zod';
import { instant as time } from '../../lenient.ts';
import { actor, connection, label, some } from './schema.ts';

export const issueEvent = z.object({
  __typename: z.string(),
  id: z.string().optional(),
  createdAt: time.optional(),
  stateReason: z.string().nullish(),
  label: z.object({ name: z.string() }).nullish(),
});
export type IssueEvent = z.infer<typeof issueEvent>;

export const issue = z.object({
  number: z.number(),
  title: z.string(),
  url: z.string(),
  state: z.string(),
  stateReason: z.string().nullish(),
  createdAt: time,
  updatedAt: time,
  closedAt: time.nullable(),
  body: z.string().nullish(),
  /** Undefined = the server knows no types, or was not asked for them. */
  issueType: z.object({ name: z.string() }).nullish().catch(null),
  assignees: z.object({ nodes: some(actor) }).nullish(),
  labels: z.object({ totalCount: z.number(), nodes: some(label) }).nullish(),
  /** Undefined = the server knows no parents, or was not asked for them. */
  parent: z
    .object({ number: z.number(), repository: z.object({ nameWithOwner: z.string() }) })
    .nullish()
    .catch(null),
  timelineItems: z.object({ totalCount: z.number(), nodes: some(issueEvent) }).nullish(),
});
export type Issue = z.infer<typeof issue>;
export const issueFields = z.object({
  __type: z.object({ fields: z.array(z.object({ name: z.string() })).nullish() }).nullish(),
});
export const issues = z.object({ node: z.object({ issues: connection(issue, 'issue') }).nullable() });
