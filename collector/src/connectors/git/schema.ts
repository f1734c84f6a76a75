/** Cursors of the git connector and what a repository is for it. git has no API version: 2.31 or newer is needed. */
import { z } from 'zod';
import type { Scope, Sources } from '../../connector.ts';

/** One scope per repository, configured or found by a connector. */
export const repositoryScopes = ({ repositories }: Sources<null>): Scope[] =>
  repositories.map(({ slug }) => ({ name: slug, repository: slug, details: null }));

const seen = z.string().default('');

/** Everything up to `tip` is stored. */
export const historyCursor = z.object({
  /** Last commit of the first-parent chain that is stored; null = none. */
  tip: z.string().nullable(),
  /** Version of the attribution rules; another one reads all commits again. */
  rules: z.number(),
  /** Boundary of a shallow clone; when it moves, all is read again. */
  boundary: z.string(),
  /** Request numbers seen so far (numbers.ts): a number that comes again is another commit of the same name, not the same change. */
  numbers: z.string(),
  /** The change at the tip, where the next first-parent commit may still belong to it: key and first commit. */
  open: z.object({ key: z.string(), first: z.string() }).nullable(),
  /** First commit of the first-parent chain: another one is another repository. '' = not known. */
  root: z.string().default(''),
  /** What another repository counts (shared.ts); when it changes, all is read again. */
  shared: z.string().default(''),
  /** A pass that was interrupted: commits that it had done. Null = the last one came to its end. */
  pass: z.object({ done: z.number() }).nullable().default(null),
  /** All that was stored comes from this (unchanged.ts); '' = it was not said. */
  seen,
});
export type HistoryCursor = z.infer<typeof historyCursor>;

/**
 * Digest of the tags as last stored; `after` = last tag stored of an interrupted pass, null = all of them; `hasLeft` = it was said that
 * tags were left out.
 */
export const tagsCursor = z.object({
  digest: z.string(),
  after: z.string().nullable(),
  hasLeft: z.boolean().default(false),
  /** As of the history. */
  seen,
});
export type TagsCursor = z.infer<typeof tagsCursor>;

/** Notes as last stored. */
export const notesCursor = z.object({
  /** Commit of the notes ref; '' = there were no notes. */
  tip: z.string(),
  /** Commit of the branch then: with new commits come those that notes waited for. */
  head: z.string().default(''),
  /** Commits with a note that were not in the clone (notes-tree.ts). */
  absent: z.string().default(''),
  /** A pass under way: notes of commits up to `after` are stored as at its `tip`, with what was absent then. Null = none. */
  reading: z.object({ tip: z.string(), after: z.string(), absent: z.string() }).nullable().default(null),
  /** As of the history. */
  seen,
});
export type NotesCursor = z.infer<typeof notesCursor>;
