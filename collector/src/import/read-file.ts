/** Reads one CSV file into house rows and faults. Pure but for the text it is given: no database, no file system. */
import { parse } from 'csv-parse/sync';
import type { HouseRow } from '../connector.ts';
import { CollectorError } from '../errors.ts';
import { CellError, type FileKind, type ImportContext, type Values } from './file-kind.ts';
import { FILE_KINDS, listKinds } from './files.ts';
import { list, type Cell } from './cells.ts';
import { damageIn } from './encoding.ts';

/** A row that was refused. */
export interface RowFault {
  /** 1-based line of the file on which the row starts. */
  readonly line: number;
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

export interface ReadResult {
  readonly rows: readonly HouseRow[];
  readonly faults: readonly RowFault[];
  /** Rows read without a fault. */
  readonly goodCount: number;
  /** Columns that no importer knows: their cells are in `extra` of the rows. Named, since one may be a known name mistyped. */
  readonly unknownColumns: readonly string[];
  /** What rows that were kept will not do, with their lines. */
  readonly notices: readonly string[];
}

interface Line {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function fail(file: string, message: string): never {
  throw new CollectorError({ code: 'import_file', message: `${file}: ${message}`, fault: 'source' });
}

function parseLines(file: string, content: string): Line[] {
  try {
    return parse(content, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    }) as unknown as Line[];
  } catch (cause) {
    const { lines, message } = cause as { lines?: number; message: string };
    return fail(
      file,
      `line ${String(lines ?? 1)}: not RFC 4180 (${message}). Correct the quoting; nothing was imported.`
    );
  }
}

/** Spreadsheets leave empty columns at the right; one in the middle has lost its name. */
function headerOf(file: string, record: readonly string[]): string[] {
  const header = record.map((name) => name.trim());
  while (header.at(-1) === '') header.pop();
  const unnamed = header.indexOf('');
  if (unnamed >= 0)
    fail(file, `line 1: column ${String(unnamed + 1)} has no name. Name or remove it; nothing was imported.`);
  const [only = ''] = header;
  const other = [';', '\t', '|'].find((sign) => only.includes(sign));
  if (header.length === 1 && other !== undefined) {
    const name = other === '\t' ? 'tabs' : other;
    fail(file, `line 1: columns are separated by ${name}, not by commas. Export it with commas; nothing was imported.`);
  }
  return header;
}

/** Cells of a line without the empty ones that stand right of the last column. */
function cellsOf(record: readonly string[], header: readonly string[]): readonly string[] {
  const rest = record.slice(header.length);
  return rest.every((cell) => cell === '') ? record.slice(0, header.length) : record;
}

/** Notices of rows, each once with the lines it is about. */
class Notices {
  private readonly lines = new Map<string, number[]>();

  add(text: string, line: number): void {
    this.lines.set(text, [...(this.lines.get(text) ?? []), line]);
  }
  all(): string[] {
    return [...this.lines].map(([text, lines]) => {
      const more = lines.length > 3 ? ` and ${String(lines.length - 3)} more` : '';
      return `${lines.length === 1 ? 'line' : 'lines'} ${lines.slice(0, 3).join(', ')}${more}: ${text}`;
    });
  }
}

function checkHeader(file: string, kind: FileKind, header: readonly string[]): void {
  const double = header.find((name, index) => header.indexOf(name) !== index);
  if (double !== undefined) {
    fail(file, `line 1: column "${double}" appears twice. Remove one; nothing was imported.`);
  }
  const missing = Object.entries(kind.columns).filter(([name, column]) => column.isRequired && !header.includes(name));
  if (missing.length > 0) {
    const names = missing.map(([name]) => `"${name}"`);
    fail(
      file,
      `line 1: required column ${list(names)} is missing (found ${list(header)}). Add it; nothing was imported.`
    );
  }
  for (const group of kind.eitherOf ?? []) {
    if (!group.some((name) => header.includes(name))) {
      fail(file, `line 1: one of the columns ${list(group)} is required. Add it; nothing was imported.`);
    }
  }
}

function readCells(kind: FileKind, header: readonly string[], record: readonly string[]): Values {
  if (record.length !== header.length) {
    throw new CellError('', `has ${String(record.length)} cells where the header has ${String(header.length)}`);
  }
  const values: Record<string, Cell> = {};
  for (const [name, column] of Object.entries(kind.columns)) {
    const raw = record[header.indexOf(name)] ?? '';
    if (raw === '') {
      if (column.isRequired) {
        throw new CellError(name, 'is empty but required');
      }
      values[name] = null;
      continue;
    }
    try {
      values[name] = column.read(raw);
    } catch (cause) {
      throw new CellError(name, (cause as Error).message);
    }
  }
  for (const group of kind.eitherOf ?? []) {
    if (group.every((name) => values[name] === null)) {
      throw new CellError(group[0] ?? '', `needs one of ${list(group)}`);
    }
  }
  return values;
}

const isUnknown = (kind: FileKind, column: string): boolean => !Object.hasOwn(kind.columns, column);

/** Cells of the columns that nobody knows, as written; null = all empty or none. */
function readExtra(
  kind: FileKind,
  header: readonly string[],
  record: readonly string[]
): Record<string, string> | null {
  const cells = header
    .map((name, index) => [name, record[index] ?? ''] as const)
    .filter(([name, raw]) => isUnknown(kind, name) && raw !== '');
  return cells.length === 0 ? null : Object.fromEntries(cells);
}

/** The row that a line is always gives its `extra`: what an earlier file left there goes. */
function withExtra(rows: readonly HouseRow[], { table }: FileKind, extra: Record<string, string> | null): HouseRow[] {
  return rows.map((row) => (row.table === table ? { table, values: { ...row.values, extra } } : row));
}

/** Kind of a file by its name, e.g. `people` for `/x/people.csv` or `people-2026.csv`. @throws CollectorError `import_file`. */
export function kindOfFile(name: string): FileKind {
  const whole = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const base = whole.toLowerCase().endsWith('.csv') ? whole.slice(0, -4) : whole;
  const key = Object.keys(FILE_KINDS)
    .filter((kind) => base === kind || base.startsWith(`${kind}-`) || base.startsWith(`${kind}.`))
    .sort((a, b) => b.length - a.length)[0];
  const kind = key === undefined ? undefined : FILE_KINDS[key];
  return kind ?? fail(name, `the file name does not say what it holds. Rename it to one of ${listKinds()}.`);
}

/**
 * Parses and normalises a file. Good rows are kept, bad ones come back as faults.
 * @throws CollectorError `import_file` when the whole file is unusable (unknown name, bad header, bad quoting).
 */
export function readFile(file: string, content: string, context: ImportContext): ReadResult {
  const kind = kindOfFile(file);
  const [head, ...lines] = parseLines(file, content);
  if (!head) {
    return fail(file, 'is empty. The first line must name the columns.');
  }
  const header = headerOf(file, head.record);
  checkHeader(file, kind, header);
  const rows: HouseRow[] = [];
  const faults: RowFault[] = [];
  const notices = new Notices();
  for (const { record: raw, info } of lines) {
    const record = cellsOf(raw, header);
    const notice = (text: string): void => notices.add(text, info.lines);
    try {
      const made = kind.toRows(readCells(kind, header, record), { ...context, notice });
      for (const row of withExtra(made, kind, readExtra(kind, header, record))) rows.push(row);
    } catch (cause) {
      if (!(cause instanceof CellError)) {
        throw cause;
      }
      const value = record[header.indexOf(cause.column)] ?? '';
      faults.push({ line: info.lines, column: cause.column, value, reason: cause.message });
    }
  }
  const damage = damageIn(content);
  return {
    notices: [...notices.all(), ...(damage === null ? [] : [`the text ${damage}`])],
    rows,
    faults,
    goodCount: lines.length - faults.length,
    unknownColumns: header.filter((name) => isUnknown(kind, name)),
  };
}
