/** The streams of every connector as jobs. */
import { createHash } from 'node:crypto';
import type { Connector, HttpOptions, Scope, Sources, Stream, StreamContext } from '../connector.ts';
import { mirrorsAt } from '../git/mirrors/mirrors.ts';
import { openHttp } from '../http/http.ts';
import { runLimits, type RunLimits } from '../http/run-limits.ts';
import { collects } from '../privacy/switches.ts';
import { sourceNames } from '../store/pseudonym.ts';
import { openRateBudget } from '../store/rate-budget.ts';
import { ensureRepo } from '../store/write-page.ts';
import { DERIVE_ID } from './derive.ts';
import type { ProgressLine } from '../terminal/progress.ts';
import type { JobContext, StreamJob } from './job.ts';
import { lifetimeId } from './lifetimes.ts';
import { runStream, streamIdOf } from './run-stream.ts';
import type { Source } from './sources.ts';

/** A stream of one scope. */
interface Part {
  readonly connector: Connector;
  readonly sources: Sources<null>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see Connector.streams
  readonly stream: Stream<null, any>;
  readonly scope: Scope;
  readonly siblings: () => readonly Scope[];
}

const count = (n: number, unit: string): string => `${n.toLocaleString('en')} ${unit}${n === 1 ? '' : 's'}`;

/** Name of the budget that all processes with the same credential share; the credential cannot be read from it. */
function budgetOf(connectorId: string, { baseUrl, auth, account }: HttpOptions): string {
  const digest = createHash('sha256').update(
    JSON.stringify([new URL(baseUrl).origin, account ?? auth?.secret.reveal() ?? ''])
  );
  return `${connectorId}/${digest.digest('hex').slice(0, 16)}`;
}

function fedBy({ connector, stream, scope }: Part): string[] {
  return (stream.feeds ?? ['facts']).map((feed) => {
    if (feed === 'facts' || (feed === 'lines' && scope.repository === null)) {
      return DERIVE_ID;
    }
    return feed === 'lines' ? lifetimeId(scope.repository ?? '') : streamIdOf(connector.id, feed, scope.name);
  });
}

/** Job of the needed stream: for the same scope, or the one of a stream that has a single scope. */
function neededBy({ connector, sources, stream, scope }: Part): string | null {
  const needed = connector.streams.find(({ id }) => id === stream.needs);
  if (needed === undefined) return null;
  const isSame = needed.scopes(sources).some(({ name }) => name === scope.name);
  return streamIdOf(connector.id, needed.id, isSame ? scope.name : '');
}

function contextOf(
  { connector, sources, scope, siblings }: Part,
  { session, config, cacheDir, now = () => new Date(), maxWaitSeconds }: JobContext
): (signal: AbortSignal, line: ProgressLine, limits: RunLimits) => Omit<StreamContext<null>, 'askedAt'> {
  const { section, repositories } = sources;
  return (signal, line, limits) => ({
    section,
    repositories,
    scope,
    siblings,
    http: (options) =>
      openHttp(
        { ...(maxWaitSeconds === undefined ? {} : { maxWaitSeconds }), ...options },
        {
          budget: openRateBudget(session.pool, budgetOf(connector.id, options), options.rate),
          signal,
          limits,
          onWait: (seconds) =>
            line.update(0, null, `waiting ${count(seconds, 'second')} for the rate that the source allows`),
        }
      ),
    accountId: sourceNames.accountId,
    mirrors: mirrorsAt(cacheDir, config.mirrors),
    onProgress: ({ done, total, unit }) => line.update(done, total, unit),
    now,
  });
}

function streamJob(part: Part, context: JobContext): StreamJob {
  const { connector, stream, scope } = part;
  const { session, config, log } = context;
  const id = streamIdOf(connector.id, stream.id, scope.name);
  const contextFor = contextOf(part, context);
  return {
    id,
    title: `${scope.name === '' ? connector.title : scope.name}: ${stream.id}`,
    ...(scope.name === '' ? {} : { group: `${connector.title}: ${stream.id}` }),
    every: config.schedules[`${connector.id}/${stream.id}`] ?? stream.every,
    then: fedBy(part),
    isEarly: stream.isEarly ?? false,
    needs: neededBy(part),
    together: connector.isByScope === true && scope.name !== '' ? scope.name : null,
    linesOf: (stream.feeds?.includes('lines') ?? false) ? scope.repository : null,
    run: async (signal, line) => {
      const { repository } = scope;
      const limits = runLimits(id);
      const result = await runStream({
        pool: session.pool,
        streamId: id,
        stream,
        context: contextFor(signal, line, limits),
        ...(repository === null ? {} : { repoId: () => ensureRepo(session.pool, repository) }),
        signal,
        log,
        onAdvance: () => limits.advance(),
        onFound: context.onFound,
        onProgress: ({ done, total, unit }) => line.update(done, total, unit),
      });
      const skipped = result.skips > 0 ? `, ${count(result.skips, 'input')} skipped` : '';
      return `${count(result.rows, 'fact')} new or changed${skipped}`;
    },
  };
}

/** Jobs of a scope's early streams one after another: while the source keeps one waiting, others of the same scope have something to do. */
function byScope(parts: readonly Part[]): readonly Part[] {
  const isEarly = ({ stream, scope }: Part): boolean => stream.isEarly === true && scope.name !== '';
  const early = parts.filter(isEarly);
  const first = parts.findIndex(isEarly);
  const places = new Map([...new Set(early.map(({ scope }) => scope.name))].map((name, at) => [name, at]));
  const placeOf = ({ scope }: Part): number => places.get(scope.name) ?? 0;
  const rest = parts.filter((part) => !isEarly(part));
  return [...rest.slice(0, first), ...early.toSorted((a, b) => placeOf(a) - placeOf(b)), ...rest.slice(first)];
}

/** One job per stream and scope. */
export function streamJobs(sources: readonly Source[], context: JobContext): StreamJob[] {
  const isCollected = collects(context.config);
  return sources.flatMap(({ connector, sources: own }) =>
    byScope(
      connector.streams
        .filter(({ category }) => isCollected(category))
        .flatMap((stream) =>
          stream
            .scopes(own)
            .map((scope, at, all) => ({ connector, sources: own, stream, scope, siblings: () => all.slice(at + 1) }))
        )
    ).map((part) => streamJob(part, context))
  );
}
