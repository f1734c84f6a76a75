/** The statements of store-lifetimes.ts. $1 is the repository, except in setCursor. */

/** What a transaction has received; emptied by its commit. */
export const createTemp = `
create temp table if not exists span_delta (
  origin_no integer, path_id integer, line_source text, born_no integer, died_no integer, death_kind text,
  born_at timestamptz, died_at timestamptz, lines integer, effective_lines integer
) on commit delete rows;
create temp table if not exists commit_delta (
  commit_no integer, added integer, deleted integer, effective_added integer, effective_deleted integer, file_kinds text[],
  attested_digest text
) on commit delete rows;
create temp table if not exists reached_delta (commit_no integer, reached_at timestamptz) on commit delete rows;
create temp table if not exists file_delta (path text, seq integer, runs bytea) on commit delete rows`;

export const spanColumns = [
  'origin_no',
  'path_id',
  'line_source',
  'born_no',
  'died_no',
  'death_kind',
  'born_at',
  'died_at',
  'lines',
  'effective_lines',
];
export const commitColumns = [
  'commit_no',
  'added',
  'deleted',
  'effective_added',
  'effective_deleted',
  'file_kinds',
  'attested_digest',
];

const spanKey = 'repo_id, origin_no, path_id, line_source, born_no, died_no, death_kind';
const addUp = `on conflict (${spanKey}) do update set lines = s.lines + excluded.lines, effective_lines = s.effective_lines + excluded.effective_lines`;

/** Adds the received counts to the stored ones. A first pass has none stored, so it need not look for them. */
export function mergeSpans(isFirst: boolean): string {
  return `insert into line_span as s (repo_id, ${spanColumns.join(', ')})
    select $1, origin_no, path_id, line_source, born_no, died_no, death_kind, min(born_at), min(died_at), sum(lines), sum(effective_lines)
    from span_delta group by origin_no, path_id, line_source, born_no, died_no, death_kind
    having sum(lines) <> 0 or sum(effective_lines) <> 0
    order by origin_no, path_id ${isFirst ? '' : addUp}`;
}

/** Alive rows of which nothing is left. */
export const dropEmptySpans = `
delete from line_span s using (select distinct origin_no from span_delta) d
where s.repo_id = $1 and s.origin_no = d.origin_no and s.died_no = 0 and s.lines = 0 and s.effective_lines = 0`;

/** Few changed origins are named; of many it is cheaper to derive all. $2 = most to name. */
export const markOrigins = `
with changed as (select distinct origin_no from span_delta)
insert into dirty (kind, repo_id, item)
select 'lines', $1::integer, origin_no::text from changed where (select count(*) from changed) <= $2::integer
union all select 'lines', $1::integer, '*' where (select count(*) from changed) > $2::integer
on conflict do nothing`;

export const mergeCommits = `
update git_commit g set added = d.added, deleted = d.deleted, effective_added = d.effective_added,
  effective_deleted = d.effective_deleted, file_kinds = d.file_kinds, attested_digest = d.attested_digest
from commit_delta d where g.repo_id = $1 and g.commit_no = d.commit_no`;

export const mergeReached = `
update git_commit g set reached_at = d.reached_at, is_on_default = true
from reached_delta d where g.repo_id = $1 and g.commit_no = d.commit_no`;

/** $2 = most to name, as above. */
export const markCommits = `
with changed as (
  select distinct coalesce(g.change_key, g.sha) as item
  from (select commit_no from commit_delta union select commit_no from reached_delta) d
  join git_commit g on g.repo_id = $1 and g.commit_no = d.commit_no)
insert into dirty (kind, repo_id, item)
select 'commit', $1::integer, item from changed where (select count(*) from changed) <= $2::integer
union all select 'commit', $1::integer, '*' where (select count(*) from changed) > $2::integer
on conflict do nothing`;

export const mergeFiles = `
insert into live_file (repo_id, path, seq, runs) select $1, path, seq, runs from file_delta
on conflict (repo_id, path, seq) do update set runs = excluded.runs`;

/** Versions that no later pass can ask for. $2 = oldest seq that must stay answerable, $3 = older ones that must too. */
export const dropOldFiles = `
delete from live_file f where f.repo_id = $1 and f.seq < $2 and exists (
  select from live_file n where n.repo_id = f.repo_id and n.path = f.path and n.seq > f.seq and n.seq <= $2
    and not exists (select from unnest($3::integer[]) as k (seq) where k.seq >= f.seq and k.seq < n.seq))`;

/** $2 = paths, $3 = highest seq. */
export const loadFiles = `
select p.path, f.runs from unnest($2::text[]) as p (path)
cross join lateral (select runs from live_file where repo_id = $1 and path = p.path and seq <= $3 order by seq desc limit 1) f
where f.runs is not null`;

/** Lines born in removed commits went out of sight. $2 = numbers of removed commits, $3 = when. */
export const closeBorn = `
with moved as (delete from line_span where repo_id = $1 and born_no = any($2::integer[]) and death_kind <> 'history_rewritten' returning *)
insert into line_span as s (${spanKey}, born_at, died_at, lines, effective_lines)
select repo_id, origin_no, path_id, line_source, born_no, died_no, 'history_rewritten', min(born_at),
  min(coalesce(died_at, greatest($3::timestamptz, born_at))), sum(lines), sum(effective_lines)
from moved group by repo_id, origin_no, path_id, line_source, born_no, died_no ${addUp}`;

/** Lines that died in removed commits did not die. */
export const revive = `
with moved as (delete from line_span where repo_id = $1 and died_no = any($2::integer[]) and death_kind <> 'history_rewritten' returning *)
insert into line_span as s (${spanKey}, born_at, died_at, lines, effective_lines)
select repo_id, origin_no, path_id, line_source, born_no, 0, '', min(born_at), null, sum(lines), sum(effective_lines)
from moved group by repo_id, origin_no, path_id, line_source, born_no ${addUp}`;

export const setTip = `
update repo r set tip_sha = $2, observed_until = coalesce((select committed_at from git_commit where repo_id = $1 and sha = $2), r.observed_until)
where r.repo_id = $1`;

/** $1 = stream, $2 = resume point, $3 = repository, $4 = rows written. */
export const setCursor = `
insert into stream_state as s (stream_id, cursor, watermark, row_count) values ($1, $2, (select observed_until from repo where repo_id = $3), $4)
on conflict (stream_id) do update set cursor = excluded.cursor, watermark = excluded.watermark, row_count = s.row_count + excluded.row_count`;
