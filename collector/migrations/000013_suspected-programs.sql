-- People by all rules who may be programs: said of them, never decided. Whoever knows says what they are in `accounts` of throughline.yaml.
alter table account add column is_said boolean not null default false;
comment on column account.is_said is 'accounts of throughline.yaml says what it is: nobody else guesses.';

create function looks_like_program(name text, address text) returns boolean
language sql immutable parallel safe
as $$
  select coalesce(trim(name) ~ '^\S*(bot|robot|automation|autobuild|[-_.]ci)$' and trim(name) !~* '(talbot|abbot|cabot|le ?bot)$', false)
    or coalesce(split_part(address, '@', 1) ~* '^(\S*[-_.+])?(bot|robot|automation|autobuild|ci)$', false)
$$;
comment on function looks_like_program(text, text) is 'As isDoubtful of the collector: a name or an address that a program may have, and people hardly.';

create view suspected_program as
with part as materialized (
  select p.person_id, extract(hour from p.first_at at time zone 'UTC')::integer as hour,
         coalesce(p.first_at - coalesce(asked.at, f.first_ready_at, f.created_at) <= interval '1 minute', false) as is_at_once
  from reviewer_part p
  join change_fact f on f.repo_id = p.repo_id and f.change_id = p.change_id
  cross join lateral (
    select max(e.at) as at from change_event e join account a on a.account_id = e.account_id
    where e.repo_id = p.repo_id and e.change_key = p.change_key and e.kind = 'review_requested' and e.at <= p.first_at and a.person_id = p.person_id
  ) asked
  where p.person_id <> '' and p.first_at > (select max(first_at) from reviewer_part) - interval '90 days'
),
reviewed as (select person_id, count(*) as n, count(*) filter (where is_at_once) as at_once from part group by 1),
-- Of the six hours in a row in which somebody does least.
quiet as (
  select person_id, min(n) as n
  from (select person_id, s, count(*) filter (where (hour - s + 24) % 24 < 6) as n from part cross join generate_series(0, 23) s group by 1, 2) six
  group by 1
),
person_sign as (
  select p.person_id, coalesce(r.n, 0) as n,
    exists (select from account a where a.person_id = p.person_id and (looks_like_program(coalesce(a.display_name, a.login), a.email) or looks_like_program(a.login, null))) as is_name,
    coalesce(r.n >= 20 and r.at_once >= 0.9 * r.n, false) as is_at_once,
    coalesce(r.n >= 100 and q.n > r.n / 8.0, false) as is_around_the_clock,
    r.n >= 20 and exists (select from git_commit)
      and not exists (select from account a join git_commit g on g.author_account_id = a.account_id where a.person_id = p.person_id)
      and not exists (select from account a join change c on c.author_account_id = a.account_id where a.person_id = p.person_id) as is_without_commits
  from person p
  left join reviewed r on r.person_id = p.person_id
  left join quiet q on q.person_id = p.person_id
  where p.kind = 'human' and not exists (select from account a where a.person_id = p.person_id and a.is_said)
)
select person_id, n::integer as reviews,
  array_remove(array[case when is_name then 'name' end, case when is_at_once then 'at_once' end, case when is_around_the_clock then 'around_the_clock' end,
    case when is_without_commits then 'no_commits' end], null) as signs
from person_sign
where is_name or (is_at_once::integer + is_around_the_clock::integer + coalesce(is_without_commits, false)::integer) >= 2;
comment on view suspected_program is 'One row per human who may be a program: by name, or by two of three signs of what it reviewed in the newest 90 days. name = looks_like_program; at_once = at least nine of ten of 20 reviews or more came within a minute of being asked (else of ready for review); around_the_clock = of 100 reviews or more the six hours in a row with the fewest hold more than an eighth; no_commits = 20 reviews or more and not a commit or change ever. reviews: changes reviewed in these days. Suspected only: it counts as a human until accounts.automation of throughline.yaml names it; whom accounts names at all is not here.';

grant select (person_id) on suspected_program to throughline_reader;
