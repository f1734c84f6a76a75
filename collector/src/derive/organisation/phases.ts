import type { DeriveSettings } from '../settings.ts';
import type { Client } from '../work-list.ts';

/** Writes the phases of the configuration, each until the next one of its team, or of everyone, begins; what is no longer in it is gone. */
export async function writePhases(client: Client, { phases, timeZone }: DeriveSettings): Promise<void> {
  const rows = phases.map(({ id, title, from, to, team }, index) => ({
    phase_no: index + 1,
    phase_id: id,
    title,
    first_day: from,
    last_day: to ?? null,
    next_day: phases.slice(index + 1).find((later) => later.team === team)?.from ?? null,
    team_id: team ?? null,
  }));
  await client.query('delete from phase where phase_no > $1', [rows.length]);
  await client.query(
    `insert into phase (phase_no, phase_id, title, started_at, ended_at, team_id)
     select phase_no, phase_id, title, first_day::timestamp at time zone $2, coalesce(last_day + 1, next_day)::timestamp at time zone $2, team_id
     from jsonb_to_recordset($1::jsonb)
       as p(phase_no integer, phase_id text, title text, first_day date, last_day date, next_day date, team_id text)
     on conflict (phase_no) do update set phase_id = excluded.phase_id, title = excluded.title, started_at = excluded.started_at,
       ended_at = excluded.ended_at, team_id = excluded.team_id`,
    [JSON.stringify(rows), timeZone]
  );
}
