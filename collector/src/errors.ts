import { MAX_TEXT, pattern } from './text/pattern.ts';

/** What a CollectorError is made of. */
export interface CollectorErrorFields {
  /** Stable snake_case name, listed in docs/troubleshooting.md. */
  readonly code: string;
  /** What happened, with the value, and the way out. Never a secret. */
  readonly message: string;
  /** Who has to act: the outside system, this program, or the person who wrote the configuration. */
  readonly fault: 'source' | 'collector' | 'config';
  /** The same call may succeed later without anyone acting. Default false. */
  readonly retryable?: boolean;
  /** Seconds the source asked to wait; absent = it named none. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** The only error that the collector shows to people: one clear line and a stable code. */
export class CollectorError extends Error {
  readonly code: string;
  readonly fault: 'source' | 'collector' | 'config';
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;

  constructor(fields: CollectorErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'CollectorError';
    this.code = fields.code;
    this.fault = fields.fault;
    this.retryable = fields.retryable ?? false;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
}

/** User and password in an address; of web addresses the user alone too, which often is a token. */
const WEB_USER = pattern`(?i)(https?://)[^\s/@]+@`;
const PASSWORD = pattern`(?i)([a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s@]*@`;
const PAIR = pattern`(?i)(\b(?:password|passwd|pwd|token|secret)\b["']?\s*[=:]\s*["']?)[^\s"'&;,]+`;

/**
 * Removes the password of every URL in a text, the user of web addresses (often a token), and values of `password=` pairs. What is
 * longer than patterns look at is cut.
 */
export function redact(given: string): string {
  const text = given.length > MAX_TEXT ? `${given.slice(0, MAX_TEXT)}…` : given;
  if (!text.includes('://') && !text.includes('=') && !text.includes(':')) return text;
  const withoutUser = WEB_USER.replace(text, ({ groups }) => `${groups[0] ?? ''}***@`);
  const withoutPassword = PASSWORD.replace(withoutUser, ({ groups }) => `${groups[0] ?? ''}:***@`);
  return PAIR.replace(withoutPassword, ({ groups }) => `${groups[0] ?? ''}***`);
}

/** One line for people: the message, and the stable code where there is one. Never a stack, never a secret. */
export function lineOf(error: unknown): string {
  return `${messageOf(error)}${error instanceof CollectorError ? ` [${error.code}]` : ''}`;
}

/** Text of any thrown value, without secrets. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join('; ');
  }
  return redact(error instanceof Error ? error.message : String(error));
}
