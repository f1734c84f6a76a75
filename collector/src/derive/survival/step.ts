/** Step survival: when the lines of a change ended, and whether the change still stands (metrics.md QT2). */
import type { DeriveSettings } from '../settings.ts';
import { CREATE_SPANS, DELETE_OLD, INSERT_DEATHS, INSERT_LINES, INSERT_SURVIVAL, LOAD_SPANS } from './statements.ts';
import { noteDays } from '../packs/survival.ts';
import { take, type Client } from '../work-list.ts';

const CHUNK = 5000;

/** Changes by id, by the origin of a changed span, or all of the repository; also those that are gone. */
async function changesOf(
  client: Client,
  repoId: number,
  work: { ids: string[]; origins: string[] }
): Promise<string[]> {
  const isAll = work.ids.includes('*') || work.origins.includes('*');
  const ids = work.ids.filter((item) => item !== '*');
  const origins = work.origins.filter((item) => item !== '*');
  const { rows } = await client.query<{ change_id: string }>(
    `select change_id from change_fact where repo_id = $1 and $2
     union select change_id from change_survival where repo_id = $1 and $2
     union select unnest($3::bigint[])
     union select f.change_id from git_commit g join change_fact f on f.repo_id = g.repo_id and f.change_key = g.change_key
       where g.repo_id = $1 and not $2 and g.commit_no = any($4::integer[])
     order by 1`,
    [repoId, isAll, ids, origins]
  );
  return rows.map((row) => row.change_id);
}

/** Derives survival in one repository. Takes `survival` and `lines`. */
export async function deriveSurvival(client: Client, repoId: number, settings: DeriveSettings): Promise<void> {
  const ids = (await take(client, 'survival', repoId)).map(({ item }) => item);
  const origins = (await take(client, 'lines', repoId)).map(({ item }) => item);
  if (ids.length + origins.length === 0) return;
  const changes = await changesOf(client, repoId, { ids, origins });
  await client.query(CREATE_SPANS);
  for (let from = 0; from < changes.length; from += CHUNK) {
    const given: [number, string[]] = [repoId, changes.slice(from, from + CHUNK)];
    await client.query('delete from derive_span');
    await noteDays(client, given, -1);
    for (const sql of DELETE_OLD) await client.query(sql, given);
    await client.query(LOAD_SPANS, given);
    await client.query(INSERT_LINES, given);
    await client.query(INSERT_DEATHS, given);
    await client.query(INSERT_SURVIVAL, [...given, settings.rewriteThreshold]);
    await noteDays(client, given, 1);
  }
}
