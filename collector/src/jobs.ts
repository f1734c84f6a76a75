/**
 * What there is to do for a configuration, as one list: the streams of every connector, the line lifetimes of every repository and the
 * derivation. `collect` runs it once from top to bottom, the scheduler fires each job on its own schedule.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from './config.ts';
import { writeConfigured } from './configured.ts';
import { connectors } from './connectors/registry.ts';
import type { StreamContext } from './connector.ts';
import { deriveAll } from './derive/derive.ts';
import { deriveSettings } from './derive/settings.ts';
import type { Logger } from './logger.ts';
import { lifetimeId, lifetimeJobs } from './lifetime-jobs.ts';
import type { ProgressLine } from './progress.ts';
import { installSecret, pseudonyms } from './pseudonym.ts';
import { runStream, streamIdOf, trackRun } from './run-stream.ts';
import { slugOf } from './connectors/git/repository.ts';
import type { Session } from './session.ts';
import { ensureRepo } from './store.ts';

/** A unit of work that runs at most once at a time on the whole store. */
export interface Job {
  /** Stream id: key of its state, its lock and its queue entry. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** Cron expression. */
  readonly every: string;
  /** Jobs that are due when this one has ended well. */
  readonly then: readonly string[];
  /** Job of the same pass without whose success this one has nothing to read; null = none. */
  readonly needs: string | null;
  /** @returns what was done, in words. @throws CollectorError. */
  readonly run: (signal: AbortSignal, line: ProgressLine) => Promise<string>;
}

/** What jobs are made from. */
export interface JobContext {
  readonly session: Pick<Session, 'pool' | 'home'>;
  readonly config: Config;
  readonly log: Logger;
  /** Folder for mirrors, see `cacheFolder`. */
  readonly cacheDir: string;
}

export const DERIVE_ID = 'derive/facts';

/** Folder for mirrors and other caches. */
export function cacheFolder(home: string): string {
  const folder = path.resolve(home, 'mirrors');
  mkdirSync(folder, { recursive: true });
  return folder;
}

const count = (n: number, unit: string): string => `${n.toLocaleString('en')} ${unit}${n === 1 ? '' : 's'}`;

async function streamJobs({ session, config, log, cacheDir }: JobContext): Promise<Job[]> {
  const { accountId } = pseudonyms(await installSecret(session.pool));
  const jobs: Job[] = [];
  for (const { connector, select, isPerRepository } of connectors) {
    const own = select(config);
    for (const stream of connector.streams) {
      for (const scope of stream.scopes(own)) {
        const firstId = streamIdOf(connector.id, connector.streams[0]?.id ?? '', scope);
        const id = streamIdOf(connector.id, stream.id, scope);
        const context: StreamContext<unknown> = {
          config: own,
          scope,
          accountId,
          cacheDir,
          now: () => new Date(),
        };
        jobs.push({
          id,
          title: `${scope}: ${stream.id}`,
          every: config.schedules[`${connector.id}/${stream.id}`] ?? stream.every,
          then: isPerRepository ? [lifetimeId(scope)] : [DERIVE_ID],
          needs: isPerRepository && stream !== connector.streams[0] ? firstId : null,
          run: async (signal, line) => {
            const result = await runStream({
              pool: session.pool,
              streamId: id,
              stream,
              context,
              ...(isPerRepository ? { repoId: () => ensureRepo(session.pool, scope) } : {}),
              signal,
              log,
              onProgress: ({ done, total, unit }) => line.update(done, total, unit),
            });
            const skipped = result.skips > 0 ? `, ${count(result.skips, 'input')} skipped` : '';
            return `${count(result.rows, 'fact')} new or changed${skipped}`;
          },
        });
      }
    }
  }
  return jobs;
}

function deriveJob({ session, config }: JobContext): Job {
  return {
    id: DERIVE_ID,
    title: 'Facts that follow',
    every: config.schedules[DERIVE_ID] ?? '*/5 * * * *',
    then: [],
    needs: null,
    run: async (signal, line) => {
      await trackRun(session.pool, DERIVE_ID, async () => {
        await writeConfigured(session.pool, config);
        await deriveAll(session.pool, {
          settings: deriveSettings(config, slugOf),
          signal,
          onProgress: (step, done, total) => line.update(done, total, step),
        });
      });
      return 'up to date';
    },
  };
}

/** All jobs in the order in which one pass runs them. */
export async function jobsOf(context: JobContext): Promise<Job[]> {
  return [...(await streamJobs(context)), ...(await lifetimeJobs(context)), deriveJob(context)];
}
