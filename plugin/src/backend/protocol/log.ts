/** Log lines that Grafana takes over: one JSON object on stderr each. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one line. `message` is static text; what varies goes into the fields. Never a secret. */
export function log(level: LogLevel, message: string, fields: LogFields = {}): void {
  // go-plugin reads the line only when the time has exactly six fraction digits.
  const timestamp = new Date().toISOString().replace('Z', '000Z');
  process.stderr.write(
    `${JSON.stringify({ '@level': level, '@message': message, '@timestamp': timestamp, ...fields })}\n`
  );
}

/** What a log line may say of an error. */
export function errorFields(error: unknown): LogFields {
  return error instanceof Error ? { error: error.message, stack: error.stack ?? '' } : { error: String(error) };
}
