/**
 * Parser of git-ai authorship logs (standard v3.0.0, refs/notes/ai): attested line ranges of one commit.
 * Lines that no entry covers are untracked: not human.
 */
import { pattern } from '../text/pattern.ts';
import { toolIdOf } from './names.ts';

/** Lines `first`..`last`, 1-based, both included, numbered in the file at that commit. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Ranges of one file with one source. */
export interface Attestation extends LineRange {
  readonly path: string;
  readonly attested: 'ai' | 'human';
  /** Null = human, or a session that the note does not describe. */
  readonly toolId: string | null;
  /** Null = not given. */
  readonly model: string | null;
}

export type NoteErrorCode =
  | 'note_too_large'
  | 'note_no_divider'
  | 'note_bad_json'
  | 'note_other_schema'
  | 'note_bad_path'
  | 'note_bad_entry'
  | 'note_bad_range';

/** A note, or why it cannot be used. */
export type ParsedNote =
  | {
      readonly ok: true;
      /** Sorted by path and first line. */
      readonly attestations: readonly Attestation[];
      /** Entries whose key follows no form of the standard: their lines stay untracked. */
      readonly unknownKeys: number;
    }
  | { readonly ok: false; readonly code: NoteErrorCode; readonly message: string };

/** Larger notes are refused unread (8 MiB, as the standard's HTTP backend). */
export const MAX_NOTE_LENGTH = 8 * 1024 * 1024;
/** A note says something about the lines of one commit: more ranges than this are no record of work. */
export const MAX_RANGES = 100_000;
const MAX_LINE = 2 ** 31 - 1;

const VERSION = pattern`^authorship/3\.\d+\.\d+$`;
const HUMAN_KEY = pattern`^h_\w+(?:::t_\w+)?$`;
const SESSION_KEY = pattern`^(s_\w+)(?:::t_\w+)?$`;
const LEGACY_KEY = pattern`^(?:[0-9a-f]{16}|[0-9a-f]{7})$`;

class Refused extends Error {
  readonly code: NoteErrorCode;
  constructor(code: NoteErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectAt = (from: Json, key: string): Json => {
  const value = Object.hasOwn(from, key) ? from[key] : undefined;
  return isObject(value) ? value : {};
};
const textAt = (from: Json, key: string): string | null => {
  const value = Object.hasOwn(from, key) ? from[key] : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value : null;
};
const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function metadataOf(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused('note_bad_json', 'the metadata after --- is not JSON');
  }
  if (!isObject(value)) throw new Refused('note_bad_json', 'the metadata after --- is not a JSON object');
  const version = value.schema_version;
  if (typeof version !== 'string' || !VERSION.test(version)) {
    const given = typeof version === 'string' ? shown(version) : 'none';
    throw new Refused('note_other_schema', `schema_version is ${given}, only authorship/3.x is known`);
  }
  return value;
}

/** A line number of one to ten digits; NaN = it is none. Notes hold hundreds of thousands: no pattern is asked. */
function lineNumber(text: string): number {
  if (text.length === 0 || text.length > 10) return NaN;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return NaN;
  }
  return Number(text);
}

function rangesOf(text: string): LineRange[] {
  const ranges = text.split(',').map((part) => {
    const dash = part.indexOf('-');
    const first = lineNumber(dash < 0 ? part : part.slice(0, dash));
    const last = dash < 0 ? first : lineNumber(part.slice(dash + 1));
    if (!(first >= 1 && last >= first && last <= MAX_LINE)) {
      throw new Refused('note_bad_range', `${shown(part)} is no range of lines`);
    }
    return { first, last };
  });
  if (ranges.some(({ first }, index) => first <= (ranges[index - 1]?.last ?? 0))) {
    throw new Refused('note_bad_range', `${shown(text)} is not in ascending order`);
  }
  return ranges;
}

type Source = Pick<Attestation, 'attested' | 'toolId' | 'model'>;

/** Who a key stands for; null = the key follows no form of the standard. */
function sourceOf(key: string, metadata: Json): Source | null {
  if (HUMAN_KEY.test(key)) return { attested: 'human', toolId: null, model: null };
  const session = SESSION_KEY.exec(key)?.groups[0] ?? undefined;
  const prompts = objectAt(metadata, 'prompts');
  const isLegacy = LEGACY_KEY.test(key) || Object.hasOwn(prompts, key);
  if (session === undefined && !isLegacy) return null;
  const record = session === undefined ? objectAt(prompts, key) : objectAt(objectAt(metadata, 'sessions'), session);
  const agent = objectAt(record, 'agent_id');
  return {
    attested: 'ai',
    toolId: toolIdOf(textAt(agent, 'tool') ?? ''),
    model: textAt(agent, 'model')?.slice(0, 200) ?? null,
  };
}

function pathOf(line: string): string {
  const isQuoted = line.length > 2 && line.startsWith('"') && line.endsWith('"');
  const path = isQuoted ? line.slice(1, -1) : line;
  if (path === '' || path.startsWith('/') || path.includes('\0') || path.split('/').includes('..')) {
    throw new Refused('note_bad_path', `${shown(line)} is no path in a repository`);
  }
  return path;
}

/** Where the line `---` begins and what is behind it. */
function dividerOf(text: string): { end: number; rest: number } {
  for (let at = text.startsWith('---') ? 0 : text.indexOf('\n---') + 1; ; at = text.indexOf('\n---', at) + 1) {
    const after = text.slice(at + 3, at + 5);
    const isWhole = after === '' || after.startsWith('\n') || after === '\r\n' || after === '\r';
    if (isWhole && text.startsWith('---', at))
      return { end: at, rest: Math.min(text.length, at + 3 + after.indexOf('\n') + 1) };
    if (text.indexOf('\n---', at) < 0) {
      throw new Refused('note_no_divider', 'there is no line --- between attestations and metadata');
    }
  }
}

/** Lines with text before a position. */
function* linesTo(text: string, end: number): Generator<string> {
  for (let at = 0; at < end; at += 1) {
    const next = text.indexOf('\n', at);
    if (next === at) continue;
    const line = text.slice(at, next > 0 && text[next - 1] === '\r' ? next - 1 : next);
    if (line.trim() !== '') yield line;
    at = next;
  }
}

/** Key and ranges of `  key ranges`; null = the line has another form. */
function entryOf(line: string): readonly [string, string] | null {
  const parts = line.split(' ', 5);
  const [a, b, key = '', ranges = ''] = parts;
  const isEntry = parts.length === 4 && a === '' && b === '' && key !== '' && ranges !== '';
  return isEntry && key.trim() === key && ranges.trim() === ranges ? [key, ranges] : null;
}

function parse(text: string): { attestations: Attestation[]; unknownKeys: number } {
  if (text.length > MAX_NOTE_LENGTH)
    throw new Refused('note_too_large', `the note has ${String(text.length)} characters`);
  const { end, rest } = dividerOf(text);
  const metadata = metadataOf(text.slice(rest));
  const attestations: Attestation[] = [];
  let unknownKeys = 0;
  let path: string | null = null;
  const sources = new Map<string, Source | null>();
  for (const line of linesTo(text, end)) {
    if (!line.startsWith(' ')) {
      path = pathOf(line);
      continue;
    }
    const [key, ranges] = entryOf(line) ?? [];
    if (key === undefined || ranges === undefined || path === null) {
      throw new Refused('note_bad_entry', `${shown(line)} is no entry of a file`);
    }
    const file = path;
    const source = sources.get(key) ?? sourceOf(key, metadata);
    sources.set(key, source);
    if (source === null) unknownKeys += 1;
    else for (const range of rangesOf(ranges)) attestations.push({ path: file, ...range, ...source });
    if (attestations.length > MAX_RANGES)
      throw new Refused('note_too_large', `the note has more than ${MAX_RANGES.toLocaleString('en')} ranges`);
  }
  attestations.sort((a, b) => (a.path === b.path ? a.first - b.first || a.last - b.last : a.path < b.path ? -1 : 1));
  return { attestations, unknownKeys };
}

/** Reads a note. Never throws: a note that cannot be used comes back with the name of its fault. */
export function parseNote(text: string): ParsedNote {
  try {
    return { ok: true, ...parse(text) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}
