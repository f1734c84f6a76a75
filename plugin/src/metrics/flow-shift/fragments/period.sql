-- Split and start of the two periods: as long as the range, right before it, by the calendar of the zone. By phase the start of the first.
select :from::timestamptz as split, case when :phase_starts::timestamptz[] is not null then :from::timestamptz
  else ((:from::timestamptz at time zone :tz::text)
    - ((:to::timestamptz at time zone :tz::text) - (:from::timestamptz at time zone :tz::text))) at time zone :tz::text end as since
