-- Of p, the changes of a person in a group: how many there are, who is behind them, and until when data is complete.
sum(p.n)::double precision as n, count(p.person_id)::double precision as n_dev,
(max(p.n) filter (where p.person_id is not null) / sum(p.n))::double precision as one_person_share,
(select date_part('epoch', complete_until) from data_clock) as complete_until
