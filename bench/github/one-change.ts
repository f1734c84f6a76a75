/** What the derivation of one changed pull request takes in the store as it is. */
import type pg from 'pg';
import type { Config } from '../../collector/src/config/schema.ts';
import { deriveAll } from '../../collector/src/derive/derive.ts';

const ROUNDS = 9;

/** The newest merged pull request gets another title; marked as the store marks what it writes. */
const CHANGE = `
with one as (select repo_id, change_key from change where merged_at is not null order by merged_at desc, change_key limit 1),
changed as (update change c set title = c.title || '.' from one where c.repo_id = one.repo_id and c.change_key = one.change_key)
insert into dirty (kind, repo_id, item) select 'change', repo_id, change_key from one on conflict do nothing`;

/** Seconds, the median of nine. */
export async function deriveOneChange(pool: pg.Pool, config: Config): Promise<number> {
  await deriveAll(pool, { config });
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await pool.query(CHANGE);
    const startedAt = performance.now();
    await deriveAll(pool, { config });
    seconds.push((performance.now() - startedAt) / 1000);
  }
  return seconds.sort((a, b) => a - b)[(ROUNDS - 1) / 2] ?? NaN;
}
