/** Where each stream goes on, as stored. */
import { z } from 'zod';

/** What a scope that the stream `repositories` found carries. */
export const found = z.object({
  /** Number of the project: stays when it is renamed or moved. */
  id: z.number(),
  /** Full path now. */
  name: z.string(),
  branch: z.string().nullable(),
  isArchived: z.boolean(),
  lookedAt: z.string(),
  kilobytes: z.number().nullable().default(null),
});
export type Found = z.infer<typeof found>;

export const repositoriesCursor = z.object({
  /** Slug under which a project was found first, by number: it keeps that name here whatever it is called there. */
  slugs: z.record(z.string(), z.string()).default({}),
  /** Numbers of projects that are not there any more. */
  gone: z.array(z.string()).default([]),
});
export type RepositoriesCursor = z.infer<typeof repositoriesCursor>;

/** `updated_at` by number, of what is stored: what comes again unchanged is not read again. */
const known = z.record(z.string(), z.string()).default({});

/** Where a list that is read by the time of change goes on: at this instant, which may have several pages. */
const place = z.object({ at: z.string(), page: z.number() });
export type Place = z.infer<typeof place>;

/** A list that is read by the time of change, oldest first. */
export const changesCursor = z.object({
  /** Everything that was updated before is stored; null = the first pass is not done. */
  since: z.string().nullable(),
  /** A pass under way, and how far back it began. */
  pass: place.extend({ floor: z.string() }).nullable().default(null),
  known,
  /** Merge requests a question, see forge/ladder.ts. */
  size: z.number().optional(),
  /** Digest of what the configuration makes of them; with another one all are read again. */
  rules: z.string().default(''),
});
export type ChangesCursor = z.infer<typeof changesCursor>;

export const olderCursor = z.object({
  /** Everything that was updated since then is stored. */
  reached: place,
  /** How far back it goes; another date goes on from where the last one ended. */
  since: z.string(),
  isDone: z.boolean(),
  known,
  size: z.number().optional(),
});
export type OlderCursor = z.infer<typeof olderCursor>;

export const reconcileCursor = z.object({
  /** A pass under way, and where it ends; null = the last one is done. */
  pass: place.extend({ until: z.string() }).nullable().default(null),
  doneAt: z.string().optional(),
  known,
  size: z.number().optional(),
});
export type ReconcileCursor = z.infer<typeof reconcileCursor>;

export const buildsCursor = z.object({
  /** Pipelines that were updated before are stored. */
  seen: z.string().nullable(),
  /** A pass under way: where its page begins, how far back it goes, when it began. */
  pass: z.object({ after: z.string().nullable(), floor: z.string(), begunAt: z.string() }).nullable().default(null),
  rules: z.string().default(''),
  size: z.number().optional(),
});
export type BuildsCursor = z.infer<typeof buildsCursor>;

export const teamsCursor = z.object({ members: z.record(z.string(), z.string()).default({}) });
export type TeamsCursor = z.infer<typeof teamsCursor>;
