/**
 * Parser of git-ai authorship logs (standard v3.0.0, refs/notes/ai): attested line ranges of one commit.
 * Lines that no entry covers are untracked: not human.
 */
import { toolIdOf } from './tool-names.ts';

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
const MAX_LINE = 2 ** 31 - 1;

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
  if (typeof version !== 'string' || !/^authorship\/3\.\d+\.\d+$/.test(version)) {
    const given = typeof version === 'string' ? shown(version) : 'none';
    throw new Refused('note_other_schema', `schema_version is ${given}, only authorship/3.x is known`);
  }
  return value;
}

function rangesOf(text: string): LineRange[] {
  const ranges = text.split(',').map((part) => {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part);
    const first = Number(match?.[1] ?? NaN);
    const last = Number(match?.[2] ?? match?.[1] ?? NaN);
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
  if (/^h_\w+$/.test(key)) return { attested: 'human', toolId: null, model: null };
  const session = /^(s_\w+)(?:::t_\w+)?$/.exec(key)?.[1];
  const prompts = objectAt(metadata, 'prompts');
  const isLegacy = /^(?:[0-9a-f]{16}|[0-9a-f]{7})$/.test(key) || Object.hasOwn(prompts, key);
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

function parse(text: string): { attestations: Attestation[]; unknownKeys: number } {
  if (text.length > MAX_NOTE_LENGTH)
    throw new Refused('note_too_large', `the note has ${String(text.length)} characters`);
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const divider = lines.indexOf('---');
  if (divider < 0) throw new Refused('note_no_divider', 'there is no line --- between attestations and metadata');
  const metadata = metadataOf(lines.slice(divider + 1).join('\n'));
  const attestations: Attestation[] = [];
  let unknownKeys = 0;
  let path: string | null = null;
  for (const line of lines.slice(0, divider)) {
    if (line.trim() === '') continue;
    if (!line.startsWith(' ')) {
      path = pathOf(line);
      continue;
    }
    const entry = /^ {2}(\S+) (\S+)$/.exec(line);
    if (!entry || path === null) throw new Refused('note_bad_entry', `${shown(line)} is no entry of a file`);
    const file = path;
    const source = sourceOf(entry[1] ?? '', metadata);
    if (source === null) unknownKeys += 1;
    else attestations.push(...rangesOf(entry[2] ?? '').map((range) => ({ path: file, ...range, ...source })));
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
