import { createHash } from 'node:crypto';
import { withoutKnownSecrets } from './secret.ts';
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
const PAIR = pattern`(?i)([\w.-]*(?:passw(?:or)?d|pwd|token|secret|api[_-]?key|access[_-]?key|private[_-]?key|signature|credential)\w*["']?\s*[=:]\s*["']?)[^\s"'&;,]+`;
/** Of a query string the parts that let somebody in. */
const QUERY = pattern`(?i)([?&;](?:key|sig|auth|code|jwt|sid|session|pass|private)=)[^\s"'&;,#]+`;
const HEADER = pattern`(?i)((?:authorization|cookie|x-[a-z-]*key)["']?\s*[:=]\s*["']?(?:(?:basic|bearer|token|digest)\s+)?)[^\s"']+`;
const SCHEME = pattern`(?i)(\b(?:basic|bearer)\s+)[\w+/=.~-]{8,}`;
/** Tokens that nothing else looks like, wherever they stand. */
const SURE_TOKEN = pattern`\b(?:gh[pousr]_[\w.]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{8,}|lin_api_\w{16,}|A(?:KIA|SIA)[0-9A-Z]{16}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)`;
/** A token, or the name of something: masked in texts, left in names. */
const LIKELY_TOKEN = pattern`\bsk-[\w-]{16,}`;

/** Puts a short digest in place of what is surely a token: names that hold one stay apart, and the same in every row. */
export function maskTokens(text: string): string {
  return SURE_TOKEN.replace(
    text,
    ({ text: token }) => `***${createHash('sha256').update(token).digest('hex').slice(0, 8)}`
  );
}

/**
 * Removes known secrets, the password of every URL in a text, the user of web addresses (often a token), values of `password=` pairs, headers and query
 * strings, and what looks like a token. What is longer than patterns look at is cut.
 */
export function redact(given: string): string {
  // Before the cut: half a secret is still one.
  const whole = withoutKnownSecrets(given);
  const text = whole.length > MAX_TEXT ? `${whole.slice(0, MAX_TEXT)}…` : whole;
  const withoutUser = WEB_USER.replace(text, ({ groups }) => `${groups[0] ?? ''}***@`);
  const withoutPassword = PASSWORD.replace(withoutUser, ({ groups }) => `${groups[0] ?? ''}:***@`);
  const withoutTokens = LIKELY_TOKEN.replace(SURE_TOKEN.replace(withoutPassword, '***'), '***');
  return [HEADER, SCHEME, PAIR, QUERY].reduce(
    (left, secret) => secret.replace(left, ({ groups }) => `${groups[0] ?? ''}***`),
    withoutTokens
  );
}

/** One line for people: the message and its stable code; what nobody foresaw is `internal`. Never a stack, never a secret. */
export function lineOf(error: unknown): string {
  return `${messageOf(error)} [${error instanceof CollectorError ? error.code : 'internal'}]`;
}

/** Text of any thrown value, without secrets. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join('; ');
  }
  return redact(error instanceof Error ? error.message : String(error));
}
