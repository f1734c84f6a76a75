-- Code: commits, changes and what is known of their authors, and how long their lines lived. Large tables carry repo_id in every key.

create table git_commit (
  repo_id integer not null references repo,
  commit_no integer not null,
  sha text not null,
  parents text[] not null,
  author_account_id text,
  committer_account_id text,
  authored_at timestamptz not null,
  committed_at timestamptz not null,
  reached_at timestamptz,
  change_key text,
  subject text not null,
  is_merge boolean not null default false,
  is_on_default boolean not null default true,
  added integer,
  deleted integer,
  effective_added integer,
  effective_deleted integer,
  file_kinds text[] not null default '{}',
  attested_digest text,
  request_number integer,
  primary key (repo_id, commit_no),
  unique (repo_id, sha)
);
comment on table git_commit is 'One row per commit reachable from the default branch, and per original commit of a squashed change.';
comment on column git_commit.repo_id is 'Repository.';
comment on column git_commit.commit_no is 'Ordinal within the repository, assigned once, never reused: the order of reading, which is not that of time.';
comment on column git_commit.sha is 'Full object name.';
comment on column git_commit.parents is 'Parent object names in order.';
comment on column git_commit.author_account_id is 'Author; null = no usable address.';
comment on column git_commit.committer_account_id is 'Committer; null = no usable address.';
comment on column git_commit.authored_at is 'Author time (kept by squash and rebase).';
comment on column git_commit.committed_at is 'Committer time.';
comment on column git_commit.reached_at is 'When it reached the default branch: committer time of the first-parent commit that brought it; null = not on the default branch.';
comment on column git_commit.change_key is 'Change that it belongs to; null = not assigned.';
comment on column git_commit.subject is 'First line of the message.';
comment on column git_commit.is_merge is 'Has two parents or more.';
comment on column git_commit.is_on_default is 'Reachable from the default branch.';
comment on column git_commit.added is 'Lines added; null = not read (merge or missing objects).';
comment on column git_commit.deleted is 'Lines deleted; null = not read.';
comment on column git_commit.effective_added is 'Effective lines added (no generated, vendored, blank or moved lines); null = not read.';
comment on column git_commit.effective_deleted is 'Effective lines deleted; null = not read.';
comment on column git_commit.file_kinds is 'Distinct kinds of the files touched: code | test | docs | build | generated | vendored | lock.';
comment on column git_commit.attested_digest is 'Digest of the valid line attestations under which its lines were read (lifetimes); another one now = they are read again. Null = none then, or its lines were not read yet.';
comment on column git_commit.request_number is 'Pull request that a forge says it belongs to; of several the first. It decides change_key, whatever was concluded from git. Null = no forge has said.';
create index git_commit_author on git_commit (author_account_id, authored_at);
create index git_commit_change on git_commit (repo_id, change_key);
create index git_commit_time on git_commit (repo_id, committed_at);

create sequence change_id_seq;
create table change (
  repo_id integer not null references repo,
  change_id bigint not null default nextval('change_id_seq'),
  change_key text not null,
  kind text not null check (kind in ('merge', 'squash', 'direct', 'pull_request')),
  title text not null,
  branch text,
  labels text[] not null default '{}',
  linked_issue_types text[] not null default '{}',
  author_account_id text,
  requester_account_id text,
  created_at timestamptz,
  first_ready_at timestamptz,
  first_commit_at timestamptz,
  merged_at timestamptz,
  closed_at timestamptz,
  merge_sha text,
  head_sha text,
  base_branch text,
  merge_method text,
  is_draft boolean,
  added integer,
  deleted integer,
  linked_issues text[],
  explanation smallint check (explanation between 0 and 5),
  web_url text,
  source text not null,
  source_rank smallint not null default 0,
  state_order text,
  primary key (repo_id, change_key),
  unique (repo_id, change_id)
);
comment on table change is 'One row per change (pull/merge request, or a first-parent commit where none is known).';
comment on column change.repo_id is 'Repository.';
alter sequence change_id_seq owned by change.change_id;
comment on column change.change_id is 'Surrogate key used by derived tables, given once by the store from a sequence: one number, one change.';
comment on column change.change_key is 'Pull request number, or the full sha of a direct commit.';
comment on column change.kind is 'merge | squash | direct (from git) | pull_request (from a forge).';
comment on column change.title is 'Title, or subject of the commit.';
comment on column change.branch is 'Source branch; null = unknown.';
comment on column change.labels is 'Labels.';
comment on column change.linked_issue_types is 'Types of the linked issues.';
comment on column change.author_account_id is 'Author; null = deleted account or no address.';
comment on column change.requester_account_id is 'Human who asked an agent for it; null = not known or not needed.';
comment on column change.created_at is 'When it was opened; null = not known from git.';
comment on column change.first_ready_at is 'First time ready for review; null = not known from git.';
comment on column change.first_commit_at is 'Earliest author time of its own commits.';
comment on column change.merged_at is 'When it reached the default branch; null = not merged.';
comment on column change.closed_at is 'When it was closed; null = open.';
comment on column change.merge_sha is 'Commit on the first-parent chain; null = not merged.';
comment on column change.head_sha is 'Last own commit; null = unknown.';
comment on column change.base_branch is 'Branch that it was to be merged into; null = not known from git.';
comment on column change.merge_method is 'merge | squash | rebase; null = not merged, or not known.';
comment on column change.is_draft is 'It is a draft now; null = not known from git.';
comment on column change.added is 'Lines added as the forge counts them (all, not effective ones); null = not known.';
comment on column change.deleted is 'Lines deleted as the forge counts them; null = not known.';
comment on column change.explanation is 'How well its text explains it, by its form alone: one point each for 80 characters beside the template, a why, how it was tested, risks or a way back, and an issue that it closes. Null = not known; the text itself is not kept.';
comment on column change.linked_issues is 'Issues that it closes, as issue.external_id of the same source; null = not known.';
comment on column change.web_url is 'Page of the change; null = none.';
comment on column change.source is 'Connector that wrote the row.';
comment on column change.source_rank is 'A row of a higher rank replaces one of a lower (git 0, forge 10).';
comment on column change.state_order is 'Which state at the source the row tells, see deployment.state_order. Not granted to the reader.';
create index change_author on change (author_account_id);
create index change_merge_sha on change (repo_id, merge_sha);
create index change_merged on change (repo_id, merged_at);
create index change_merged_at on change (merged_at);
create index change_page on change (web_url) where web_url is not null;
-- Asked for one issue at a time: what waits to be put in order would be read each time.
create index change_linked on change using gin (linked_issues) with (fastupdate = off) where linked_issues is not null;

create table change_event (
  repo_id integer not null,
  change_key text not null,
  event_id text not null,
  at timestamptz not null,
  account_id text,
  kind text not null,
  state text,
  primary key (repo_id, change_key, event_id)
);
comment on table change_event is 'One row per event of a change: ready, draft, review_requested, review, comment, push, approve, dismiss, conflict_on, conflict_off, merge_queued, merge_unqueued, auto_merge, reopened, closed, merged, review_comment (in the diff).';
comment on column change_event.repo_id is 'Repository.';
comment on column change_event.change_key is 'Change.';
comment on column change_event.event_id is 'Id at the source.';
comment on column change_event.at is 'When.';
comment on column change_event.account_id is 'Actor; of review_requested who was asked. Null = unknown, or an account that is gone.';
comment on column change_event.kind is 'Kind of event.';
comment on column change_event.state is 'Of a review approved | changes_requested | commented | dismissed; of a comment in the diff reply, or of the first of its thread open | resolved | outdated (its lines were changed since) | resolved_outdated. Null = of another kind.';

create table revert (
  repo_id integer not null,
  change_key text not null,
  revert_change_key text not null,
  reverted_at timestamptz not null,
  method text not null,
  line_share double precision,
  is_reapplied boolean not null default false,
  primary key (repo_id, change_key, revert_change_key)
);
comment on table revert is 'One row per (reverted change, reverting change).';
comment on column revert.repo_id is 'Repository.';
comment on column revert.change_key is 'The change that was reverted.';
comment on column revert.revert_change_key is 'The change that reverted it.';
comment on column revert.reverted_at is 'When the reverting change reached the default branch.';
comment on column revert.method is 'commit_text | title | inverse_patch | platform.';
comment on column revert.line_share is 'Share of the effective lines taken back, 0..1; null = not measured.';
comment on column revert.is_reapplied is 'The revert was itself reverted; the first revert still counts.';

create table commit_mark (
  repo_id integer not null,
  sha text not null,
  tool_id text not null,
  kind text not null,
  grade smallint not null,
  confidence double precision not null,
  ai_share double precision,
  value text,
  rules_version integer not null,
  primary key (repo_id, sha, tool_id, kind)
);
comment on table commit_mark is 'One row per commit, tool and kind of mark: evidence of AI use found on a commit.';
comment on column commit_mark.repo_id is 'Repository.';
comment on column commit_mark.sha is 'Commit.';
comment on column commit_mark.tool_id is 'Tool, or generic.';
comment on column commit_mark.kind is 'author | committer | co_author | trailer | text | branch | note | session_note | line_count | explicit_human | distrusted.';
comment on column commit_mark.grade is 'Signal grade 0..4 (metrics.md 2.1).';
comment on column commit_mark.confidence is 'Confidence 0..1.';
comment on column commit_mark.ai_share is 'Share of the commit''s lines by AI, 0..1; null = not given by the mark.';
comment on column commit_mark.value is 'What matched (trailer key, rule id), never a secret; null = nothing to show.';
comment on column commit_mark.rules_version is 'Version of the rule data that matched.';

create table line_attestation (
  repo_id integer not null,
  sha text not null,
  path text not null,
  first_line integer not null,
  last_line integer not null,
  attested text not null check (attested in ('ai', 'human')),
  tool_id text,
  model text,
  is_valid boolean not null,
  primary key (repo_id, sha, path, first_line)
);
comment on table line_attestation is 'One row per range of lines attested by git-ai notes or Agent Trace, numbered in the file at that commit.';
comment on column line_attestation.repo_id is 'Repository.';
comment on column line_attestation.sha is 'Commit.';
comment on column line_attestation.path is 'Path at that commit.';
comment on column line_attestation.first_line is 'First line, 1-based.';
comment on column line_attestation.last_line is 'Last line, inclusive.';
comment on column line_attestation.attested is 'ai | human. Lines outside every range are untracked, not human.';
comment on column line_attestation.tool_id is 'Tool; null = human or unknown.';
comment on column line_attestation.model is 'Model; null = unknown.';
comment on column line_attestation.is_valid is 'The range exists in the diff of the commit; invalid ranges are quarantined.';

create table attribution_override (
  repo_id integer not null,
  target text not null,
  ai_share double precision not null check (ai_share between 0 and 1),
  tool_id text,
  reason text,
  set_by text,
  set_at timestamptz not null,
  extra jsonb,
  primary key (repo_id, target)
);
comment on table attribution_override is 'One row per change number or commit: attribution by hand.';
comment on column attribution_override.repo_id is 'Repository.';
comment on column attribution_override.target is 'Change key (pull request number) or full sha.';
comment on column attribution_override.ai_share is 'Share of AI lines, 0..1.';
comment on column attribution_override.tool_id is 'Tool; null = not named.';
comment on column attribution_override.reason is 'Why; null = not given.';
comment on column attribution_override.set_by is 'Who set it; null = not given.';
comment on column attribution_override.set_at is 'When it was set.';
comment on column attribution_override.extra is 'Columns of ai_attribution_override.csv that nobody knows: header → cell as written; null = none.';

create table path (
  repo_id integer not null references repo,
  path_id integer not null,
  path text not null,
  kind text not null,
  primary key (repo_id, path),
  unique (repo_id, path_id)
);
comment on table path is 'One row per path that ever held a line; bytes that are not UTF-8 are escaped as git does.';
comment on column path.repo_id is 'Repository.';
comment on column path.path_id is 'Ordinal within the repository, given once, never reused; used by line_span.';
comment on column path.path is 'Path.';
comment on column path.kind is 'code | test | docs | build | generated | vendored | lock.';

create table line_span (
  repo_id integer not null,
  origin_no integer not null,
  path_id integer not null,
  line_source text not null default '',
  died_no integer not null default 0,
  death_kind text not null default '',
  born_at timestamptz not null,
  died_at timestamptz,
  lines integer not null,
  effective_lines integer not null,
  born_no integer not null default 0,
  primary key (repo_id, origin_no, path_id, line_source, born_no, died_no, death_kind)
);
comment on table line_span is 'One row per origin commit, path at birth, attestation, commit of birth, killing commit and kind of death: lifetimes of the lines of the default branch; counts add up.';
comment on column line_span.repo_id is 'Repository.';
comment on column line_span.origin_no is 'Commit that wrote the lines (git_commit.commit_no).';
comment on column line_span.path_id is 'Path at birth.';
comment on column line_span.line_source is 'ai:<tool> | human | '''' (no line attestation).';
comment on column line_span.died_no is 'Commit that ended them; 0 = alive at repo.observed_until, or alive when a force push took their birth away (history_rewritten).';
comment on column line_span.death_kind is 'modified | deleted | reverted | file_deleted | history_rewritten; '''' = alive. history_rewritten is censoring, not death.';
comment on column line_span.born_at is 'When they reached the default branch.';
comment on column line_span.died_at is 'When they ended (or, for history_rewritten, when they went out of sight); null = alive.';
comment on column line_span.lines is 'Lines.';
comment on column line_span.effective_lines is 'Effective lines among them.';
comment on column line_span.born_no is 'Mainline commit with which they reached the default branch (git_commit.commit_no); 0 = not recorded.';
create index line_span_attested on line_span (repo_id, origin_no) where line_source <> '';
create index line_span_died on line_span (repo_id, died_no) where died_no > 0;

create table live_file (
  repo_id integer not null,
  path text not null,
  runs bytea,
  seq integer not null,
  primary key (repo_id, path, seq)
);
comment on table live_file is 'One row per version of a file on the default branch: resume state of the lifetime engine; superseded versions are kept only as long as a late side branch may need them.';
comment on column live_file.repo_id is 'Repository.';
comment on column live_file.path is 'Path, as in table path.';
comment on column live_file.runs is 'Which origin each line has, run-length encoded; a cache that a full pass can rebuild. Null = the path does not exist from here on.';
comment on column live_file.seq is 'Position on the first-parent chain from which this version holds.';

