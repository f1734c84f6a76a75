/** Answers as text for a terminal of a given width. */
import { importCommand, type Place } from './commands.ts';
import type { Section, Step, Table } from './section.ts';

/** Lines longer than this are hard to read, however wide the terminal is. */
const WIDEST = 110;
const NARROWEST = 40;

/** Breaks at spaces; what is longer than a line stays whole. The lines after the first are indented as the text begins. */
export function wrap(
  text: string,
  { width, indent = '', first = indent }: { width: number; indent?: string; first?: string }
): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line += isEmpty ? word : ` ${word}`;
    }
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}

function drawTable({ head, rows, right }: Table): string {
  const widths = head.map((title, column) =>
    rows.reduce((widest, row) => Math.max(widest, (row[column] ?? '').length), title.length)
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(head), rule, ...rows.map(line)].map((text) => `  ${text}`).join('\n');
}

/** A command stands on a line of its own, whole: it is there to be copied. */
function drawStep({ text, file }: Step, width: number, place: Place): string[] {
  const said = wrap(`${text}${file === null ? '.' : ':'}`, { width, indent: '    ', first: '  → ' });
  return file === null ? [said] : [said, `    ${importCommand(file, place)}`];
}

/** One question with its answer. */
export function drawSection(section: Section, columns: number, place: Place): string {
  const { metric, question, findings, table, notes, completes } = section;
  const width = Math.max(NARROWEST, Math.min(columns, WIDEST));
  return [
    '',
    `${question}  (${metric})`,
    ...findings.map((text) => wrap(text, { width, indent: '  ' })),
    ...(table === null ? [] : ['', drawTable(table), '']),
    ...notes.map((text) => wrap(text, { width, indent: '  ' })),
    ...(completes === null ? [] : drawStep(completes, width, place)),
    '',
  ]
    .join('\n')
    .replace(/\n{2,}$/, '\n');
}
