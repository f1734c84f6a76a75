-- Of x, when a unit counts.
x.at >= :from::timestamptz - case when :compare::text = 'baseline_90d' then interval '90 days' else interval '0' end
and x.at < :to::timestamptz
