-- grain: one row per (group)
-- Changes of a group are packed, big-endian and in base64, as units.ts reads them: who (int8), size (int4), and the two numbers whose sums make
-- the measure (int4 each): seconds, comments, points or yes and no; changes, lines or comments.
with
unit as (
  select
    -- @include cell
    as cell,
    u.repo_id, u.change_id, u.person_id, u.size, x.top, x.bottom
  from review_unit u
  cross join lateral (
    select
      case :measure::text
        when 'wait' then u.wait_minutes * 60
        when 'elapsed' then u.elapsed_minutes * 60
        when 'effort' then u.review_minutes * 60
        when 'rounds' then u.review_rounds
        when 'comments' then u.comment_count
        when 'blocked' then u.is_blocked::integer
        when 'stamped' then u.is_stamp::integer
        when 'cross_team' then u.is_cross_team::integer
        when 'unreviewed' then (not u.is_reviewed)::integer
        when 'self_merged' then u.is_self_merged::integer
        when 'explained' then u.explanation
        when 'ai_reviewed' then u.is_ai_reviewed::integer
        when 'ai_accepted' then u.ai_changed_count
        when 'ai_settled' then u.ai_settled_count
        when 'ai_ignored' then u.ai_comment_count - u.ai_changed_count - u.ai_settled_count
      end as top,
      case
        when :measure::text = 'comments' then nullif(u.line_count, 0)
        when :measure::text in ('ai_accepted', 'ai_settled', 'ai_ignored') then nullif(u.ai_comment_count, 0)
        else 1
      end as bottom
  ) x
  where
    -- @include asked
    and x.top is not null and x.bottom is not null
  -- So that the planner knows nothing of the groups and hashes them.
  offset 0
),
-- Reviewers behind each group, and the most changes that one of them looked at.
looked as (
  select cell, count(*) as people, max(own) as most
  from (
    select unit.cell, p.person_id, count(*) as own
    from unit join reviewer_part p on p.repo_id = unit.repo_id and p.change_id = unit.change_id
    where p.person_id <> '' and :measure::text not in ('unreviewed', 'self_merged', 'explained', 'ai_reviewed', 'ai_accepted', 'ai_settled', 'ai_ignored')
    group by 1, 2
  ) each
  group by cell
)
select cell,
       encode(string_agg(int8send(coalesce(hashtextextended(person_id, 0), 0))
         || int4send(coalesce(array_position(array['XS', 'S', 'M', 'L', 'XL'], size), 0)) || int4send(round(top)::integer) || int4send(bottom), ''), 'base64') as units,
       coalesce(max(looked.people), 0)::double precision as reviewers, coalesce(max(looked.most), 0)::double precision as most_by_one,
       (select date_part('epoch', complete_until) from data_clock) as complete_until
from unit
left join looked using (cell)
group by cell
