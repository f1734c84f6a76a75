/** Codes of a query that cannot be run as it is. */
export type QueryErrorCode = 'bad_query' | 'unknown_metric' | 'unknown_param' | 'bad_value';

/** A query that cannot be run: the message names the fault, its value and what is allowed. */
export class QueryError extends Error {
  readonly code: QueryErrorCode;
  constructor(code: QueryErrorCode, message: string) {
    super(message);
    this.name = 'QueryError';
    this.code = code;
  }
}

/** A plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as it may stand in a message: short, quoted, never throwing. */
export function shown(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  let text: string;
  try {
    text = JSON.stringify(value) ?? typeof value;
  } catch {
    text = typeof value;
  }
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Allowed values for a message. */
export function listed(values: readonly string[]): string {
  return values.length === 0 ? 'none' : values.join(', ');
}
