/** Rates that all collector processes on one store keep together: requests are counted in table `rate_budget`. */
import type { Db } from './connection.ts';

/** Requests that a source allows one credential. */
export interface Rate {
  readonly requests: number;
  readonly perSeconds: number;
}

export interface RateBudget {
  /** Takes one request. @returns 0 = taken; else seconds after which to ask again, nothing taken. */
  take(): Promise<number>;
  /** The source asked to be left alone for so long: nobody gets a request until then. */
  block(seconds: number): Promise<void>;
}

const TAKE = `
insert into rate_budget as b (budget, window_started_at, used_count, allowed_count) values ($1, clock_timestamp(), 1, $2)
on conflict (budget) do update set allowed_count = excluded.allowed_count,
  window_started_at = case when extract(epoch from excluded.window_started_at - b.window_started_at) >= $3
    then excluded.window_started_at else b.window_started_at end,
  used_count = case when extract(epoch from excluded.window_started_at - b.window_started_at) >= $3 then 1 else b.used_count + 1 end
where coalesce(b.blocked_until, '-infinity') <= excluded.window_started_at
  and (extract(epoch from excluded.window_started_at - b.window_started_at) >= $3 or b.used_count < $2)
returning budget`;

const WAIT = `
select greatest(0.05, extract(epoch from greatest(coalesce(blocked_until, '-infinity'),
  case when used_count >= $2 then window_started_at + make_interval(secs => $3) else '-infinity' end) - clock_timestamp()))::float8 as seconds
from rate_budget where budget = $1`;

/** The budget of a name; every process that uses the name shares it. */
export function openRateBudget(db: Db, budget: string, { requests, perSeconds }: Rate): RateBudget {
  return {
    take: async () => {
      const { rowCount } = await db.query(TAKE, [budget, requests, perSeconds]);
      if (rowCount !== 0) {
        return 0;
      }
      const { rows } = await db.query<{ seconds: number }>(WAIT, [budget, requests, perSeconds]);
      return rows[0]?.seconds ?? 0.05;
    },
    block: async (seconds) => {
      await db.query(
        `insert into rate_budget as b (budget, window_started_at, used_count, allowed_count, blocked_until)
         values ($1, clock_timestamp(), 0, $3, clock_timestamp() + make_interval(secs => $2))
         on conflict (budget) do update set blocked_until = greatest(b.blocked_until, excluded.blocked_until)`,
        [budget, seconds, requests]
      );
    },
  };
}
