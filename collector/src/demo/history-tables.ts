/** The history of the demo organisation as rows: commits, marks, changes, events, reverts and line spans. */
import type { DemoChange } from './changes.ts';
import { agentAccount, table, type Ids, type Organisation, type TableRows } from './tables.ts';

function labelsOf(change: DemoChange): string[] {
  const label = { ai_heavy: 'ai:heavy', ai_assisted: 'ai:assisted', human: 'ai:none', unknown: '' }[change.source];
  return change.evidence === 'label' ? [label] : [];
}

/** Share of the change's own commits that carry a mark; the first commit of an assisted change holds 30 % of its lines. */
function ownCommits(change: DemoChange): Array<{ sha: string; share: number; isMarked: boolean }> {
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
    const account = change.evidence === 'agent' ? agentAccount(ids) : ids.account('git', change.author.email);
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
    changeTable(org, ids),
    openTable(org, ids),
    eventTable(org, ids),
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

function changeTable(org: Organisation, ids: Ids): TableRows {
  return table(
    'change',
    'repo_id change_key kind title branch labels author_account_id requester_account_id created_at first_ready_at first_commit_at merged_at closed_at merge_sha head_sha source source_rank',
    org.changes.map((change) => {
      const human = ids.account('git', change.author.email);
      const isAgent = change.evidence === 'agent';
      return [
        ids.repo(change.repo),
        String(change.number),
        'pull_request',
        change.title,
        isAgent ? `copilot/${String(change.number)}` : `${change.author.key}/${String(change.number)}`,
        labelsOf(change),
        isAgent ? agentAccount(ids) : human,
        isAgent ? human : null,
        change.readyAt,
        change.readyAt,
        change.firstCommitAt,
        change.mergedAt,
        change.mergedAt,
        change.sha,
        ownCommits(change).at(-1)?.sha ?? null,
        'demo',
        10,
      ];
    })
  );
}

function openTable(org: Organisation, ids: Ids): TableRows {
  return table(
    'change',
    'repo_id change_key kind title author_account_id created_at first_ready_at first_commit_at source source_rank',
    org.open.map((change) => [
      ids.repo(change.repo),
      String(change.number),
      'pull_request',
      change.title,
      ids.account('git', change.author.email),
      change.readyAt,
      change.readyAt,
      change.readyAt,
      'demo',
      10,
    ])
  );
}

function eventTable(org: Organisation, ids: Ids): TableRows {
  const events = org.changes.flatMap((change) => {
    const author = ids.account('git', change.author.email);
    const reviewer = ids.account('git', change.reviewer.email);
    const row = (id: string, at: Date, rest: readonly unknown[]): readonly unknown[] => [
      ids.repo(change.repo),
      String(change.number),
      id,
      at,
      ...rest,
    ];
    return [
      row('ready', change.readyAt, [author, 'ready', null]),
      row('request', change.readyAt, [author, 'review_requested', null]),
      row('review', change.firstReviewAt, [reviewer, 'review', 'commented']),
      row('approve', change.approvedAt, [reviewer, 'approve', 'approved']),
    ];
  });
  return table('change_event', 'repo_id change_key event_id at account_id kind state', events);
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
