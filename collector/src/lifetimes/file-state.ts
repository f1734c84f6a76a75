import { LifetimeError } from './errors.ts';
import type { Tables } from './tables.ts';
import { NO_LINES, type Lines } from './versions.ts';

/** Bumped when the encoding or the rules change: stored states of another format are not continued from. */
export const STATE_FORMAT = 1;

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
 * Lines of a file as bytes that stand for themselves: flags, a dictionary of the spans (origin sha, source, path at birth, birth sha),
 * then runs of (span, effective bit, length), all numbers as varints.
 */
export function encodeState(lines: Lines, { tables, stale }: StateContext): Uint8Array {
  if (lines === NO_LINES) return Uint8Array.of(FLAG_NO_LINES);
  const out: number[] = [];
  const known = stale.get(lines);
  if (known === undefined) out.push(0);
  else if (known === null) out.push(FLAG_STALE);
  else {
    out.push(FLAG_STALE | FLAG_STALE_KNOWN);
    writeBytes(out, Buffer.from(known, 'hex'));
  }
  const { spans, runs } = runsOf(lines);
  writeNumber(out, spans.length);
  for (const span of spans) writeSpan(out, span, tables);
  for (const number of runs) writeNumber(out, number);
  return Uint8Array.from(out);
}

function runsOf(lines: Lines): { spans: number[]; runs: number[] } {
  const numbers = new Map<number, number>();
  const runs: number[] = [];
  for (let at = 0; at < lines.length;) {
    const value = lines[at] as number;
    let end = at + 1;
    while (end < lines.length && lines[end] === value) end++;
    let number = numbers.get(value >> 1);
    if (number === undefined) numbers.set(value >> 1, (number = numbers.size));
    runs.push(number * 2 + (value & 1), end - at);
    at = end;
  }
  return { spans: [...numbers.keys()], runs };
}

function writeSpan(out: number[], span: number, tables: Tables): void {
  const { commits } = tables.history;
  const origin = tables.spanOrigin[span] as number;
  const source = tables.originSource[origin] ?? null;
  writeBytes(out, Buffer.from(commits[tables.originCommit[origin] as number]?.sha ?? '', 'hex'));
  writeBytes(out, Buffer.from(commits[tables.spanBorn[span] as number]?.sha ?? '', 'hex'));
  writeBytes(out, Buffer.from(tables.spanPath[span] as string, 'latin1'));
  if (source === null) out.push(0);
  else {
    out.push(1);
    writeBytes(out, Buffer.from(source, 'utf8'));
  }
}

function writeNumber(out: number[], number: number): void {
  let rest = number;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
}

function writeBytes(out: number[], bytes: Uint8Array): void {
  writeNumber(out, bytes.length);
  for (const byte of bytes) out.push(byte);
}

/** The lines that `encodeState` was given. @throws LifetimeError `internal` when a commit is not in the history. */
export function decodeState(state: Uint8Array, context: StateContext): Lines {
  const reader = readerOf(Buffer.from(state.buffer, state.byteOffset, state.length));
  const flags = reader.number();
  if (flags & FLAG_NO_LINES) return NO_LINES;
  const known = flags & FLAG_STALE_KNOWN ? reader.bytes().toString('hex') : null;
  const spans = Array.from({ length: reader.number() }, () => readSpan(reader, context));
  const lines: number[] = [];
  while (!reader.atEnd()) {
    const number = reader.number();
    const value = (spans[number >> 1] as number) * 2 + (number & 1);
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

function readSpan(reader: Reader, { tables, decoded }: StateContext): number {
  const commitOf = (sha: string): number => {
    const index = tables.history.indexOf.get(sha);
    if (index === undefined)
      throw new LifetimeError('internal', `a stored file state names commit ${sha}, which the history does not have`);
    return index;
  };
  const commit = commitOf(reader.bytes().toString('hex'));
  const born = commitOf(reader.bytes().toString('hex'));
  const path = reader.bytes().toString('latin1');
  const source = reader.number() === 1 ? reader.bytes().toString('utf8') : null;
  const origin = tables.originOf(commit, source);
  const key = `${origin} ${born} ${path}`;
  let span = decoded.get(key);
  if (span === undefined) decoded.set(key, (span = tables.newSpan(origin, path, born)));
  return span;
}
