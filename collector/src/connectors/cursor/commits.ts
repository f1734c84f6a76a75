/** Stream `commits`: lines by AI of each commit (AI Code Tracking API), for the repository that its name means. */
import { z } from 'zod';
import type { Http, HouseRow, Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { addDays, daysToRead, earlier, startOf } from '../../days.ts';
import { Paging } from '../../http/paging.ts';
import { sourceInvalid } from '../../lenient.ts';
import { apiOf, listOf, TEAM } from './client.ts';
import type { Section } from './config.ts';
import { betterOf, ofCommit } from './normalize.ts';
import { repositoryFinder } from './repository-names.ts';
import { commitPage, commitsCursor, type CommitRow, type CommitsCursor } from './schema.ts';
import { grouped, windowOf } from './usage.ts';

const PER_PAGE = 1000;
/** Names of repositories that wait until they are collected. */
const MOST_WAITING = 2_000;
const MAX_NAME = 200;
/** Of commits whose machine named no repository. */
const NAMELESS = '(none named)';

interface Read {
  readonly commits: CommitRow[];
  readonly skips: Skip[];
}

const named = z.object({ commitHash: z.string().max(100) });
/** Name of an entry that is not understood, where it has one. */
function hashOf(entry: unknown): string | null {
  const found = named.safeParse(entry);
  return found.success ? `commit ${found.data.commitHash}` : null;
}

/** Of all days from one to another. */
async function readDays(http: Http, [first, last]: readonly [string, string], signal: AbortSignal): Promise<Read> {
  const byUser = new Map<string, CommitRow>();
  const skips: Skip[] = [];
  const query = { startDate: startOf(first).toISOString(), endDate: startOf(addDays(last, 1)).toISOString(), pageSize: PER_PAGE };
  let came = 0;
  const paging = new Paging(listOf(`commits from ${first} to ${last}`));
  for (let page = 1; ; page++) {
    signal.throwIfAborted();
    const answer = await http.request('analytics/ai-code/commits', { query: { ...query, page } });
    const parsed = commitPage.safeParse(answer.json());
    if (!parsed.success) throw sourceInvalid('Cursor', parsed.error);
    const { items: { good, bad, refused }, totalCount } = parsed.data;
for (const [at, { item, reason }] of bad.entries()) skips.push({ item: `cursor ${hashOf(refused[at]) ?? `commits ${first} page ${String(page)} ${item}`}`, reason });
    for (const row of good) {
      const key = `${row.commitHash} ${row.userId ?? row.userEmail ?? ''}`;
      const known = byUser.get(key);
      // A row that comes again is a correction, or moved to another page.
      if (known === undefined || (row.createdAt?.getTime() ?? 0) >= (known.createdAt?.getTime() ?? 0)) byUser.set(key, row);
    }
    came += good.length + bad.length;
    const isLast = totalCount === null || totalCount === undefined ? good.length + bad.length < PER_PAGE : came >= totalCount;
    if (isLast) break;
    if (good.length + bad.length === 0) {
      skips.push({ item: `cursor commits ${first} to ${last} are not whole`, reason: `${String(came)} of ${String(totalCount ?? 0)} came` });
      break;
    }
    paging.turn({ count: good.length + bad.length, total: totalCount ?? null, body: answer.body });
  }
  const commits = new Map<string, CommitRow>();
  for (const row of byUser.values()) commits.set(row.commitHash, betterOf(commits.get(row.commitHash), row));
  return { commits: [...commits.values()], skips };
} // prettier-ignore

const nameOf = ({ repoName }: CommitRow): string =>
  repoName === null || repoName === undefined || repoName.trim() === '' ? NAMELESS : repoName.trim().slice(0, MAX_NAME);

/** Commits by the slug that their name means; those that mean none by their name. */
function sorted(commits: readonly CommitRow[], find: (name: string) => string | null) {
  const known = new Map<string, HouseRow[]>();
  const strange = new Map<string, number>();
  for (const row of commits) {
    const name = nameOf(row);
    const slug = name === NAMELESS ? null : find(name);
    const mark = ofCommit(row);
    if (slug === null) strange.set(name, (strange.get(name) ?? 0) + 1);
    else if (mark !== null) known.set(slug, [...(known.get(slug) ?? []), mark]);
  }
  return { known, strange };
}

const strangeSkip = (name: string, since: string, count: number): Skip => ({
  item: `repository ${name}`,
  reason:
    name === NAMELESS
      ? `line counts of commits whose machine named no repository, from ${since} on: they mark nothing`
      : `no collected repository is meant: line counts of its commits (${String(count)} in this reading, from ${since} on) wait until one is`,
});

const othersSkip = (count: number): Skip => ({
  item: 'repositories beyond those that wait',
  reason: `${MOST_WAITING.toLocaleString('en')} names wait; line counts of ${count.toLocaleString('en')} commits of others do not: they are not read when their repositories are collected`,
});

/** Names that mean a repository by now: theirs is read again from the first day on. */
function startOfRead(before: CommitsCursor | null, find: (name: string) => string | null): CommitsCursor | null {
  if (before === null) return null;
  const found = before.waiting.filter(([name]) => name !== NAMELESS && find(name) !== null);
  const waiting = before.waiting.filter(([name]) => name === NAMELESS || find(name) === null);
  return { from: found.reduce((from, [, day]) => earlier(from, day), before.from), waiting };
}

async function* pull(
  context: StreamContext<Section>,
  stored: CommitsCursor | null,
  signal: AbortSignal
): AsyncIterable<Page<CommitsCursor>> {
  const find = repositoryFinder(context.repositories);
  const before = startOfRead(stored, find);
  const waiting = new Map(before?.waiting ?? []);
  const counts = new Map<string, number>();
  const days = [...daysToRead(windowOf(context, before))];
  const http = apiOf(context);
  // What is written before the end of a group of days leaves the cursor where it was.
  let cursor: CommitsCursor = stored ?? { from: days[0]?.day ?? '1970-01-01', waiting: [] };
  let done = 0;
  for (const group of grouped(days)) {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return;
    const { commits, skips } = await readDays(http, [first.day, last.day], signal);
    const { known, strange } = sorted(commits, find);
    for (const [repository, rows] of known) yield { repository, rows, cursor };
    let others = 0;
    for (const [name, count] of strange) {
      if (!waiting.has(name) && waiting.size >= MOST_WAITING) {
        others += count;
        strange.delete(name);
        continue;
      }
      // By which of its instants the source finds a commit is not said: where it was found is where it is found again.
      waiting.set(name, earlier(waiting.get(name) ?? first.day, first.day));
      counts.set(name, (counts.get(name) ?? 0) + count);
    }
    const strangers = [...strange.keys()].map((name) => strangeSkip(name, waiting.get(name) ?? '', counts.get(name) ?? 0)); // prettier-ignore
    cursor = { from: last.from, waiting: [...waiting] };
    done += group.length;
    yield {
      rows: [],
      skips: [...skips, ...(others === 0 ? [] : [othersSkip(others)]), ...strangers],
      cursor,
      watermark: startOf(last.from),
      progress: { done, total: days.length, unit: 'days' },
    };
  }
}

export const commits: Stream<Section, CommitsCursor> = {
  id: 'commits',
  cursor: commitsCursor,
  every: '51 */6 * * *',
  scopes: ({ section }) => (section.commits ? [TEAM] : []),
  pull,
};
