-- What the keys by source ask of the changes of a deployment, beside the deployment: no change is looked up for them.

alter table deployment_change add column code_source text, add column responsible_id text, add column is_assumed boolean, add column confidence double precision;
comment on column deployment_change.code_source is 'As change_fact; null = a change of automation, which does not count.';
comment on column deployment_change.responsible_id is 'As change_fact; null = none known, or automation. Never shown.';
comment on column deployment_change.is_assumed is 'As change_fact; null = automation.';
comment on column deployment_change.confidence is 'As change_fact; null = unknown source, or automation.';

alter table deployment_fact add column source_changes integer[];
comment on column deployment_fact.source_changes is 'Changes of each of sources, in their order; automation does not count. Null = derived before there was such a column.';
-- Tells at once whether there are such rows; then panels look the changes up.
create index deployment_fact_uncounted on deployment_fact (deployment_id) where source_changes is null;
