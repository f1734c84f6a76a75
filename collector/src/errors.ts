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

/** Removes the password of every URL in a text, the user of web addresses (often a token), and values of `password=` pairs. */
export function redact(text: string): string {
  return text
    .replace(/(https?:\/\/)[^\s/@]+@/gi, '$1***@')
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s@]*@/gi, '$1:***@')
    .replace(/(\b(?:password|passwd|pwd|token|secret)\b["']?\s*[=:]\s*["']?)[^\s"'&;,]+/gi, '$1***');
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
