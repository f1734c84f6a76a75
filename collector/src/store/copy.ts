import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { storable } from './values.ts';

export interface Copy {
  readonly table: string;
  readonly columns: readonly string[];
  /** One array of values per row, in the order of `columns`. */
  readonly rows: AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escapeText = (text: string): string =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (found) => escapes[found] ?? found) : text;

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A value inside an array literal. */
function element(value: unknown): string {
  return value === null || value === undefined ? 'NULL' : `"${plain(value).replace(/["\\]/g, '\\$&')}"`;
}

function field(value: unknown): string {
  if (value === null || value === undefined) {
    return '\\N';
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    return String(value);
  }
  const ready = storable(value);
  return escapeText(Array.isArray(ready) ? `{${ready.map(element).join(',')}}` : plain(ready));
}

const bufferSize = 1 << 16;

async function* lines(rows: Copy['rows'], count: (rows: number) => void): AsyncGenerator<string> {
  let text = '';
  let n = 0;
  for await (const row of rows) {
    text += `${row.map(field).join('\t')}\n`;
    n++;
    if (text.length > bufferSize) {
      yield text;
      text = '';
    }
  }
  yield text;
  count(n);
}

/**
 * Bulk load by COPY in the caller's transaction; rows are not held in memory. Keys must be new: COPY has no upsert.
 * Objects go to jsonb columns as JSON, arrays to array columns, Uint8Array to bytea, Date to timestamps.
 * @returns number of rows.
 */
export async function copyInto(client: pg.ClientBase, { table, columns, rows }: Copy): Promise<number> {
  let copied = 0;
  const target = (client as pg.Client).query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`));
  await pipeline(
    Readable.from(
      lines(rows, (n) => {
        copied = n;
      }),
      { objectMode: true, highWaterMark: 4 }
    ),
    target
  );
  return copied;
}
