import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { isDoubtful } from '../../attribution/doubtful.ts';
import { configSchema } from '../../config/schema.ts';
import { deriveAll } from '../derive.ts';
import { person, reviews } from '../fixtures/reviews.ts';
import { globOf, readSuspected, signsInWords } from './suspected.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
  await db.pool.query(`insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop')`);
});
afterEach(() => db.close());

const found = async (): Promise<Record<string, readonly string[]>> =>
  Object.fromEntries((await readSuspected(db.pool)).map(({ person: id, signs }) => [id, signs]));

test('who answers within a minute and never wrote anything is suspected, and so is who never sleeps; nobody is by one sign alone', async () => {
  for (const login of ['quick', 'sleepless', 'both']) await person(db.pool, login, false);
  for (const login of ['ana', 'hasty', 'nightly']) await person(db.pool, login, true);
  await person(db.pool, 'lead', false);
  await reviews(db.pool, 'quick', { count: 20, minutes: 0, every: 1, hours: 8 });
  await reviews(db.pool, 'sleepless', { count: 120, minutes: 40, every: 1, hours: 24 });
  await reviews(db.pool, 'both', { count: 120, minutes: 0, every: 1, hours: 24 });
  await reviews(db.pool, 'ana', { count: 120, minutes: 90, every: 1, hours: 8 });
  await reviews(db.pool, 'hasty', { count: 120, minutes: 0, every: 1, hours: 8 });
  await reviews(db.pool, 'nightly', { count: 120, minutes: 90, every: 1, hours: 24 });
  await reviews(db.pool, 'lead', { count: 120, minutes: 90, every: 1, hours: 8 });
  expect(await found()).toEqual({
    quick: ['at_once', 'no_commits'],
    sleepless: ['around_the_clock', 'no_commits'],
    both: ['at_once', 'around_the_clock', 'no_commits'],
  });
});

test('few reviews say nothing, and where no commit is known at all nobody is without commits', async () => {
  await person(db.pool, 'new', false);
  await person(db.pool, 'forge', false);
  await reviews(db.pool, 'new', { count: 19, minutes: 0, every: 1, hours: 24 });
  await reviews(db.pool, 'forge', { count: 50, minutes: 0, every: 1, hours: 8 });
  expect(await found()).toEqual({});
  await person(db.pool, 'ana', true);
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
