/** Stream `history`: commits with their marks, changes and reverts of the default branch. Only new commits on later passes. */
import { RULES_VERSION } from '../../attribution/rules.ts';
import type { HouseRow, Page, Stream, StreamContext } from '../../connector.ts';
import { runGit, type Repository } from '../../lifetimes/git.ts';
import { readMainline, type Mainline, type MainlineChange } from './mainline.ts';
import { addToSummary, changeRow, commitRows, newSummary, type ChangeSummary, type Naming } from './normalize.ts';
import { readLog, type RawCommit } from './read-log.ts';
import { openSource, slugOf, type Source } from './repository.ts';
import { newRevertIndex, revertRows, type RevertIndex } from './reverts.ts';
import { historyCursor, type GitConfig, type HistoryCursor } from './schema.ts';

/** Commits in one transaction: large enough to be fast, small enough to lose little. */
const PAGE_COMMITS = 1000;

export function repositoryOf(context: StreamContext<GitConfig>): GitConfig['repositories'][number] {
  const found = context.config.repositories.find((repository) => slugOf(repository) === context.scope);
  if (!found) {
    throw new Error(`no repository is called ${context.scope}`);
  }
  return found;
}

async function isAncestor(repo: Repository, sha: string, tip: string): Promise<boolean> {
  return runGit(repo, ['merge-base', '--is-ancestor', sha, tip]).then(
    () => true,
    () => false
  );
}

/** Commits that a force push took away, and their changes, which are no longer merged. */
async function withdrawn(source: Source, before: string, signal: AbortSignal): Promise<HouseRow[]> {
  const rows: HouseRow[] = [];
  const gone = await readMainline(source.repo, { tip: before, known: [source.tip], signal }).catch(() => null);
  for (const sha of gone?.owner.keys() ?? []) {
    const change = gone?.changes.get(gone.owner.get(sha) ?? '');
    const raw = await readOne(source.repo, sha, signal);
    if (raw && change) {
      rows.push(withdrawCommit(raw));
      if (change.mergeSha === sha) {
        rows.push({
          table: 'change',
          values: { change_key: change.key, kind: change.kind, title: change.title, merged_at: null, closed_at: null, merge_sha: null, source: 'git', source_rank: 0 },
        });
      }
    }
  }
  return rows;
}

async function readOne(repo: Repository, sha: string, signal: AbortSignal): Promise<RawCommit | null> {
  for await (const commit of readLog(repo, ['-1', sha], signal)) {
    return commit;
  }
  return null;
}

const withdrawCommit = (commit: RawCommit): HouseRow => ({
  table: 'git_commit',
  values: {
    sha: commit.sha,
    parents: commit.parents,
    authored_at: commit.authoredAt,
    committed_at: commit.committedAt,
    subject: commit.message.split('\n', 1)[0] ?? '',
    is_on_default: false,
  },
});

function repoRows(context: StreamContext<GitConfig>, source: Source): HouseRow[] {
  const { service, team } = repositoryOf(context);
  return [
    ...(service === undefined ? [] : [{ table: 'service', values: { service_id: service, title: service } } as const]),
    ...(team === undefined ? [] : [{ table: 'team', values: { team_id: team, title: team } } as const]),
    {
      table: 'repo',
      values: {
        slug: context.scope,
        default_branch: source.branch,
        ...(source.webUrl === null ? {} : { web_url: source.webUrl }),
        ...(service === undefined ? {} : { service_id: service }),
        ...(team === undefined ? {} : { owner_team_id: team }),
      },
    },
  ];
}

interface Pass {
  readonly mainline: Mainline;
  readonly naming: Naming;
  readonly reverts: RevertIndex;
  readonly summaries: Map<string, ChangeSummary>;
}

/** Rows of one commit, and of its change when it was the last commit of it. */
async function rowsOf(pass: Pass, commit: RawCommit): Promise<{ rows: HouseRow[]; endsAt: MainlineChange | null }> {
  const first = pass.mainline.owner.get(commit.sha);
  const change = first === undefined ? undefined : pass.mainline.changes.get(first);
  if (!change) {
    return { rows: [], endsAt: null };
  }
  const summary = pass.summaries.get(change.key) ?? newSummary();
  pass.summaries.set(change.key, summary);
  addToSummary(summary, commit, pass.naming);
  const rows = [...commitRows(commit, change, pass.naming), ...(await revertRows(pass.reverts, commit, change))];
  if (commit.sha !== change.mergeSha) {
    return { rows, endsAt: null };
  }
  pass.summaries.delete(change.key);
  return { rows: [...rows, changeRow(change, summary, { merge: commit, naming: pass.naming })], endsAt: change };
}

async function* pull(context: StreamContext<GitConfig>, cursor: HistoryCursor | null, signal: AbortSignal): AsyncGenerator<Page<HistoryCursor>> {
  const source = await openSource(repositoryOf(context), { cacheDir: context.cacheDir, isFetching: true, signal });
  const { repo, tip } = source;
  const page = (rows: readonly HouseRow[], at: string): Page<HistoryCursor> => ({ rows, cursor: { tip: at, rules: RULES_VERSION } });
  if (cursor?.tip === tip && cursor.rules === RULES_VERSION) {
    yield { ...page([], tip), watermark: context.now() };
    return;
  }
  const isGrowing = cursor !== null && cursor.rules === RULES_VERSION && (await isAncestor(repo, cursor.tip, tip));
  const known = isGrowing ? [cursor.tip] : [];
  let rows = repoRows(context, source);
  if (cursor !== null && !isGrowing && cursor.rules === RULES_VERSION) {
    rows.push(...(await withdrawn(source, cursor.tip, signal)));
  }
  const pass: Pass = {
    mainline: await readMainline(repo, { tip, known, signal }),
    naming: { accountId: context.accountId, webUrl: source.webUrl },
    reverts: await newRevertIndex(repo, { known, signal }),
    summaries: new Map(),
  };
  let done = 0;
  let pending = 0;
  const progress = (): NonNullable<Page<unknown>['progress']> => ({ done, total: pass.mainline.total, unit: 'commits' });
  for await (const commit of readLog(repo, ['--topo-order', '--reverse', tip, ...known.map((sha) => `^${sha}`)], signal)) {
    const found = await rowsOf(pass, commit);
    rows.push(...found.rows);
    done += 1;
    pending += 1;
    // A first-parent commit is the place for a cursor: everything that it reaches was given before it.
    if (found.endsAt !== null && pending >= PAGE_COMMITS && pass.mainline.owner.get(commit.sha) === commit.sha) {
      yield { ...page(rows, commit.sha), progress: progress() };
      rows = [];
      pending = 0;
    }
  }
  yield { ...page(rows, tip), progress: progress(), watermark: context.now() };
}

export const history: Stream<GitConfig, HistoryCursor> = {
  id: 'history',
  cursor: historyCursor,
  overlapSeconds: 0,
  every: '*/10 * * * *',
  scopes: ({ repositories }) => repositories.map(slugOf),
  pull,
};
