/** First step: turns what the store marked into the work of later steps. */
import { MAY_HOLD } from './change/author-usage.ts';
import type { Client, WorkKind } from './work-list.ts';

/** Deployments and incidents → their service; changed lines → services with incidents (a fix's killed lines name the cause). */
const DELIVERY = `
with taken as (delete from dirty where kind in ('deployment', 'incident') returning item),
wanted as (
  select item from taken
  union
  select d.service_id from dirty l join deployment d on d.repo_id = l.repo_id
  where l.kind = 'lines' and exists (select from incident i where i.service_id = d.service_id or i.service_id is null))
insert into dirty (kind, repo_id, item) select 'delivery', 0, item from wanted on conflict do nothing`;

/** Lines with attestations say who wrote the change that brought them. Not taken: survival needs the lines too. */
const ATTESTED = `
insert into dirty (kind, repo_id, item)
select distinct 'change', g.repo_id, g.change_key
from dirty l join line_span s on s.repo_id = l.repo_id and s.line_source <> '' and (l.item = '*' or s.origin_no::text = l.item)
join git_commit g on g.repo_id = s.repo_id and g.commit_no = s.origin_no
where l.kind = 'lines' and g.change_key is not null
on conflict do nothing`;

/** Usage → the weeks it counts in, and the changes its person was working on. Item: person/Monday, either may be *. */
const USAGE = `
with taken as (delete from dirty where kind = 'usage' returning item),
parts as (select item, split_part(item, '/', 1) as person_id, split_part(item, '/', 2) as monday from taken),
spans as (
  select person_id, case when monday = '*' then '-infinity' else monday::timestamp at time zone 'UTC' - interval '1 day' end as low,
    case when monday = '*' then 'infinity' else monday::timestamp at time zone 'UTC' + interval '8 days' end as high
  from parts where person_id <> '*'),
weeks as (insert into dirty (kind, repo_id, item) select 'week', 0, item from parts on conflict do nothing)
insert into dirty (kind, repo_id, item)
select distinct 'change', c.repo_id, c.change_key
from spans s
join account_person a on a.person_id = s.person_id
join change c on c.author_account_id = a.account_id
where ${MAY_HOLD}
on conflict do nothing`;

/** Issues, incidents and uses → units of workflows that count them. Not taken: others need them too. */
const WORK_UNITS = `
insert into dirty (kind, repo_id, item)
select distinct 'work_unit', 0, u.unit || '/' || d.item
from dirty d join (values ('issue', 'issue'), ('incident', 'incident'), ('usage', 'agent_run')) as u(kind, unit) using (kind)
where exists (select from workflow w where w.unit = u.unit)
on conflict do nothing`;

/**
 * Issues → the changes that are linked to them: what an issue is tells what its change is for. The step issues takes them off the list. Item:
 * an issue, `key/` and a key that an issue has or had, or `page/` and the address of a change.
 */
const ISSUES = `
with items as materialized (select item from dirty where kind = 'issue')
insert into dirty (kind, repo_id, item)
select 'change', c.repo_id, c.change_key from change c where c.linked_issues && array(select item from items)
union
select 'change', m.repo_id, m.change_key from items join issue_mention m on m.issue_key = substr(item, 5) where starts_with(item, 'key/')
union
select 'change', c.repo_id, c.change_key from items join change c on c.web_url = substr(item, 6) where starts_with(item, 'page/')
union
select 'change', m.repo_id, m.change_key from items join issue_key k on k.external_id = item join issue_mention m on m.issue_key = k.issue_key
union
select 'change', c.repo_id, c.change_key from items join issue_reference r on r.external_id = item join change c on c.web_url = r.url
on conflict do nothing`;

/** Sessions → the changes whose commits they named, wherever those are. */
const SESSIONS = `
with taken as (delete from dirty where kind = 'session' returning item)
insert into dirty (kind, repo_id, item)
select distinct 'change', g.repo_id, g.change_key
from taken t cross join repo r join git_commit g on g.repo_id = r.repo_id and g.sha = t.item
where g.change_key is not null
on conflict do nothing`;

/** Kinds that the step takes or looks at. */
export const FANNED_OUT: readonly WorkKind[] = ['deployment', 'incident', 'lines', 'issue', 'usage', 'session'];

/** Takes deployment, incident, usage and session, looks at issue; marks delivery, week, change and work_unit. */
export async function fanOut(client: Client): Promise<void> {
  await client.query(WORK_UNITS);
  await client.query(DELIVERY);
  await client.query(ATTESTED);
  await client.query(ISSUES);
  await client.query(USAGE);
  await client.query(SESSIONS);
}
