/** What a job is, and what jobs are made from. */
import type { Config } from '../config/schema.ts';
import type { Logger } from '../logger.ts';
import type { Session } from '../session.ts';
import type { ProgressLine } from '../terminal/progress.ts';

/** A unit of work that runs at most once at a time on the whole store. */
export interface Job {
  /** Stream id: key of its state, its lock and its queue entry. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** Title of all jobs of its kind together; undefined = it stands alone. */
  readonly group?: string;
  /** Cron expression. */
  readonly every: string;
  /** Jobs that are due when this one has ended well; asked for then. */
  readonly then: readonly string[];
  /** Job of the same pass without whose success this one has nothing to read; null = none. */
  readonly needs: string | null;
  /** Enough for first answers, see `Stream.isEarly`. */
  readonly isEarly?: boolean;
  /** @returns what was done, in words. @throws CollectorError. */
  readonly run: (signal: AbortSignal, line: ProgressLine) => Promise<string>;
}

/** The job of a stream, and the repository whose lines it feeds. */
export interface StreamJob extends Job {
  /** Slug; null = it feeds no lines. */
  readonly linesOf: string | null;
  /** Scope whose jobs run together, see `Connector.isByScope`; null = it does not matter. */
  readonly together: string | null;
}

/** What jobs are made from. */
export interface JobContext {
  readonly session: Pick<Session, 'pool' | 'home'>;
  readonly config: Config;
  readonly log: Logger;
  /** Folder for mirrors, see `cacheFolder`. */
  readonly cacheDir: string;
  /** Longest wait of a request for the rate that its source allows, where a connector does not say. Default: as in http.ts; the run then comes back later. */
  readonly maxWaitSeconds?: number;
  /** Clock of the streams. Default: the machine's. */
  readonly now?: () => Date;
  /** Called when a run found scopes at its source: there may be more jobs now. */
  readonly onFound?: () => void;
}
