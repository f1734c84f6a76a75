-- Of units, those of which every stage is known, packed: big-endian and in base64, who (int8), the deployment (int8), seconds in each of four stages and
-- in all of them (int4), as parts/stage-times.ts reads them. And how many there are of each kind.
encode(string_agg(int8send(coalesce(hashtextextended(person_id, 0), 0)) || int8send(shipment) || int4send((complete - required)::integer)
  || int4send((approved - complete)::integer) || int4send((tested - approved)::integer) || int4send((deployed - tested)::integer)
  || int4send((deployed - required)::integer), '') filter (where is_whole), 'base64') as units,
count(*)::double precision as deployed_n,
(count(*) filter (where is_whole))::double precision as n,
(count(*) filter (where is_whole and is_dated))::double precision as issue_n,
(count(*) filter (where is_whole and is_unreviewed))::double precision as unreviewed_n,
(count(*) filter (where is_whole and is_untested))::double precision as untested_n
