select at, at - link_window as mature_until from data_clock cross join lateral (select least(:to::timestamptz, complete_until) as at) l
