-- What the collector keeps of itself, and the organisation that is measured: settings, streams, people, teams, services, repositories.
-- The first of seven files in the order of the data's way: organisation → code → delivery → tools → facts → packs → reader-rights.

-- A user without the right to create roles can migrate once an administrator has created it.
do $$ begin
  if not exists (select from pg_roles where rolname = 'throughline_reader') then
    create role throughline_reader nologin;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;

create table setting (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);
comment on table setting is 'One row per key: what panels need of the organisation''s settings (default_tz, week start, AI thresholds, link window, min_n, k). No secrets.';
comment on column setting.key is 'Setting name, dotted, e.g. default_tz.';
comment on column setting.value is 'JSON value as resolved from throughline.yaml or the default.';
comment on column setting.updated_at is 'When the collector last wrote it.';

create table secret (
  key text primary key,
  value text not null
);
comment on table secret is 'One row per key: secrets of this install (person_hmac: the key of pseudonyms, replaced by person --rotate-key; erased_hmac: the key of table erased). Never granted to the reader role.';
comment on column secret.key is 'Secret name, e.g. person_hmac.';
comment on column secret.value is 'Secret value, hex.';

-- The wall of `privacy.collect`: a trigger with it stands on a table while what it holds is switched off, and on none otherwise.
create function not_collected() returns trigger language plpgsql as $$
begin
  if tg_nargs = 0 then
    return null;
  end if;
  return jsonb_populate_record(new, (select jsonb_object_agg(name, null) from unnest(tg_argv) as name));
end
$$;
comment on function not_collected() is 'Before a row is written: with names of columns it leaves these empty, without any it lets the row not be written.';

create table stream_state (
  stream_id text primary key,
  cursor jsonb,
  watermark timestamptz,
  last_run_at timestamptz,
  last_ok_at timestamptz,
  last_seconds double precision,
  last_error text,
  row_count bigint not null default 0,
  skipped_count bigint not null default 0,
  run_done double precision,
  run_total double precision,
  run_unit text,
  alive_at timestamptz,
  asked_at timestamptz
);
comment on table stream_state is 'One row per stream: cursor, watermark and health. Written in the transaction of the rows.';
comment on column stream_state.stream_id is 'connector/stream/scope, e.g. git/history/acme/shop.';
comment on column stream_state.cursor is 'Where the next pull starts; null = from the beginning. Not granted to the reader.';
comment on column stream_state.watermark is 'Data is complete up to here; null = nothing yet.';
comment on column stream_state.last_run_at is 'Last attempt; null = never.';
comment on column stream_state.last_ok_at is 'Last success; null = never.';
comment on column stream_state.last_seconds is 'How long the last success took; null = never. Not granted to the reader.';
comment on column stream_state.last_error is 'Last error message, without secrets; null = last run was ok.';
comment on column stream_state.row_count is 'Rows written so far.';
comment on column stream_state.skipped_count is 'Inputs skipped so far.';
comment on column stream_state.run_done is 'Units that the run under way has done; null = no run is under way, or it has told nothing yet.';
comment on column stream_state.run_total is 'Units that the run under way has to do; null = no run is under way, or the source does not say.';
comment on column stream_state.run_unit is 'What the run under way counts, e.g. commits; null as run_done.';
comment on column stream_state.alive_at is 'Last sign of life of a run, at least every half minute while one is under way; null = none was long enough to give one.';
comment on column stream_state.asked_at is 'When a push last told that its source has something new to read; null = none did. Not granted to the reader.';

create table skipped (
  stream_id text not null,
  item text not null,
  reason text not null,
  at timestamptz not null default now(),
  primary key (stream_id, item)
);
comment on table skipped is 'One row per stream and item: inputs that were skipped or rejected, with the reason.';
comment on column skipped.stream_id is 'Stream.';
comment on column skipped.item is 'What was skipped (sha path, row line, note).';
comment on column skipped.reason is 'Why, in words.';
comment on column skipped.at is 'When first seen.';

create table unknown_name (
  stream_id text not null,
  kind text not null check (kind in ('metric', 'event', 'span', 'value')),
  tool text not null default '',
  name text not null default '',
  version text,
  attributes text[] not null default '{}',
  entries bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (stream_id, kind, tool, name)
);
comment on table unknown_name is 'One row per stream, kind, tool and name that a sender of telemetry gave and that no table of ours has: counted, never guessed. Names by their form alone, never a value; at most 500 of a stream, what comes beyond is counted together. Those that did not come for 90 days are gone.';
comment on column unknown_name.stream_id is 'Push that received it.';
comment on column unknown_name.kind is 'metric | event | span | value (of an attribute, which the name says, of a metric that is known).';
comment on column unknown_name.tool is 'Tool, or the service that sends where no tool is known by that name; '''' = it is not said, or names beyond those that are told apart.';
comment on column unknown_name.name is 'Name; '''' = none that has the form of one, or names beyond those that are told apart.';
comment on column unknown_name.version is 'Version of the service as of last_at; null = it does not say.';
comment on column unknown_name.attributes is 'Names of attributes that came with it, the first 20.';
comment on column unknown_name.entries is 'How many came: points, records, spans.';
comment on column unknown_name.first_at is 'When the first was received.';
comment on column unknown_name.last_at is 'When the last was received.';

create table inbox (
  source text not null,
  delivery_id text not null,
  received_at timestamptz not null default clock_timestamp(),
  digest text not null,
  headers jsonb not null default '{}',
  body bytea,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'quarantined', 'dropped')),
  attempts integer not null default 0,
  error text,
  worked_at timestamptz,
  primary key (source, delivery_id)
);
comment on table inbox is 'One row per delivery that a source sent and that was verified. Written before it is answered, worked off by the queue. Not granted to the reader.';
comment on column inbox.source is 'Push that received it: connector/push.';
comment on column inbox.delivery_id is 'Id that the sender gave it, else the digest of its body: what is sent again is one delivery. An entry that is not understood goes by the digest of itself.';
comment on column inbox.received_at is 'When it came.';
comment on column inbox.digest is 'Digest of the body: one id for two bodies is refused.';
comment on column inbox.headers is 'The headers that the connector reads; never a credential.';
comment on column inbox.body is 'Body, decompressed, known secrets masked; null = worked off or dropped, only the id is kept.';
comment on column inbox.state is 'waiting | done | quarantined (it could not be worked off and holds up nothing) | dropped (it was quarantined, and more than may wait were).';
comment on column inbox.attempts is 'How often it was tried.';
comment on column inbox.error is 'Why the last try failed, without secrets; null = it did not.';
comment on column inbox.worked_at is 'When it was worked off or quarantined; null = waiting.';
create index inbox_waiting on inbox (received_at) where state = 'waiting';
create index inbox_worked on inbox (worked_at) where state <> 'waiting';

create table rate_budget (
  budget text primary key,
  window_started_at timestamptz not null,
  used_count integer not null,
  allowed_count integer not null,
  blocked_until timestamptz
);
comment on table rate_budget is 'One row per source and credential: requests of the running window, counted by all collector processes together. Not granted to the reader.';
comment on column rate_budget.budget is 'Connector and a digest of host and credential, e.g. github/1f0a…; the credential cannot be read from it.';
comment on column rate_budget.window_started_at is 'First request of the running window.';
comment on column rate_budget.used_count is 'Requests since then.';
comment on column rate_budget.allowed_count is 'Requests that a window allows.';
comment on column rate_budget.blocked_until is 'The source asked to be left alone until then; null = it did not.';

create table found_scope (
  stream_id text not null,
  name text not null,
  repository text,
  url text,
  details jsonb,
  found_at timestamptz not null default now(),
  primary key (stream_id, name)
);
comment on table found_scope is 'One row per scope that a stream found at its source, e.g. a repository of an organisation. Not granted to the reader.';
comment on column found_scope.stream_id is 'Stream that found it: connector/stream/scope.';
comment on column found_scope.name is 'Name in stream ids.';
comment on column found_scope.repository is 'Slug of the repository that it is; null = it is none.';
comment on column found_scope.url is 'Remote to read its history from; null = its history is not read.';
comment on column found_scope.details is 'What the connector needs to read it (ids at the source); null = nothing.';
comment on column found_scope.found_at is 'First found.';

create table person (
  person_id text primary key,
  kind text not null check (kind in ('human', 'ai_agent', 'automation')),
  experience_start date,
  first_seen_at timestamptz,
  source_key text
);
comment on table person is 'One row per actor after identity resolution. person_id is a pseudonym.';
comment on column person.person_id is 'First 16 hex digits of HMAC-SHA256(key of pseudonyms, person key).';
comment on column person.kind is 'human | ai_agent | automation. Only humans count towards k.';
comment on column person.experience_start is 'Start of professional experience; null = unknown, seniority then is unknown.';
comment on column person.first_seen_at is 'Earliest activity; null = never active.';
comment on column person.source_key is 'Person key, folded: person_key of people.csv, else an address or login; input of the pseudonym, also under the next key. Null = a random pseudonym that nothing leads to. Not granted to the reader.';

create table account (
  account_id text primary key,
  provider text not null,
  login text,
  email text,
  external_id text,
  display_name text,
  kind text not null default 'human' check (kind in ('human', 'ai_agent', 'automation')),
  person_id text references person,
  method text,
  confidence double precision,
  has_conflict boolean not null default false,
  links text[],
  source_key text,
  trust smallint not null default 2 check (trust between 0 and 2)
);
comment on table account is 'One row per account of a provider (git address, GitHub login, tool seat). The only table with columns for e-mail addresses; files may bring others in extra of membership and tool_day.';
comment on column account.account_id is 'provider:digest, digest = first 16 hex of HMAC-SHA256(key of pseudonyms, folded address or login).';
comment on column account.provider is 'git | github | csv | copilot | cursor | claude-code | …';
comment on column account.login is 'Login at the provider; null = none. Not granted to the reader.';
comment on column account.email is 'Address, lower case; null = none. Not granted to the reader.';
comment on column account.external_id is 'Number at the provider, which stays when a login is renamed; of an address: the number of the forge account that verified it. Null = none. Not granted to the reader.';
comment on column account.display_name is 'Name at the provider; null = none. Not granted to the reader.';
comment on column account.kind is 'Kind by account rules (known agents, bots).';
comment on column account.person_id is 'Resolved person, of an address that changed hands the last one; null = not joined yet, or nobody''s: shared, or claimed by two people.';
comment on column account.method is 'How the account was joined: mapping | people_file | sso | verified_email | noreply_id | same_namespace | self; null = nobody''s.';
comment on column account.confidence is 'Confidence of the join, 0..1; null = not joined.';
comment on column account.has_conflict is 'Two persons claim this address; then neither is merged.';
comment on column account.links is 'All by which it can be the same person''s as another account (address, login, number, entry of the mapping), as the last derivation saw it: who has one in common is looked at together; null = not looked at yet. Not granted to the reader.';
comment on column account.source_key is 'What the provider knows the account by, folded: address, login or number; input of the pseudonym, also under the next key. Null = a random pseudonym that nothing leads to. Not granted to the reader.';
comment on column account.trust is 'Whose word the row is: 2 = of a source that was asked (git, forge, directory, file) | 1 = only sent here (telemetry, POST /ingest) | 0 = only sent with a token that is bound to organisations. Less never changes what more says; below 2 it joins no two addresses and nobody is found by it.';
create index account_links on account using gin (links);
create index account_person_id on account (person_id);

create table account_claim (
  account_id text not null,
  person_id text not null references person,
  source text not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  primary key (account_id, person_id, source, valid_from)
);
comment on table account_claim is 'One row per account, person and start: whose an account is, as people.csv says. Not granted to the reader.';
comment on column account_claim.account_id is 'Account.';
comment on column account_claim.person_id is 'Person.';
comment on column account_claim.source is 'Who says so: people.csv | demo.';
comment on column account_claim.valid_from is 'From when on; counts only where two people claim the account.';
comment on column account_claim.valid_to is 'Until when, exclusive; null = still.';

create table account_join (
  account_id text not null,
  version integer not null,
  person_id text not null,
  valid_from timestamptz not null default '-infinity',
  valid_to timestamptz not null default 'infinity',
  method text not null,
  confidence double precision not null,
  since timestamptz not null default now(),
  until timestamptz,
  primary key (account_id, version, valid_from)
);
comment on table account_join is 'One row per decision whose an account is (several where it changed hands), kept when another one takes its place: what was joined, how, and from when to when that held. Not granted to the reader.';
comment on column account_join.account_id is 'Account.';
comment on column account_join.version is 'Counts the decisions on the account, from 1.';
comment on column account_join.person_id is 'Person.';
comment on column account_join.valid_from is 'First instant at which the account was the person''s; -infinity = always was.';
comment on column account_join.valid_to is 'End of that, exclusive; infinity = still is.';
comment on column account_join.method is 'As account.method.';
comment on column account_join.confidence is 'Confidence, 0..1.';
comment on column account_join.since is 'When it was decided.';
comment on column account_join.until is 'When it was decided otherwise; null = it holds.';
create index account_join_person on account_join (person_id) where until is null;

create view account_person as
select account_id, person_id, valid_from, valid_to from account_join where until is null;
comment on view account_person is 'One row per account, person and span of time: whose an account was when.';
comment on column account_person.account_id is 'Account.';
comment on column account_person.person_id is 'Person.';
comment on column account_person.valid_from is 'Start, inclusive; -infinity = always was.';
comment on column account_person.valid_to is 'End, exclusive; infinity = still is.';

create table erased (
  digest text primary key,
  at timestamptz not null default now()
);
comment on table erased is 'One row per address, login, name or pseudonym of somebody who was erased: what names one of them later is written as nobody''s. Not granted to the reader.';
comment on column erased.digest is 'First 32 hex digits of HMAC-SHA256(erased_hmac, what it stands for), of a pseudonym under the key of pseudonyms; nothing can be read from it.';
comment on column erased.at is 'When the person was erased.';

create table evidence_opening (
  opening_no bigint generated always as identity primary key,
  at timestamptz not null default now(),
  org_id bigint not null,
  who text not null,
  role text not null,
  asked jsonb not null,
  rows integer not null
);
comment on table evidence_opening is 'One row per time that somebody was shown rows behind numbers. Panels add rows by note_evidence_opened and can neither change nor remove one.';
comment on column evidence_opening.opening_no is 'Counts up.';
comment on column evidence_opening.at is 'When, by the clock of the store.';
comment on column evidence_opening.org_id is 'Number of the organisation in Grafana.';
comment on column evidence_opening.who is 'Login in Grafana, as it says itself; of an assistant "assistant".';
comment on column evidence_opening.role is 'Role in Grafana then: Viewer | Editor | Admin; '''' = not Grafana.';
comment on column evidence_opening.asked is 'What for: mode, params that are not their defaults, filters, from, to.';
comment on column evidence_opening.rows is 'How many rows were shown.';
create index evidence_opening_at on evidence_opening (at);

create function note_evidence_opened(org bigint, login text, role text, asked jsonb, row_count integer) returns void
language sql security definer set search_path = public, pg_temp as $$
  insert into evidence_opening (org_id, who, role, asked, rows)
  select org, left(login, 200), left(role, 20), case when octet_length(asked::text) <= 20000 then asked else '{"cut": true}' end, row_count
$$;
comment on function note_evidence_opened is 'The one thing that panels write: that somebody was shown rows behind numbers.';
revoke execute on function note_evidence_opened from public;

create function self_person(name text) returns table (person_id text, is_clear boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  with way as (select value #>> '{}' as way from setting where key = 'self_view'),
  named as (
    select a.account_id, a.person_id, a.has_conflict from account a, way
    where case way when 'email' then lower(a.email collate "C") = lower(trim(name) collate "C")
      when 'sso' then a.provider = 'sso' and lower(a.login collate "C") = lower(trim(name) collate "C")
      when 'github' then a.provider = 'github' and lower(a.login collate "C") = lower(trim(name) collate "C") else false end
      and trim(name) <> '' and (a.trust = 2 or exists (select from account_claim c where c.account_id = a.account_id))),
  judged as (
    select count(distinct n.person_id) as persons, coalesce(bool_or(n.has_conflict), false) as has_conflict, min(n.person_id) as person_id,
      exists (select from named m join account_join j on j.account_id = m.account_id and j.until is null
        group by j.account_id having count(*) > 1) as has_changed_hands
    from named n)
  select case when persons = 1 and not has_conflict and not has_changed_hands then j.person_id end, persons < 2 and not has_conflict and not has_changed_hands
  from judged j
  where (persons = 0 or has_conflict or persons > 1 or has_changed_hands
    or exists (select from person p where p.person_id = j.person_id and p.kind = 'human'))
$$;
comment on function self_person is 'Whose a name is that Grafana vouches for, by the way that setting self_view names; one row: null and true = nobody''s, null and false = it may be several people''s. Accounts that were only sent here (trust below 2) count where people.csv says whose they are; letters outside of ASCII are not folded. No row = no human''s. While self_view is off it is nobody''s, whoever asks.';
revoke execute on function self_person from public;

create table team (
  team_id text primary key,
  title text not null,
  parent_team_id text,
  cost_center text,
  time_zone text,
  source text not null default 'config',
  extra jsonb
);
comment on table team is 'One row per team.';
comment on column team.team_id is 'Stable slug.';
comment on column team.title is 'Name shown.';
comment on column team.parent_team_id is 'Parent team; null = top level.';
comment on column team.cost_center is 'Cost centre; null = none.';
comment on column team.time_zone is 'IANA zone of the team calendar; null = organisation default.';
comment on column team.source is 'Who wrote the row: config | csv | demo.';
comment on column team.extra is 'Columns of teams.csv that nobody knows: header → cell as written; null = none.';

create table membership (
  person_id text not null references person,
  team_id text not null references team,
  valid_from timestamptz not null,
  valid_to timestamptz,
  is_primary boolean not null default true,
  role text,
  source text not null default 'given',
  extra jsonb,
  primary key (person_id, team_id, valid_from)
);
comment on table membership is 'One row per person, team and start: who was in which team, and when.';
comment on column membership.person_id is 'Member.';
comment on column membership.team_id is 'Team.';
comment on column membership.valid_from is 'Start, inclusive.';
comment on column membership.valid_to is 'End, exclusive; null = still a member.';
comment on column membership.is_primary is 'The primary team owns the person''s changes.';
comment on column membership.role is 'Role text; null = unknown.';
comment on column membership.source is 'given (people.csv, configuration) | account (follows from team_account; only for people of whom nothing is given).';
comment on column membership.extra is 'Columns of people.csv that nobody knows: header → cell as written, may hold names and addresses; null = none. Not granted to the reader.';

create table team_account (
  account_id text not null,
  team_id text not null references team,
  valid_from timestamptz not null,
  valid_to timestamptz,
  is_primary boolean not null default false,
  role text,
  primary key (account_id, team_id, valid_from)
);
comment on table team_account is 'One row per account, team and start: teams as a forge has them. Memberships of people follow from it.';
comment on column team_account.account_id is 'Account of the member.';
comment on column team_account.team_id is 'Team.';
comment on column team_account.valid_from is 'Start, inclusive; the first look at a team counts for all time before it, for a forge tells no history.';
comment on column team_account.valid_to is 'End, exclusive: when the member was first missed; null = still a member.';
comment on column team_account.is_primary is 'The smallest of the account''s teams owns the person''s changes.';
comment on column team_account.role is 'member | maintainer; null = unknown.';

create table service (
  service_id text primary key,
  title text not null
);
comment on table service is 'One row per deployable service.';
comment on column service.service_id is 'Stable slug.';
comment on column service.title is 'Name shown.';

create table repo (
  repo_id integer generated always as identity primary key,
  slug text not null,
  service_id text references service,
  owner_team_id text,
  owner_history jsonb,
  default_branch text,
  web_url text,
  known_from timestamptz,
  observed_until timestamptz,
  tip_sha text,
  external_id text,
  is_archived boolean not null default false,
  parent_slug text,
  squash_message text,
  marking text check (marking in ('on', 'off', 'forbidden')),
  changes_known_from timestamptz,
  deployments_known_from timestamptz,
  gone_at timestamptz,
  unique (slug),
  foreign key (owner_team_id) references team(team_id)
);
comment on table repo is 'One row per repository.';
comment on column repo.repo_id is 'Surrogate key, carried by every large table.';
comment on column repo.slug is 'owner/name, or the folder name of a local clone.';
comment on column repo.service_id is 'Service that the repository builds; null = none configured.';
comment on column repo.owner_team_id is 'Team that owns it now; null = unknown.';
comment on column repo.owner_history is 'Teams that owned it by CODEOWNERS on the default branch: instant (ISO 8601, UTC) to team_id (null = nobody), each until the next, nobody before the first. Null = not known, or the configuration names the team: owner_team_id counts for all time.';
comment on column repo.default_branch is 'Branch whose first-parent history is measured; null = not read yet.';
comment on column repo.web_url is 'Base URL of the forge; null = no links.';
comment on column repo.known_from is 'History is complete from here on (shallow clones start late); null = complete.';
comment on column repo.observed_until is 'Committer time of the last analysed first-parent commit: the censoring time of every line; null = nothing analysed.';
comment on column repo.tip_sha is 'Last analysed commit of the default branch; null = nothing analysed.';

comment on column repo.external_id is 'Number at the forge, which stays when it is renamed or transferred; null = not read from a forge.';
comment on column repo.is_archived is 'Archived at the forge: nothing changes any more.';
comment on column repo.parent_slug is 'Repository that it is a fork of; null = none, or not known.';
comment on column repo.squash_message is 'What the forge writes into a squash: blank | pr_body | commit_messages. Trailers of the original commits survive only with commit_messages. Null = not known.';
comment on column repo.marking is 'Whether tools are to sign what they write there: on | off (their settings switch it off) | forbidden (a rule of the house). Null = not known.';
comment on column repo.changes_known_from is 'Pull requests are read from the forge back to here; null = none are.';
comment on column repo.deployments_known_from is 'Deployments are read from the forge back to here, older ones are left out; null = none are left out.';
comment on column repo.gone_at is 'When the forge was first asked in vain for it (deleted, or the token lost its right); null = it is there. What is known stays.';

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
comment on table calendar_event is 'One row per policy change or experiment window of throughline.yaml (events), as written there; nothing is inferred.';
comment on column calendar_event.event_no is 'Position in the configuration, from 1.';
comment on column calendar_event.kind is 'policy (a rule of work changed) | experiment (something was tried for a time).';
comment on column calendar_event.title is 'What a reader of a panel sees.';
comment on column calendar_event.description is 'More about it; null = nothing more.';
comment on column calendar_event.started_at is 'Midnight of the first day in the configured time zone.';
comment on column calendar_event.ended_at is 'Midnight after the last day in the configured time zone; null = an instant (policy) or still running (experiment).';
comment on column calendar_event.team_id is 'Team that it concerns; null = everyone.';

