import type { DeriveSettings } from '../settings.ts';
import type { Client } from '../work-list.ts';

/** Writes the events of the configuration; what is no longer in it is gone. */
export async function writeEvents(client: Client, { events, timeZone }: DeriveSettings): Promise<void> {
  const rows = events.map(({ kind, title, text, from, to, team }, index) => ({
    event_no: index + 1,
    kind,
    title,
    description: text ?? null,
    first_day: from,
    last_day: to ?? null,
    team_id: team ?? null,
  }));
  await client.query('delete from calendar_event where event_no > $1', [rows.length]);
  await client.query(
    `insert into calendar_event (event_no, kind, title, description, started_at, ended_at, team_id)
     select event_no, kind, title, description, first_day::timestamp at time zone $2, (last_day + 1)::timestamp at time zone $2, team_id
     from jsonb_to_recordset($1::jsonb)
       as e(event_no integer, kind text, title text, description text, first_day date, last_day date, team_id text)
     on conflict (event_no) do update set kind = excluded.kind, title = excluded.title, description = excluded.description,
       started_at = excluded.started_at, ended_at = excluded.ended_at, team_id = excluded.team_id`,
    [JSON.stringify(rows), timeZone]
  );
}
