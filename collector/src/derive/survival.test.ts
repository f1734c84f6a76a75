import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { configSchema } from '../config/schema.ts';
import type { HouseRow } from '../connector.ts';
import { ensureRepo, writePage } from '../store/write-page.ts';
import { deriveAll } from './derive.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const at = (days: number): Date => new Date(START + days * DAY);
const config = configSchema.parse({ ai: { human_before: '2020-01-01' } });

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

interface Death {
  readonly lines: number;
  readonly day: number | null;
  readonly kind?: string;
  readonly source?: string;
  /** Commit that ended them; default one of no change. */
  readonly by?: string;
}

interface Written {
  readonly key: string;
  readonly day: number;
  readonly deaths: readonly Death[];
  /** Commits beside the one that is called as the change. */
  readonly others?: readonly string[];
}

/** Writes direct changes: key, merge day, and how its lines ended. */
async function write(slug: string, changes: readonly Written[], until: number): Promise<number> {
  const repoId = await ensureRepo(database.pool, slug);
  const rows = changes.flatMap(({ key, day, others = [] }): HouseRow[] => [
    ...[key, ...others].map((sha): HouseRow => ({
      table: 'git_commit',
      values: { sha, parents: [], authored_at: at(day), committed_at: at(day), change_key: key, subject: key },
    })),
    {
      table: 'change',
      values: {
        change_key: key,
        kind: 'direct',
        title: key,
        first_commit_at: at(day),
        merged_at: at(day),
        closed_at: at(day),
        merge_sha: key,
        source: 'git',
      },
    },
  ]);
  await writePage(database.pool, { streamId: 'test', repoId, page: { rows, cursor: null } });
  await database.pool.query(`update repo set observed_until = $2 where repo_id = $1`, [repoId, at(until)]);
  await database.pool.query(
    `insert into path (repo_id, path_id, path, kind) values ($1, 1, 'a', 'code') on conflict do nothing`,
    [repoId]
  );
  for (const { key, day, deaths } of changes) {
    for (const [index, death] of deaths.entries()) {
      await database.pool.query(
        `insert into line_span (repo_id, origin_no, path_id, line_source, died_no, death_kind, born_at, died_at, lines, effective_lines)
         select $1, g.commit_no, p.path_id, $3, coalesce((select commit_no from git_commit where repo_id = $1 and sha = $9), $4), $5, $6, $7, $8, $8 from git_commit g, path p where g.repo_id = $1 and g.sha = $2 and p.repo_id = $1`,
        [
          repoId,
          key,
          death.source ?? '',
          death.day === null ? 0 : 1000 + index,
          death.day === null ? '' : (death.kind ?? 'modified'),
          at(day),
          death.day === null ? null : at(death.day),
          death.lines,
          death.by ?? null,
        ]
      );
    }
  }
  await deriveAll(database.pool, { config });
  return repoId;
}

interface Cohort {
  change_key: string;
  effective_lines: number;
  lost: number;
  pending: number;
  observed_days: number;
  censored: number;
  lost_30: number;
  rewritten_at: Date | null;
  revert_failed_at: Date | null;
  reverted_at: Date | null;
}
const cohort = async (repoId: number): Promise<Cohort[]> =>
  (
    await database.pool.query<Cohort>(
      `select f.change_key, s.* from survival_cohort s join change_fact f using (repo_id, change_id) where repo_id = $1 order by f.change_key`,
      [repoId]
    )
  ).rows;

/** Textbook product-limit estimate from the tables: deaths by age, and what is left censored at observed_days. */
async function kaplanMeier(repoId: number, horizon: number): Promise<number> {
  const { rows } = await database.pool.query<{ age: number; died: number; ended: number }>(
    `with deaths as (
       select age_days as age, sum(effective_lines) filter (where death_kind <> 'history_rewritten') as died,
         sum(effective_lines) filter (where death_kind = 'history_rewritten') as ended from change_death where repo_id = $1 group by 1),
     alive as (select observed_days as age, sum(effective_lines - lost - censored) as ended from survival_cohort where repo_id = $1 group by 1)
     select age, coalesce(sum(died), 0)::float8 as died, coalesce(sum(ended), 0)::float8 as ended
     from (select age, died, ended from deaths union all select age, 0, ended from alive) u group by 1 order by 1`,
    [repoId]
  );
  let atRisk = rows.reduce((all, row) => all + row.died + row.ended, 0);
  let survival = 1;
  for (const { age, died, ended } of rows) {
    if (age > horizon) break;
    if (atRisk > 0) survival *= 1 - died / atRisk;
    atRisk -= died + ended;
  }
  return survival;
}

describe('survival of lines', () => {
  it('G-17: 0.80, 0.70 and 0.56 at 30, 60 and 90 days', async () => {
    // Censoring at day 50 needs lines born 50 days before the end of observation.
    const repoId = await write(
      'g17',
      [
        {
          key: 'a',
          day: 0,
          deaths: [
            { lines: 20, day: 10 },
            { lines: 10, day: 40 },
            { lines: 10, day: 70 },
            { lines: 40, day: null },
          ],
        },
        { key: 'b', day: 50, deaths: [{ lines: 20, day: null }] },
      ],
      100
    );
    expect(await kaplanMeier(repoId, 30)).toBeCloseTo(0.8, 9);
    expect(await kaplanMeier(repoId, 60)).toBeCloseTo(0.7, 9);
    expect(await kaplanMeier(repoId, 90)).toBeCloseTo(0.56, 9);
  });

  it('counts a day as lived only when it was observed to its end', async () => {
    const repoId = await write(
      'pending',
      [
        {
          key: 'a',
          day: 0,
          deaths: [
            { lines: 5, day: 9.5 },
            { lines: 5, day: 10.2 },
            { lines: 10, day: null },
          ],
        },
      ],
      10.5
    );
    expect(await cohort(repoId)).toMatchObject([{ effective_lines: 20, lost: 5, pending: 5, observed_days: 10 }]);
    await database.pool.query('update repo set observed_until = $2 where repo_id = $1', [repoId, at(12)]);
    await deriveAll(database.pool, { config });
    expect(await cohort(repoId)).toMatchObject([{ lost: 10, pending: 0, observed_days: 12 }]);
  });

  it('an edit between neighbouring commits of one change is no death, and its lines are none of the change', async () => {
    const repoId = await write(
      'neighbours',
      [
        {
          key: 'a',
          day: 0,
          others: ['a-second'],
          deaths: [
            { lines: 7, day: 0.1, by: 'a-second' },
            { lines: 4, day: 6, by: 'b' },
            { lines: 16, day: null },
          ],
        },
        { key: 'b', day: 6, deaths: [] },
      ],
      40
    );
    expect(await cohort(repoId)).toMatchObject([
      { change_key: 'a', effective_lines: 20, lost: 4 },
      { change_key: 'b', effective_lines: 0 },
    ]);
    expect(await kaplanMeier(repoId, 30)).toBeCloseTo(0.8, 9);
  });

  it('a rewritten history is censoring, not death', async () => {
    const repoId = await write(
      'rewritten',
      [
        {
          key: 'a',
          day: 0,
          deaths: [
            { lines: 5, day: 4.5, kind: 'history_rewritten' },
            { lines: 5, day: null },
          ],
        },
      ],
      20
    );
    expect(await cohort(repoId)).toMatchObject([{ lost: 0, censored: 5 }]);
    expect(await kaplanMeier(repoId, 20)).toBe(1);
    const { rows } = await database.pool.query('select age_days, death_kind from change_death where repo_id = $1', [
      repoId,
    ]);
    expect(rows).toEqual([{ age_days: 4, death_kind: 'history_rewritten' }]);
  });

  it('leaves out what was born before the history is known', async () => {
    const repoId = await ensureRepo(database.pool, 'shallow');
    await database.pool.query('update repo set known_from = $2 where repo_id = $1', [repoId, at(3)]);
    await write(
      'shallow',
      [
        { key: 'a', day: 2, deaths: [{ lines: 5, day: null }] },
        { key: 'b', day: 4, deaths: [{ lines: 6, day: null }] },
      ],
      20
    );
    expect(await cohort(repoId)).toMatchObject([{ change_key: 'b', effective_lines: 6 }]);
  });

  it('keeps the line sources apart and the sums by day equal to the parts', async () => {
    const repoId = await write(
      'sources',
      [
        {
          key: 'a',
          day: 0,
          deaths: [
            { lines: 5, day: 3, source: 'ai:x' },
            { lines: 7, day: null, source: 'human' },
          ],
        },
      ],
      20
    );
    const lines = await database.pool.query(
      'select line_source, effective_lines from change_line where repo_id = $1 order by 1',
      [repoId]
    );
    expect(lines.rows).toEqual([
      { line_source: 'ai:x', effective_lines: 5 },
      { line_source: 'human', effective_lines: 7 },
    ]);
    const sums = await database.pool.query<{ a: string; b: string }>(
      `select (select sum(lost) from pack.survival_day) as a, (select sum(effective_lines) from change_death where death_kind <> 'history_rewritten') as b`
    );
    expect(sums.rows[0]?.a).toBe(sums.rows[0]?.b);
    const { rows: packs } = await database.pool.query<{ packs: string; different: string }>(
      `select (select count(*) from pack.survival_pack) as packs,
         (select count(*) from (table pack.survival_pack except table pack.survival_packing
           union all (table pack.survival_packing except table pack.survival_pack)) d) as different`
    );
    expect(Number(packs[0]?.packs)).toBeGreaterThan(1);
    expect(packs[0]?.different).toBe('0');
  });
});

describe('survival of changes', () => {
  it('G-19: 50 % of the mature changes stand after 30 days, 44.4 % by Kaplan–Meier', async () => {
    const whole = (
      key: string,
      day: number,
      deaths: readonly Death[]
    ): { key: string; day: number; deaths: readonly Death[] } => ({ key, day, deaths });
    const repoId = await write(
      'g19',
      [
        whole('p1', 0, [
          { lines: 1, day: 20 },
          { lines: 9, day: null },
        ]),
        whole('p2', 0, [{ lines: 10, day: null }]),
        whole('p3', 0, [
          { lines: 6, day: 20 },
          { lines: 4, day: null },
        ]),
        whole('p4', 0, [{ lines: 10, day: null }]),
        whole('p5', 48, [{ lines: 10, day: null }]),
        whole('p6', 48, [{ lines: 10, day: null }]),
      ],
      60
    );
    const revert = (key: string, day: number): HouseRow => ({
      table: 'revert',
      values: {
        change_key: key,
        revert_change_key: `r-${key}`,
        reverted_at: at(day),
        method: 'title',
        line_share: null,
      },
    });
    await writePage(database.pool, {
      streamId: 'test',
      repoId,
      page: { rows: [revert('p2', 5), revert('p4', 45), revert('p6', 50)], cursor: null },
    });
    await deriveAll(database.pool, { config });
    const units = (await cohort(repoId)).map((row) => {
      const ends = [row.revert_failed_at, row.rewritten_at].filter((one) => one !== null).map((one) => one.getTime());
      const merged = row.change_key === 'p5' || row.change_key === 'p6' ? 48 : 0;
      return { age: 60 - merged, failed: ends.length === 0 ? null : (Math.min(...ends) - at(merged).getTime()) / DAY };
    });
    const mature = units.filter(({ age }) => age >= 30);
    expect(mature.filter(({ failed }) => failed === null || failed > 30).length / mature.length).toBe(0.5);
    const times = units
      .map(({ age, failed }) => ({ time: failed ?? age, isEvent: failed !== null }))
      .sort((a, b) => a.time - b.time);
    const survival = times.reduce(
      (all, { time, isEvent }, index) => (isEvent && time <= 30 ? all * (1 - 1 / (times.length - index)) : all),
      1
    );
    expect(survival).toBeCloseTo((5 / 6) * (4 / 5) * (2 / 3), 9);
  });

  it('G-51: shipped at 10:00, the revert deployed at 11:30: 90 minutes, by deployment', async () => {
    const repoId = await write(
      'g51',
      [0, 1, 2].map((day) => ({ key: `c${String(day)}`, day, deaths: [] })),
      5
    );
    await database.pool.query(
      `update git_commit set parents = array['c' || (right(sha, 1)::integer - 1)] where repo_id = $1 and sha <> 'c0'`,
      [repoId]
    );
    const deploy = (sha: string, hours: number): HouseRow => ({
      table: 'deployment',
      values: {
        source: 'csv',
        external_id: sha,
        service_id: 'g51',
        environment: 'production',
        repo_id: repoId,
        sha,
        finished_at: new Date(at(3).getTime() + hours * 3_600_000),
        result: 'success',
      },
    });
    const rows: HouseRow[] = [
      deploy('c0', 0),
      deploy('c1', 10),
      deploy('c2', 11.5),
      {
        table: 'revert',
        values: {
          repo_id: repoId,
          change_key: 'c1',
          revert_change_key: 'c2',
          reverted_at: at(2),
          method: 'commit_text',
        },
      },
    ];
    await writePage(database.pool, { streamId: 'test', repoId: null, page: { rows, cursor: null } });
    await deriveAll(database.pool, { config });
    const { rows: found } = await database.pool.query(
      `select extract(epoch from s.rolled_back_at - s.shipped_at)::integer / 60 as minutes, rollback_basis as basis
       from change_survival s join change_fact f using (repo_id, change_id) where repo_id = $1 and f.change_key = 'c1'`,
      [repoId]
    );
    expect(found).toEqual([{ minutes: 90, basis: 'deployment' }]);
  });
});
