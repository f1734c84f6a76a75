/** The documents of a body: one, or one a line. A bad line is refused by its number, and the good ones are kept. */
import type { ZodType } from 'zod';
import type { Pushed, Skip } from '../../connector.ts';
import { AHEAD_MS } from '../../incident-rows.ts';
import { pushInvalid } from '../../push.ts';
import { unusableAt } from '../../foreign.ts';
import type { Sent } from './normalize.ts';

/** Lines of one body. */
const MAX_LINES = 10_000;

interface Document {
  /** Null = the body is one document. */
  readonly line: number | null;
  readonly text: string;
}

/** A body that is JSON as a whole is one document, over however many lines it is written. */
function documentsOf(body: string): Document[] {
  const lines = body
    .split('\n')
    .map((text, index) => ({ line: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== '');
  const [, second] = lines;
  const isLines = second !== undefined && isDocument(lines[0]?.text ?? '');
  if (isLines && lines.length > MAX_LINES) {
    throw pushInvalid(`it has more than ${MAX_LINES.toLocaleString('en')} lines. Send several`);
  }
  return isLines ? lines : [{ line: null, text: body }];
}

function isDocument(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** The first instant that lies ahead of the clock, as a fault; null = none does. */
function ahead(value: object, now: Date): string | null {
  const [name, at] =
    Object.entries(value).find(([, one]) => one instanceof Date && one.getTime() - now.getTime() > AHEAD_MS) ?? [];
  return name === undefined
    ? null
    : `${name}: ${(at as Date).toISOString()} lies in the future: check the clock of the sender`;
}

function parsed<Value extends object>(schema: ZodType<Value>, text: string, now: Date): Value | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  const unusable = unusableAt(json);
  if (unusable !== null) {
    return `${unusable}: holds NUL or half of a character (an unpaired surrogate), which no store can hold`;
  }
  const result = schema.safeParse(json);
  if (result.success) {
    return ahead(result.data, now) ?? result.data;
  }
  const [issue] = result.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  return `${where === '' ? '' : `${where}: `}${issue?.message ?? 'it is not understood'}`;
}

/** @throws CollectorError `push_invalid` when nothing of the body can be used. */
export function readDocuments<Value extends object>(
  body: Buffer,
  schema: ZodType<Value>,
  { now, toPage }: { readonly now: Date; readonly toPage: (value: Value) => Sent }
): Pushed {
  const pages: Sent[] = [];
  const skips: Skip[] = [];
  const documents = documentsOf(body.toString('utf8'));
  for (const { line, text } of documents) {
    const value = parsed(schema, text, now);
    if (typeof value !== 'string') pages.push(toPage(value));
    else if (line === null) throw pushInvalid(value);
    else skips.push({ item: `line ${String(line)}`, reason: value });
  }
  const [first] = skips;
  if (pages.length === 0) {
    throw pushInvalid(first === undefined ? 'it is empty' : `${first.item}: ${first.reason}`);
  }
  return {
    pages: [...pages, ...(skips.length > 0 ? [{ repository: null, rows: [], skips }] : [])],
    notices: [...new Set(pages.flatMap(({ notices }) => notices))],
  };
}
