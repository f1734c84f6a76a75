/** Cursors of the git connector and what a repository is for it. git has no API version: 2.31 or newer is needed. */
import { z } from 'zod';
import type { Config } from '../../config.ts';

/** The part of the configuration that the connector reads. */
export interface GitConfig {
  readonly repositories: Config['repositories'];
}

/** History is stored up to `tip`; another version of the attribution rules reads all commits again. */
export const historyCursor = z.object({ tip: z.string(), rules: z.number() });
export type HistoryCursor = z.infer<typeof historyCursor>;

/** Digest of the tags as last stored. */
export const tagsCursor = z.object({ digest: z.string() });
export type TagsCursor = z.infer<typeof tagsCursor>;

/** Commit of the notes ref as last stored. */
export const notesCursor = z.object({ tip: z.string() });
export type NotesCursor = z.infer<typeof notesCursor>;
