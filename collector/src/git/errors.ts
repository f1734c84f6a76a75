/** What went wrong, stable for programs; docs/troubleshooting.md explains each. */
export type LifetimeErrorCode =
  'git_missing' | 'git_failed' | 'not_a_repository' | 'no_such_revision' | 'history_unreadable' | 'internal';

/** An error of the line-lifetime engine: the message says what happened, with the value, and what to do. */
export class LifetimeError extends Error {
  readonly code: LifetimeErrorCode;

  constructor(code: LifetimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LifetimeError';
    this.code = code;
  }
}

/** What was thrown, as an error. */
export function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
