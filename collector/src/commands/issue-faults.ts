/** What of issues cannot be counted as it stands: states that map to nothing, and times that go back. */
import type pg from 'pg';
import { print } from '../terminal/print.ts';

export interface IssueFaults {
  /** States, most issues first, twenty at most. */
  readonly unmapped: ReadonlyArray<{ readonly source: string; readonly state: string; readonly issues: number }>;
  /** Issues with a time that goes back: counted, never timed. */
  readonly bad_order: ReadonlyArray<{ readonly source: string; readonly issues: number }>;
}

export async function readIssueFaults(pool: pg.Pool): Promise<IssueFaults> {
  const { rows } = await pool.query<IssueFaults>(
    `select (select coalesce(json_agg(u order by issues desc, source, state), '[]') from (
         select source, state, count(*)::integer as issues from issue_fact cross join unnest(unmapped_states) as state
         group by 1, 2 order by 3 desc, 1, 2 limit 20) u) as unmapped,
       (select coalesce(json_agg(b order by source), '[]') from (
         select source, count(*)::integer as issues from issue_fact where bad_order_count > 0 group by 1) b) as bad_order`
  );
  return rows[0] ?? { unmapped: [], bad_order: [] };
}

const counted = (issues: number): string => `${issues.toLocaleString('en')} ${issues === 1 ? 'issue' : 'issues'}`;

export function showIssueFaults({ unmapped, bad_order: badOrder }: IssueFaults): void {
  for (const { source, state, issues } of unmapped) {
    print(
      `Issues: ${source}: the state "${state}" maps to nothing (${counted(issues)}): say what it is in ${source}.states; throughline plan proposes it\n`
    );
  }
  for (const { source, issues } of badOrder) {
    print(`Issues: ${source}: the time of ${counted(issues)} goes back; counted, never timed\n`);
  }
}
