-- What the usual question about durability adds up, by day: neither every change nor every death is read.

create table survival_pack (
  merged_on date not null,
  code_source text not null,
  changes integer not null,
  lines bigint not null,
  is_assumed boolean not null,
  confidence_lines double precision not null,
  rated_lines bigint not null,
  people bytea not null,
  ends bytea not null,
  primary key (merged_on, code_source)
) with (toast_tuple_target = 8160);
comment on table survival_pack is 'change_survival and survival_day packed: one row per UTC day of merge and code source with a change that has effective lines, automation left out. Copy of view survival_packing. For whole UTC days without other filters.';
comment on column survival_pack.merged_on is 'UTC day of merged_at.';
comment on column survival_pack.code_source is 'Code source of the changes.';
comment on column survival_pack.changes is 'Changes with effective lines.';
comment on column survival_pack.lines is 'Their effective lines.';
comment on column survival_pack.is_assumed is 'As change_survival, of any of them.';
comment on column survival_pack.confidence_lines is 'Sum of confidence * effective lines where the confidence is known.';
comment on column survival_pack.rated_lines is 'Effective lines where the confidence is known.';
comment on column survival_pack.people is 'For each responsible human that is known: big-endian int8 key (hashtextextended of the id, never the id) and int8 effective lines.';
comment on column survival_pack.ends is 'survival_day up to an age of 90 days, big-endian int4 each: age_days, lost, file_deleted, censored.';

create view survival_packing as
select p.merged_on, p.code_source, p.changes, p.lines, p.is_assumed, p.confidence_lines, p.rated_lines, p.people, coalesce(e.ends, '') as ends
from (
  select h.merged_on, h.code_source, sum(h.changes)::integer as changes, sum(h.lines)::bigint as lines, bool_or(h.is_assumed) as is_assumed,
         coalesce(sum(h.confidence_lines order by h.responsible_id), 0) as confidence_lines, coalesce(sum(h.rated_lines), 0)::bigint as rated_lines,
         coalesce(string_agg(int8send(hashtextextended(h.responsible_id, 0)) || int8send(h.lines), '' order by h.responsible_id), '') as people
  from (
    select (s.merged_at at time zone 'UTC')::date as merged_on, s.code_source, s.responsible_id, count(*) as changes,
           sum(s.effective_lines) as lines, bool_or(s.is_assumed) as is_assumed,
           sum(s.confidence * s.effective_lines order by s.repo_id, s.change_id) as confidence_lines,
           sum(s.effective_lines) filter (where s.confidence is not null) as rated_lines
    from change_survival s
    where s.author_kind <> 'automation' and s.effective_lines > 0
    group by 1, 2, 3
  ) h
  group by h.merged_on, h.code_source
) p
left join lateral (
  select string_agg(int4send(d.age_days) || int4send(d.lost) || int4send(d.file_deleted) || int4send(d.censored), '' order by d.age_days) as ends
  from survival_day d
  where d.merged_on = p.merged_on and d.code_source = p.code_source and d.age_days <= 90
) e on true;
comment on view survival_packing is 'What survival_pack holds, computed anew. Not granted to the reader.';
grant select on survival_pack to throughline_reader;

create index change_survival_merged_on on change_survival (((merged_at at time zone 'UTC')::date));
-- Changes that are still observed, and a sample of all: so that neither reads the rest.
create index change_survival_born on change_survival (born_at)
  include (merged_at, code_source, author_kind, effective_lines, lost, censored, repo_id, change_id, tools);
create index change_survival_sample on change_survival ((hashint8extended(change_id, 0) & 1048575))
  include (change_id, merged_at, code_source, author_kind, effective_lines, lost, censored, repo_id, born_at, tools);
-- change_survival_cover begins with the same column.
drop index change_survival_merged;

insert into survival_pack select * from survival_packing;
