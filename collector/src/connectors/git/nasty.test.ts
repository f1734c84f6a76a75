/** What a repository may hold: whatever it is, the streams go on, and say what they left out. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { runCli } from '../../../testing/run-cli.ts';
import { nastyRepository, type NastyRepository } from './fixtures/nasty-repository.ts';

let db: TestDatabase;
let nasty: NastyRepository;
beforeAll(async () => {
  db = await testDatabase();
  nasty = nastyRepository();
}, 60_000);
afterAll(async () => {
  nasty.remove();
  await db.close();
});

const ask = async (sql: string): Promise<unknown[]> =>
  (await db.pool.query<unknown[]>({ text: sql, rowMode: 'array' })).rows.flat();

it('every stream reads to its end; what cannot be used is counted and named; nothing reaches a terminal as it is', async () => {
  const collected = await runCli(['collect', '--repo', nasty.folder], { url: db.url });
  expect(collected.stderr).not.toMatch(/\[\w+\]$/m);
  expect({ code: collected.code, stdout: collected.stdout, stderr: collected.stderr }).toMatchObject({ code: 0 });
  expect(await ask('select last_error from stream_state where last_error is not null')).toEqual([]);
  expect(await ask('select count(*)::int from git_commit where is_on_default')).toEqual([nasty.count]);
  expect(await ask(`select subject from git_commit where subject like 'End%'`)).toEqual(['End (#9)']);
  expect(await ask(`select count(*)::int from commit_mark where kind = 'co_author'`)).toEqual([1]);
  expect(await ask('select max(length(display_name)), max(length(email)) from account')).toEqual([300, 500]);
  // Lines live on, under a name that can be stored.
  expect(await ask(`select count(*)::int from path where path like '0%' and octet_length(path) <= 1000`)).toEqual([1]);
  expect(await ask(`select count(*)::int from deployment where environment = 'production'`)).toEqual([3]);
  expect(await ask(`select count(*)::int from line_attestation`)).toEqual([1]);
  const skips = await ask('select item || $$: $$ || reason from skipped order by 1');
  const named = [
    'v1.0.1',
    'v1.0.2',
    'v1.0.3',
    'v1.0.5',
    'v1.0.6',
    'more than 100,000 ranges',
    nasty.longPath.slice(0, 100),
  ];
  for (const one of named) expect(skips.filter((skip) => String(skip).includes(one)).length).toBeGreaterThan(0);
  const status = await runCli(['status'], { url: db.url });
  expect(status.code).toBe(0);
  expect(status.stdout + status.stderr + collected.stderr + collected.stdout).not.toMatch(
    /[\x00-\x09\x0b-\x1f\x7f-\x9f]/
  );
}, 240_000);
