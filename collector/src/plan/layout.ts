/** The layout of a file of a person, kept while something is added to it. Pure. */
import { lineEdits } from './line-diff.ts';

/** How the file indents lists below their keys. */
export const isIndented = (text: string): boolean =>
  !/^( *)[^\s#-][^\n]*:[ \t]*\n(?:\s*#[^\n]*\n|\s*\n)*\1- /m.test(text);

/**
 * The lines of the file as they are, with what the edit adds: writing a document anew moves blanks and empty lines that nobody touched.
 * @param untouched The document written anew without an edit.
 */
export function inLayout(text: string, untouched: string, edited: string): string {
  const [own, before, after] = [text, untouched, edited].map((one) => one.split('\n')) as [
    string[],
    string[],
    string[],
  ];
  const folded = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/\s+/g, ''));
  /** Own lines that stand for each line of `before`, the empty ones in front of it among them. */
  const stands = new Map<number, string[]>();
  let waiting: string[] = [];
  let [index, ownIndex] = [0, 0];
  for (const { kind, line } of lineEdits(folded(own), folded(before))) {
    if (kind !== 'same' && line !== '') return edited;
    if (kind !== 'added') waiting.push(own[ownIndex++] ?? '');
    if (kind === 'same') {
      stands.set(index, waiting);
      waiting = [];
    }
    if (kind !== 'removed') index += 1;
  }
  const lines = lineEdits(before, after).flatMap(({ kind, line, at }) =>
    kind === 'added' ? [line] : kind === 'same' ? (stands.get(at) ?? []) : (stands.get(at) ?? []).slice(0, -1)
  );
  return [...lines, ...waiting].join('\n');
}

/** Lines end as they did in the person's text, new ones as most of those do. @param edited With LF alone. */
export function withEndings(own: string, edited: string): string {
  const lines = own.split('\n');
  const isReturned = lines.slice(0, -1).map((line) => line.endsWith('\r'));
  const count = isReturned.filter(Boolean).length;
  if (count === 0) return edited;
  const isUsual = count * 2 >= isReturned.length;
  const plain = lines.map((line, at) => (isReturned[at] === true ? line.slice(0, -1) : line));
  const all = lineEdits(plain, edited.split('\n')).filter(({ kind }) => kind !== 'removed');
  return all
    .map(({ kind, line, at }, place) => {
      if (place === all.length - 1) return line;
      return `${line}${((kind === 'same' ? isReturned[at] : undefined) ?? isUsual) ? '\r\n' : '\n'}`;
    })
    .join('');
}
