-- What the keys by source ask of the changes of a deployment stands beside the deployment as a whole, no longer beside each change.

alter table deployment_change drop column code_source, drop column responsible_id, drop column is_assumed, drop column confidence;

alter table deployment_fact add column people bytea;
comment on column deployment_fact.people is 'For each code source and responsible human of its changes, automation left out: big-endian int4 place of the source in {ai_assisted,ai_heavy,human,unknown} from 1 + 16 if assumed + 32 * changes, int4 changes of known confidence, float8 sum of their confidence, int8 key of the human (hashtextextended of the id, never the id; 0 = none known). Null = derived before there was such a column.';
alter table deployment_fact set (toast_tuple_target = 8160);

-- Tells at once whether there are such rows; then panels look the changes up.
drop index deployment_fact_uncounted;
create index deployment_fact_uncounted on deployment_fact (deployment_id) where people is null;
