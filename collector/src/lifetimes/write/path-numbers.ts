/** Paths as the store keeps them: what is longer than an index can hold keeps its beginning and gets a digest. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { MAX_KEY_BYTES } from '../../store/upsert.ts';
import { storableText } from '../../store/values.ts';
import { classifyPath } from '../lines/classify-path.ts';
import { fileKind } from './path-kind.ts';

const DIGEST_LENGTH = 16;

/** The same path gives the same text, and no other does. */
export function storedPath(path: string): string {
  const text = storableText(path);
  if (text.length * 4 <= MAX_KEY_BYTES || Buffer.byteLength(text) <= MAX_KEY_BYTES) {
    return text;
  }
  const head = Buffer.from(text)
    .subarray(0, MAX_KEY_BYTES - DIGEST_LENGTH - 8)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  return `${head}…${createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH)}`;
}

/** Numbers of the paths of one repository. */
export interface PathNumbers {
  /** Stores those that are new, with their kind. */
  add(paths: readonly string[]): Promise<void>;
  /** Number of a path that was added. */
  of(path: string): number | undefined;
  /** The path as the store keeps it. */
  stored(path: string): string;
  /** What was met of paths that are stored shortened, with their length in bytes. */
  readonly shortened: ReadonlyMap<string, number>;
}

/** Reads the paths of a repository. */
export async function loadPaths(client: pg.ClientBase, repoId: number): Promise<PathNumbers> {
  const numbers = new Map<string, number>();
  const shortened = new Map<string, number>();
  const keep = (rows: readonly { path: string; path_id: number }[]): void =>
    rows.forEach(({ path, path_id: id }) => numbers.set(path, id));
  const stored = (path: string): string => {
    const text = storedPath(path);
    if (text.length < path.length) {
      shortened.set(text, Buffer.byteLength(path));
    }
    return text;
  };
  const known = await client.query<{ path: string; path_id: number }>(
    'select path, path_id from path where repo_id = $1',
    [repoId]
  );
  keep(known.rows);
  return {
    async add(paths) {
      const missing = new Map(paths.map((path) => [stored(path), path]));
      [...missing.keys()].filter((path) => numbers.has(path)).forEach((path) => missing.delete(path));
      if (missing.size === 0) {
        return;
      }
      const rows = [...missing].map(([path, whole]) => ({ path, kind: fileKind(whole, classifyPath(whole)) }));
      const added = await client.query<{ path: string; path_id: number }>(
        `with incoming as (select path, kind from json_to_recordset($2::json) as p(path text, kind text)),
         created as (
           insert into path (repo_id, path_id, path, kind)
           select $1, (select coalesce(max(path_id), 0) from path where repo_id = $1) + row_number() over (), path, kind from incoming i
           where not exists (select from path p where p.repo_id = $1 and p.path = i.path)
           returning path, path_id)
         select path, path_id from created
         union all select p.path, p.path_id from path p join incoming using (path) where p.repo_id = $1`,
        [repoId, JSON.stringify(rows)]
      );
      keep(added.rows);
    },
    of: (path) => numbers.get(storedPath(path)),
    stored,
    shortened,
  };
}
