/** Stream `history`: commits with their marks, changes and reverts of the default branch. Only new commits on later passes. */
import { RULES_VERSION } from '../../attribution/rules.ts';
import type { HouseRow, NamedRepository, Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { runGit } from '../../git/process.ts';
import {
  countCommits,
  hasCommit,
  lostCommits,
  readSegments,
  reopen,
  sharedBase,
  type ReadSegment,
} from './mainline.ts';
import { changeRows, commitRows, withdrawnChange, withdrawnCommit, type Naming } from './normalize.ts';
import { packNumbers, unpackNumbers } from './numbers.ts';
import { secondsOf } from './read-log.ts';
import { openSource, type Source } from '../../git/source.ts';
import { RevertIndex, tellsRevert } from './reverts.ts';
import { historyCursor, repositoryScopes, type HistoryCursor } from './schema.ts';
import type { Change, ChangeState } from './segments.ts';

/** Commits in one transaction: large enough to be fast, small enough to lose little. */
const PAGE_COMMITS = 1000;
/** Rows in one transaction, should one merge bring in a whole project. */
const PAGE_ROWS = 10_000;

export function repositoryOf(context: StreamContext<null>): NamedRepository {
  const found = context.repositories.find(({ slug }) => slug === context.scope.name);
  if (!found) {
    throw new Error(`no repository is called ${context.scope.name}`);
  }
  return found;
}

/** Time of the newest boundary commit of a shallow clone: before it, history is not complete; null = complete. */
async function knownFrom({ repo, boundary, tip }: Source): Promise<Date | null> {
  if (boundary.length === 0) {
    return null;
  }
  const out = await runGit(repo, ['log', '--max-parents=0', '--format=%H %ct', tip, '--']);
  const times = out
    .toString('latin1')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([sha = '']) => boundary.includes(sha))
    .map(([, seconds]) => secondsOf(seconds ?? '', 0));
  return times.length === 0 ? null : new Date(latest(times) * 1000);
}

const latest = (seconds: readonly number[]): number => seconds.reduce((last, one) => Math.max(last, one), 0);

async function repoRows(context: StreamContext<null>, source: Source): Promise<HouseRow[]> {
  const { service, team } = repositoryOf(context);
  return [
    ...(service === undefined ? [] : [{ table: 'service', values: { service_id: service, title: service } } as const]),
    ...(team === undefined ? [] : [{ table: 'team', values: { team_id: team, title: team } } as const]),
    {
      table: 'repo',
      values: {
        slug: context.scope.name,
        default_branch: source.branch,
        known_from: await knownFrom(source),
        ...(source.webUrl === null ? {} : { web_url: source.webUrl }),
        ...(service === undefined ? {} : { service_id: service }),
        ...(team === undefined ? {} : { owner_team_id: team }),
      },
    },
  ];
}

/** What a pass carries along. */
interface Pass {
  readonly source: Source;
  readonly naming: Naming;
  readonly signal: AbortSignal;
  /** Where reading starts; null = at the beginning. */
  readonly base: string | null;
  readonly state: ChangeState;
  /** Null until a revert has to be looked up among changes of earlier passes. */
  index: RevertIndex | null;
  /** Changes of this pass, for an index that is built late. */
  readonly seen: Change[];
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
    for (const known of pass.seen.splice(0)) {
      pass.index.add(known);
    }
  }
  if (pass.index === null) {
    pass.seen.push(change);
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
    return change ? commitRows(commit, change, pass.naming) : [];
  });
  for (const change of changes) {
    for (const row of [...changeRows(change, pass.naming), ...(await revertRows(pass, change))]) rows.push(row);
  }
  return rows.filter((row) => isNews(pass, row));
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

async function start(pass: Pick<Pass, 'source' | 'naming' | 'signal'>, cursor: HistoryCursor | null): Promise<Start> {
  const { source, signal } = pass;
  const { repo, tip } = source;
  if (cursor === null || cursor.tip === null) {
    return fromBeginning(source);
  }
  const before = cursor.tip;
  if (!(await hasCommit(repo, before))) {
    const reason = 'the branch was rewritten and its old commits are gone from the clone: they stay recorded as merged';
    return fromBeginning(source, [{ item: before, reason }]);
  }
  const base = await sharedBase(repo, { before, tip, signal });
  const isSame = cursor.rules === RULES_VERSION && cursor.boundary === source.boundary.join(' ');
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

function cursorAt({ source, state }: Pick<Pass, 'source' | 'state'>, tip: string | null): HistoryCursor {
  const { open } = state;
  return {
    tip,
    rules: RULES_VERSION,
    boundary: source.boundary.join(' '),
    numbers: packNumbers(state.numbers),
    open: open === null ? null : { key: open.key, first: open.commits[0]?.sha ?? open.mergeSha },
  };
}

/** Rows in portions, so that no transaction grows without limit. */
function* portions(rows: HouseRow[]): Generator<HouseRow[]> {
  while (rows.length > PAGE_ROWS) {
    yield rows.splice(0, PAGE_ROWS);
  }
}

/** Pages of what is new; the first begins with `rows`. */
async function* newPages(pass: Pass, before: readonly HouseRow[]): AsyncGenerator<Page<HistoryCursor>> {
  const { source, signal, base, state } = pass;
  const range = { tip: source.tip, base, signal };
  const total = base === source.tip ? 0 : await countCommits(source.repo, range);
  let rows = [...before];
  let stored = cursorAt(pass, base);
  let done = 0;
  let paged = 0;
  for await (const segment of total === 0 ? [] : readSegments(source.repo, range, state)) {
    for (const row of await segmentRows(pass, segment)) rows.push(row);
    done += segment.commits.length;
    const progress = { done, total, unit: 'commits' };
    // A part of a segment is no place to start from: the cursor stays where it was.
    for (const portion of portions(rows)) {
      yield { rows: portion, cursor: stored, progress };
    }
    if (done - paged >= PAGE_COMMITS) {
      stored = cursorAt(pass, segment.first.sha);
      yield { rows, cursor: stored, progress };
      rows = [];
      paged = done;
    }
  }
  const cursor = cursorAt(pass, source.tip);
  yield { rows, cursor, watermark: source.observedAt, progress: { done, total, unit: 'commits' } };
}

async function* pull(
  context: StreamContext<null>,
  cursor: HistoryCursor | null,
  signal: AbortSignal
): AsyncGenerator<Page<HistoryCursor>> {
  const { cacheDir, now } = context;
  const source = await openSource(repositoryOf(context), { cacheDir, isFetching: true, signal, now });
  const naming: Naming = { accountId: context.accountId, webUrl: source.webUrl };
  const begun = await start({ source, naming, signal }, cursor);
  const pass: Pass = {
    source,
    naming,
    signal,
    base: begun.base,
    state: begun.state,
    index: begun.index,
    seen: [],
    accounts: new Map(),
  };
  const rows = await repoRows(context, source);
  if (begun.rows.length > 0 || begun.skips.length > 0) {
    yield { rows: begun.rows, cursor: cursorAt(pass, pass.base), skips: begun.skips };
  }
  yield* newPages(pass, rows);
}

export const history: Stream<null, HistoryCursor> = {
  id: 'history',
  cursor: historyCursor,
  every: '*/10 * * * *',
  scopes: repositoryScopes,
  feeds: ['lines'],
  pull,
};
