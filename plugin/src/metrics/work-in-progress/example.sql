-- Of each repository five changes a day by ten people become ready, one every 4.8 hours, from 1 February on. In acme/shop each is merged after 2.8 days, in
-- acme/api after 4.2 days: in March 14 and 21 of them are in review.
insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop'), (2, 'acme/api');
insert into person (person_id, kind) select 'p' || p, 'human' from generate_series(0, 9) p;
insert into account (account_id, provider, person_id) select 'p' || p, 'github', 'p' || p from generate_series(0, 9) p;
insert into stream_state (stream_id, watermark) values ('github/acme', '2026-03-31Z');
insert into change (repo_id, change_key, kind, title, author_account_id, first_ready_at, merged_at, source)
select r, i::text, 'pull_request', 'change ' || i, 'p' || i % 10, ready, ready + stays, 'github'
from (values (1, interval '67.2 hours'), (2, interval '100.8 hours')) as s (r, stays), generate_series(0, 289) i
cross join lateral (select timestamptz '2026-02-01Z' + i * interval '4.8 hours' as ready) x;
