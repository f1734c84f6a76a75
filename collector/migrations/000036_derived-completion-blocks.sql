-- Completed units of a person side by side, as usage_block has the usage: the usual question about cycle times reads no unit by itself.

create table completion_block (
  workflow_id text not null,
  workflow_version integer not null,
  person_id text not null,
  first_week integer not null,
  units bytea not null,
  ended bytea not null,
  primary key (workflow_id, workflow_version, person_id, first_week)
) with (toast_tuple_target = 8160);
comment on table completion_block is 'workflow_completion packed: one row per workflow version, human and block of sixty weeks with a completed unit (status ok). Copy of view completion_packing. Units of nobody known are not packed.';
comment on column completion_block.workflow_id is 'Workflow.';
comment on column completion_block.workflow_version is 'Version of the definition.';
comment on column completion_block.person_id is 'Human. Never shown.';
comment on column completion_block.first_week is 'First week of the block, counted from Monday 2000-01-03: a multiple of 60.';
comment on column completion_block.units is 'For each unit a big-endian int8: milliseconds * 4096 + week, on the clock that the workflow is configured with.';
comment on column completion_block.ended is 'In the same order big-endian int4: whole minutes from 1970 to the end of the unit.';

create view completion_packing as
select c.workflow_id, c.workflow_version, c.person_id, t.week / 60 * 60 as first_week,
       string_agg(int8send(round(60000 * case when w.clock = 'business' then c.business_minutes else c.minutes end)::bigint * 4096 + t.week), ''
         order by c.ended_at, c.repo_id, c.unit_key) as units,
       string_agg(int4send(floor(extract(epoch from c.ended_at) / 60)::integer), '' order by c.ended_at, c.repo_id, c.unit_key) as ended
from workflow_completion c
join workflow w on w.workflow_id = c.workflow_id and w.version = c.workflow_version
cross join lateral (select (c.week_start - date '2000-01-03') / 7 as week) t
where c.status = 'ok' and c.person_id is not null and c.week_start > '-infinity'
group by c.workflow_id, c.workflow_version, c.person_id, t.week / 60;
comment on view completion_packing is 'What completion_block holds, computed anew. Not granted to the reader.';
grant select on completion_block to throughline_reader;

insert into completion_block select * from completion_packing;
