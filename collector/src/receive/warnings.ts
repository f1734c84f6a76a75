/** What a sender should know of rows that are accepted: names that nothing stored has, so that they link nothing yet. */
import type pg from 'pg';
import type { HouseRow, Pushed } from '../connector.ts';
import { storable } from '../store/values.ts';

/** Looked up for so many rows of a push; a longer one is an import, whose answer nobody reads line by line. */
const MOST = 200;

interface Named {
  readonly service: string | null;
  readonly repository: string | null;
  readonly sha: string | null;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const commitOf = ({ table, values }: HouseRow): string | null =>
  table === 'deployment' ? text(values['sha']) : table === 'incident' ? text(values['cause_sha']) : null;

function named({ pages }: Pushed): Named[] {
  return pages.slice(0, MOST).flatMap(({ repository, rows }) =>
    rows.flatMap((row): Named[] => {
      const service = row.table === 'deployment' || row.table === 'incident' ? text(row.values['service_id']) : null;
      const sha = commitOf(row);
      return service === null && sha === null && repository === null ? [] : [{ service, repository, sha }];
    })
  );
}

/** In words, each once. */
export async function warningsOf(pool: pg.Pool, pushed: Pushed): Promise<string[]> {
  const asked = named(pushed);
  if (asked.length === 0) return [];
  const { rows } = await pool.query<{ kind: 'service' | 'repository' | 'sha'; name: string }>(
    `with w as (select * from json_to_recordset($1::json) as w(service text, repository text, sha text))
     select 'service' as kind, service as name from w where service is not null
       and not exists (select from service s where s.service_id = w.service)
       and not exists (select from deployment d where d.service_id = w.service)
       and not exists (select from repo r where r.slug = w.service)
     union select 'repository', repository from w where repository is not null
       and not exists (select from repo r where r.slug = w.repository)
     union select 'sha', sha from w where sha is not null and not exists (
       select from repo r join git_commit g on g.repo_id = r.repo_id and g.sha >= w.sha collate "C" and g.sha < (w.sha || 'g') collate "C"
       where w.repository is null or r.slug = w.repository)
     order by 1, 2`,
    [JSON.stringify(storable(asked))]
  );
  const words = {
    service: (name: string) =>
      `service "${name}" is new: check its spelling, or expect its first deployment to ship no known change`,
    repository: (name: string) =>
      `repository "${name}" is not collected: "throughline status" shows the names that are`,
    sha: (name: string) => `commit ${name} is not collected (yet): until then it links no change`,
  };
  return rows.map(({ kind, name }) => words[kind](name));
}
