/** Line lifetimes as jobs: one per repository, after its history was read. */
import type pg from 'pg';
import { CollectorError } from './errors.ts';
import type { Job, JobContext } from './jobs.ts';
import type { LineRange, LineSource } from './lifetimes/contract.ts';
import { LifetimeError } from './lifetimes/errors.ts';
import { runLifetimes } from './lifetimes/run-lifetimes.ts';
import { openSource, slugOf } from './connectors/git/repository.ts';
import { streamIdOf, trackRun } from './run-stream.ts';
import { writeLifetimes } from './store-lifetimes.ts';
import { ensureRepo } from './store.ts';

export const lifetimeId = (slug: string): string => `lifetimes/lines/${slug}`;

/** Valid line attestations of a repository, asked for by commit and path; null = nothing attested there. */
async function attestations(pool: pg.Pool, repoId: number): Promise<LineSource | undefined> {
  const { rows } = await pool.query<{
    sha: string;
    path: string;
    first_line: number;
    last_line: number;
    attested: string;
    tool_id: string | null;
  }>(
    `select sha, path, first_line, last_line, attested, tool_id from line_attestation where repo_id = $1 and is_valid`,
    [repoId]
  );
  if (rows.length === 0) {
    return undefined;
  }
  const ranges = new Map<string, LineRange[]>();
  for (const { sha, path, first_line, last_line, attested, tool_id } of rows) {
    const source = attested === 'human' ? 'human' : `ai:${tool_id ?? 'generic'}`;
    const key = `${sha} ${path}`;
    const known = ranges.get(key) ?? [];
    known.push({ from: first_line, to: last_line, source });
    ranges.set(key, known);
  }
  return (sha, path) => ranges.get(`${sha} ${path}`) ?? null;
}

/** Faults of the engine in the collector's words. */
function worded(error: unknown, slug: string): unknown {
  return error instanceof LifetimeError
    ? new CollectorError({ code: error.code, message: `${slug}: ${error.message}`, fault: 'source', cause: error })
    : error;
}

/** The jobs of all configured repositories. */
export async function lifetimeJobs({ session, config, cacheDir }: JobContext): Promise<Job[]> {
  return Promise.all(
    config.repositories.map(async (repository): Promise<Job> => {
      const slug = slugOf(repository);
      const id = lifetimeId(slug);
      return {
        id,
        title: `${slug}: line lifetimes`,
        every: config.schedules['lifetimes/lines'] ?? '*/15 * * * *',
        then: ['derive/facts'],
        needs: streamIdOf('git', 'history', slug),
        run: async (signal, line) => {
          const { repoPath, tip } = await openSource(repository, { cacheDir, isFetching: false, signal });
          const repoId = await ensureRepo(session.pool, slug);
          const lineSource = await attestations(session.pool, repoId);
          try {
            const result = await trackRun(session.pool, id, () =>
              writeLifetimes(session.pool, {
                repoId,
                streamId: id,
                run: (io) =>
                  runLifetimes({
                    repoPath,
                    tip,
                    mode: 'full',
                    signal,
                    onProgress: (done, total) => line.update(done, total, 'commits'),
                    ...(lineSource ? { lineSource } : {}),
                    ...io,
                  }),
              })
            );
            const lines = result.liveLines === null ? '' : `, ${result.liveLines.toLocaleString('en')} live lines`;
            const skipped =
              result.skipped.length > 0 ? `, ${result.skipped.length.toLocaleString('en')} changes skipped` : '';
            return result.pass === 'unchanged'
              ? 'nothing new'
              : `${result.commits.toLocaleString('en')} commits${lines}${skipped}`;
          } catch (error) {
            throw worded(error, slug);
          }
        },
      };
    })
  );
}
