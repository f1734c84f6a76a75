/** SQL of reported.ts. */

const MEASURES = ['sessions', 'invocations', 'suggested_lines', 'accepted_lines'] as const;
const TOKENS = ['input_tokens', 'output_tokens'] as const;
const NAMES = [...MEASURES, ...TOKENS, 'cost_usd'];
const list = (prefix: string): string => NAMES.map((name) => `${prefix}${name}`).join(', ');

/** Most that a column holds: a sum of what is stored may be more. */
const INTEGER = '2147483647';
const BIGINT = '9000000000000000000';

/** Sums by column; what nobody gives stays unknown (`least` alone would take the limit for it). */
const SUMS = [
  ...MEASURES.map(
    (name) => `case when sum(${name}) > ${INTEGER} then ${INTEGER} else sum(${name}) end::integer as ${name}`
  ),
  ...TOKENS.map((name) => `case when sum(${name}) > ${BIGINT} then ${BIGINT} else sum(${name}) end::bigint as ${name}`),
  'sum(cost_usd) as cost_usd',
].join(', ');

/** Temporary tables of the statements. */
export const KEEP = ['reported_day', 'reported_made', 'seated_person'] as const;

/**
 * Days of persons that are counted anew: $1 accounts, $2 their days (null = all), $3 persons, $4 their days, $5 all there is. Whoever may have held
 * an account on the day (a day more on each side: it is one of the vendor), and nobody, of whom the account may have been.
 */
export const WANTED = `
create temp table reported_day on commit drop as
with asked as (
  select account_id, day from unnest($1::text[], $2::date[]) as w(account_id, day) where day is not null
  union select d.account_id, d.day from account_day d
    where $5 or d.account_id in (select account_id from unnest($1::text[], $2::date[]) as w(account_id, day) where day is null)),
whole as (select person_id from unnest($3::text[], $4::date[]) as w(person_id, day) where day is null)
select person_id, day from unnest($3::text[], $4::date[]) as w(person_id, day) where day is not null
union select '', day from asked
union select h.person_id, a.day from asked a join account_person h using (account_id)
  where h.valid_from < a.day + interval '2 days' and h.valid_to > a.day - interval '1 day'
union select h.person_id, d.day from whole join account_person h using (person_id) join account_day d using (account_id)
union select person_id, day from tool_day where $5 or person_id in (select person_id from whole)
union select person_id, day from person_day where $5 or person_id in (select person_id from whole)`;

/** Instant by which the holder of a day is found ($1 = time zone of local dates): what tools send themselves is of a local day, what vendors report of a UTC day. */
const INSTANT = `coalesce(d.starts_at, d.day::timestamp at time zone case d.source when 'otlp' then $1 else 'UTC' end)`;

const HELD = `d.tool_id, d.source, d.grade, ${list('d.')}`;

/**
 * Accounts and parts of one source add up; of several sources the best grade counts, then what a file says, then the first by name: the row as it is,
 * nothing of another source. Programs and keys are no people: their days are in account_day alone.
 */
export const MADE = `
create temp table reported_made on commit drop as
with nobody as (
  select d.account_id from (select distinct account_id from account_day) d left join account a using (account_id)
  where coalesce(a.kind, 'human') = 'human' and exists (select from reported_day where person_id = '')
    and not exists (select from account_person h where h.account_id = d.account_id and h.valid_from = '-infinity' and h.valid_to = 'infinity')),
said as (
  select w.person_id, w.day, false as is_given, ${HELD}
  from reported_day w join person p on p.person_id = w.person_id and p.kind = 'human'
  join account_person h on h.person_id = w.person_id
  join account_day d on d.account_id = h.account_id and d.day = w.day
  where ${INSTANT} >= h.valid_from and ${INSTANT} < h.valid_to
  union all
  select '', w.day, false, ${HELD}
  from reported_day w join account_day d on d.day = w.day and d.account_id in (select account_id from nobody)
  where w.person_id = '' and not exists (
    select from account_person h where h.account_id = d.account_id and ${INSTANT} >= h.valid_from and ${INSTANT} < h.valid_to)
  union all
  select w.person_id, w.day, true, ${HELD} from reported_day w join person_day d on d.person_id = w.person_id and d.day = w.day),
summed as (select person_id, tool_id, day, source, is_given, max(grade) as grade, ${SUMS} from said group by 1, 2, 3, 4, 5)
select distinct on (person_id, tool_id, day) * from summed order by person_id, tool_id, day, grade desc, is_given desc, source`;

/** Gives the persons who lost a day. */
export const DAYS = `
with gone as (
  delete from tool_day t using reported_day w
  where t.person_id = w.person_id and t.day = w.day
    and not exists (select from reported_made m where m.person_id = t.person_id and m.tool_id = t.tool_id and m.day = t.day)
  returning t.person_id, t.day),
written as (
  insert into tool_day as t (person_id, tool_id, day, grade, ${list('')}, source)
  select person_id, tool_id, day, grade, ${list('')}, source from reported_made order by 1, 2, 3
  on conflict (person_id, tool_id, day) do update set grade = excluded.grade, ${NAMES.map((name) => `${name} = excluded.${name}`).join(', ')},
    source = excluded.source
  where row(t.grade, ${list('t.')}, t.source) is distinct from row(excluded.grade, ${list('excluded.')}, excluded.source)
  returning t.person_id, t.day),
marked as (
  insert into dirty (kind, repo_id, item)
  select distinct 'usage', 0, person_id || '/' || date_trunc('week', day)::date from (select * from written union all select * from gone) m
  where person_id <> '' on conflict do nothing)
select distinct person_id from gone`;

/** Whose licences are looked at: holders of the accounts ($1), persons ($2), everybody ($3). */
export const SEATED = `
create temp table seated_person on commit drop as
select person_id from account_person where $3 or account_id = any($1::text[])
union select unnest($2::text[]) union select person_id from seat where $3 and source = 'account_seat'`;

/** Licences of a person in one piece each, of the time in which the account was theirs; one that a file gave stands. Gives the persons who lost one. */
export const SEATS = `
with held as (
  select w.person_id, s.tool_id, tstzrange(s.valid_from, s.valid_to) * tstzrange(nullif(h.valid_from, '-infinity'), nullif(h.valid_to, 'infinity')) as span
  from seated_person w join account_person h using (person_id) join account_seat s using (account_id)
  where s.valid_to is null or s.valid_to > s.valid_from),
made as (select person_id, tool_id, unnest(range_agg(span)) as span from held where not isempty(span) group by 1, 2),
gone as (
  delete from seat t using seated_person w
  where t.person_id = w.person_id and t.source = 'account_seat'
    and not exists (select from made m where m.person_id = t.person_id and m.tool_id = t.tool_id and lower(m.span) = t.valid_from)
  returning t.person_id),
written as (
  insert into seat as t (person_id, tool_id, valid_from, valid_to, source)
  select person_id, tool_id, lower(span), upper(span), 'account_seat' from made order by 1, 2, 3
  on conflict (tool_id, person_id, valid_from) do update set valid_to = excluded.valid_to
  where t.source = 'account_seat' and t.valid_to is distinct from excluded.valid_to
  returning t.person_id),
marked as (
  insert into dirty (kind, repo_id, item)
  select distinct 'usage', 0, person_id || '/*' from (select * from written union all select * from gone) m on conflict do nothing)
select distinct person_id from gone`;
