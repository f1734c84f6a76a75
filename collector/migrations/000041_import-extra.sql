-- Columns of an imported file that no importer knows are kept with the row. What is said about people may name them: there the reader
-- gets the columns one by one and not this one (new columns of these two tables have to be granted too).

alter table team add column extra jsonb;
comment on column team.extra is 'Columns of teams.csv that nobody knows: header → cell as written; null = none.';
alter table membership add column extra jsonb;
comment on column membership.extra is 'Columns of people.csv that nobody knows: header → cell as written, may hold names and addresses; null = none. Not granted to the reader.';
alter table deployment add column extra jsonb;
comment on column deployment.extra is 'Columns of deployments.csv that nobody knows: header → cell as written; null = none, or not from a file.';
alter table incident add column extra jsonb;
comment on column incident.extra is 'Columns of incidents.csv that nobody knows: header → cell as written; null = none, or not from a file.';
alter table incident_link_override add column extra jsonb;
comment on column incident_link_override.extra is 'Columns of incident_link.csv that nobody knows: header → cell as written; null = none.';
alter table attribution_override add column extra jsonb;
comment on column attribution_override.extra is 'Columns of ai_attribution_override.csv that nobody knows: header → cell as written; null = none.';
alter table tool_day add column extra jsonb;
comment on column tool_day.extra is 'Columns of ai_usage_daily.csv that nobody knows: header → cell as written, may hold names and addresses; null = none, or not from a file. Not granted to the reader.';

comment on table account is 'One row per account of a provider (git address, GitHub login, tool seat). The only table with columns for e-mail addresses; files may bring others in extra of membership and tool_day.';

revoke select on membership, tool_day from throughline_reader;
grant select (person_id, team_id, valid_from, valid_to, is_primary, role) on membership to throughline_reader;
grant select (tool_id, person_id, day, grade, sessions, invocations, suggested_lines, accepted_lines, input_tokens, output_tokens, cost_usd,
  source) on tool_day to throughline_reader;
