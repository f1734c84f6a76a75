-- All that the usual question about durability asks of a change, by its time: the wide rows are not read.

create index change_survival_cover on change_survival (merged_at) include (code_source, author_kind, responsible_id, effective_lines, lost,
  censored, is_assumed, confidence, born_at, repo_id, change_id, tools);
