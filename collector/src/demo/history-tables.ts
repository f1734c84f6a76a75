/** The history of the demo organisation as rows: commits, marks, reverts and line spans. */
import type { DemoChange } from './changes.ts';
import { CODING_AGENT } from './forge.ts';
import { table, type Ids, type Organisation, type TableRows } from './tables.ts';

/** Share of the change's own commits that carry a mark; the first commit of an assisted change holds 30 % of its lines. */
export function ownCommits(change: DemoChange): Array<{ sha: string; share: number; isMarked: boolean }> {
  const digits = (index: number): string => index.toString(16).padStart(2, '0');
  const sha = (index: number): string => `${change.sha.slice(2)}${digits(index)}`;
  if (change.evidence !== 'trailer') {
    return [{ sha: sha(1), share: 1, isMarked: false }];
  }
  return change.source === 'ai_heavy'
    ? [{ sha: sha(1), share: 1, isMarked: true }]
    : [
        { sha: sha(1), share: 0.3, isMarked: true },
        { sha: sha(2), share: 0.7, isMarked: false },
      ];
}

/** Commits of one repository get their numbers here; two for each change at least: its own and the one on the default branch. */
export function historyTables(org: Organisation, ids: Ids): TableRows[] {
  const commits: unknown[][] = [];
  const marks: unknown[][] = [];
  const numbers = new Map<string, number>();
  const counters = new Map<string, number>();
  const add = (change: DemoChange, sha: string, values: { isOnDefault: boolean; lines: number; at: Date }): void => {
    const number = (counters.get(change.repo) ?? 0) + 1;
    counters.set(change.repo, number);
    numbers.set(sha, number);
    const account =
      change.evidence === 'agent' ? ids.account('github', CODING_AGENT) : ids.account('git', change.author.email);
    commits.push([
      ids.repo(change.repo),
      number,
      sha,
      '{}',
      account,
      account,
      values.at,
      values.at,
      values.isOnDefault ? change.mergedAt : null,
      String(change.number),
      `${change.title} (#${String(change.number)})`,
      values.isOnDefault,
      values.lines,
      0,
      values.lines,
      0,
    ]);
  };
  for (const change of org.changes) {
    for (const own of ownCommits(change)) {
      add(change, own.sha, {
        isOnDefault: false,
        lines: Math.round(change.lines * own.share),
        at: change.firstCommitAt,
      });
      if (own.isMarked) {
        marks.push([ids.repo(change.repo), own.sha, 'claude-code', 'co_author', 3, 0.7, ids.rulesVersion]);
      }
    }
    add(change, change.sha, { isOnDefault: true, lines: change.lines, at: change.mergedAt });
  }
  linkParents(org.changes, commits, numbers);
  return [
    table(
      'git_commit',
      'repo_id commit_no sha parents author_account_id committer_account_id authored_at committed_at reached_at change_key subject is_on_default added deleted effective_added effective_deleted',
      commits
    ),
    table('commit_mark', 'repo_id sha tool_id kind grade confidence rules_version', marks),
    revertTable(org, ids),
    ...spanTables(org, ids, numbers),
  ];
}

/** Each commit of the default branch follows the one merged before it. */
function linkParents(changes: readonly DemoChange[], commits: unknown[][], numbers: ReadonlyMap<string, number>): void {
  const bySha = new Map(commits.map((commit) => [commit[2], commit]));
  const last = new Map<string, string>();
  for (const change of changes) {
    const commit = bySha.get(change.sha);
    const parent = last.get(change.repo);
    if (commit && parent !== undefined && numbers.has(parent)) {
      commit[3] = [parent];
    }
    last.set(change.repo, change.sha);
  }
}

function revertTable(org: Organisation, ids: Ids): TableRows {
  return table(
    'revert',
    'repo_id change_key revert_change_key reverted_at method line_share',
    org.changes
      .filter((change) => change.reverts !== null)
      .map((change) => [
        ids.repo(change.repo),
        String(change.reverts),
        String(change.number),
        change.mergedAt,
        'title',
        1,
      ])
  );
}

function spanTables(org: Organisation, ids: Ids, numbers: ReadonlyMap<string, number>): TableRows[] {
  const repos = [...new Set(org.changes.map((change) => ids.repo(change.repo)))];
  return [
    table(
      'path',
      'repo_id path_id path kind',
      repos.map((repo) => [repo, 1, 'src/main.ts', 'code'])
    ),
    table(
      'line_span',
      'repo_id origin_no path_id died_no death_kind born_at died_at lines effective_lines',
      org.spans.map((span) => [
        ids.repo(span.origin.repo),
        numbers.get(span.origin.sha),
        1,
        span.killer ? numbers.get(span.killer.sha) : 0,
        span.kind,
        span.origin.mergedAt,
        span.killer?.mergedAt ?? null,
        span.lines,
        span.lines,
      ])
    ),
  ];
}
