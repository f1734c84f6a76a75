-- Survival sums are added up once per derivation, and attested lines are found without looking at all lines.

create table survival_delta (
  merged_on date not null,
  code_source text not null,
  age_days integer not null,
  lost integer not null,
  file_deleted integer not null,
  censored integer not null
);
comment on table survival_delta is 'What survival_day has still to take in: written with the rows of change_death, emptied at the end of each derivation. Not granted to the reader.';
comment on column survival_delta.merged_on is 'As survival_day.';
comment on column survival_delta.code_source is 'As survival_day.';
comment on column survival_delta.age_days is 'As survival_day.';
comment on column survival_delta.lost is 'Lines to add; negative = to take away.';
comment on column survival_delta.file_deleted is 'Lines to add; negative = to take away.';
comment on column survival_delta.censored is 'Lines to add; negative = to take away.';

create index line_span_attested on line_span (repo_id, origin_no) where line_source <> '';
