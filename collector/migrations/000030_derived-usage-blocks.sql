-- Usage of sixty weeks in one row, so that a panel reads a person's year at once instead of every week of it.

create table usage_block (
  tool_id text not null,
  workflow_id text not null default '',
  measure text not null,
  usage_window text not null,
  high_min double precision not null,
  first_week integer not null,
  person_id text not null,
  states bytea not null,
  uses bytea not null,
  primary key (tool_id, workflow_id, measure, usage_window, high_min, first_week, person_id)
);
comment on table usage_block is 'usage_week packed: one row per configured way of counting (view workflow_usage), human and block of sixty weeks with a row in usage_week. Weeks count from Monday 2000-01-03.';
comment on column usage_block.tool_id is 'Tool.';
comment on column usage_block.workflow_id is 'As usage_week: '''' = all uses of the tool.';
comment on column usage_block.measure is 'What a use is, as configured: invocations | active_days | accepted_lines.';
comment on column usage_block.usage_window is 'Window that decides, as configured: trailing_30d | same_week | prior_30d.';
comment on column usage_block.high_min is 'Least uses for high, as configured.';
comment on column usage_block.first_week is 'First week of the block: a multiple of 60.';
comment on column usage_block.person_id is 'Human. Never shown.';
comment on column usage_block.states is 'Big-endian int4 for each week with a row: place in the block * 2^24 + state. Bits of the state: 1 known (coverage of 2 or better), 2 event (3 or better), 4 used, 8 high, 16 seated, 32 row; from bit 6 on the basis: 1 none, 2 seat, 3 activity, 4 event, 5 observed_zero, 6 declared.';
comment on column usage_block.uses is 'The same for each week with uses in it: place * 2^24 + uses (at most 16777215).';
create index usage_block_person on usage_block (person_id);
grant select on usage_block to throughline_reader;
