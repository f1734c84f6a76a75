/** Waits until a tool reports for the first time since somebody asked, and says who and where. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { ConnectedTool } from './tools.ts';

/** What came. */
export interface FirstEvent {
  /** Persons, or accounts that are not joined yet; 0 = the tool named nobody. */
  readonly people: number;
  readonly sessions: number;
  /** Sessions whose repository is known, by the tool or by a commit that names them. */
  readonly placed: number;
}

/** What there was before: rows, and the last sign. */
export interface Before {
  readonly rows: number;
  readonly lastAt: Date | null;
}

const SOURCES = {
  tool: `select s.session_id, coalesce(nullif(s.person_id, ''), s.account_id) as who, s.last_at as at,
      s.repo_id is not null or exists (select from session_change c where c.tool_id = s.tool_id and c.session_id = s.session_id) as is_placed
    from agent_session s where s.tool_id = $1`,
  vendor: `select d.account_id || d.day as session_id, d.account_id as who, d.day::timestamptz as at, false as is_placed
    from account_day d where d.tool_id = $1`,
} as const;

type Waited = Pick<ConnectedTool, 'from'> & { readonly toolId: string };

export async function before(pool: pg.Pool, { from, toolId }: Waited): Promise<Before> {
  const { rows } = await pool.query<Before>(
    `select count(*)::integer as rows, max(at) as "lastAt" from (${SOURCES[from]}) t`,
    [toolId]
  );
  return rows[0] ?? { rows: 0, lastAt: null };
}

/** What came since; null = nothing. */
export async function since(pool: pg.Pool, tool: Waited, was: Before): Promise<FirstEvent | null> {
  const now = await before(pool, tool);
  if (now.rows <= was.rows && now.lastAt?.getTime() === was.lastAt?.getTime()) return null;
  // A clock of a tool may be behind: where nothing is newer, all of it is what came.
  const { rows } = await pool.query<FirstEvent>(
    `with t as (${SOURCES[tool.from]}), news as (select * from t where $2::timestamptz is null or at > $2 or not exists (select from t n where n.at > $2))
     select count(distinct who)::integer as people, count(*)::integer as sessions, (count(*) filter (where is_placed))::integer as placed from news`,
    [tool.toolId, was.lastAt]
  );
  return rows[0] ?? null;
}

interface Waiting {
  readonly was: Before;
  readonly everyMs: number;
  /** Aborted by Ctrl-C or when the time is over. */
  readonly signal: AbortSignal;
}

/** @returns what came first; null = the signal came before. */
export async function firstEvent(
  pool: pg.Pool,
  tool: Waited,
  { was, everyMs, signal }: Waiting
): Promise<FirstEvent | null> {
  while (!signal.aborted) {
    const found = await since(pool, tool, was);
    if (found !== null) return found;
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return null;
}
