/** Structured logs on stderr: a static message and fields, one JSON object per line. Secrets never. */
import { pino, type DestinationStream, type Logger } from 'pino';
import { CollectorError, messageOf, redact } from './errors.ts';

export type { Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Fields whose values are never written, at the top and one level below. */
const secretFields = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'url',
  'connectionString',
  'DATABASE_URL',
  'privateKey',
];

/** An error as fields: its code where it has one, its message without secrets. */
export function errorFields(error: unknown): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  return {
    ...(typeof code === 'string' ? { code } : {}),
    message: messageOf(error),
    ...(error instanceof CollectorError ? { fault: error.fault, retryable: error.retryable } : {}),
  };
}

/** A text, at any depth, may hold a URL with a password in its middle. */
function withoutSecret(value: unknown): unknown {
  if (typeof value === 'string') {
    return redact(value);
  }
  if (Array.isArray(value)) {
    return value.map(withoutSecret);
  }
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? withoutSecrets(value as Record<string, unknown>) : value;
}

function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, withoutSecret(value)]));
}

/**
 * A logger. `error` fields are reduced to code and message; give stacks to nobody but a debugger.
 * @param destination where lines go; default stderr, written at once so that the last line before a crash is there.
 */
export function newLogger(
  level: LogLevel = 'info',
  destination: DestinationStream = pino.destination({ dest: 2, sync: true })
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '***' },
      serializers: { error: errorFields, err: errorFields },
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
    },
    destination
  );
}
