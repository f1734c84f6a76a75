/** Words and lines of the plan's text. Pure. */

/** A line; what does not fit goes on below, indented by `hanging` (default 2) more. */
export interface Drawing {
  readonly text: string;
  readonly hanging?: number;
}

export const count = (size: number, one: string, many: string): string => `${size.toLocaleString('en')} ${size === 1 ? one : many}`; // prettier-ignore

/** The first names, and how many more there are. */
export function names(all: readonly string[], most: number): string {
  const shown = all.slice(0, most);
  const rest = all.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest.toLocaleString('en')} more` : ''}`;
}

export function wrap({ text, hanging = 2 }: Drawing, { width, indent }: { width: number; indent: number }): string[] {
  const lines: string[] = [];
  // Columns of the text stay: only its last part is wrapped.
  const head = text.slice(0, hanging > 2 ? hanging : 0);
  let line = `${' '.repeat(indent)}${head}`;
  let isFresh = true;
  for (const word of text.slice(head.length).split(/\s+/).filter(Boolean)) {
    if (!isFresh && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${' '.repeat(indent + hanging)}${word}`;
    } else {
      line = isFresh ? `${line}${word}` : `${line} ${word}`;
    }
    isFresh = false;
  }
  return [...lines, line];
}
