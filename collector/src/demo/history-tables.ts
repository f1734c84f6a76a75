/** The history of the demo organisation as rows: commits, marks, reverts and line spans. */
import type { DemoChange } from './changes.ts';
import { CODING_AGENT } from './forge.ts';
import { table, type Ids, type Organisation, type TableRows } from './tables.ts';

/** The change's own commits, their shares of its lines, and which of them carry a trailer; the first commit of an assisted change holds 30 % of its lines. */
export function ownCommits(change: DemoChange): Array<{ sha: string; share: number; isMarked: boolean }> {
  const digits = (index: number): string => index.toString(16).padStart(2, '0');
  const sha = (index: number): string => `${change.sha.slice(2)}${digits(index)}`;
  if (change.evidence !== 'trailer') {
    return [{ sha: sha(1), share: 1, isMarked: false }];
  }
  const { isMarked } = change;
  return change.source === 'ai_heavy'
    ? [{ sha: sha(1), share: 1, isMarked }]
    : [
        { sha: sha(1), share: 0.3, isMarked },
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
        marks.push([ids.repo(change.repo), own.sha, change.markedBy, 'co_author', 3, 0.7, ids.rulesVersion]);
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
    attestedTable(org, ids),
    ...sessionTables(org, ids),
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

/** Lines of a change that AI wrote: all, or those of its first commit. */
const aiLines = ({ source, lines }: DemoChange): number =>
  source === 'human' ? 0 : source === 'ai_heavy' ? lines : Math.round(0.3 * lines);

/** What notes attest: ranges by AI first, then those by people. */
function attestedTable({ changes }: Organisation, ids: Ids): TableRows {
  const ranges = changes
    .filter(({ better }) => better === 'line')
    .flatMap((change) => {
      let left = aiLines(change);
      return ownCommits(change).flatMap(({ sha, share }) => {
        const lines = Math.round(change.lines * share);
        const ai = Math.min(left, lines);
        left -= ai;
        const row = (first: number, last: number, by: 'ai' | 'human'): unknown[] =>
          [ids.repo(change.repo), sha, 'src/main.ts', first, last, by, by === 'ai' ? 'claude-code' : null, true]; // prettier-ignore
        return [...(ai > 0 ? [row(1, ai, 'ai')] : []), ...(lines > ai ? [row(ai + 1, lines, 'human')] : [])];
      });
    });
  return table('line_attestation', 'repo_id sha path first_line last_line attested tool_id is_valid', ranges);
}

/** Sessions that told which commits came of them. */
function sessionTables({ changes }: Organisation, ids: Ids): TableRows[] {
  const told = changes.filter(({ better }) => better === 'session');
  const idOf = ({ sha }: DemoChange): string => `demo-${sha.slice(0, 12)}`;
  return [
    table(
      'agent_session',
      'tool_id session_id person_id started_at last_at repo_id branch grade source',
      told.map((change) => [
        'claude-code',
        idOf(change),
        ids.person(change.author.key),
        change.firstCommitAt,
        change.readyAt,
        ids.repo(change.repo),
        `${change.author.key}/${String(change.number)}`,
        3,
        'demo',
      ])
    ),
    table(
      'session_commit',
      'tool_id session_id sha method confidence',
      told.flatMap((change) =>
        ownCommits(change)
          .slice(0, 1)
          .map(({ sha }) => ['claude-code', idOf(change), sha, 'telemetry', 0.95])
      )
    ),
  ];
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
