-- Split and start of the two periods: as long as the range, right before it, by the calendar of the zone.
select :from::timestamptz as split, ((:from::timestamptz at time zone :tz::text)
  - ((:to::timestamptz at time zone :tz::text) - (:from::timestamptz at time zone :tz::text))) at time zone :tz::text as since
