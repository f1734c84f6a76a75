/**
 * The marks of a message as the tools wrote them: trailers as git knows them, trailers and footers that stand before the last paragraph
 * (squashes list whole messages), and nothing that is quoted.
 */
import { capped, pattern } from '../text/pattern.ts';
import { mayHoldFooter, toolOfFooter } from './footers.ts';
import { parseTrailers, type Trailer } from './trailers.ts';

export interface MessageMarks {
  /** Those of the last paragraph, by git's own rules. */
  readonly trailers: readonly Trailer[];
  /** Those at the end of other paragraphs, or under text in the last one. */
  readonly earlier: readonly Trailer[];
  /** Tools named by footers. */
  readonly footers: readonly string[];
}

interface Line {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** A squash of a thousand commits says no more with the next one. */
const MAX_TRAILERS = 1000;

const FENCE = pattern`^ {0,3}(?:\x60{3}|~~~)`;
const SQUASH_HEADER = pattern`^(?:Author: |AuthorDate: |Date: |Merge: )`;
const TRAILER_LINE = pattern`^[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+[ \t]*:[ \t]*\S|^(?:AI|Agent|Model|LLM|GenAI)[ \t]*:[ \t]*\S`;
/** What begins the next message of a list, or ends a body. */
const ITEM = pattern`^(?:[*+-]\s|#|\d{1,4}[.)]\s|[-=_*]{3,}\s*$|commit [0-9a-f]{7,64}\b|</?(?:details|summary|sub|hr)|[a-z]+(?:\([^()]*\))?!?: \S)`;
/** Words before a quotation. */
const INTRODUCES = pattern`(?i)(?:[:,(]|\b(?:like|as|say|says|said|read|reads|for|with|is|was|are|were|the|a|an|line|lines|footer|footers|trailer|trailers|template|text|string|phrase|words|remove|removes|removed|drop|drops|dropped|strip|strips|add|adds|added|write|writes|insert|inserts|append|appends|contains?|ends?))\s*$`;
const CLOSED = pattern`(?:[.!?)\x60]|\p{So})\s*$`;

const mayFence = (line: string): boolean => line.includes('\x60\x60\x60') || line.includes('~~~');

/** Lines with what is quoted among them: fenced, indented or behind `>`. The list of `git merge --squash` is indented by git itself. */
function linesOf(message: string): Line[] {
  const raw = message.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const isSquashList = raw.some((line) => line.startsWith('Squashed commit of the following:'));
  const fences = raw.flatMap((line, index) => (mayFence(line) && FENCE.test(line) ? [index] : []));
  const inFence = new Set<number>();
  for (let at = 0; at + 1 < fences.length; at += 2) {
    for (let line = fences[at] ?? 0; line <= (fences[at + 1] ?? 0); line += 1) inFence.add(line);
  }
  return raw.map((line, index): Line => {
    if (isSquashList && line.startsWith('    ')) return { text: line.slice(4), isQuoted: line.startsWith('        ') };
    if (isSquashList && SQUASH_HEADER.test(line)) return { text: '', isQuoted: false };
    const start = line.trimStart();
    const isIndented = line.startsWith('    ') || line.startsWith('\t');
    return { text: line, isQuoted: inFence.has(index) || start.startsWith('>') || (isIndented && start !== '') };
  });
}

/** Paragraphs as [first, end) of lines. */
function paragraphsOf(lines: readonly Line[]): Array<readonly [number, number]> {
  const found: Array<readonly [number, number]> = [];
  let first = -1;
  for (let at = 0; at <= lines.length; at += 1) {
    const isBlank = (lines[at]?.text.trim() ?? '') === '';
    if (!isBlank && first < 0) first = at;
    if (isBlank && first >= 0) {
      found.push([first, at]);
      first = -1;
    }
  }
  return found;
}

interface Marked {
  readonly lines: readonly Line[];
  readonly paragraphs: ReadonlyArray<readonly [number, number]>;
  /** Trailer, tool of a footer, or null for each line. */
  readonly kinds: ReadonlyArray<Trailer | string | null>;
}

function kindOf({ text, isQuoted }: Line): Trailer | string | null {
  if (isQuoted || text === '') return null;
  if (text.includes(':') && TRAILER_LINE.test(text)) {
    const at = text.indexOf(':');
    return { key: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
  }
  return toolOfFooter(text);
}

const isRule = (text: string): boolean => text.trim() !== '' && [...text.trim()].every((char) => '-_=*'.includes(char));

/** The text before a run of marks belongs to it as a quotation's introduction does, or goes on behind it. */
function isQuotation({ lines, paragraphs, kinds }: Marked, index: number, start: number): boolean {
  const [first] = paragraphs[index] ?? [0, 0];
  const beforeAt = start > first ? start - 1 : (paragraphs[index - 1]?.[1] ?? 0) - 1;
  const before = lines[beforeAt]?.text ?? '';
  const isUnderMark = beforeAt >= 0 && kinds[beforeAt] !== null;
  const isFree = beforeAt < 0 || isUnderMark || isRule(before) || beforeAt === 0;
  if (!isFree && INTRODUCES.test(before)) return true;
  const isListed = isFree || CLOSED.test(before) || ITEM.test(before.trimStart());
  if (start > first && !isListed) return true;
  const next = paragraphs[index + 1];
  const follows = next === undefined ? '' : (lines[next[0]]?.text ?? '');
  if (next === undefined || kinds[next[0]] !== null || ITEM.test(follows)) return false;
  // A subject: short, not a sentence, not the rest of one.
  const isSubject =
    follows.length <= 100 && !follows.trimEnd().endsWith('.') && follows[0] !== follows[0]?.toLowerCase();
  return !(isSubject && isListed);
}

/** Reads the marks of a message; a message longer than patterns look at is read at both ends. Never throws. */
export function readMessage(given: string): MessageMarks {
  const message = capped(given);
  const trailers = parseTrailers(message);
  if (!message.includes(':') && !mayHoldFooter(message)) return { trailers, earlier: [], footers: [] };
  const lines = linesOf(message);
  const paragraphs = paragraphsOf(lines);
  const kinds = lines.map(kindOf);
  const marked: Marked = { lines, paragraphs, kinds };
  const earlier: Trailer[] = [];
  const footers: string[] = [];
  paragraphs.forEach(([first, end], index) => {
    let start = end;
    while (start > first && (kinds[start - 1] ?? null) !== null) start -= 1;
    if (start === end || start === 0 || isQuotation(marked, index, start)) return;
    for (const kind of kinds.slice(start, end)) {
      if (typeof kind === 'string') footers.push(kind);
      else if (kind !== null && kind !== undefined && earlier.length < MAX_TRAILERS) earlier.push(kind);
    }
  });
  return { trailers: trailers.slice(-MAX_TRAILERS), earlier, footers };
}
