/** What the derivation of one changed pull request takes in the store as it is. */
import type pg from 'pg';
import type { Config } from '../../collector/src/config/schema.ts';
import { deriveAll } from '../../collector/src/derive/derive.ts';

const ROUNDS = 25;

/** The newest merged pull request; marked as the store marks what it writes. */
const change = (set: string): string => `
with one as (select repo_id, change_key from change where merged_at is not null order by merged_at desc, change_key limit 1),
changed as (update change c set ${set} from one where c.repo_id = one.repo_id and c.change_key = one.change_key)
insert into dirty (kind, repo_id, item) select 'change', repo_id, change_key from one on conflict do nothing`;

/** It gets another title; or is merged at another time, and everything that follows from a merge is derived. */
const CHANGES = {
  edited: change(`title = c.title || '.'`),
  merged: change(`merged_at = c.merged_at + interval '1 minute'`),
};

/** Milliseconds by the clock. */
export interface Taken {
  readonly best: number;
  readonly median: number;
}
export type OneChange = Readonly<Record<keyof typeof CHANGES, Taken>>;

async function measure(pool: pg.Pool, config: Config, sql: string): Promise<Taken> {
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await pool.query(sql);
    const startedAt = performance.now();
    await deriveAll(pool, { config });
    taken.push(performance.now() - startedAt);
  }
  taken.sort((a, b) => a - b);
  return { best: taken[0] ?? NaN, median: taken[(ROUNDS - 1) / 2] ?? NaN };
}

/** Best and median of 25. */
export async function deriveOneChange(pool: pg.Pool, config: Config): Promise<OneChange> {
  await deriveAll(pool, { config });
  return { edited: await measure(pool, config, CHANGES.edited), merged: await measure(pool, config, CHANGES.merged) };
}
