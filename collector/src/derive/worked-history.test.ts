// README.md draws what a derivation does with a small history; this is that history.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { configSchema } from '../config/schema.ts';
import type { HouseRow } from '../connector.ts';
import { deriveAll } from './derive.ts';
import type { Fact } from './fixtures/organisation.ts';
import { ensureRepos, writeFacts } from './fixtures/write.ts';

const REPO = 'acme/shop';
const config = configSchema.parse({ ai: { human_before: '2026-03-02' }, services: [{ id: 'shop' }] });
const sha = (letter: string): string => letter.toLowerCase().repeat(40);
const fact = (table: HouseRow['table'], values: HouseRow['values'], repo: string | null = null): Fact => ({
  repo,
  row: { table, values },
});

/** A change of one commit that adds 40 lines. */
function change(
  letter: string,
  { before, by, first, merged }: Record<'before' | 'by' | 'first' | 'merged', string>
): Fact[] {
  const account = { author_account_id: `git:${by}` };
  return [
    fact('git_commit', { sha: sha(letter), change_key: letter, parents: before === '' ? [] : [sha(before)], ...account, authored_at: first, committed_at: merged, subject: 'feat: x', effective_added: 40, effective_deleted: 0, file_kinds: ['code'], is_on_default: true }, REPO), // prettier-ignore
    fact('change', { change_key: letter, kind: 'direct', title: 'feat: x', ...account, created_at: first, first_commit_at: first, merged_at: merged, closed_at: merged, merge_sha: sha(letter), source: 'git' }, REPO), // prettier-ignore
  ];
}

const deployment = (id: string, letter: string, at: string): Fact =>
  fact('deployment', { source: 'csv', external_id: id, service_id: 'shop', environment: 'production', repo_id: REPO, sha: sha(letter), finished_at: at, result: 'success', kind: 'planned' }); // prettier-ignore

const yesterday: readonly Fact[] = [
  ...['ana', 'bo'].map((name) => fact('account', { account_id: `git:${name}`, provider: 'git', email: `${name}@acme.io`, kind: 'human' })), // prettier-ignore
  ...change('A', { before: '', by: 'ana', first: '2026-02-27T10:00:00Z', merged: '2026-02-27T12:00:00Z' }),
  ...change('B', { before: 'A', by: 'bo', first: '2026-03-02T09:00:00Z', merged: '2026-03-02T15:00:00Z' }),
  fact('commit_mark', { sha: sha('B'), tool_id: 'claude-code', kind: 'co_author', grade: 3, confidence: 0.7, rules_version: 1 }, REPO), // prettier-ignore
  ...change('C', { before: 'B', by: 'ana', first: '2026-03-03T08:00:00Z', merged: '2026-03-03T10:00:00Z' }),
  deployment('d1', 'A', '2026-02-27T16:00:00Z'),
  deployment('d2', 'C', '2026-03-03T12:00:00Z'),
];
const today: readonly Fact[] = [
  fact('incident', { source: 'csv', external_id: 'INC-7', service_id: 'shop', title: 'Checkout fails', started_at: '2026-03-03T13:00:00Z', resolved_at: '2026-03-03T14:30:00Z', cause_sha: sha('B') }), // prettier-ignore
];

const ANSWER = `
select c.change_key as change, f.code_source,
  coalesce(case when extract(epoch from c.merged_at - f.first_commit_at) > 0
    then round(extract(epoch from c.merged_at - f.first_commit_at) / 3600)::text || ' h' end, '–') as cycle,
  coalesce(d.external_id, '–') as shipped_by,
  coalesce((select string_agg(i.external_id, ', ') from incident_link l join incident i using (incident_id)
    where l.repo_id = c.repo_id and l.change_id = c.change_id), '–') as blamed_for
from change c join change_fact f using (repo_id, change_id)
left join deployment_change x on x.repo_id = c.repo_id and x.change_id = c.change_id
left join deployment d on d.deployment_id = x.deployment_id
order by c.change_key`;

const readme = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8');
/** The cells of the table below a heading. */
const written = (heading: string): string[][] =>
  (readme.split(`### ${heading}\n`)[1] ?? '')
    .split('\n#')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (change|---)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    );

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const dirty = async (): Promise<string[]> =>
  (await database.pool.query<{ kind: string }>('select distinct kind from dirty order by kind')).rows.map(
    ({ kind }) => kind
  );
const answer = async (): Promise<string[][]> =>
  (await database.pool.query<Record<string, string>>(ANSWER)).rows.map((row) => Object.values(row));

test('the worked history of the README is what a derivation gives, first of all of it and then of what changed', async () => {
  await database.pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
  const repos = await ensureRepos(database.pool, [REPO]);
  await writeFacts(database.pool, [fact('service', { service_id: 'shop', title: 'Shop' })], repos);
  await writeFacts(database.pool, yesterday, repos);
  expect(await dirty()).toEqual(expect.arrayContaining(['change', 'deployment', 'identity']));
  await deriveAll(database.pool, { config });
  expect(await answer()).toEqual(written('Yesterday'));
  await writeFacts(database.pool, today, repos);
  expect(await dirty()).toEqual(['incident']);
  await deriveAll(database.pool, { config });
  expect(await answer()).toEqual(written('Today'));
  expect(await dirty()).toEqual([]);
});
