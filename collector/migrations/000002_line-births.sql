-- A force push takes births back, so a span remembers the commit of its birth; and late side branches need older versions of a file.

alter table line_span add column born_no integer not null default 0;
comment on column line_span.born_no is 'Mainline commit with which they reached the default branch (git_commit.commit_no); 0 = not recorded.';
alter table line_span drop constraint line_span_pkey;
alter table line_span add primary key (repo_id, origin_no, path_id, line_source, born_no, died_no, death_kind);
comment on table line_span is 'Lifetimes of the lines of the default branch: one row per (origin commit, path at birth, attestation, commit of birth, killing commit, kind of death); counts add up.';
comment on column line_span.died_no is 'Commit that ended them; 0 = alive at repo.observed_until, or alive when a force push took their birth away (history_rewritten).';
comment on column line_span.died_at is 'When they ended (or, for history_rewritten, when they went out of sight); null = alive.';

alter table live_file add column seq integer not null default 0;
alter table live_file alter column seq drop default;
alter table live_file alter column runs drop not null;
alter table live_file drop constraint live_file_pkey;
alter table live_file add primary key (repo_id, path, seq);
comment on table live_file is 'Resume state of the lifetime engine: one row per version of a file on the default branch; superseded versions are kept only as long as a late side branch may need them.';
comment on column live_file.path is 'Path, as in table path.';
comment on column live_file.seq is 'Position on the first-parent chain from which this version holds.';
comment on column live_file.runs is 'Which origin each line has, run-length encoded; a cache that a full pass can rebuild. Null = the path does not exist from here on.';
