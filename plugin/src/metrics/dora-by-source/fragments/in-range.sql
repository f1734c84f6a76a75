-- Of x, when a unit counts.
x.at >= coalesce(:before::timestamptz, :from::timestamptz)
and x.at < :to::timestamptz
