/** The documents of a body: one, one a line, or an array. A bad one is refused by its place, and the good ones are kept. */
import { z, type ZodType } from 'zod';
import type { Pushed, Skip } from '../../connector.ts';
import { AHEAD_MS } from '../../incident-rows.ts';
import { entryOf, unusableIn } from '../../foreign.ts';
import { missingIn, nameOf, wrongIn } from '../../lenient.ts';
import { isOneOf, ownerOf } from '../../text/owner.ts';
import { checkCount, countStates, pushInvalid } from '../../push.ts';
import type { Sent } from './normalize.ts';
import { EXAMPLES } from './schema.ts';

interface Document {
  /** `line 3` or `entry 3`; null = the body is one document. */
  readonly place: string | null;
  /** @throws SyntaxError */
  readonly read: () => unknown;
}

/** Entries of an array; null = the body is none. */
function entriesOf(body: string): Document[] | null {
  if (!body.trimStart().startsWith('[')) return null;
  let entries: unknown;
  try {
    entries = JSON.parse(body);
  } catch {
    return null;
  }
  if (!Array.isArray(entries)) return null;
  checkCount(entries, 'entries');
  return entries.map((entry: unknown, index) => ({ place: `entry ${String(index + 1)}`, read: () => entry }));
}

/** A body that is JSON as a whole is one document, over however many lines it is written, or an array of them. */
function documentsOf(body: string): Document[] {
  const entries = entriesOf(body);
  if (entries !== null) return entries;
  const lines = body
    .split('\n')
    .map((text, index) => ({ line: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== '');
  const [first, second] = lines;
  const isLines = second !== undefined && isDocument(first?.text ?? '');
  if (!isLines) return [{ place: null, read: () => JSON.parse(body) as unknown }];
  checkCount(lines, 'lines');
  return lines.map(({ line, text }) => ({ place: `line ${String(line)}`, read: () => JSON.parse(text) as unknown }));
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

/** What a field that is missing looks like. */
function exampleOf(field: string | null): string {
  const example = field === null ? undefined : entryOf(EXAMPLES, field);
  return example === undefined ? '' : `, e.g. ${JSON.stringify({ [field ?? '']: example }).slice(1, -1)}`;
}

/** What of a document names an organisation: its own field, and the owners of repositories. A field that is none of these is found later. */
const text = z.string().optional().catch(undefined);
const placed = z.object({
  organisation: text,
  repo: text,
  commits: z.array(z.object({ repo: text }).catch({})).catch([]),
});

/** The first organisation that a document names and that is none of these, as a fault; null = none does: all are of these. What is no document is found later. */
export function strangeOrganisation(body: Buffer, allowed: readonly string[]): string | null {
  for (const { place, read } of documentsOf(body.toString('utf8'))) {
    let found: z.infer<typeof placed>;
    try {
      found = placed.parse(read());
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError) continue;
      throw error;
    }
    const named = [
      ...(found.organisation === undefined ? [] : [['organisation', found.organisation.trim()] as const]),
      ...[found.repo, ...found.commits.map(({ repo }) => repo)].flatMap((slug) => {
        const owner = slug === undefined ? null : ownerOf(slug);
        return owner === null ? [] : [['repo', owner] as const];
      }),
    ];
    const strange = named.find(([, name]) => !isOneOf(name, allowed));
    if (strange !== undefined) return `${place === null ? '' : `${place}: `}${strange[0]}: the token may not send for ${JSON.stringify(strange[1].slice(0, 80))}`; // prettier-ignore
  }
  return null;
}

/** A document, or what is wrong with it. */
type Read<Value> = { readonly value: Value } | { readonly fault: string; readonly name: string | null };

function parsed<Value extends object>(schema: ZodType<Value>, { read }: Document, now: Date): Read<Value> {
  let json: unknown;
  try {
    json = read();
  } catch {
    return { fault: 'it is not JSON', name: null };
  }
  const name = nameOf(json);
  const unusable = unusableIn(json);
  if (unusable !== null) return { fault: unusable, name: null };
  const result = schema.safeParse(json);
  if (!result.success)
    return { fault: `${wrongIn(result.error, json)}${exampleOf(missingIn(result.error, json))}`, name };
  const fault = ahead(result.data, now);
  return fault === null ? { value: result.data } : { fault, name };
}

/** @throws CollectorError `push_invalid` when nothing of the body can be used. */
export function readDocuments<Value extends object>(
  body: Buffer,
  schema: ZodType<Value>,
  { now, toPage }: { readonly now: Date; readonly toPage: (value: Value) => Sent }
): Pushed {
  const pages: Sent[] = [];
  const skips: Skip[] = [];
  const countState = countStates();
  for (const document of documentsOf(body.toString('utf8'))) {
    const one = parsed(schema, document, now);
    if ('value' in one) {
      if ('id' in one.value) countState(String(one.value.id));
      pages.push(toPage(one.value));
    } else if (document.place === null) throw pushInvalid(one.fault);
    else skips.push({ item: `${document.place}${one.name === null ? '' : `: ${one.name}`}`, reason: one.fault });
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
