/** Reads what is known about some changes of a repository: the input of `fact.ts`. */
import type { OwnerHistory } from '../../text/owner-history.ts';
import type { CommitEvidence, Mark } from './evidence.ts';
import { together } from '../together.ts';
import type { Client } from '../work-list.ts';

export interface ChangeRow {
  readonly repo_id: number;
  readonly change_id: string;
  readonly change_key: string;
  readonly kind: string;
  readonly title: string;
  readonly branch: string | null;
  readonly labels: readonly string[];
  readonly linked_issue_types: readonly string[];
  readonly author_account_id: string | null;
  readonly requester_account_id: string | null;
  readonly created_at: Date | null;
  readonly first_ready_at: Date | null;
  readonly first_commit_at: Date | null;
  readonly merged_at: Date | null;
  readonly closed_at: Date | null;
  readonly merge_sha: string | null;
  readonly web_url: string | null;
  readonly explanation: number | null;
  readonly slug: string;
  readonly service_id: string;
  readonly owner_team_id: string | null;
  readonly owner_history: OwnerHistory | null;
  /** The forge gave the commit that this change was concluded from to another one: that one is the change. */
  readonly is_superseded: boolean;
  readonly is_revert: boolean;
  readonly reverted_at: Date | null;
  readonly revert_change_key: string | null;
  readonly revert_method: string | null;
  readonly is_reapplied: boolean;
  /** In order. */
  readonly reviews: readonly ReviewRow[];
}

/** A review that was submitted. */
export interface ReviewRow {
  readonly change_key: string;
  readonly at: Date;
  /** Null = an account that is gone. */
  readonly account_id: string | null;
  readonly state: string | null;
}

export interface CommitRow {
  readonly commit_no: number;
  readonly sha: string;
  readonly change_key: string;
  readonly subject: string;
  readonly authored_at: Date;
  readonly author_account_id: string | null;
  readonly is_merge: boolean;
  readonly is_on_default: boolean;
  /** As a forge counts them; null = not known. */
  readonly added: number | null;
  readonly effective_added: number | null;
  readonly effective_deleted: number | null;
  readonly file_kinds: readonly string[];
}

interface MarkRow extends Mark {
  readonly sha: string;
}
export interface OverrideRow {
  readonly target: string;
  readonly ai_share: number;
  readonly tool_id: string | null;
}
/** A session that told, otherwise than by a mark, of a commit that came of it. */
export interface SessionRow {
  readonly sha: string;
  readonly tool_id: string;
}
export interface LineRow {
  readonly change_key: string;
  readonly line_source: string;
  readonly lines: number;
}

/** What each query gives. */
type Answers = {
  readonly changes: Omit<ChangeRow, 'reviews'>;
  readonly reviews: ReviewRow;
  readonly commits: CommitRow;
  readonly marks: MarkRow;
  readonly overrides: OverrideRow;
  readonly lines: LineRow;
  readonly sessions: SessionRow;
};

/** Everything about the changes of one chunk. */
export interface Loaded {
  readonly changes: readonly ChangeRow[];
  readonly commits: ReadonlyMap<string, readonly CommitRow[]>;
  readonly marks: ReadonlyMap<string, readonly Mark[]>;
  readonly overrides: ReadonlyMap<string, OverrideRow>;
  readonly lines: ReadonlyMap<string, readonly LineRow[]>;
  readonly sessions: ReadonlyMap<string, readonly SessionRow[]>;
}

const CHANGES = `
select c.repo_id, c.change_id::text as change_id, c.change_key, c.kind, c.title, c.branch, c.labels, c.author_account_id,
  c.linked_issue_types || array(
    select i.type from (
      select c.source, unnest(c.linked_issues) as external_id
      union select n.source, n.external_id from issue_reference n where n.url = c.web_url
      union select k.source, k.external_id from issue_mention m join issue_key k on k.issue_key = m.issue_key
        where m.repo_id = c.repo_id and m.change_key = c.change_key
          and not exists (select from issue_key o where o.issue_key = k.issue_key and (o.source, o.external_id) <> (k.source, k.external_id))) l
    join issue i on i.source = l.source and i.external_id = l.external_id and i.type is not null order by i.source, i.external_id) as linked_issue_types,
  c.requester_account_id, c.created_at, c.first_ready_at, c.first_commit_at, c.merged_at, c.closed_at, c.merge_sha, c.web_url, c.explanation,
  r.slug, coalesce(r.service_id, r.slug) as service_id, r.owner_team_id, r.owner_history,
  exists (select from git_commit g where g.repo_id = c.repo_id and g.sha = c.merge_sha and g.request_number is not null
    and g.change_key is distinct from c.change_key) as is_superseded,
  exists (select from revert v where v.repo_id = c.repo_id and v.revert_change_key = c.change_key) as is_revert,
  first.reverted_at, first.revert_change_key, first.method as revert_method, coalesce(first.is_reapplied, false) as is_reapplied
from change c
join repo r using (repo_id)
left join lateral (
  select v.reverted_at, v.revert_change_key, v.method, v.is_reapplied from revert v
  where v.repo_id = c.repo_id and v.change_key = c.change_key order by v.reverted_at, v.revert_change_key limit 1) first on true
where c.repo_id = $1 and c.change_key = any($2::text[])`;

/** Commits named by the change, and the one on the default branch even where it names another change. */
const COMMITS = `
select g.commit_no, g.sha, g.change_key, g.subject, g.authored_at, g.author_account_id, g.is_merge, g.is_on_default,
  g.added, g.effective_added, g.effective_deleted, g.file_kinds
from git_commit g where g.repo_id = $1 and g.change_key = any($2::text[])
order by g.committed_at, g.commit_no`;

/** In order. */
const REVIEWS = `
select change_key, at, account_id, state from change_event
where repo_id = $1 and change_key = any($2::text[]) and kind in ('review', 'approve') order by change_key, at, event_id`;

const MARKS = `
select sha, tool_id as "toolId", kind, grade, confidence, ai_share as "aiShare" from commit_mark
where repo_id = $1 and sha in (select sha from git_commit where repo_id = $1 and change_key = any($2::text[])) order by sha, tool_id, kind`;

const OVERRIDES = `
select target, ai_share, tool_id from attribution_override where repo_id = $1
  and (target = any($2::text[]) or target in (select sha from git_commit where repo_id = $1 and change_key = any($2::text[])))`;

/** Attested effective lines that reached the default branch; else the attested lines of the own commits. */
const LINES = `
with own as (select commit_no, sha, change_key from git_commit where repo_id = $1 and change_key = any($2::text[])),
attested as (
  select distinct o.change_key from own o join line_span s on s.repo_id = $1 and s.origin_no = o.commit_no and s.line_source <> ''),
spans as (
  select o.change_key, s.line_source, sum(s.effective_lines)::integer as lines
  from attested join own o using (change_key) join line_span s on s.repo_id = $1 and s.origin_no = o.commit_no group by 1, 2),
notes as (
  select o.change_key, case when a.attested = 'ai' then 'ai:' || coalesce(a.tool_id, 'generic') else 'human' end as line_source,
    sum(a.last_line - a.first_line + 1)::integer as lines
  from own o join line_attestation a on a.repo_id = $1 and a.sha = o.sha and a.is_valid
  where o.change_key not in (select change_key from attested) group by 1, 2)
select * from spans union all select * from notes order by 1, 2`;

/** A trailer of a session is a mark like others. */
const SESSIONS = `
select distinct s.sha, s.tool_id from git_commit g join repo r using (repo_id) join session_commit s on s.sha = g.sha and s.method <> 'trailer'
  and (s.organisations is null or lower(trim(split_part(r.slug, '/', 1))) = any(s.organisations))
where g.repo_id = $1 and g.change_key = any($2::text[]) order by 1, 2`;

/** Rows by a key, in the order of their first row. */
export function grouped<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const found = groups.get(key(row));
    if (found) found.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}

/** Loads changes by key; keys without a change are absent from the answer. */
export async function loadChanges(client: Client, repoId: number, keys: readonly string[]): Promise<Loaded> {
  const { changes, reviews, commits, marks, overrides, lines, sessions } = await together<Answers>(
    client,
    { changes: CHANGES, reviews: REVIEWS, commits: COMMITS, marks: MARKS, overrides: OVERRIDES, lines: LINES, sessions: SESSIONS }, // prettier-ignore
    [repoId, keys]
  );
  const reviewed = grouped(reviews, (row) => row.change_key);
  return {
    changes: changes.map((change) => ({ ...change, reviews: reviewed.get(change.change_key) ?? [] })),
    commits: grouped(commits, (row) => row.change_key),
    marks: grouped(marks, (row) => row.sha),
    overrides: new Map(overrides.map((row) => [row.target, row])),
    lines: grouped(lines, (row) => row.change_key),
    sessions: grouped(sessions, (row) => row.sha),
  };
}

/**
 * Own commits of a change: the originals of a squash where they are known, else the commit on the default branch; never merges of
 * other branches into it. A merge without own commits counts itself.
 */
export function ownCommits(change: ChangeRow, commits: readonly CommitRow[]): readonly CommitRow[] {
  const plain = commits.filter(({ is_merge: isMerge }) => !isMerge);
  const originals = plain.filter((commit) => !commit.is_on_default && commit.sha !== change.merge_sha);
  if (originals.length > 0 && change.kind !== 'merge') return originals;
  return plain.length > 0 ? plain : commits;
}

/** Evidence on each own commit. A manual share for the change itself is no share of a commit. */
export function commitEvidence(loaded: Loaded, change: ChangeRow, own: readonly CommitRow[]): CommitEvidence[] {
  // The originals of a squash are nowhere in the default branch's history: the forge's count of all their lines weighs them.
  const isMeasured = own.some((commit) => commit.effective_added !== null);
  return own.map((commit) => {
    const override = commit.sha === change.change_key ? undefined : loaded.overrides.get(commit.sha);
    return {
      effectiveAdded: isMeasured ? commit.effective_added : commit.added,
      marks: loaded.marks.get(commit.sha) ?? [],
      override: override?.ai_share ?? null,
      overrideTool: override?.tool_id ?? null,
    };
  });
}
