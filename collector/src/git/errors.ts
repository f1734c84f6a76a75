import { CollectorError } from '../errors.ts';

/** What went wrong, stable for programs; docs/troubleshooting.md explains each. */
export type LifetimeErrorCode =
  | 'git_missing'
  | 'git_failed'
  | 'git_outside'
  | 'git_irregular'
  | 'git_layout'
  | 'not_a_repository'
  | 'no_such_revision'
  | 'history_unreadable'
  | 'internal';

/** An error of git or of the line-lifetime engine: the message says what happened, with the value, and what to do. */
export class LifetimeError extends CollectorError {
  declare readonly code: LifetimeErrorCode;

  constructor(code: LifetimeErrorCode, message: string, { cause }: ErrorOptions = {}) {
    super({ code, message, fault: code === 'internal' ? 'collector' : 'source', cause });
    this.name = 'LifetimeError';
  }
}

/** What was thrown, as an error. */
export function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
