/** Jira Cloud as it answers: platform REST API v3, agile API 1.0 and webhooks (published description of 2026-10); only the fields that are needed. */
import { z } from 'zod';
import { eachOf } from '../../lenient.ts';
import { pattern } from '../../text/pattern.ts';

const NO_COLON = pattern`([+-]\d{2})(\d{2})$`;
const LAST = Date.UTC(9999, 11, 31);

/** Instants come with `+0000`, changes of the bulk changelog in epoch milliseconds, sprints with `Z`. */
export const instant = z.union([z.number(), z.string()]).transform((given, context) => {
  const at = new Date(typeof given === 'number' ? given : NO_COLON.replace(given, ({ groups: [hours, minutes] }) => `${hours ?? ''}:${minutes ?? ''}`));
  if (!Number.isNaN(at.getTime()) && at.getTime() >= 0 && at.getTime() <= LAST) return at;
  context.addIssue({ code: 'custom', message: 'is no instant from 1970 to 9999' });
  return z.NEVER;
}); // prettier-ignore

const id = z.union([z.string(), z.number()]).transform(String);
const category = z.object({ key: z.string() }).nullish();

export const status = z.object({ id, name: z.string(), statusCategory: category });
export type Status = z.infer<typeof status>;
export const statuses = eachOf(status, 'status');

export const myself = z.object({ accountId: z.string(), timeZone: z.string().nullish() });

export const field = z.object({
  id: z.string(),
  name: z.string().nullish(),
  schema: z.object({ custom: z.string().nullish() }).nullish(),
});
export const fields = eachOf(field, 'field');

const user = z.object({ accountId: z.string(), emailAddress: z.string().nullish(), accountType: z.string().nullish() });
export type User = z.infer<typeof user>;

export const issue = z.object({
  id,
  key: z.string(),
  fields: z.looseObject({
    project: z.object({ key: z.string() }).nullish(),
    issuetype: z.object({ name: z.string(), subtask: z.boolean().nullish(), hierarchyLevel: z.number().nullish() }).nullish(),
    status,
    created: instant,
    updated: instant,
    resolutiondate: instant.nullish(),
    resolution: z.object({ name: z.string() }).nullish(),
    parent: z.object({ id }).nullish(),
    labels: z.array(z.string()).nullish(),
    assignee: user.nullish().catch(null),
  }),
}); // prettier-ignore
export type Issue = z.infer<typeof issue>;

export const found = z.object({ issues: eachOf(issue, 'issue'), nextPageToken: z.string().nullish(), isLast: z.boolean().nullish() }); // prettier-ignore

const listed = z.object({ id, key: z.string(), fields: z.object({ created: instant }) });
export type Listed = z.infer<typeof listed>;
export const listing = z.object({ issues: eachOf(listed, 'issue'), nextPageToken: z.string().nullish(), isLast: z.boolean().nullish() }); // prettier-ignore

const TEXT = z.union([z.string(), z.number().transform(String)]).nullish().catch(null); // prettier-ignore
/** What an object has itself: `toString`, which Jira uses as a name, every object inherits. */
const own = (given: Readonly<Record<string, unknown>>, key: string): string | null =>
  TEXT.parse(Object.hasOwn(given, key) ? given[key] : null) ?? null;

const item = z.record(z.string(), z.unknown()).transform((given) => ({
  field: (own(given, 'field') ?? '').toLowerCase(),
  fieldId: own(given, 'fieldId') ?? '',
  from: own(given, 'from'),
  fromString: own(given, 'fromString'),
  to: own(given, 'to'),
  toString_: own(given, 'toString'),
}));
export type Item = z.infer<typeof item>;

export const history = z.object({ id, created: instant, items: z.array(item).nullish() });
export type History = z.infer<typeof history>;
export const changelogs = z.object({
  issueChangeLogs: z.array(z.object({ issueId: id, changeHistories: eachOf(history, 'change') })).nullish(),
  nextPageToken: z.string().nullish(),
});

export const project = z.object({ key: z.string(), name: z.string().nullish() });
export const projectPage = z.object({ values: eachOf(project, 'project'), isLast: z.boolean().nullish(), total: z.number().nullish() }); // prettier-ignore

const board = z.object({ id, location: z.object({ projectKey: z.string().nullish() }).nullish() });
export const boardPage = z.object({ values: eachOf(board, 'board'), isLast: z.boolean().nullish() });

export const sprint = z.object({
  id,
  name: z.string().nullish(),
  state: z.string(),
  startDate: instant.nullish(),
  endDate: instant.nullish(),
  completeDate: instant.nullish(),
});
export type Sprint = z.infer<typeof sprint>;
export const sprintPage = z.object({ values: eachOf(sprint, 'sprint'), isLast: z.boolean().nullish() });

/** Only what says what the event is about, and of a deletion what is deleted. */
export const webhook = z.object({
  webhookEvent: z.string(),
  timestamp: instant.nullish(),
  issue: z.unknown().optional(),
});
export const deleted = z.object({
  id,
  fields: z.object({ created: instant, project: z.object({ key: z.string() }).nullish() }),
});

export const issuesCursor = z.object({
  /** Read up to changes of then; null = nothing was read. */
  since: z.string().nullable(),
  /** Page that a pass broke off at, and the question that it is of. */
  after: z.string().nullable(),
  jql: z.string().nullable(),
  /** Digest of what the configuration makes of issues; with another one all is read again. */
  rules: z.string(),
});
export type IssuesCursor = z.infer<typeof issuesCursor>;

export const listingCursor = z.object({
  after: z.string().nullable(),
  startedAt: z.string(),
  /** Entries of a page before were not understood, or of another project: then nothing follows from what is not listed. */
  isCut: z.boolean().default(false),
});
export type ListingCursor = z.infer<typeof listingCursor>;
