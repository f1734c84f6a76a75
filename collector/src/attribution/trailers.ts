/**
 * Trailers of a commit message by git's own rules (trailer.c): those of the last paragraph, unless it is the title, if all its lines
 * are trailers, or a quarter of them and one that git itself writes. Checked against `git interpret-trailers --parse`.
 */

import { capped, pattern } from '../text/pattern.ts';

/** `Key: value`, key as written, value unfolded to one line. */
export interface Trailer {
  readonly key: string;
  readonly value: string;
}

const GIT_GENERATED = ['Signed-off-by: ', '(cherry picked from commit '];
const SCISSORS = '# ------------------------ >8 ------------------------\n';

// git's isspace and isalnum look at ASCII only.
const isSpace = (char: string | undefined): boolean => char === ' ' || char === '\t' || char === '\n' || char === '\r';
const isBlank = (line: string): boolean => trimSpace(line) === '';

// A pattern for blanks at the end would take quadratic time on long runs of blanks.
function trimSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text[from])) from += 1;
  while (to > from && isSpace(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

function trimStart(text: string): string {
  let from = 0;
  while (from < text.length && isSpace(text[from])) from += 1;
  return text.slice(from);
}

const DIVIDER = pattern`(?m)^---[ \t\n\r]`;

/** Without the blank lines before the title. */
function withoutBlankStart(message: string): string {
  const text = trimStart(message);
  return text === ''
    ? message.slice(message.lastIndexOf('\n') + 1)
    : message.slice(message.lastIndexOf('\n', message.length - text.length) + 1);
}

/** Position of the colon after a key; -1 = the line is no trailer. Blanks may stand between key and colon, not inside the key. */
function separatorAt(line: string): number {
  let at = 0;
  while (isKeyChar(line[at])) at += 1;
  const end = at;
  while (end > 0 && (line[at] === ' ' || line[at] === '\t')) at += 1;
  return line[at] === ':' ? at : -1;
}

function isKeyChar(char: string | undefined): boolean {
  if (char === undefined) return false;
  const isLetter = (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z');
  return isLetter || (char >= '0' && char <= '9') || char === '-';
}

/** Lines with their line ends. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at);
    lines.push(text.slice(at, end < 0 ? text.length : end + 1));
    at = end < 0 ? text.length : end + 1;
  }
  return lines;
}

/** Cuts off what is no message: scissors, comments and an old `Conflicts:` list at the end. */
function withoutTail(text: string): string {
  const cut = text.startsWith(SCISSORS) ? 0 : text.indexOf(`\n${SCISSORS}`) + 1;
  const end = text.startsWith(SCISSORS) ? 0 : cut > 0 ? cut : text.length;
  // 0 stands for "no tail", as in git: a message that is all tail keeps its first line.
  let tail = 0;
  let isConflicts = false;
  let at = 0;
  for (const line of linesOf(text)) {
    if (at >= end) break;
    if (line.startsWith('#') || line.startsWith('\n')) {
      tail ||= at;
    } else if (line.startsWith('Conflicts:\n')) {
      isConflicts = true;
      tail ||= at;
    } else if (!(isConflicts && line.startsWith('\t')) && tail > 0) {
      tail = 0;
      isConflicts = false;
    }
    at += line.length;
  }
  return text.slice(0, tail > 0 ? tail : end);
}

/** Index of the line after the title paragraph. */
function endOfTitle(lines: readonly string[]): number {
  const end = lines.findIndex((line) => !line.startsWith('#') && isBlank(line));
  return end < 0 ? lines.length : end;
}

/** Index of the first line of the trailer block; `lines.length` = there is none. */
function blockStart(lines: readonly string[]): number {
  const first = endOfTitle(lines);
  let trailers = 0;
  let others = 0;
  let continuations = 0;
  let isRecognised = false;
  let isTrailing = true;
  for (let at = lines.length - 1; at >= first; at -= 1) {
    const line = lines[at] ?? '';
    if (line.startsWith('#')) {
      others += continuations;
      continuations = 0;
    } else if (isBlank(line)) {
      if (isTrailing) continue;
      others += continuations;
      const isBlock = isRecognised ? trailers * 3 >= others : trailers > 0 && others === 0;
      return isBlock ? at + 1 : lines.length;
    } else {
      isTrailing = false;
      const isGenerated = GIT_GENERATED.some((prefix) => line.startsWith(prefix));
      if (isGenerated || (separatorAt(line) >= 1 && !isSpace(line[0]))) {
        isRecognised ||= isGenerated;
        trailers += 1;
        continuations = 0;
      } else if (isSpace(line[0])) {
        continuations += 1;
      } else {
        others += 1 + continuations;
        continuations = 0;
      }
    }
  }
  return lines.length;
}

/** Folded lines become one. */
function unfold(lines: readonly string[]): string[] {
  const whole: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    if (isOpen && isSpace(line[0])) {
      whole[whole.length - 1] += line;
    } else {
      whole.push(line);
      isOpen = separatorAt(line) >= 1;
    }
  }
  return whole;
}

/**
 * Trailers of a message, in order. A line `---` does not end a commit's message (as in `git log`); with `divider` it does (as in a mail).
 * Never throws.
 */
export function parseTrailers(given: string, { divider = false } = {}): Trailer[] {
  const message = capped(given);
  const patch = divider ? DIVIDER.exec(message) : null;
  // A commit's title is its first line with text; in a mail a blank first line is an empty title.
  const text = divider ? message.slice(0, patch?.index) : withoutBlankStart(message);
  const lines = linesOf(withoutTail(text));
  return unfold(lines.slice(blockStart(lines))).flatMap((line) => {
    const at = separatorAt(line);
    if (at < 1 || line.startsWith('#')) return [];
    const value = trimSpace(
      trimSpace(line.slice(at + 1))
        .split('\n')
        .map((part, index) => (index === 0 ? part : trimStart(part)))
        .filter((part, index) => index === 0 || part !== '')
        .join(' ')
    );
    return [{ key: trimSpace(line.slice(0, at)), value }];
  });
}
