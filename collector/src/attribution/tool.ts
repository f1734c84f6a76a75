/** What an AI tool is known by. One entry a tool, in tools/; tests read its examples. */
import type { Pattern } from '../text/pattern.ts';

/** How sure a fingerprint is: `high` = only this tool writes it, `medium` = others may write it too. */
export type Strength = 'high' | 'medium';

/** A trailer that only AI tools write. */
export interface TrailerRule {
  /** Key, lower case. */
  readonly key: string;
  /** Values that count; absent = any. */
  readonly value?: Pattern;
}

/** One AI tool: any of its fingerprints is a mark. Texts are lower case and compared whole, unless said otherwise. */
export interface Tool {
  /** tool_id, stored with marks: never renamed. */
  readonly id: string;
  readonly title: string;
  readonly strength: Strength;
  /** Reviews what others wrote: an agent as an account, but no mark of authorship. */
  readonly isReviewer?: boolean;
  /** Names in trailers, footers and notes. What follows a name must be a model, a version or punctuation, since people are called Claude. */
  readonly names?: readonly string[];
  /** Addresses of author, committer or co-author. */
  readonly emails?: readonly string[];
  /** Domains where a bare name of the tool is the tool (`Cursor Agent <noreply@cursor.com>`); people who work there have names of their own. */
  readonly domains?: readonly string[];
  /** Ids in GitHub no-reply addresses `<id>+<login>@users.noreply.github.com`: logins get renamed. */
  readonly githubIds?: readonly number[];
  /** Logins of bot accounts without `[bot]`; one ending in `*` stands for a family. */
  readonly bots?: readonly string[];
  /** End of raw git names. A person who runs the tool carries it, so it marks the commit, not the account. */
  readonly nameEnd?: string;
  readonly trailers?: readonly TrailerRule[];
  /** tool_id under which its telemetry comes, where that is another. */
  readonly telemetry?: string;
  /** Lines of the message, whole, that are no "Generated with <name>". */
  readonly lines?: readonly Pattern[];
  /** Beginning of the subject, as written. */
  readonly subject?: string;
  /** Beginnings of branch names: a hint, never a proof. */
  readonly branches?: readonly string[];
  /** What gives a mark of this tool: last lines of a message, or `author: Name <address>`, or `branch: name`. */
  readonly examples: readonly string[];
  /** What looks like this tool and gives no mark at all. */
  readonly counterExamples?: readonly string[];
}
