/** `people` as a person runs it: what it shows, what it says to write, and what import and collection make of that. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { runCli, type Ended } from '../../testing/run-cli.ts';

let db: TestDatabase;
let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);
beforeEach(async () => {
  db = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-people-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

const throughline = (...args: string[]): Promise<Ended> =>
  runCli([...args, '--home', at('home')], { url: db.url, cwd: folder });
const importPeople = async (...lines: string[]): Promise<Ended> => {
  writeFileSync(at('people.csv'), ['person_key,email,git_emails,github_login,github_id,team,valid_from,valid_to', ...lines].join('\n')); // prettier-ignore
  return throughline('import', 'people.csv');
};
const holders = async (): Promise<unknown[][]> =>
  (
    await db.pool.query<unknown[]>({
      text: `select a.email, count(*)::integer from account a join account_person p using (account_id) group by 1 order by 1`,
      rowMode: 'array',
    })
  ).rows;

test('a file corrects what an earlier one said, and an address that was given to another person is both of theirs in turn', async () => {
  await importPeople('meier,max@acme.io,old@acme.io,,,shop,2024-01-01,', 'bo,bo@acme.io,,bo,8,shop,2024-01-01,');
  expect(await holders()).toEqual([
    ['bo@acme.io', 1],
    ['max@acme.io', 1],
    ['old@acme.io', 1],
    [null, 1],
  ]);
  const again = ['meier,max@acme.io,,,,shop,2024-01-01,2025-07-01', 'muster,max@acme.io,,,,shop,2025-09-01,'];
  expect((await importPeople(...again)).stdout).toContain('2 rows read');
  expect(await holders()).toContainEqual(['max@acme.io', 2]);
  const { rows } = await db.pool.query(`select account_id from account_claim join account using (account_id) where email = 'old@acme.io'`); // prettier-ignore
  expect(rows).toEqual([]);
  expect((await importPeople(...again)).stdout).toContain(' 0 facts written or changed');
});

test('people shows who is whom, what is in conflict and what may be one, and never writes by itself', async () => {
  await importPeople(
    'ana,ana@acme.io,,,,shop,2024-01-01,',
    'bo,bo@acme.io,sales@acme.io,,,shop,2024-01-01,',
    'cy,cy@acme.io,sales@acme.io,,,shop,2024-01-01,'
  );
  await db.pool.query(`update account set display_name = 'Ana Lopez' where email = 'ana@acme.io'`);
  await db.pool.query(
    `insert into account (account_id, provider, email, display_name) values ('git:home', 'git', 'ana@home.example', 'Lopez Ana'), ('cursor:x', 'cursor', 'sales@acme.io', null)`
  );
  const { stdout, code } = await throughline('people');
  expect(code).toBe(0);
  expect(stdout).toContain('ana@home.example · Lopez Ana · self 1');
  expect(stdout).toContain('email:sales@acme.io: people.csv gives it to two people at one time');
  expect(stdout).toContain('2 people with one name; if they are one: --join ana@acme.io ana@home.example');
  expect(stdout).toContain('cursor: 0 of 1 accounts joined (0.0 %): below 90 %, results by this tool are not given');
  const report = JSON.parse((await throughline('people', '--json')).stdout) as {
    conflicts: unknown[];
    suggestions: unknown[];
    match: unknown[];
  };
  expect(report.conflicts).toMatchObject([
    { reason: 'claimed_by_two', accounts: [{ provider: 'cursor' }, { provider: 'git' }] },
  ]);
  expect(report.match).toEqual([
    { provider: 'cursor', accounts: 1, joined: 0, rate: 0 },
    { provider: 'git', accounts: 5, joined: 4, rate: 0.8 },
  ]);
  expect((await throughline('people', '--conflicts')).stdout).not.toContain('home.example');
  expect((await throughline('people', '--suggestions')).stdout).not.toContain('sales@acme.io');
});

test('an export of the directory makes one person of the addresses of a user; a broken one changes nothing', async () => {
  writeFileSync(
    at('users.json'),
    JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 1,
      Resources: [
        { id: 'u1', userName: 'bo@acme.io', active: true, emails: [{ value: 'bo.berg@acme.io', type: 'work' }] },
      ],
    })
  );
  await db.pool.query(
    `insert into account (account_id, provider, email) values ('git:1', 'git', 'bo@acme.io'), ('git:2', 'git', 'bo.berg@acme.io')`
  );
  expect((await throughline('import', 'users.json')).stdout).toContain('1 rows read, 2 facts written or changed');
  const persons = async (): Promise<unknown> =>
    (await db.pool.query('select count(*)::integer as n, count(distinct person_id)::integer as persons from account'))
      .rows;
  expect(await persons()).toEqual([{ n: 4, persons: 1 }]);
  writeFileSync(at('users.json'), '{"Resources": [{"id": "u1"');
  const broken = await throughline('import', 'users.json');
  expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining('users.json: it is no JSON') });
  expect(await persons()).toEqual([{ n: 4, persons: 1 }]);
});

test('a decision is printed, with --write it is in throughline.yaml beside what is there, and one name is refused', async () => {
  const printed = await throughline('people', '--join', 'ana@acme.io', 'ana@home.example');
  expect(printed.stdout).toBe('# throughline.yaml (with --write it is put there)\nidentity:\n  join:\n    - [ ana@acme.io, ana@home.example ]\n'); // prettier-ignore
  expect(existsSync(at('throughline.yaml'))).toBe(false);
  writeFileSync(at('throughline.yaml'), '# ours\ncompany_domain: acme.io # the old one too\n');
  await throughline('people', '--join', 'ana@acme.io', 'ana@home.example', '--write');
  await throughline('people', '--split', 'git:1', 'git:2', '--shared', 'pair@acme.io', '--write');
  expect(readFileSync(at('throughline.yaml'), 'utf8')).toBe(
    '# ours\ncompany_domain: acme.io # the old one too\nidentity:\n  join:\n    - [ ana@acme.io, ana@home.example ]\n  split:\n    - [ git:1, git:2 ]\n  shared:\n    - pair@acme.io\n'
  );
  const refused = await throughline('people', '--join', 'ana@acme.io');
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('[people_names]');
  writeFileSync(at('throughline.yaml'), 'identity: { join: nothing }\n');
  expect((await throughline('people', '--join', 'a@b.c', 'd@e.f', '--write')).stderr).toContain('throughline.yaml');
  expect(readFileSync(at('throughline.yaml'), 'utf8')).toBe('identity: { join: nothing }\n');
});
