-- What the role that panels read with may do, in one place: read what panels read. No pseudonym beside a commit, no cost, seat, survey
-- answer or raw mark; nothing to write, to lock or to keep.

grant usage on schema public to throughline_reader;
grant select on throughline_migration, setting, team, service, calendar_event, unknown_name, evidence_opening to throughline_reader;
grant select (repo_id, slug, service_id, owner_team_id, known_from, observed_until, squash_message, marking) on repo to throughline_reader;
grant select (person_id, kind) on person to throughline_reader;
grant select (alive_at, last_error, last_ok_at, last_run_at, row_count, run_done, run_total, run_unit, skipped_count, stream_id, watermark) on stream_state
  to throughline_reader;
grant select (account_id, has_conflict, kind, person_id, provider) on account to throughline_reader;
grant select (is_primary, person_id, team_id, valid_from, valid_to) on membership to throughline_reader;
grant select (repo_id, change_id, kind, author_account_id, requester_account_id, first_ready_at, merged_at, closed_at) on change
  to throughline_reader;
grant select (deployment_id, external_id, ref, sha, web_url) on deployment to throughline_reader;
grant select (incident_id, source, external_id, service_id, environment, title, severity, started_at, resolved_at, web_url) on incident
  to throughline_reader;
grant execute on function note_evidence_opened(bigint, text, text, jsonb, integer), self_person(text) to throughline_reader;
grant select on tool, tool_match, heartbeat, workflow, workflow_tool to throughline_reader;
grant select (tool_id, person_id, at, feature, workflow_id, repo_id, change_key) on tool_event to throughline_reader;
grant select (day, invocations, person_id, tool_id) on tool_day to throughline_reader;
grant select on change_fact, deployment_fact, deployment_change, incident_link, change_line, change_death, workflow_completion, usage_week,
  workflow_usage, landing, cell_week to throughline_reader;
grant select (repo_id, change_id, person_id) on reviewer_part to throughline_reader;
grant select on adoption_week, data_clock, merged_unit, review_unit, reviewer_unit, survived_unit, completed_unit, deployment_unit, production_deployment, shipped_unit, observed_delivery
  to throughline_reader;
grant select on flow_unit, change_outcome, build_attempt, incident_unit to throughline_reader;

-- Where the store is the database's owner: temporary tables, and making anything, are the writer's alone.
do $$ begin
  execute format('grant temporary, create on database %I to current_user', current_database());
  execute format('revoke temporary, create on database %I from public', current_database());
  revoke create on schema public from public;
exception when insufficient_privilege then
  raise notice 'The database belongs to somebody else: its owner should revoke temporary and create from public.';
end $$;

-- A panel reads. Whoever holds the password may say otherwise in a session, and meets the rights above.
do $$ begin
  alter role throughline_reader set default_transaction_read_only = on;
exception when insufficient_privilege then
  raise notice 'The role throughline_reader belongs to somebody else: its owner may set default_transaction_read_only.';
end $$;
