import { LifetimeError } from '../../git/errors.ts';
import { isEffective, lineValue, spanOf } from './line-value.ts';
import type { Tables } from './spans.ts';
import { NO_LINES, type Lines } from './versions.ts';

/** Bumped when the encoding or the rules change: stored states of another format are not continued from. */
export const STATE_FORMAT = 3;

const FLAG_NO_LINES = 1;
const FLAG_STALE = 2;
const FLAG_STALE_KNOWN = 4;

/** What encoding needs besides the lines. */
export interface StateContext {
  readonly tables: Tables;
  readonly stale: WeakMap<Lines, string | null>;
  /** Spans that decoding met, so that equal ones get one number. */
  readonly decoded: Map<string, number>;
}

/**
 * Lines of a file as bytes that stand for themselves: flags, a dictionary of the spans (flags, origin sha, birth sha, path at birth,
 * source; what is as expected is left out), then runs of (span, effective bit, length), all numbers as varints.
 */
export function encodeState(lines: Lines, { tables, stale }: StateContext): Uint8Array {
  if (lines === NO_LINES) return Uint8Array.of(FLAG_NO_LINES);
  const writer = newWriter();
  const known = stale.get(lines);
  if (known === undefined) writer.number(0);
  else if (known === null) writer.number(FLAG_STALE);
  else {
    writer.number(FLAG_STALE | FLAG_STALE_KNOWN);
    writer.text(known, 'hex');
  }
  const { spans, runs } = runsOf(lines);
  writer.number(spans.length);
  spans.forEach((span, at) => writeSpan(writer, tables, { span, before: spans[at - 1] }));
  for (const number of runs) writer.number(number);
  return writer.taken();
}

function runsOf(lines: Lines): { spans: number[]; runs: number[] } {
  const numbers = new Map<number, number>();
  const runs: number[] = [];
  for (let at = 0; at < lines.length;) {
    const value = lines[at] as number;
    let end = at + 1;
    while (end < lines.length && lines[end] === value) end++;
    let number = numbers.get(spanOf(value));
    if (number === undefined) numbers.set(spanOf(value), (number = numbers.size));
    // A span of the dictionary, and whether it is effective: as in the lines themselves.
    runs.push(lineValue(number, isEffective(value)), end - at);
    at = end;
  }
  return { spans: [...numbers.keys()], runs };
}

const SPAN_BORN_AT_ORIGIN = 1;
const SPAN_SAME_PATH = 2;
const SPAN_SOURCE = 4;

function writeSpan(
  writer: Writer,
  tables: Tables,
  { span, before }: { span: number; before: number | undefined }
): void {
  const { commits } = tables.history;
  const origin = tables.spanOrigin[span] as number;
  const source = tables.originSource[origin] ?? null;
  const written = tables.originCommit[origin] as number;
  const born = tables.spanBorn[span] as number;
  const path = tables.spanPath[span] as string;
  const isSamePath = before !== undefined && tables.spanPath[before] === path;
  writer.number(
    (written === born ? SPAN_BORN_AT_ORIGIN : 0) |
      (isSamePath ? SPAN_SAME_PATH : 0) |
      (source === null ? 0 : SPAN_SOURCE)
  );
  writer.text(commits[written]?.sha ?? '', 'hex');
  if (written !== born) writer.text(commits[born]?.sha ?? '', 'hex');
  if (!isSamePath) writer.text(path, 'latin1');
  if (source !== null) writer.text(source, 'utf8');
}

interface Writer {
  number(value: number): void;
  /** Length and bytes. */
  text(value: string, encoding: 'hex' | 'latin1' | 'utf8'): void;
  taken(): Uint8Array;
}

// Grown once and written over by every file; `taken` copies out.
let scratch = Buffer.alloc(65_536);

function newWriter(): Writer {
  let at = 0;
  const room = (bytes: number): void => {
    if (at + bytes <= scratch.length) return;
    const larger = Buffer.alloc((at + bytes) * 2);
    scratch.copy(larger, 0, 0, at);
    scratch = larger;
  };
  const number = (value: number): void => {
    room(8);
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) scratch[at++] = (rest % 128) | 128;
    scratch[at++] = rest;
  };
  return {
    number,
    text(value, encoding) {
      const length = Buffer.byteLength(value, encoding);
      number(length);
      room(length);
      at += scratch.write(value, at, encoding);
    },
    taken: () => Uint8Array.from(scratch.subarray(0, at)),
  };
}

/** The lines that `encodeState` was given. @throws LifetimeError `internal` when a commit is not in the history. */
export function decodeState(state: Uint8Array, context: StateContext): Lines {
  const reader = readerOf(Buffer.from(state.buffer, state.byteOffset, state.length));
  const flags = reader.number();
  if (flags & FLAG_NO_LINES) return NO_LINES;
  const known = flags & FLAG_STALE_KNOWN ? reader.bytes().toString('hex') : null;
  const spans: number[] = [];
  for (let count = reader.number(); count > 0; count--) spans.push(readSpan(reader, context, spans.at(-1)));
  const lines: number[] = [];
  while (!reader.atEnd()) {
    const number = reader.number();
    const value = lineValue(spans[spanOf(number)] as number, isEffective(number));
    for (let count = reader.number(); count > 0; count--) lines.push(value);
  }
  const decoded = Int32Array.from(lines);
  if (flags & FLAG_STALE) context.stale.set(decoded, known);
  return decoded;
}

interface Reader {
  number(): number;
  bytes(): Buffer;
  atEnd(): boolean;
}

function readerOf(buffer: Buffer): Reader {
  let at = 0;
  function number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = buffer[at++];
      if (byte === undefined) throw new LifetimeError('internal', 'a stored file state is cut short: run a full pass');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
  return {
    number,
    bytes() {
      const length = number();
      at += length;
      return buffer.subarray(at - length, at);
    },
    atEnd: () => at >= buffer.length,
  };
}

function readSpan(reader: Reader, { tables, decoded }: StateContext, before: number | undefined): number {
  const commitOf = (sha: string): number => {
    const index = tables.history.indexOf.get(sha);
    if (index === undefined) {
      throw new LifetimeError(
        'internal',
        `a stored file state names commit ${sha}, which the history does not have: run a full pass`
      );
    }
    return index;
  };
  const flags = reader.number();
  const commit = commitOf(reader.bytes().toString('hex'));
  const born = flags & SPAN_BORN_AT_ORIGIN ? commit : commitOf(reader.bytes().toString('hex'));
  const path = flags & SPAN_SAME_PATH ? (tables.spanPath[before ?? -1] ?? '') : reader.bytes().toString('latin1');
  const source = flags & SPAN_SOURCE ? reader.bytes().toString('utf8') : null;
  const origin = tables.originOf(commit, source);
  const key = `${origin} ${born} ${path}`;
  let span = decoded.get(key);
  if (span === undefined) decoded.set(key, (span = tables.newSpan(origin, path, born)));
  return span;
}
