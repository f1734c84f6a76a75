import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { configSchema } from '../config/schema.ts';
import { deriveAll } from '../derive/derive.ts';
import { facts, foundations, REPOS } from '../derive/fixtures/organisation.ts';
import { ensureRepos, writeFacts } from '../derive/fixtures/write.ts';
import { readExclusions } from './exclusions-shown.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
  await writeFacts(db.pool, [...foundations(), ...facts()], await ensureRepos(db.pool, REPOS));
});
afterAll(() => db.close());

test('what is in force is told with what it leaves out; a name that nothing has told of, and changes of few people, are said to be so', async () => {
  const wrong = { kind: 'bad_data', from: '2026-01-20', to: '2026-02-02' } as const;
  const config = configSchema.parse({
    exclusions: [
      { ...wrong, facts: ['changes', 'deployments', 'builds'], teams: ['a'], reason: 'moved', declared_by: 'Ana' },
      { ...wrong, facts: ['incidents'], teams: ['a', 'mobil'], services: ['shop'], repositories: ['acme/gone'], reason: 'typo' },
      { kind: 'freeze', from: '2027-12-20', to: '2027-12-31', reason: 'Christmas' },
    ],
  }); // prettier-ignore
  await deriveAll(db.pool, { config });
  const rows = await readExclusions(db.pool);
  expect(rows).toMatchObject([
    { kind: 'bad_data', reason: 'moved', declared_by: 'Ana', scope: ['a'], unknown: [], is_of_few: true },
    { kind: 'bad_data', reason: 'typo', unknown: ['mobil', 'acme/gone'], scope: ['a', 'mobil', 'shop', 'acme/gone'], left_out: { incidents: 0 }, is_of_few: false },
    { kind: 'freeze', first_day: '2027-12-20', last_day: '2027-12-31', left_out: {} },
  ]); // prettier-ignore
  const [changes, deployments] = await Promise.all(
    ['change_fact', 'deployment_fact'].map(async (table) =>
      (await db.pool.query<{ n: number }>(`select count(*)::integer as n from ${table} where excluded_reason is not null`)).rows[0]?.n
    )
  ); // prettier-ignore
  expect(rows[0]?.left_out).toEqual({ changes, deployments });
  await deriveAll(db.pool, { config: configSchema.parse({}) });
  expect(await readExclusions(db.pool)).toEqual([]);
});
