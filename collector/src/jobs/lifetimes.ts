/** Line lifetimes as jobs: one per repository, after its history was read. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { CollectorError } from '../errors.ts';
import { readCard } from '../git/mirrors/card.ts';
import { mirrorsAt } from '../git/mirrors/mirrors.ts';
import { STATE_FORMAT } from '../lifetimes/books/file-state.ts';
import type { LifetimeResult } from '../lifetimes/contract.ts';
import type { ProgressLine, Told } from '../terminal/progress.ts';
import type { NamedRepository } from '../connector.ts';
import type { Job, JobContext, StreamJob } from './job.ts';
import { loadAttestations } from '../lifetimes/write/attestations.ts';
import { LifetimeError } from '../git/errors.ts';
import { runLifetimes } from '../lifetimes/run-lifetimes.ts';
import { mirrorOf } from '../git/remotes.ts';
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
  if (!context.config.privacy.collect.lines) return [];
  return repositories.flatMap((repository) => {
    const history = streams.find(({ linesOf }) => linesOf === repository.slug);
    return history === undefined ? [] : [lifetimeJob(repository, history.id, context)];
  });
}

/** What the lines of a repository come from, as of its last fetch; null = it is a clone of the user, or was never fetched. */
function linesSeen(repository: NamedRepository, { config, cacheDir }: JobContext): string | null {
  const place = mirrorOf(repository, mirrorsAt(cacheDir, config.mirrors));
  const fetched = place === null ? null : readCard(place).fetched;
  if (fetched === null) return null;
  return createHash('sha256')
    .update(JSON.stringify([STATE_FORMAT, fetched, repository.branch ?? null, config.limits]))
    .digest('hex')
    .slice(0, 32);
}

/** A checkpoint in the middle of a pass forgets it again. */
const NOTE_SEEN = `update stream_state set cursor = cursor || jsonb_build_object('seen', $2::text) where stream_id = $1 and cursor is not null`;

/** Whether the last pass came to its end with the same: then there is nothing to read, and no mirror is needed. */
async function isRead(
  pool: pg.Pool,
  { repository, id, context }: Pick<Reading, 'repository' | 'id' | 'context'>
): Promise<boolean> {
  const seen = linesSeen(repository, context);
  if (seen === null) return false;
  const { rowCount } = await pool.query(`select from stream_state where stream_id = $1 and cursor ->> 'seen' = $2`, [id, seen]); // prettier-ignore
  if (rowCount === 0) return false;
  return (await loadAttestations(pool, await ensureRepo(pool, repository.slug))).stale.length === 0;
}

function lifetimeJob(repository: NamedRepository, needs: string, context: JobContext): Job {
  const { session, config } = context;
  const { slug } = repository;
  const id = lifetimeId(slug);
  return {
    id,
    title: `${slug}: line lifetimes`,
    group: 'Line lifetimes',
    every: config.schedules['lifetimes/lines'] ?? '*/15 * * * *',
    then: ['derive/facts'],
    needs,
    run: async (signal, line) => {
      try {
        return await trackRun(session.pool, id, () => readLines({ repository, id, context, signal, line }));
      } catch (error) {
        if (signal.aborted) {
          line.done('stopped; the next run carries on from the last checkpoint');
        }
        throw worded(error, slug);
      }
    },
  };
}

interface Reading {
  readonly repository: NamedRepository;
  readonly id: string;
  readonly context: JobContext;
  readonly signal: AbortSignal;
  readonly line: ProgressLine;
}

/** @returns what was done, in words */
async function readLines({ repository, id, context, signal, line }: Reading): Promise<string> {
  const { pool } = context.session;
  const { limits, mirrors: bounds } = context.config;
  if (await isRead(pool, { repository, id, context })) return 'nothing new';
  const mirrors = mirrorsAt(context.cacheDir, bounds);
  const onProgress = ({ done, total, unit }: Told): void => line.update(done, total, unit);
  const { repoPath, tip, close } = await openSource(repository, { mirrors, isFetching: false, onProgress, signal });
  try {
    const seen = linesSeen(repository, context);
    const repoId = await ensureRepo(pool, repository.slug);
    const { lineSource, digestOf, stale } = await loadAttestations(pool, repoId);
    const result = await writeLifetimes(pool, {
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
    });
    if (seen !== null) await pool.query(NOTE_SEEN, [id, seen]);
    return described(result);
  } finally {
    close();
  }
}

function described({ pass, commits, liveLines, skipped }: LifetimeResult): string {
  if (pass === 'unchanged') return 'nothing new';
  const lines = liveLines === null ? '' : `, ${liveLines.toLocaleString('en')} live lines`;
  const left = skipped.length > 0 ? `, ${skipped.length.toLocaleString('en')} changes skipped` : '';
  return `${commits.toLocaleString('en')} commits${lines}${left}`;
}
