/** Line attestations of a repository as the lifetime engine asks for them, and whether its lines were read under the same ones. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { LineRange, LineSource } from '../contract.ts';

export interface Attestations {
  /** Null = nothing is attested in this repository. */
  readonly lineSource: LineSource | null;
  /** Digest of the attestations of a commit; null = it has none. */
  readonly digestOf: (sha: string) => string | null;
  /** Commits whose lines were read under other attestations than there are now: a note came late, changed or went. */
  readonly stale: readonly string[];
}

interface Row {
  sha: string;
  path: string;
  first_line: number;
  last_line: number;
  attested: string;
  tool_id: string | null;
}

function index(rows: readonly Row[]): { ranges: Map<string, LineRange[]>; digests: Map<string, string> } {
  const ranges = new Map<string, LineRange[]>();
  const texts = new Map<string, string[]>();
  for (const { sha, path, first_line: from, last_line: to, attested, tool_id: tool } of rows) {
    const source = attested === 'human' ? 'human' : `ai:${tool ?? 'generic'}`;
    const key = `${sha} ${path}`;
    const known = ranges.get(key);
    if (known) known.push({ from, to, source });
    else ranges.set(key, [{ from, to, source }]);
    const text = texts.get(sha);
    const line = JSON.stringify([path, from, to, source]);
    if (text) text.push(line);
    else texts.set(sha, [line]);
  }
  const digest = (lines: readonly string[]): string =>
    createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
  return { ranges, digests: new Map([...texts].map(([sha, lines]) => [sha, digest(lines)])) };
}

/** Valid attestations only. */
export async function loadAttestations(pool: pg.Pool, repoId: number): Promise<Attestations> {
  const { rows } = await pool.query<Row>(
    `select sha, path, first_line, last_line, attested, tool_id from line_attestation
     where repo_id = $1 and is_valid order by sha, path, first_line`,
    [repoId]
  );
  const { ranges, digests } = index(rows);
  // A commit of the branch with numbers of lines is one whose lines were read.
  const { rows: read } = await pool.query<{ sha: string; attested_digest: string | null }>(
    `select sha, attested_digest from git_commit where repo_id = $1 and added is not null and reached_at is not null
       and (attested_digest is not null or sha = any($2::text[]))`,
    [repoId, [...digests.keys()]]
  );
  return {
    lineSource: ranges.size === 0 ? null : (sha, path) => ranges.get(`${sha} ${path}`) ?? null,
    digestOf: (sha) => digests.get(sha) ?? null,
    stale: read.filter(({ sha, attested_digest: then }) => then !== (digests.get(sha) ?? null)).map(({ sha }) => sha),
  };
}
