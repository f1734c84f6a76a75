/**
 * A text as those read it who undo its encodings: percent, quoted-printable and words of mail headers, entities of HTML, escapes of JSON,
 * one within another. What is found in a view is known by its place in the text itself.
 */
import { entityOf } from './entities.ts';

export interface View {
  readonly text: string;
  /** The place in the text itself of a part of this view. */
  readonly placeOf: (from: number, to: number) => Span;
}
export type Span = readonly [from: number, to: number];

interface Encoding {
  /** What every text has that uses it. */
  readonly sign: string;
  readonly units: RegExp;
  /** What a unit stands for; null = it is none. */
  readonly read: (unit: string) => string | null;
}

/** Bytes as UTF-8, or where they are none as Latin-1. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}
const ofHex = (hex: string): string => textOf(Buffer.from(hex.replace(/[^0-9a-f]/gi, ''), 'hex'));
const ofCode = (code: number): string | null => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : null);

function ofEntity(unit: string): string | null {
  const name = unit.replace(/^&|;$/g, '');
  if (/^#x/i.test(name)) return ofCode(parseInt(name.slice(2), 16));
  return name.startsWith('#') ? ofCode(Number(name.slice(1))) : entityOf(name);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
const ofEscape = (unit: string): string =>
  unit.length > 2 ? String.fromCharCode(parseInt(unit.slice(2), 16)) : (ESCAPES[unit.charAt(1)] ?? unit.charAt(1));

function ofMailWord(unit: string): string {
  const [, , kind = '', given = ''] = unit.split('?');
  return kind.toLowerCase() === 'b'
    ? textOf(Buffer.from(given, 'base64'))
    : given.replace(/_/g, ' ').replace(/(?:=[0-9a-f]{2})+/gi, ofHex);
}

const ENCODINGS: readonly Encoding[] = [
  { sign: '%', units: /(?:%[0-9a-f]{2})+/gi, read: ofHex },
  { sign: '&', units: /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z]{1,31});?/gi, read: ofEntity },
  { sign: '\\', units: /\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|["'/\\nrtbf])/gi, read: ofEscape },
  { sign: '=?', units: /=\?[\w-]{1,40}\?[bq]\?[^?\s]{1,500}\?=/gi, read: ofMailWord },
  { sign: '=', units: /(?:=[0-9a-f]{2})+|=\r?\n/gi, read: (unit) => (/\n$/.test(unit) ? '' : ofHex(unit)) },
  // Of forms.
  { sign: '+', units: /(?<=[^\s+])\+(?=[^\s+])/g, read: () => ' ' },
];

/** Encodings one within another; and views of a text: who nests more deeply, or mixes more, hides from every reader. */
const MOST_LEVELS = 3;
const MOST_VIEWS = 24;
/** Of longer texts (whole bodies) each encoding is undone alone: their parts are looked at again where they are stored. */
const LONG = 64 << 10;

const decoded = (text: string, { sign, units, read }: Encoding): string =>
  text.includes(sign) ? text.replace(units, (unit) => read(unit) ?? unit) : text;

/** A view within another one, with the place of each of its characters. */
function within(view: View, { units, read }: Encoding): View {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  let done = 0;
  const copy = (to: number): void => {
    for (; done < to; done++) {
      const [from, end] = view.placeOf(done, done + 1);
      starts.push(from);
      ends.push(end);
    }
  };
  for (const { 0: unit, index } of view.text.matchAll(units)) {
    const value = read(unit);
    if (value === null) continue;
    text += view.text.slice(done, index) + value;
    copy(index);
    const [from, end] = view.placeOf(index, index + unit.length);
    for (let at = 0; at < value.length; at++) {
      starts.push(from);
      ends.push(end);
    }
    done = index + unit.length;
  }
  text += view.text.slice(done);
  copy(view.text.length);
  return { text, placeOf: (from, to) => [starts[from] ?? 0, ends[to - 1] ?? 0] };
}

/** The text itself, and what it is without one or several of its encodings; only what `isWanted` says of its text is worth its places. */
export function* viewsOf(text: string, isWanted: (text: string) => boolean = () => true): Generator<View> {
  const itself: View = { text, placeOf: (from, to) => [from, to] };
  if (isWanted(text)) yield itself;
  const seen = new Set([text]);
  let level: Array<readonly Encoding[]> = [[]];
  let texts = [text];
  const levels = text.length > LONG ? 1 : MOST_LEVELS;
  for (let depth = 0; depth < levels && level.length > 0; depth++) {
    const next: typeof level = [];
    const nextTexts: string[] = [];
    for (const [at, path] of level.entries()) {
      for (const encoding of ENCODINGS) {
        const found = decoded(texts[at] ?? '', encoding);
        if (seen.has(found) || seen.size >= MOST_VIEWS) continue;
        seen.add(found);
        const whole = [...path, encoding];
        next.push(whole);
        nextTexts.push(found);
        if (isWanted(found)) yield whole.reduce(within, itself);
      }
    }
    [level, texts] = [next, nextTexts];
  }
}

/** The text with something else in these places; those that touch or overlap are one. */
export function replaceSpans(text: string, spans: readonly Span[], by: string): string {
  const sorted = [...spans].sort(([a], [b]) => a - b);
  let clean = '';
  let done = 0;
  let open: Span | null = null;
  const close = (): void => {
    if (open === null) return;
    clean += text.slice(done, open[0]) + by;
    done = open[1];
  };
  for (const span of sorted) {
    if (open !== null && span[0] < open[1]) open = [open[0], Math.max(open[1], span[1])];
    else {
      close();
      open = span;
    }
  }
  close();
  return clean + text.slice(done);
}
