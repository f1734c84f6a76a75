select cell, role, part,
       encode(string_agg(int8send(deployment_id) || int8send(coalesce(hashtextextended(person_id, 0), 0)) || float8send(coalesce(confidence, 'NaN'))
         || int4send(coalesce(lines, 0)) || int4send(coalesce(is_assumed, false)::integer + 2 * (change_id is not null)::integer), ''), 'base64')
         as changes
from changed
group by cell, role, part
