/** What a pass with little new costs at size: ten changes in one repository, and the lines they ended. */
import type pg from 'pg';
import type { Config } from '../../collector/src/config/schema.ts';
import { deriveAll } from '../../collector/src/derive/derive.ts';

const COUNT = 10;

/** A busy repository: the one with the most changes. */
const BUSIEST = 'select repo_id from change group by 1 order by count(*) desc, 1 limit 1';

/** New changes with their commits and lines; each ends fifty living lines of others. Marked as the store marks what it writes. */
const ADD = [
  `create temp table added as
   select b.repo_id, n, l.last_no + n * 8 as commit_no, md5('added ' || n) || left(md5('x added ' || n), 8) as sha, 'added-' || n as change_key,
     l.last_at - interval '1 minute' * (${String(COUNT)} - n) as at, c.author_account_id
   from (${BUSIEST}) b
   cross join generate_series(1, ${String(COUNT)}) n
   cross join lateral (select max(commit_no) as last_no, max(reached_at) as last_at from git_commit g where g.repo_id = b.repo_id) l
   cross join lateral (select author_account_id from change c where c.repo_id = b.repo_id and c.author_account_id not in ('git:bot', 'git:agent')
     order by change_id desc offset n limit 1) c`,
  `insert into git_commit (repo_id, commit_no, sha, parents, author_account_id, committer_account_id, authored_at, committed_at, reached_at, change_key,
     subject, added, deleted, effective_added, effective_deleted)
   select repo_id, commit_no, sha, '{}', author_account_id, author_account_id, at, at, at, change_key, 'feat: added', 40, 10, 40, 10 from added`,
  `insert into change (repo_id, change_key, kind, title, author_account_id, created_at, first_ready_at, first_commit_at, merged_at, closed_at, merge_sha,
     source) select repo_id, change_key, 'squash', 'feat: added', author_account_id, at, at, at - interval '1 day', at, at, sha, 'bench' from added`,
  `insert into line_span (repo_id, origin_no, path_id, born_at, lines, effective_lines)
   select repo_id, commit_no, repo_id * 64 + p, at, 4, 4 from added, generate_series(0, 9) p`,
  `create temp table ended as
   select s.repo_id, s.origin_no, s.path_id, s.line_source, s.born_no, a.commit_no, a.at from (
     select *, row_number() over (order by origin_no desc, path_id) - 1 as place from line_span
     where repo_id = (select min(repo_id) from added) and died_no = 0 and origin_no < (select min(commit_no) from added)
     order by place limit ${String(COUNT * 50)}) s
   join added a on a.n = 1 + s.place / 50`,
  `update line_span s set died_no = e.commit_no, died_at = e.at, death_kind = 'modified' from ended e
   where s.repo_id = e.repo_id and s.origin_no = e.origin_no and s.path_id = e.path_id and s.line_source = e.line_source and s.born_no = e.born_no and s.died_no = 0`,
];

const MARK = `
insert into dirty (kind, repo_id, item)
select 'change', repo_id, change_key from added union select 'lines', repo_id, commit_no::text from added
union select 'lines', repo_id, origin_no::text from ended on conflict do nothing`;

const REMOVE = [
  `update line_span s set died_no = 0, died_at = null, death_kind = '' from ended e
   where s.repo_id = e.repo_id and s.origin_no = e.origin_no and s.path_id = e.path_id and s.line_source = e.line_source and s.born_no = e.born_no and s.died_no = e.commit_no`,
  'delete from line_span s using added a where s.repo_id = a.repo_id and s.origin_no = a.commit_no',
  'delete from change c using added a where c.repo_id = a.repo_id and c.change_key = a.change_key',
  'delete from git_commit g using added a where g.repo_id = a.repo_id and g.commit_no = a.commit_no',
];

export interface Incremental {
  /** A derivation with nothing to do. */
  readonly nothingSeconds: number;
  /** Ten changes arrived. */
  readonly addedSeconds: number;
  /** They were withdrawn again: the store is as before. */
  readonly removedSeconds: number;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

/** Adds, derives, removes, derives. */
export async function measureIncremental(pool: pg.Pool, config: Config): Promise<Incremental> {
  const derive = (): Promise<number> => timed(() => deriveAll(pool, { config }));
  const client = await pool.connect();
  try {
    const run = async (statements: readonly string[]): Promise<void> => {
      for (const sql of ['begin', ...statements, MARK, 'commit']) await client.query(sql);
    };
    const nothingSeconds = await derive();
    await run(ADD);
    const addedSeconds = await derive();
    await run(REMOVE);
    const removedSeconds = await derive();
    await client.query('drop table added, ended');
    return { nothingSeconds, addedSeconds, removedSeconds };
  } finally {
    client.release();
  }
}
