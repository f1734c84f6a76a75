/** The streams of every connector as jobs. */
import type { StreamContext } from '../connector.ts';
import { connectors } from '../connectors/registry.ts';
import { installSecret, pseudonyms } from '../store/pseudonym.ts';
import { ensureRepo } from '../store/write-page.ts';
import { DERIVE_ID } from './derive.ts';
import type { Job, JobContext } from './job.ts';
import { lifetimeId } from './lifetimes.ts';
import { runStream, streamIdOf } from './run-stream.ts';

const count = (n: number, unit: string): string => `${n.toLocaleString('en')} ${unit}${n === 1 ? '' : 's'}`;

/** One job per stream and scope. */
export async function streamJobs({ session, config, log, cacheDir }: JobContext): Promise<Job[]> {
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
