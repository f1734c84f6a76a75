import { wildmatch } from './wildmatch.ts';

/** A `.gitattributes` file; text and folder are raw bytes as latin1. */
export interface AttributesFile {
  /** Folder it stands in, without a slash at the end; empty: the root. */
  readonly folder: string;
  readonly text: string;
}

/** `true`: set, `false`: unset (`-name`), null: unspecified (`!name`), else its value. */
export type AttributeValue = boolean | string | null;

/** Attributes of paths (raw bytes as latin1) as `git check-attr` gives them. */
export interface Attributes {
  /** The given value of each attribute of the path; one that no line speaks of is absent. */
  of(path: string): ReadonlyMap<string, AttributeValue>;
  /** The lines that can say something of the attributes that were asked for. */
  readonly relevant: readonly string[];
}

interface State {
  readonly name: string;
  readonly value: AttributeValue;
}

interface Line {
  readonly text: string;
  /** Null: it defines `macro`. */
  readonly matches: ((path: string) => boolean) | null;
  readonly macro: string | null;
  readonly states: readonly State[];
}

const BLANK = /[ \t\r]+/;
const MACRO = '[attr]';
// Git does not read longer lines.
const LONGEST = 2048;

/** Reads the files for the attributes that are wanted. Macros are those of the root; a deeper file and a later line win. */
export function parseAttributes(files: readonly AttributesFile[], wanted: readonly string[]): Attributes {
  const ordered = [...files].sort((a, b) => depth(a.folder) - depth(b.folder));
  const all = ordered.flatMap((file) => linesOf(file));
  const macros = new Map(all.flatMap(({ macro, states }) => (macro === null ? [] : [[macro, states] as const])));
  const known = namesThatMatter(macros, wanted);
  const lines = all.filter(({ states }) => states.some(({ name }) => known.has(name)));
  const deciding = lines.filter(({ matches }) => matches !== null).reverse();
  return {
    relevant: lines.map(({ text }) => text),
    of(path) {
      const found = new Map<string, AttributeValue>();
      for (const { matches, states } of deciding) if (matches?.(path)) fill(found, states, macros);
      return found;
    },
  };
}

const depth = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);

/** What was said first stays: the strongest line comes first, and of a line the last word. */
function fill(
  found: Map<string, AttributeValue>,
  states: readonly State[],
  macros: ReadonlyMap<string, readonly State[]>
): void {
  for (const { name, value } of [...states].reverse()) {
    if (found.has(name)) continue;
    found.set(name, value);
    const macro = value === true ? macros.get(name) : undefined;
    if (macro) fill(found, macro, macros);
  }
}

/** The wanted names and the macros that may set them. */
function namesThatMatter(macros: ReadonlyMap<string, readonly State[]>, wanted: readonly string[]): Set<string> {
  const names = new Set(wanted);
  for (let before = -1; before < names.size;) {
    before = names.size;
    for (const [macro, states] of macros) if (states.some(({ name }) => names.has(name))) names.add(macro);
  }
  return names;
}

function linesOf({ folder, text }: AttributesFile): Line[] {
  const content = text.startsWith('\xef\xbb\xbf') ? text.slice(3) : text;
  return content.split('\n').flatMap((line) => parseLine(folder, line) ?? []);
}

function parseLine(folder: string, line: string): Line | null {
  const text = line.replace(/^[ \t\r]+/, '');
  if (text === '' || text.startsWith('#') || line.length >= LONGEST) return null;
  const { name, rest } = splitName(text);
  const states = parseStates(rest);
  if (!states) return null;
  const whole = `${folder}\0${text}`;
  if (name.startsWith(MACRO) && name.length > MACRO.length) {
    const macro = name.slice(MACRO.length);
    return folder === '' && isName(macro) ? { text: whole, matches: null, macro, states } : null;
  }
  // A negative pattern is none, and a file is no folder.
  if (name.startsWith('!') || name.endsWith('/')) return null;
  const matches = matcher(folder, name);
  return matches && { text: whole, matches, macro: null, states };
}

function splitName(text: string): { name: string; rest: string } {
  const quoted = /^"(?:[^"\\]|\\(?:[abfnrtv"\\]|[0-3][0-7]{2}))*"/.exec(text)?.[0];
  if (quoted !== undefined) return { name: unquote(quoted.slice(1, -1)), rest: text.slice(quoted.length) };
  const name = text.split(BLANK, 1)[0] ?? '';
  return { name, rest: text.slice(name.length) };
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const unquote = (text: string): string =>
  text.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(parseInt(code, 8)) : (ESCAPES[code] ?? code)
  );

const isName = (name: string): boolean => /^[A-Za-z0-9_.][-A-Za-z0-9_.]*$/.test(name);

/** Null: git does not read the line. */
function parseStates(text: string): State[] | null {
  const states: State[] = [];
  for (const word of text.split(BLANK).filter(Boolean)) {
    const sign = word.startsWith('-') || word.startsWith('!') ? word[0] : '';
    const [name = '', ...value] = word.slice(sign === '' ? 0 : 1).split('=');
    if (!isName(name)) return null;
    const given = value.length > 0 ? value.join('=') : true;
    states.push({ name, value: sign === '-' ? false : sign === '!' ? null : given });
  }
  return states;
}

/** A pattern without a slash is one of names, in all folders below; with a slash one of paths from its folder on. */
function matcher(folder: string, pattern: string): ((path: string) => boolean) | null {
  const isOfNames = !pattern.includes('/');
  const expression = wildmatch(pattern.replace(/^\//, ''));
  if (!expression) return null;
  const prefix = folder === '' ? '' : `${folder}/`;
  return (path) => {
    if (!path.startsWith(prefix)) return false;
    return expression.test(isOfNames ? path.slice(path.lastIndexOf('/') + 1) : path.slice(prefix.length));
  };
}
