/** Writes what the lifetime engine finds: spans, file versions, commit numbers and the point to carry on from, in one transaction. */
import type pg from 'pg';
import type { Skip } from '../../connector.ts';
import type {
  CommitStat,
  FileState,
  LifetimeResult,
  LifetimeSink,
  LiveFileStore,
  ResumePoint,
  Rewritten,
  Skipped,
  SpanDelta,
} from '../contract.ts';
import { BEGIN, withConnection } from '../../store/connection.ts';
import { copyInto } from '../../store/copy.ts';
import { fileKind } from './path-kind.ts';
import { loadCommits, type Commits } from './commits.ts';
import * as sql from './statements.ts';
import { loadPaths, storedPath, type PathNumbers } from './path-numbers.ts';
import { writeSkips } from '../../store/write-page.ts';

/** What a pass of the engine is given. */
export interface LifetimeIo {
  readonly sink: LifetimeSink;
  /** Where the last pass ended; absent = read everything. */
  readonly resume?: ResumePoint & { readonly store: LiveFileStore };
}

export interface LifetimeWrite {
  readonly repoId: number;
  /** Stream under which the resume point and skipped inputs are kept. */
  readonly streamId: string;
  /** Digest of the line attestations that the engine is given for a commit; null = none. */
  readonly digestOf?: (sha: string) => string | null;
  /** Commits whose stored lines were read under other attestations; with any, everything is read again. Default none. */
  readonly stale?: readonly string[];
  /** Runs the engine, e.g. `(io) => runLifetimes({ repoPath, mode: 'full', ...io })`. */
  readonly run: (io: LifetimeIo) => Promise<LifetimeResult>;
}

/** Above this many changed items the derive step looks at the whole repository. */
const mostNamed = 5_000;

interface State {
  readonly client: pg.PoolClient;
  readonly repoId: number;
  readonly streamId: string;
  readonly commits: Commits;
  readonly paths: PathNumbers;
  readonly digestOf: (sha: string) => string | null;
  /** No span is stored yet: sums need not look for rows to add to. */
  isFirst: boolean;
}

const toDate = (seconds: number | null): Date | null => (seconds === null ? null : new Date(seconds * 1000));

function spanRow(state: State, span: SpanDelta): unknown[] {
  return [
    state.commits.numberOf(span.originSha),
    state.paths.of(span.path),
    span.lineSource ?? '',
    state.commits.numberOf(span.bornSha),
    span.diedSha === null ? 0 : state.commits.numberOf(span.diedSha),
    span.deathKind ?? '',
    toDate(span.bornAt),
    toDate(span.diedAt),
    span.lines,
    span.effectiveLines,
  ];
}

async function takeSpans(state: State, batch: readonly SpanDelta[]): Promise<void> {
  await state.paths.add(batch.map(({ path }) => path));
  await copyInto(state.client, {
    table: 'span_delta',
    columns: sql.spanColumns,
    rows: batch.map((span) => spanRow(state, span)),
  });
}

async function takeCommits(state: State, batch: readonly CommitStat[]): Promise<void> {
  const numbers = batch.map((stat) => [
    state.commits.numberOf(stat.sha),
    stat.added,
    stat.deleted,
    stat.effectiveAdded,
    stat.effectiveDeleted,
    [...new Set(stat.files.map((file) => fileKind(file.path, file.flags)))].sort(),
    state.digestOf(stat.sha),
  ]);
  const reached = batch
    .filter((stat) => stat.isMainline)
    .flatMap((stat) => state.commits.reach(stat.sha).map((no) => [no, toDate(stat.committedAt)]));
  await copyInto(state.client, { table: 'commit_delta', columns: sql.commitColumns, rows: numbers });
  await copyInto(state.client, { table: 'reached_delta', columns: ['commit_no', 'reached_at'], rows: reached });
}

async function takeFiles(state: State, batch: readonly FileState[]): Promise<void> {
  const rows = batch.map(({ path, seq, state: runs }) => [state.paths.stored(path), seq, runs]);
  await copyInto(state.client, { table: 'file_delta', columns: ['path', 'seq', 'runs'], rows });
  await state.client.query(sql.mergeFiles, [state.repoId]);
  await state.client.query('truncate file_delta');
}

async function rewrite(state: State, event: Rewritten): Promise<void> {
  const { client, repoId } = state;
  const removed = state.commits.numbersOf(event.removed);
  await client.query(sql.closeBorn, [repoId, removed, toDate(event.at)]);
  await client.query(sql.revive, [repoId, removed]);
  await client.query('delete from live_file where repo_id = $1 and seq > $2', [repoId, event.baseSeq]);
  const forgotten = state.commits.forgetBeyond(event.baseSha);
  await client.query(
    'update git_commit set reached_at = null, is_on_default = false where repo_id = $1 and commit_no = any($2::integer[])',
    [repoId, forgotten]
  );
  await markAll(state);
}

async function reset(state: State): Promise<void> {
  await state.client.query(`delete from line_span where repo_id = $1 and death_kind <> 'history_rewritten'`, [
    state.repoId,
  ]);
  await state.client.query('delete from live_file where repo_id = $1', [state.repoId]);
  await markAll(state);
}

async function markAll({ client, repoId }: State): Promise<void> {
  await client.query(
    `insert into dirty (kind, repo_id, item) values ('lines', $1, '*'), ('commit', $1, '*') on conflict do nothing`,
    [repoId]
  );
}

/** Starts a transaction with its temporary tables: a pooler may hand out another connection for it. */
async function begin(client: pg.PoolClient): Promise<void> {
  await client.query(`${BEGIN}; ${sql.createTemp}`);
}

/** Makes everything received so far final, and starts the next transaction. */
async function checkpoint(state: State, point: ResumePoint, skipped: readonly Skipped[]): Promise<void> {
  const { client, repoId, streamId } = state;
  const { rowCount } = await client.query(sql.mergeSpans(state.isFirst), [repoId]);
  if (!state.isFirst) {
    await client.query(sql.dropEmptySpans, [repoId]);
  }
  await client.query(sql.markOrigins, [repoId, mostNamed]);
  await client.query(sql.mergeCommits, [repoId]);
  await client.query(sql.mergeReached, [repoId]);
  await client.query(sql.markCommits, [repoId, mostNamed]);
  await client.query(sql.dropOldFiles, [repoId, point.versionsFrom, point.forks ?? []]);
  await client.query(sql.setTip, [repoId, point.tipSha]);
  await client.query(sql.setCursor, [streamId, JSON.stringify(point), repoId, rowCount ?? 0]);
  await countSkips(state, skipped.map(toSkip));
  await client.query('commit');
  await begin(client);
  state.isFirst = false;
}

function newSink(state: State): LifetimeSink {
  return {
    spans: (batch) => takeSpans(state, batch),
    files: (batch) => takeFiles(state, batch),
    commits: (batch) => takeCommits(state, batch),
    rewritten: (event) => rewrite(state, event),
    reset: () => reset(state),
    checkpoint: (point, skipped) => checkpoint(state, point, skipped),
  };
}

function newLiveFileStore({ client, repoId }: State): LiveFileStore {
  return {
    load: async (paths, seq) => {
      const asked = new Map(paths.map((path) => [storedPath(path), path]));
      const { rows } = await client.query<{ path: string; runs: Buffer }>(sql.loadFiles, [
        repoId,
        [...asked.keys()],
        seq,
      ]);
      return new Map(rows.map(({ path, runs }) => [asked.get(path) ?? path, runs]));
    },
  };
}

/** The engine begins anew, and has the stored lines forgotten, where the stored point is of another format. */
const pointOf = (point: ResumePoint | null, isStale: boolean): ResumePoint | null =>
  point !== null && isStale ? { ...point, format: `${point.format} under other attestations` } : point;

async function loadState(
  client: pg.PoolClient,
  { repoId, streamId, digestOf = () => null, stale = [] }: LifetimeWrite
): Promise<State & { resume: ResumePoint | null }> {
  const { rows: cursors } = await client.query<{ cursor: ResumePoint | null }>(
    'select cursor from stream_state where stream_id = $1',
    [streamId]
  );
  const { rows: spans } = await client.query<{ is_first: boolean }>(
    'select not exists (select from line_span where repo_id = $1) as is_first',
    [repoId]
  );
  return {
    client,
    repoId,
    streamId,
    commits: await loadCommits(client, repoId),
    paths: await loadPaths(client, repoId),
    digestOf,
    isFirst: spans[0]?.is_first ?? true,
    resume: pointOf(cursors[0]?.cursor ?? null, stale.length > 0),
  };
}

const toSkip = ({ sha, path, reason }: Skipped): Skip => ({ item: path === null ? sha : `${sha} ${path}`, reason });

function shortenedPaths({ paths }: State): Skip[] {
  return [...paths.shortened].map(([path, bytes]) => ({
    item: path,
    reason: `a path of ${bytes.toLocaleString('en')} bytes: its name is stored shortened, its lines count`,
  }));
}

async function countSkips({ client, streamId }: State, skips: readonly Skip[]): Promise<void> {
  const added = await writeSkips(client, streamId, skips);
  if (added > 0) {
    await client.query('update stream_state set skipped_count = skipped_count + $2 where stream_id = $1', [
      streamId,
      added,
    ]);
  }
}

async function finish(state: State, result: LifetimeResult): Promise<void> {
  const { client, repoId } = state;
  await countSkips(state, shortenedPaths(state));
  await client.query('update repo set known_from = $2 where repo_id = $1 and known_from is distinct from $2', [
    repoId,
    toDate(result.knownFrom),
  ]);
}

/** What was read again is not stale any more, not even a commit that could not be read this time. */
async function settle({ client, repoId, digestOf }: State, shas: readonly string[]): Promise<void> {
  if (shas.length > 0) {
    await client.query(
      `update git_commit g set attested_digest = d.digest from unnest($2::text[], $3::text[]) as d (sha, digest)
       where g.repo_id = $1 and g.sha = d.sha and g.attested_digest is distinct from d.digest`,
      [repoId, shas, shas.map(digestOf)]
    );
  }
}

/**
 * Runs one pass of the lifetime engine into the store. Each checkpoint of the engine is one transaction with its resume point; what
 * comes after the last checkpoint is dropped when the pass is interrupted, and the next pass carries on from it.
 * Commits must be stored before (history stream).
 * @throws CollectorError `commit_not_stored`, or what the engine or `transaction` throws.
 */
export async function writeLifetimes(pool: pg.Pool, write: LifetimeWrite): Promise<LifetimeResult> {
  return withConnection(pool, async (client) => {
    await begin(client);
    try {
      const { resume, ...state } = await loadState(client, write);
      const io = {
        sink: newSink(state),
        ...(resume === null ? {} : { resume: { ...resume, store: newLiveFileStore(state) } }),
      };
      const result = await write.run(io);
      if (result.pass !== 'unchanged') {
        await finish(state, result);
        await settle(state, write.stale ?? []);
      }
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}
