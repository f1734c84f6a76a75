/**
 * Patterns over text that others wrote (messages, names, branches, tags, cells). They match in time linear in the text, whatever the
 * pattern (RE2: no look-around, no back-references), so that no message can stop the collector. A lint rule keeps native patterns
 * out of the folders that read such text.
 */
import { RE2JS } from 're2js';

/** Longest text that patterns look at, in characters; longer ones are cut by `capped`. */
export const MAX_TEXT = 65_536;
/** Most matches that `all` and `replace` look for in one text. */
const MAX_MATCHES = 1000;

export interface Match {
  /** The whole match. */
  readonly text: string;
  /** Where it begins. */
  readonly index: number;
  /** Numbered groups from 1; null = the group took no part. */
  readonly groups: ReadonlyArray<string | null>;
  /** Text of a named group; undefined = it took no part. */
  readonly named: Readonly<Record<string, string | undefined>>;
}

export interface Pattern {
  readonly source: string;
  readonly test: (text: string) => boolean;
  /** First match; null = none. */
  readonly exec: (text: string) => Match | null;
  /** Matches from left to right, the first thousand. */
  readonly all: (text: string) => Match[];
  /** The text with every match replaced, however many. */
  readonly replace: (text: string, replacement: string | ((match: Match) => string)) => string;
}

class LinearPattern implements Pattern {
  readonly source: string;
  private compiled: RE2JS | null = null;

  constructor(source: string) {
    this.source = source;
  }

  /** @throws Error when the source is no pattern. */
  compile(): RE2JS {
    return (this.compiled ??= RE2JS.compile(this.source));
  }

  // The engine answers yes or no many times faster than it says where.
  test = (text: string): boolean => this.compile().test(text);

  exec = (text: string): Match | null => (this.test(text) ? (this.find(text, 1)[0] ?? null) : null);

  all = (text: string): Match[] => (this.test(text) ? this.find(text, MAX_MATCHES) : []);

  replace = (text: string, replacement: string | ((match: Match) => string)): string => {
    let done = '';
    let at = 0;
    // All of them: what is replaced may be a secret.
    for (const match of this.test(text) ? this.find(text, Infinity) : []) {
      done += text.slice(at, match.index) + (typeof replacement === 'string' ? replacement : replacement(match));
      at = match.index + match.text.length;
    }
    return done + text.slice(at);
  };

  private find(text: string, most: number): Match[] {
    const found: Match[] = [];
    const matcher = this.compile().matcher(text);
    const names = Object.entries(this.compile().namedGroups());
    while (found.length < most && matcher.find()) {
      const groups = Array.from({ length: matcher.groupCount() }, (_, index) => matcher.group(index + 1));
      const named = Object.fromEntries(names.map(([name, index]) => [name, groups[index - 1] ?? undefined]));
      found.push({ text: matcher.group() ?? '', index: matcher.start(), groups, named });
    }
    return found;
  }
}

/** Compiles a pattern that someone configured. @throws Error when it is none, or asks for what takes more than linear time. */
export function compilePattern(source: string): Pattern {
  const made = new LinearPattern(source);
  made.compile();
  return made;
}

/**
 * A pattern of this program: `` pattern`(?im)^Revert "(.+)"$` `` (flags inside, as RE2 has them). Compiled when it is first used: a command
 * uses few of the hundred that there are.
 */
export const pattern = (source: TemplateStringsArray, ...parts: readonly string[]): Pattern =>
  new LinearPattern(String.raw(source, ...parts));

/** Text with what has a meaning in a pattern taken literally. */
export const literal = (text: string): string => RE2JS.quote(text);

/** Beginning and end of a text that is longer than patterns look at, cut at line ends; trailers stand at the end. */
export function capped(text: string, most: number = MAX_TEXT): string {
  if (text.length <= most) return text;
  const tail = Math.floor(most / 4);
  const head = most - tail;
  const end = text.lastIndexOf('\n', head);
  const start = text.indexOf('\n', text.length - tail);
  return `${text.slice(0, end > 0 ? end : head)}\n\n${start < 0 ? text.slice(text.length - tail) : text.slice(start + 1)}`;
}

/** First line with text, at most `most` characters of it. */
export function firstLine(text: string, most: number = 4096): string {
  const start = text.slice(0, MAX_TEXT).trimStart();
  return start.slice(0, most).split('\n', 1)[0]?.trim() ?? '';
}
