/** Step issues: rows of issue_fact and issue_stage for issues that arrived, changed or went away. */
import { together } from '../together.ts';
import { take, type Client } from '../work-list.ts';
import { timesOf, type IssueInput, type IssueTimes, type StateEvent } from './times.ts';

/** Issues looked at together: bounds memory. */
const CHUNK = 2000;

interface IssueRow extends Omit<IssueInput, 'events'> {
  readonly source: string;
  readonly external_id: string;
}
interface EventRow extends StateEvent {
  readonly source: string;
  readonly external_id: string;
}

const ISSUES = `
select i.source, i.external_id, i.created_at, i.started_at, i.done_at, i.cancelled_at,
  (select min(c.added_at) from issue_cycle c where c.source = i.source and c.external_id = i.external_id) as cycle_at,
  (select count(*)::integer from issue_event e where e.source = i.source and e.external_id = i.external_id and e.kind = 'project') as moves
from issue i where i.external_id = any($1::text[])`;

const EVENTS = `
select source, external_id, at, from_value, to_value, category, stage, method from issue_event
where external_id = any($1::text[]) and kind = 'state' order by source, external_id, seq, event_id`;

const WRITE = `
with gone as (delete from issue_fact where external_id = any($1::text[])), gone_spans as (delete from issue_stage where external_id = any($1::text[]))
select`;

const WRITE_FACTS = `
insert into issue_fact (source, external_id, ready_at, ready_basis, started_at, started_basis, done_at, done_basis, cancelled_at, stage,
  reopened_count, moved_count, bad_order_count, unmapped_states)
select source, external_id, ready_at, ready_basis, started_at, started_basis, done_at, done_basis, cancelled_at, stage,
  reopened_count, moved_count, bad_order_count, unmapped_states
from json_populate_recordset(null::issue_fact, $1::json)`;

const WRITE_SPANS = `
insert into issue_stage (source, external_id, seq, state, stage, began_at, ended_at)
select source, external_id, seq, state, stage, began_at, ended_at from json_populate_recordset(null::issue_stage, $1::json)`;

const keyOf = ({ source, external_id: id }: Pick<IssueRow, 'source' | 'external_id'>): string => JSON.stringify([source, id]); // prettier-ignore

async function deriveChunk(client: Client, ids: readonly string[]): Promise<void> {
  const { issues, events } = await together<{ issues: IssueRow; events: EventRow }>(client, { issues: ISSUES, events: EVENTS }, [ids]); // prettier-ignore
  const of = new Map<string, EventRow[]>();
  for (const event of events) of.set(keyOf(event), [...(of.get(keyOf(event)) ?? []), event]);
  const made = issues.map((issue): [IssueRow, IssueTimes] => [issue, timesOf({ ...issue, events: of.get(keyOf(issue)) ?? [] })]); // prettier-ignore
  await client.query(WRITE, [ids]);
  const facts = made.map(([{ source, external_id }, { spans: _spans, ...fact }]) => ({ source, external_id, ...fact }));
  const spans = made.flatMap(([{ source, external_id }, { spans: own }]) => own.map((span, seq) => ({ source, external_id, seq, ...span }))); // prettier-ignore
  await client.query(WRITE_FACTS, [JSON.stringify(facts)]);
  if (spans.length > 0) await client.query(WRITE_SPANS, [JSON.stringify(spans)]);
}

/** Derives issues. Takes `issue`; marks nothing: what rests on an issue's changes is put together where it is asked for (view issue_unit). */
export async function deriveIssues(client: Client): Promise<void> {
  const items = (await take(client, 'issue')).map(({ item }) => item);
  const ids = items.includes('*')
    ? (
        await client.query<{ external_id: string }>(
          'select external_id from issue union select external_id from issue_fact'
        )
      ).rows.map((row) => row.external_id)
    : [...new Set(items)];
  ids.sort();
  for (let from = 0; from < ids.length; from += CHUNK) await deriveChunk(client, ids.slice(from, from + CHUNK));
}
