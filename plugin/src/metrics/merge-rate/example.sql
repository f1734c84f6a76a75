-- Forty changes ended in the first week of March, of each of five people eight. Agent ai opened the twenty with an even number, of which twelve were merged;
-- people opened the others, of which eighteen were. One is open, one is of a bot, and one is known from git alone.
insert into stream_state (stream_id, watermark) values ('github/test', '2026-04-01');
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(1, 5) i union values ('ai', 'ai_agent'), ('bot', 'automation');
insert into account (account_id, provider, kind, person_id) select 'github:' || person_id, 'github', kind, person_id from person;
insert into change (repo_id, change_key, kind, title, author_account_id, requester_account_id, merged_at, closed_at, source)
select 1, i::text, 'pull_request', 'change', case when is_agent then 'github:ai' else who end, case when is_agent then who end,
  case when is_merged then ended end, ended, 'github'
from (
  select i, i % 2 = 0 as is_agent, 'github:p' || (1 + (i / 2) % 5) as who, case when i % 2 = 0 then i <= 24 else i <= 35 end as is_merged,
    timestamptz '2026-03-02 09:00Z' + i * interval '3 hours' as ended
  from generate_series(1, 40) i) c;
insert into change (repo_id, change_key, kind, title, author_account_id, merged_at, closed_at, source) values
  (1, '41', 'pull_request', 'open', 'github:p1', null, null, 'github'),
  (1, '42', 'pull_request', 'bot', 'github:bot', null, '2026-03-03', 'github'),
  (1, '43', 'squash', 'git', 'github:p1', '2026-03-03', null, 'git');
