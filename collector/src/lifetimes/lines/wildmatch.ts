import { entryOf } from '../../foreign.ts';

const SPECIAL = /[.+^${}()|\\[\]*?/-]/;
const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9a-fA-F',
};

const literal = (char: string): string => (SPECIAL.test(char) ? `\\${char}` : char);

/**
 * A pattern of git's attribute and ignore files as an expression over a whole path: `*` and `?` stay within a name, `**` between slashes
 * crosses folders, brackets and backslashes as in a shell. Null: it matches nothing (an open bracket, a backslash at the end).
 */
export function wildmatch(pattern: string): RegExp | null {
  let source = '';
  for (let at = 0; at < pattern.length;) {
    const char = pattern[at] as string;
    if (char === '*') {
      const stars = starsAt(pattern, at);
      source += stars.source;
      at = stars.end;
    } else if (char === '[') {
      const bracket = bracketAt(pattern, at);
      if (!bracket) return null;
      source += bracket.source;
      at = bracket.end;
    } else if (char === '\\') {
      const next = pattern[at + 1];
      if (next === undefined) return null;
      source += literal(next);
      at += 2;
    } else {
      source += char === '?' ? '[^/]' : literal(char);
      at++;
    }
  }
  return new RegExp(`^${source}$`, 's');
}

function starsAt(pattern: string, from: number): { source: string; end: number } {
  let end = from;
  while (pattern[end] === '*') end++;
  const isStart = from === 0 || pattern[from - 1] === '/';
  const next = pattern[end];
  if (end - from < 2 || !isStart || (next !== undefined && next !== '/')) return { source: '[^/]*', end };
  // "**/" stands for any number of folders, none too; at the end "/**" for everything inside.
  return next === '/' ? { source: '(?:.*/)?', end: end + 1 } : { source: '.*', end };
}

/** `[a-z]`, `[!a]`, `[[:alpha:]]`; never a slash. */
function bracketAt(pattern: string, from: number): { source: string; end: number } | null {
  let at = from + 1;
  const isNegated = pattern[at] === '!' || pattern[at] === '^';
  if (isNegated) at++;
  const items: string[] = [];
  for (let isFirst = true; isFirst || pattern[at] !== ']'; isFirst = false) {
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(at));
    if (named) {
      const known = entryOf(CLASSES, named[1] as string);
      if (known === undefined) return null;
      items.push(known);
      at += named[0].length;
      continue;
    }
    const low = charAt(pattern, at);
    if (!low) return null;
    at = low.end;
    const high = pattern[at] === '-' && pattern[at + 1] !== ']' ? charAt(pattern, at + 1) : null;
    if (high) at = high.end;
    if (high && high.char < low.char) continue;
    items.push(literal(low.char) + (high ? `-${literal(high.char)}` : ''));
  }
  const set = items.join('');
  const source = isNegated ? `[^/${set}]` : set === '' ? '[]' : `(?!/)[${set}]`;
  return { source, end: at + 1 };
}

function charAt(pattern: string, at: number): { char: string; end: number } | null {
  const isEscaped = pattern[at] === '\\';
  const char = pattern[isEscaped ? at + 1 : at];
  return char === undefined ? null : { char, end: at + (isEscaped ? 2 : 1) };
}
