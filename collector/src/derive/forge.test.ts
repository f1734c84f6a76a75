/** What git guessed about a change is replaced by what its forge knows, whichever of both is read first. */
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { configSchema } from '../config/schema.ts';
import type { HouseRow } from '../connector.ts';
import { ensureRepo, writePage } from '../store/write-page.ts';
import { deriveAll } from './derive.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

const at = (text: string): Date => new Date(`2026-03-${text}:00Z`);
const sha = (letter: string): string => letter.repeat(40);

const commit = (letter: string, values: HouseRow['values']): HouseRow => ({
  table: 'git_commit',
  values: { sha: sha(letter), parents: [], authored_at: at('02T10:00'), committed_at: at('02T10:00'), author_account_id: 'git:ana', subject: letter, ...values }, // prettier-ignore
});
const change = (key: string, values: HouseRow['values']): HouseRow => ({
  table: 'change',
  values: { change_key: key, title: key, author_account_id: 'git:ana', source: 'git', source_rank: 0, ...values },
});
const account = (id: string, values: HouseRow['values'] = {}): HouseRow => ({
  table: 'account',
  values: { account_id: id, provider: 'git', kind: 'human', ...values },
});

/** Git sees two commits without a number: two changes, the later of which reverts an older one. */
const git: HouseRow[] = [
  account('git:ana', { email: 'ana@acme.io' }),
  commit('a', { change_key: sha('a'), is_on_default: true, reached_at: at('01T10:00') }),
  commit('b', { change_key: sha('b'), is_on_default: true, reached_at: at('03T12:00'), parents: [sha('a')] }),
  commit('c', { change_key: sha('c'), is_on_default: true, reached_at: at('03T12:00'), parents: [sha('b')] }),
  ...['a', 'b', 'c'].map((letter) =>
    change(sha(letter), {
      kind: 'direct',
      merged_at: at(letter === 'a' ? '01T10:00' : '03T12:00'),
      closed_at: at('03T12:00'),
      merge_sha: sha(letter),
    })
  ),
  { table: 'revert', values: { change_key: sha('a'), revert_change_key: sha('c'), reverted_at: at('03T12:00'), method: 'commit_text' } }, // prettier-ignore
];

/** The forge knows: both are one pull request, rebased from two other commits, reviewed by a program and then by Bo. */
const forge: HouseRow[] = [
  account('github:ana', { provider: 'github', login: 'ana', external_id: 'github.com:7' }),
  account('github:bo', { provider: 'github', login: 'bo', external_id: 'github.com:8' }),
  account('github:bot', { provider: 'github', login: 'check[bot]', kind: 'automation' }),
  account('git:ana', { email: 'ana@acme.io', external_id: 'github.com:7' }),
  commit('d', { change_key: '7', request_number: 7, is_on_default: false, authored_at: at('01T09:00'), added: 30 }),
  commit('e', { change_key: '7', request_number: 7, is_on_default: false, authored_at: at('02T09:00'), added: 10 }),
  commit('b', { change_key: '7', request_number: 7, is_on_default: true }),
  commit('c', { change_key: '7', request_number: 7, is_on_default: true }),
  { table: 'commit_mark', values: { sha: sha('d'), tool_id: 'claude-code', kind: 'co_author', grade: 3, confidence: 0.7, rules_version: 1 } }, // prettier-ignore
  change('7', {
    kind: 'pull_request',
    author_account_id: 'github:ana',
    created_at: at('02T12:00'),
    first_ready_at: at('02T12:00'),
    first_commit_at: at('01T09:00'),
    merged_at: at('03T12:00'),
    closed_at: at('03T12:00'),
    merge_sha: sha('c'),
    source: 'github',
    source_rank: 10,
  }),
  { table: 'change_event', values: { change_key: '7', event_id: '1', at: at('02T12:05'), account_id: 'github:bot', kind: 'review', state: 'commented' } }, // prettier-ignore
  { table: 'change_event', values: { change_key: '7', event_id: '2', at: at('03T09:00'), account_id: 'github:bo', kind: 'review', state: 'approved' } }, // prettier-ignore
  { table: 'team', values: { team_id: 'shop', title: 'Shop' } },
  { table: 'team_account', values: { account_id: 'github:ana', team_id: 'shop', valid_from: new Date(0), is_primary: true } }, // prettier-ignore
];

const config = configSchema.parse({
  workflows: [{ id: 'review', start: { event: 'ready' }, end: { event: 'review_submitted' } }],
});

async function write(rows: readonly HouseRow[]): Promise<void> {
  const repoId = await ensureRepo(db.pool, 'acme/shop');
  await writePage(db.pool, { streamId: 'test', page: { rows, cursor: null }, repoId });
}

test.each([
  ['git first', git, forge],
  ['the forge first', forge, git],
  ['both, and git once more', [...git, ...forge], git],
])('%s: one change with a start, the marks of its own commits and its review', async (_name, first, second) => {
  await write(first);
  await deriveAll(db.pool, { config });
  await write(second);
  await deriveAll(db.pool, { config });
  const { rows } = await db.pool.query(
    `select change_key, first_commit_at, first_review_at, review_rounds, commit_count, code_source, ai_share_hi, team_id, reverted_at is not null as is_reverted, revert_change_key, pr_class from change_fact order by change_key`
  );
  expect(rows).toEqual([
    expect.objectContaining({ change_key: '7', first_commit_at: at('01T09:00'), first_review_at: at('03T09:00'), review_rounds: 1, commit_count: 2, code_source: 'ai_heavy', ai_share_hi: 0.75, team_id: 'shop', pr_class: 'revert' }), // prettier-ignore
    expect.objectContaining({ change_key: sha('a'), is_reverted: true, revert_change_key: '7', commit_count: 1 }),
  ]);
  const { rows: reviews } = await db.pool.query(`select unit_key, minutes, status from workflow_completion where workflow_id = 'review'`); // prettier-ignore
  // The program looked after five minutes; Bo after 21 hours.
  expect(reviews).toEqual([expect.objectContaining({ unit_key: '7', minutes: 21 * 60, status: 'ok' })]);
});

test('of several pull requests the first has a commit, whichever is read first', async () => {
  for (const number of [9, 7, 8]) {
    await write([commit('d', { change_key: String(number), request_number: number, is_on_default: false })]);
  }
  const { rows } = await db.pool.query('select change_key, request_number from git_commit');
  expect(rows).toEqual([{ change_key: '7', request_number: 7 }]);
});
