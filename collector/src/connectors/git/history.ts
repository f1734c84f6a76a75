/** Stream `history`: commits with their marks, changes and reverts of the default branch. Only new commits on later passes. */
import { RULES_VERSION } from '../../attribution/rules.ts';
import type { HouseRow, Page, Skip, Stream, StreamContext } from '../../connector.ts';
import {
  countCommits,
  hasCommit,
  lostCommits,
  readSegments,
  reopen,
  sharedBase,
  type ReadSegment,
} from './mainline.ts';
import { CollectorError } from '../../errors.ts';
import { changeRows, commitRows, sharedRows, withdrawnChange, withdrawnCommit, type Naming } from './normalize.ts';
import { isSharedChange, rootOf, sharedBefore, sharedMark, type Shared } from './shared.ts';
import { packNumbers, unpackNumbers } from './numbers.ts';
import { openSource, type Source } from '../../git/source.ts';
import { ownerRows } from './owner-rows.ts';
import { repoRows, repositoryOf } from './repo-rows.ts';
import { RevertIndex, tellsRevert } from './reverts.ts';
import { historyCursor, repositoryScopes, type HistoryCursor } from './schema.ts';
import type { Change, ChangeState } from './segments.ts';
import { newsOf, noteBeginning, seenOf } from './unchanged.ts';

/** Commits in one transaction: large enough to be fast, small enough to lose little. */
const PAGE_COMMITS = 1000;
/** Rows in one transaction, should one merge bring in a whole project. */
const PAGE_ROWS = 10_000;

/** What a pass carries along. */
interface Pass {
  readonly source: Source;
  readonly naming: Naming;
  readonly signal: AbortSignal;
  /** What a repository that is listed before this one counts; null = nothing. */
  readonly shared: Shared | null;
  /** For the cursor. */
  readonly root: string;
  readonly mark: string;
  readonly skips: readonly Skip[];
  readonly seen: string;
  /** Something was stored before: what is counted elsewhere now is taken back. */
  readonly isAgain: boolean;
  /** Where reading starts; null = at the beginning. */
  readonly base: string | null;
  /** Commits that the same pass had done before it was interrupted. */
  readonly before: number;
  readonly state: ChangeState;
  /** Null until a revert has to be looked up among changes of earlier passes. */
  index: RevertIndex | null;
  /** Changes of this pass, for an index that is built late. */
  readonly earlier: Change[];
  /** Accounts as this pass gave them last: most commits are by people who were there before. */
  readonly accounts: Map<string, string>;
}

const freshState = (source: Source): ChangeState => ({ defaultBranch: source.branch, numbers: new Set(), open: null });

/** Reads history up to `tip` once more without giving rows: what numbers were seen and what reverts can name. */
async function replay(
  source: Source,
  tip: string | null,
  signal: AbortSignal
): Promise<{ state: ChangeState; index: RevertIndex }> {
  const state = freshState(source);
  const index = new RevertIndex();
  if (tip !== null) {
    for await (const { changes } of readSegments(source.repo, { tip, base: null, signal }, state)) {
      changes.forEach((change) => index.add(change));
    }
  }
  return { state, index };
}

/** Reverts that a change declares. Earlier history is read only when one of them asks for it. */
async function revertRows(pass: Pass, change: Change): Promise<HouseRow[]> {
  if (pass.index === null && tellsRevert(change)) {
    pass.index = (await replay(pass.source, pass.base, pass.signal)).index;
    for (const known of pass.earlier.splice(0)) {
      pass.index.add(known);
    }
  }
  if (pass.index === null) {
    pass.earlier.push(change);
    return [];
  }
  return pass.index.add(change);
}

/** Not an account row that says again what this pass said last. */
function isNews({ accounts }: Pass, { table, values }: HouseRow): boolean {
  if (table !== 'account') {
    return true;
  }
  const text = JSON.stringify(values);
  const id = JSON.stringify(values['account_id']);
  const isNew = accounts.get(id) !== text;
  accounts.set(id, text);
  return isNew;
}

async function segmentRows(pass: Pass, { commits, changes, changeOf }: ReadSegment): Promise<HouseRow[]> {
  const rows = commits.flatMap((commit) => {
    const change = changeOf.get(commit.sha);
    if (change && isSharedChange(change, pass.shared)) return sharedRows(commit, change, pass.naming);
    return change ? commitRows(commit, change, pass.naming) : [];
  });
  for (const change of changes) {
    if (isSharedChange(change, pass.shared)) {
      if (pass.isAgain) rows.push(withdrawnChange(change));
      continue;
    }
    for (const row of [...changeRows(change, pass.naming), ...(await revertRows(pass, change))]) rows.push(row);
  }
  return rows.filter((row) => isNews(pass, row));
}

/** What is known before anything is read. */
type Beginning = Pick<Pass, 'source' | 'naming' | 'signal' | 'shared' | 'mark' | 'skips' | 'root' | 'seen'>;

/** A name that stood for another history. A shallow clone does not know where its own began. @throws CollectorError `repository_other` */
function refuseOther({ source, root }: Beginning, cursor: HistoryCursor): void {
  if (cursor.root !== '' && cursor.root !== root && cursor.boundary === '' && source.boundary.length === 0) {
    throw new CollectorError({
      code: 'repository_other',
      message: `${source.repoPath} is not the repository that is stored under its name: that one began with commit ${cursor.root.slice(0, 12)}, this one with ${root.slice(0, 12)}. Give one of them a slug of its own in throughline.yaml, or use another --home.`,
      fault: 'config',
    });
  }
}

/** Rows that take back what left the branch, and what reading starts from after that. */
interface Start {
  readonly base: string | null;
  readonly state: ChangeState;
  readonly index: RevertIndex | null;
  readonly rows: readonly HouseRow[];
  readonly skips: readonly Skip[];
}

const fromBeginning = (source: Source, skips: readonly Skip[] = []): Start => ({
  base: null,
  state: freshState(source),
  index: new RevertIndex(),
  rows: [],
  skips,
});

/** The branch no longer continues what is stored: changes and commits since `base` are taken back. */
async function withdraw(
  { source, naming, signal }: Pick<Pass, 'source' | 'naming' | 'signal'>,
  { before, base }: { before: string; base: string | null }
): Promise<Start> {
  const { state, index } = await replay(source, base, signal);
  const lost = await lostCommits(source.repo, { before, tip: source.tip, signal });
  const old: ChangeState = { ...state, numbers: new Set(state.numbers) };
  const rows: HouseRow[] = [];
  for await (const { changes, commits } of readSegments(source.repo, { tip: before, base, signal }, old)) {
    for (const change of changes) rows.push(withdrawnChange(change));
    for (const commit of commits) if (lost.has(commit.sha)) rows.push(withdrawnCommit(commit, naming));
  }
  return { base, state, index, rows, skips: [] };
}

async function start(pass: Beginning, cursor: HistoryCursor | null): Promise<Start> {
  const { source, signal } = pass;
  const { repo, tip } = source;
  if (cursor === null || cursor.tip === null) {
    return fromBeginning(source);
  }
  const before = cursor.tip;
  if (!(await hasCommit(repo, before))) {
    refuseOther(pass, cursor);
    const reason = 'the branch was rewritten and its old commits are gone from the clone: they stay recorded as merged';
    return fromBeginning(source, [{ item: before, reason }]);
  }
  const base = await sharedBase(repo, { before, tip, signal });
  const isCounted = cursor.shared === pass.mark || cursor.shared === `${pass.shared?.slug ?? ''} ${before}`;
  const isSame = cursor.rules === RULES_VERSION && cursor.boundary === source.boundary.join(' ') && isCounted;
  if (base !== before) {
    const back = await withdraw(pass, { before, base });
    return isSame ? back : { ...fromBeginning(source), rows: back.rows };
  }
  if (!isSame) {
    return fromBeginning(source);
  }
  const open = cursor.open === null ? null : await reopen(repo, { tip: before, open: cursor.open, signal });
  const state = { defaultBranch: source.branch, numbers: unpackNumbers(cursor.numbers), open };
  return { base: before, state, index: null, rows: [], skips: [] };
}

/** @param done Commits that a pass under way has done; null = it came to its end. */
function cursorAt({ source, state, root, mark }: Pass, tip: string | null, done: number | null): HistoryCursor {
  const { open } = state;
  return {
    tip,
    rules: RULES_VERSION,
    boundary: source.boundary.join(' '),
    numbers: packNumbers(state.numbers),
    open: open === null ? null : { key: open.key, first: open.commits[0]?.sha ?? open.mergeSha },
    root,
    shared: mark,
    pass: done === null ? null : { done },
    seen: '',
  };
}

/** Rows in portions, so that no transaction grows without limit. */
function* portions(rows: HouseRow[]): Generator<HouseRow[]> {
  while (rows.length > PAGE_ROWS) {
    yield rows.splice(0, PAGE_ROWS);
  }
}

/** Pages of what is new; the first begins with `rows`. A pass that was interrupted goes on from what it had done. */
async function* newPages(pass: Pass, before: readonly HouseRow[]): AsyncGenerator<Page<HistoryCursor>> {
  const { source, signal, base, state } = pass;
  const range = { tip: source.tip, base, signal };
  const left = base === source.tip ? 0 : await countCommits(source.repo, range);
  const total = pass.before + left;
  let rows = [...before];
  let done = pass.before;
  let stored = cursorAt(pass, base, done);
  let paged = done;
  for await (const segment of left === 0 ? [] : readSegments(source.repo, range, state)) {
    for (const row of await segmentRows(pass, segment)) rows.push(row);
    done += segment.commits.length;
    const progress = { done, total, unit: 'commits' };
    // A part of a segment is no place to start from: the cursor stays where it was.
    for (const portion of portions(rows)) {
      yield { rows: portion, cursor: stored, progress };
    }
    if (done - paged >= PAGE_COMMITS) {
      stored = cursorAt(pass, segment.first.sha, done);
      yield { rows, cursor: stored, progress };
      rows = [];
      paged = done;
    }
  }
  const cursor = { ...cursorAt(pass, source.tip, null), seen: pass.seen };
  yield { rows, cursor, watermark: source.observedAt, progress: { done, total, unit: 'commits' } };
}

async function* readHistory(
  context: StreamContext<null>,
  cursor: HistoryCursor | null,
  beginning: Beginning
): AsyncGenerator<Page<HistoryCursor>> {
  const { source, signal, skips } = beginning;
  const begun = await start(beginning, cursor);
  const isResumed = cursor !== null && begun.base !== null && begun.base === cursor.tip;
  const pass: Pass = {
    ...beginning,
    isAgain: cursor !== null,
    base: begun.base,
    before: isResumed ? (cursor.pass?.done ?? 0) : 0,
    state: begun.state,
    index: begun.index,
    earlier: [],
    accounts: new Map(),
  };
  const isConfigured = repositoryOf(context).team !== undefined;
  const isMoved = begun.base !== source.tip;
  const rows = [
    ...(await repoRows(context, source)),
    ...(isMoved && !isConfigured ? await ownerRows(context.scope.name, source, signal) : []),
  ];
  if (begun.rows.length > 0 || begun.skips.length > 0 || skips.length > 0) {
    yield { rows: begun.rows, cursor: cursorAt(pass, pass.base, pass.before), skips: [...begun.skips, ...skips] };
  }
  yield* newPages(pass, rows);
}

async function* pull(
  context: StreamContext<null>,
  cursor: HistoryCursor | null,
  signal: AbortSignal
): AsyncGenerator<Page<HistoryCursor>> {
  const { mirrors, now, onProgress } = context;
  const { readAt, looked } = await newsOf(context, cursor?.pass === null ? cursor.seen : '', signal);
  if (cursor !== null && readAt !== null) {
    yield { rows: [], cursor, watermark: readAt };
    return;
  }
  const source = await openSource(repositoryOf(context), {
    mirrors,
    isFetching: true,
    looked,
    onProgress,
    signal,
    now,
  });
  let shared: Shared | null = null;
  try {
    const root = await rootOf(source, signal);
    await noteBeginning(context, { source, first: root }, signal);
    shared = await sharedBefore(context, source, signal);
    const seen = (await seenOf(context, signal)) ?? '';
    const naming: Naming = { accountId: context.accountId, webUrl: source.webUrl };
    const told = await sharedMark(source, shared, signal);
    yield* readHistory(context, cursor, { source, naming, signal, shared, ...told, root, seen });
  } finally {
    shared?.source.close();
    source.close();
  }
}

export const history: Stream<null, HistoryCursor> = {
  id: 'history',
  cursor: historyCursor,
  every: '*/10 * * * *',
  scopes: repositoryScopes,
  feeds: ['lines'],
  pull,
};
