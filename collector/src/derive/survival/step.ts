/** Step survival: when the lines of a change ended, and whether the change still stands (metrics.md QT2). */
import type { DeriveSettings } from '../settings.ts';
import { CREATE_SPANS, INSERT_SPANS, INSERT_SURVIVAL, LOAD_SPANS, REMOVE_OLD } from './statements.ts';
import { ADD_DAYS } from '../packs/survival.ts';
import { takeKinds, type Client } from '../work-list.ts';

const CHUNK = 5000;

/** Changes by id, by the origin of a changed span, or all of the repository; also those that are gone. None where no line was ever observed. */
async function changesOf(
  client: Client,
  repoId: number,
  work: { ids: string[]; origins: string[] }
): Promise<string[]> {
  const isAll = work.ids.includes('*') || work.origins.includes('*');
  const ids = work.ids.filter((item) => item !== '*');
  const origins = work.origins.filter((item) => item !== '*');
  const { rows } = await client.query<{ change_id: string }>(
    `select change_id from (
       select change_id from change_fact where repo_id = $1 and $2
       union select change_id from change_survival where repo_id = $1 and $2
       union select unnest($3::bigint[])
       union select f.change_id from git_commit g join change_fact f on f.repo_id = g.repo_id and f.change_key = g.change_key
         where g.repo_id = $1 and not $2 and g.commit_no = any($4::integer[])) c
     where exists (select from repo where repo_id = $1 and observed_until is not null)
       or exists (select from line_span where repo_id = $1) or exists (select from change_survival where repo_id = $1)
       or exists (select from change_line where repo_id = $1)
     order by 1`,
    [repoId, isAll, ids, origins]
  );
  return rows.map((row) => row.change_id);
}

/** Derives survival in one repository. Takes `survival` and `lines`. */
export async function deriveSurvival(client: Client, repoId: number, settings: DeriveSettings): Promise<void> {
  const { survival: ids, lines: origins } = await takeKinds(client, repoId, ['survival', 'lines']);
  if (ids.length + origins.length === 0) return;
  const changes = await changesOf(client, repoId, { ids, origins });
  if (changes.length === 0) return;
  await client.query(CREATE_SPANS);
  for (let from = 0; from < changes.length; from += CHUNK) {
    const given: [number, string[]] = [repoId, changes.slice(from, from + CHUNK)];
    if (from > 0) await client.query('delete from derive_span');
    await client.query(REMOVE_OLD, given);
    const { rowCount } = await client.query(LOAD_SPANS, given);
    if ((rowCount ?? 0) > 0) await client.query(INSERT_SPANS, given);
    const stands = await client.query(INSERT_SURVIVAL, [...given, settings.rewriteThreshold]);
    if ((stands.rowCount ?? 0) > 0) await client.query(ADD_DAYS, given);
  }
}
