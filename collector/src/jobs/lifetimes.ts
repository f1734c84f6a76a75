/** Line lifetimes as jobs: one per repository, after its history was read. */
import { CollectorError } from '../errors.ts';
import type { NamedRepository } from '../connector.ts';
import type { Job, JobContext, StreamJob } from './job.ts';
import { loadAttestations } from '../lifetimes/write/attestations.ts';
import { LifetimeError } from '../git/errors.ts';
import { runLifetimes } from '../lifetimes/run-lifetimes.ts';
import { openSource } from '../git/source.ts';
import { trackRun } from './run-stream.ts';
import { writeLifetimes } from '../lifetimes/write/write.ts';
import { ensureRepo } from '../store/write-page.ts';

export const lifetimeId = (slug: string): string => `lifetimes/lines/${slug}`;

// A minute of work or less; smaller histories are read in one go.
const CHECKPOINT_COMMITS = 10_000;

/** Faults of the engine in the collector's words. */
function worded(error: unknown, slug: string): unknown {
  return error instanceof LifetimeError
    ? new CollectorError({ code: error.code, message: `${slug}: ${error.message}`, fault: 'source', cause: error })
    : error;
}

/** The jobs of all repositories whose history a stream reads. */
export function lifetimeJobs(
  { repositories, streams }: { repositories: readonly NamedRepository[]; streams: readonly StreamJob[] },
  context: JobContext
): Job[] {
  return repositories.flatMap((repository) => {
    const history = streams.find(({ linesOf }) => linesOf === repository.slug);
    return history === undefined ? [] : [lifetimeJob(repository, history.id, context)];
  });
}

function lifetimeJob(repository: NamedRepository, needs: string, { session, config, cacheDir }: JobContext): Job {
  const { slug } = repository;
  const { limits } = config;
  const id = lifetimeId(slug);
  return {
    id,
    title: `${slug}: line lifetimes`,
    group: 'Line lifetimes',
    every: config.schedules['lifetimes/lines'] ?? '*/15 * * * *',
    then: ['derive/facts'],
    needs,
    run: async (signal, line) => {
      const { repoPath, tip } = await openSource(repository, { cacheDir, isFetching: false, signal });
      const repoId = await ensureRepo(session.pool, slug);
      const { lineSource, digestOf, stale } = await loadAttestations(session.pool, repoId);
      try {
        const result = await trackRun(session.pool, id, () =>
          writeLifetimes(session.pool, {
            repoId,
            streamId: id,
            digestOf,
            stale,
            run: (io) =>
              runLifetimes({
                repoPath,
                tip,
                mode: 'full',
                checkpointEvery: CHECKPOINT_COMMITS,
                limits: {
                  pathsPerCommit: limits.paths_per_commit,
                  linesPerCommit: limits.lines_per_commit,
                  linesPerFile: limits.lines_per_file,
                  bytesPerFile: limits.bytes_per_file,
                },
                signal,
                onProgress: (done, total) => line.update(done, total, 'commits'),
                ...(lineSource === null ? {} : { lineSource }),
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
        if (signal.aborted) {
          line.done('stopped; the next run carries on from the last checkpoint');
        }
        throw worded(error, slug);
      }
    },
  };
}
