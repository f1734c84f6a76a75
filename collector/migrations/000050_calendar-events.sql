-- What the organisation decided and tried, to be seen beside the numbers: policy changes and experiment windows.

create table calendar_event (
  event_no integer primary key,
  kind text not null check (kind in ('policy', 'experiment')),
  title text not null,
  description text,
  started_at timestamptz not null,
  ended_at timestamptz,
  team_id text,
  check (ended_at is null or ended_at >= started_at)
);
comment on table calendar_event is 'Policy changes and experiment windows of throughline.yaml (events), as written there; nothing is inferred.';
comment on column calendar_event.event_no is 'Position in the configuration, from 1.';
comment on column calendar_event.kind is 'policy (a rule of work changed) | experiment (something was tried for a time).';
comment on column calendar_event.title is 'What a reader of a panel sees.';
comment on column calendar_event.description is 'More about it; null = nothing more.';
comment on column calendar_event.started_at is 'Midnight of the first day in the configured time zone.';
comment on column calendar_event.ended_at is 'Midnight after the last day in the configured time zone; null = an instant (policy) or still running (experiment).';
comment on column calendar_event.team_id is 'Team that it concerns; null = everyone.';
grant select on calendar_event to throughline_reader;
