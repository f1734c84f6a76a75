-- Phases: the times that throughline.yaml tells apart, the first of which the others are compared with.

create table phase (
  phase_no integer primary key,
  phase_id text not null,
  title text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  team_id text,
  check (ended_at > started_at)
);
comment on table phase is 'One row per phase of throughline.yaml (phases), as written there; those of a team, and those of everyone, follow one another and do not overlap.';
comment on column phase.phase_no is 'Position in the configuration, from 1.';
comment on column phase.phase_id is 'Its id there; of one team, or of everyone, each phase has another one.';
comment on column phase.title is 'What a reader of a panel sees.';
comment on column phase.started_at is 'Midnight of the first day in the configured time zone.';
comment on column phase.ended_at is 'Midnight after the last day in the configured time zone, else when the next phase of the same team, or of everyone, begins; not in it. Null = it goes on.';
comment on column phase.team_id is 'Team whose phases these are, where it alone is asked for; null = everyone.';
grant select on phase to throughline_reader;
