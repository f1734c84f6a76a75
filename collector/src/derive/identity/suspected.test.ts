import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { isDoubtful } from '../../attribution/doubtful.ts';
import { configSchema } from '../../config/schema.ts';
import { deriveAll } from '../derive.ts';
import { globOf, readSuspected, signsInWords } from './suspected.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
  await db.pool.query(`insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop')`);
});
afterEach(() => db.close());

/** A person of one account, who wrote a commit or not. */
async function person(login: string, hasCommits: boolean): Promise<void> {
  await db.pool.query(`insert into person (person_id, kind) values ('${login}', 'human')`);
  await db.pool.query(`insert into account (account_id, provider, login, person_id) values ('github:${login}', 'github', '${login}', '${login}')`); // prettier-ignore
  if (hasCommits)
    await db.pool.query(
      `insert into git_commit (repo_id, commit_no, sha, parents, author_account_id, authored_at, committed_at, subject)
       select 1, 1 + (select count(*) from git_commit), '${login}', '{}', 'github:${login}', '2026-03-01', '2026-03-01', 'x'`
    );
}

let changes = 0;
/** Reviews so many minutes after they were asked for, each so many hours after the one before, in hours of the day from 9 on. */
async function reviews(
  who: string,
  count: number,
  { minutes, every, hours }: { minutes: number; every: number; hours: number }
): Promise<void> {
  const first = changes;
  changes += count;
  await db.pool.query(
    `with work as (
       select $2::integer + i as n, timestamptz '2026-03-01 09:00Z' + make_interval(days => i * $4::integer / $5::integer, hours => i * $4::integer % $5::integer) as at
       from generate_series(1, $3::integer) i
     ), fact as (
       insert into change_fact (repo_id, change_id, change_key, merged_at, first_ready_at, title, service_id, team_id, author_kind, seniority, pr_class, class_method,
         code_source, method, commit_count, size)
       select 1, n, n::text, at + interval '3 days', at - interval '5 days', 'x', 's', 't', 'human', 'unknown', 'feature', 'none', 'human', 'none', 1, 'S' from work
     ), asked as (
       insert into change_event (repo_id, change_key, event_id, at, account_id, kind) select 1, n::text, 'r', at, 'github:' || $1, 'review_requested' from work
     )
     insert into reviewer_part (repo_id, change_id, change_key, person_id, first_at, review_minutes, comment_count, team_id, seniority)
     select 1, n, n::text, $1, at + make_interval(mins => $6::integer), 1, 1, 't', 'unknown' from work`,
    [who, first, count, every, hours, minutes]
  );
}

const found = async (): Promise<Record<string, readonly string[]>> =>
  Object.fromEntries((await readSuspected(db.pool)).map(({ person: id, signs }) => [id, signs]));

test('who answers within a minute and never wrote anything is suspected, and so is who never sleeps; nobody is by one sign alone', async () => {
  for (const login of ['quick', 'sleepless', 'both']) await person(login, false);
  for (const login of ['ana', 'hasty', 'nightly']) await person(login, true);
  await person('lead', false);
  await reviews('quick', 20, { minutes: 0, every: 1, hours: 8 });
  await reviews('sleepless', 120, { minutes: 40, every: 1, hours: 24 });
  await reviews('both', 120, { minutes: 0, every: 1, hours: 24 });
  await reviews('ana', 120, { minutes: 90, every: 1, hours: 8 });
  await reviews('hasty', 120, { minutes: 0, every: 1, hours: 8 });
  await reviews('nightly', 120, { minutes: 90, every: 1, hours: 24 });
  await reviews('lead', 120, { minutes: 90, every: 1, hours: 8 });
  expect(await found()).toEqual({
    quick: ['at_once', 'no_commits'],
    sleepless: ['around_the_clock', 'no_commits'],
    both: ['at_once', 'around_the_clock', 'no_commits'],
  });
});

test('few reviews say nothing, and where no commit is known at all nobody is without commits', async () => {
  await person('new', false);
  await person('forge', false);
  await reviews('new', 19, { minutes: 0, every: 1, hours: 24 });
  await reviews('forge', 50, { minutes: 0, every: 1, hours: 8 });
  expect(await found()).toEqual({});
  await person('ana', true);
  expect(await found()).toEqual({ forge: ['at_once', 'no_commits'] });
});

const NAMES: ReadonlyArray<readonly [string, string | null]> = [
  ['prombot', null],
  ['Prom Bot', null],
  [' prombot ', null],
  ['acme-automation', ''],
  ['acme-ci', 'x@acme.io'],
  ['Eon', '123763385+timescale-automation@users.noreply.github.com'],
  ['Releases', 'release-bot@acme.io'],
  ['Releases', 'CI@acme.io'],
  ['Jean Le Bot', 'jean@acme.io'],
  ['rtalbot', ''],
  ['Steven', 'stevenprobot@gmail.com'],
  ['Ana', 'ana@acme.io'],
  ['Talbot', ''],
  ['', ''],
];

test('the store judges names and addresses as the plan does', async () => {
  const { rows } = await db.pool.query<{ is: boolean }>(
    'select looks_like_program(name, address) as is from unnest($1::text[], $2::text[]) with ordinality as n(name, address, place) order by place',
    [NAMES.map(([name]) => name), NAMES.map(([, address]) => address)]
  );
  expect(rows.map(({ is }) => is)).toEqual(NAMES.map(([name, address]) => isDoubtful(name, address ?? '')));
});

const settled = (given: object): Promise<void> => deriveAll(db.pool, { config: configSchema.parse(given) });

test('a name says so alone, until the organisation says what it is: a program counts as one, a person is suspected no more', async () => {
  await db.pool.query(
    `insert into account (account_id, provider, login, email, display_name) values ('git:1', 'git', null, 'prom@acme.io', 'prombot'), ('git:2', 'git', null, 'abot@acme.io', 'abot')`
  );
  await settled({});
  const all = await readSuspected(db.pool);
  expect(all.map(globOf).sort()).toEqual(['abot@acme.io', 'prom@acme.io']);
  expect(signsInWords(all[0]?.signs ?? [])).toBe('its name says so');
  await settled({ accounts: { automation: ['prom@acme.io'], people: ['abot'] } });
  expect(await found()).toEqual({});
  const { rows } = await db.pool.query(
    `select a.account_id, p.kind from account a join person p using (person_id) order by 1`
  );
  expect(rows).toEqual([{ account_id: 'git:1', kind: 'automation' }, { account_id: 'git:2', kind: 'human' }]); // prettier-ignore
  await settled({});
  expect(Object.keys(await found())).toHaveLength(2);
});
