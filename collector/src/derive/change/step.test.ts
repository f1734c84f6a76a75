import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { configSchema, type Config } from '../../config/schema.ts';
import type { HouseRow } from '../../connector.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { deriveAll } from '../derive.ts';

const config = (given: object = {}): Config => configSchema.parse(given);
const row = (table: HouseRow['table'], values: HouseRow['values']): HouseRow => ({ table, values });

let database: TestDatabase;
let repoId: number;
beforeAll(async () => {
  database = await testDatabase();
  repoId = await ensureRepo(database.pool, 'acme/shop');
  await write([
    row('team', { team_id: 'a', title: 'A' }),
    row('team', { team_id: 'b', title: 'B', time_zone: 'America/New_York' }),
    row('person', { person_id: 'ana', kind: 'human', experience_start: '2024-09-10' }),
    row('account', {
      account_id: 'git:ana',
      provider: 'git',
      email: 'ana@acme.io',
    }),
    row('account_claim', {
      account_id: 'git:ana',
      person_id: 'ana',
      source: 'people.csv',
      valid_from: '2024-01-01T00:00:00Z',
    }),
    row('account', { account_id: 'git:agent', provider: 'git', email: 'a@b.c', kind: 'ai_agent' }),
    row('account', { account_id: 'git:bot', provider: 'git', email: 'bot@b.c', kind: 'automation' }),
    row('membership', {
      person_id: 'ana',
      team_id: 'a',
      valid_from: '2024-01-01T00:00:00Z',
      valid_to: '2026-03-10T00:00:00Z',
    }),
    row('membership', { person_id: 'ana', team_id: 'b', valid_from: '2026-03-10T00:00:00Z', valid_to: null }),
    ...change('before', '2026-03-09T23:00:00Z', { author_account_id: 'git:ana' }),
    ...change('after', '2026-03-16T10:00:00Z', {
      author_account_id: 'git:ana',
      first_commit_at: '2026-03-13T16:00:00Z',
    }),
    ...change('asked', '2026-03-12T10:00:00Z', { author_account_id: 'git:agent', requester_account_id: 'git:ana' }),
    ...change('reviewed', '2026-03-12T10:00:00Z', { author_account_id: 'git:agent' }),
    row('change_event', {
      change_key: 'reviewed',
      event_id: '1',
      at: '2026-03-11T10:00:00Z',
      account_id: 'git:bot',
      kind: 'review',
      state: 'approved',
    }),
    row('change_event', {
      change_key: 'reviewed',
      event_id: '2',
      at: '2026-03-11T11:00:00Z',
      account_id: 'git:ana',
      kind: 'review',
      state: 'approved',
    }),
    ...change('bot', '2026-03-12T10:00:00Z', { author_account_id: 'git:bot' }),
    ...change('squash', '2026-03-12T10:00:00Z', { author_account_id: 'git:ana', kind: 'squash' }),
    row('git_commit', {
      sha: 'o1',
      parents: [],
      authored_at: '2026-03-11T10:00:00Z',
      committed_at: '2026-03-11T10:00:00Z',
      subject: 'wip',
      change_key: 'squash',
      is_on_default: false,
      effective_added: 30,
      author_account_id: 'git:ana',
    }),
    row('git_commit', {
      sha: 'o2',
      parents: [],
      authored_at: '2026-03-11T11:00:00Z',
      committed_at: '2026-03-11T11:00:00Z',
      subject: 'wip',
      change_key: 'squash',
      is_on_default: false,
      effective_added: 70,
      author_account_id: 'git:ana',
    }),
    ...change('9', '2026-03-12T10:00:00Z', { author_account_id: 'git:ana', kind: 'squash' }),
    ...change('8', '2026-03-12T10:00:00Z', {
      author_account_id: 'git:ana',
      kind: 'merge',
      merge_sha: 'm8',
      first_commit_at: '2026-03-12T09:59:55Z',
    }),
    ...change('7', '2026-03-12T10:00:00Z', {
      author_account_id: 'git:ana',
      kind: 'squash',
      first_commit_at: '2026-03-12T09:00:00Z',
    }),
    ...['squash', 'o1', 'after'].map((sha) =>
      row('commit_mark', {
        sha,
        tool_id: 'claude-code',
        kind: 'co_author',
        grade: 3,
        confidence: 0.7,
        rules_version: 1,
      })
    ),
  ]);
  await deriveAll(database.pool, { config: config() });
});
afterAll(() => database.close());

async function write(rows: HouseRow[]): Promise<void> {
  await writePage(database.pool, { streamId: 'test', repoId, page: { rows, cursor: null } });
}
function change(key: string, mergedAt: string, given: HouseRow['values']): HouseRow[] {
  return [
    row('git_commit', {
      sha: key,
      parents: [],
      authored_at: mergedAt,
      committed_at: mergedAt,
      subject: 'fix: x',
      change_key: key,
      effective_added: 100,
      effective_deleted: 20,
      author_account_id: given['author_account_id'] ?? null,
    }),
    row('change', {
      change_key: key,
      kind: 'direct',
      title: 'fix: x',
      first_commit_at: mergedAt,
      merged_at: mergedAt,
      closed_at: mergedAt,
      merge_sha: key,
      source: 'git',
      ...given,
    }),
  ];
}
async function fact(key: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    'select * from change_fact where change_key = $1',
    [key]
  );
  return rows[0];
}

describe('change facts', () => {
  it('know no start of a squash that its forge dated with the merge; a pushed commit began when it was made', async () => {
    expect((await fact('9'))?.['first_commit_at']).toBeNull();
    expect((await fact('8'))?.['first_commit_at']).toBeNull();
    expect((await fact('7'))?.['first_commit_at']).toEqual(new Date('2026-03-12T09:00:00Z'));
    expect((await fact('before'))?.['first_commit_at']).toEqual(new Date('2026-03-09T23:00:00Z'));
    const { rows } = await database.pool.query(
      `select unit_key, status, minutes from workflow_completion where workflow_id = 'change' and unit_key in ('7', '8', '9') order by 1`
    );
    expect(rows).toMatchObject([
      { unit_key: '7', status: 'ok', minutes: 60 },
      { unit_key: '8', status: 'no_start', minutes: null },
      { unit_key: '9', status: 'no_start', minutes: null },
    ]);
  });

  it('team and seniority are those of the merge: moving moves future work only', async () => {
    expect(await fact('before')).toMatchObject({
      team_id: 'a',
      seniority: 'junior',
      service_id: 'acme/shop',
      responsible_id: 'ana',
      size: 'M',
    });
    expect(await fact('after')).toMatchObject({ team_id: 'b', seniority: 'mid' });
  });

  it('an agent takes team and responsible human from who asked, else who reviewed first', async () => {
    for (const key of ['asked', 'reviewed']) {
      expect(await fact(key)).toMatchObject({
        author_kind: 'ai_agent',
        code_source: 'ai_heavy',
        is_agent_authored: true,
        responsible_id: 'ana',
        team_id: 'b',
      });
    }
  });

  it('automation has no responsible human and no completion', async () => {
    expect(await fact('bot')).toMatchObject({ author_kind: 'automation', responsible_id: null, team_id: 'unknown' });
    const { rows } = await database.pool.query<{ unit_key: string }>(
      'select unit_key from workflow_completion order by 1'
    );
    expect(rows.map((one) => one.unit_key)).toEqual(['7', '8', '9', 'after', 'asked', 'before', 'reviewed', 'squash']);
  });

  it('one marked commit of a squash does not mark the whole: its originals are weighed', async () => {
    expect(await fact('squash')).toMatchObject({
      code_source: 'ai_assisted',
      ai_share: 0.3,
      is_certain: true,
      commit_count: 2,
      tools: ['claude-code'],
    });
  });

  it('unmarked is unknown; the default workflow has calendar and business minutes of the team', async () => {
    expect(await fact('before')).toMatchObject({
      code_source: 'unknown',
      ai_share: null,
      confidence: null,
      method: 'none',
    });
    const { rows } = await database.pool.query(
      `select minutes, business_minutes, status, week_start::text from workflow_completion where unit_key = 'after'`
    );
    // New York: Friday 12:00 to 17:00; Monday 06:00 is before opening.
    expect(rows).toEqual([{ minutes: 66 * 60, business_minutes: 5 * 60, status: 'ok', week_start: '2026-03-16' }]);
  });

  it('git alone gives a tool, declared usage and an inferred landing', async () => {
    const { rows } = await database.pool.query(`select tool_id, marked_commits, day::text from declared_day`);
    expect(rows).toEqual([
      { tool_id: 'claude-code', marked_commits: 1, day: '2026-03-11' },
      { tool_id: 'claude-code', marked_commits: 1, day: '2026-03-16' },
    ]);
    const landed = await database.pool.query(
      `select team_id, landed_at, basis from landing where tool_id = 'claude-code' order by 1`
    );
    expect(landed.rows[1]).toEqual({ team_id: 'b', landed_at: new Date('2026-03-09T00:00:00Z'), basis: 'inferred' });
    const weeks = await database.pool.query(
      `select uses, uses_30d, coverage, basis from usage_week where person_id = 'ana' and week_start = '2026-03-16'`
    );
    expect(weeks.rows).toEqual([{ uses: 1, uses_30d: 2, coverage: 3, basis: 'declared' }]);
  });

  it('a changed setting re-derives, and back again', async () => {
    await deriveAll(database.pool, { config: config({ ai: { human_before: '2026-03-10' } }) });
    expect(await fact('before')).toMatchObject({ code_source: 'human', method: 'human_before', confidence: 0.9 });
    await deriveAll(database.pool, { config: config({ ai: { assume_unmarked: 'human', heavy_share: 0.2 } }) });
    expect(await fact('before')).toMatchObject({ code_source: 'human', is_assumed: true });
    expect(await fact('squash')).toMatchObject({ code_source: 'ai_heavy' });
    await deriveAll(database.pool, { config: config() });
    expect(await fact('before')).toMatchObject({ code_source: 'unknown', is_assumed: false });
  });

  it('a withdrawn merge takes its facts away', async () => {
    await write([
      row('change', {
        change_key: 'after',
        kind: 'direct',
        title: 'fix: x',
        merged_at: null,
        closed_at: null,
        merge_sha: null,
        source: 'git',
      }),
    ]);
    await deriveAll(database.pool, { config: config() });
    expect(await fact('after')).toBeUndefined();
    const { rows } = await database.pool.query(`select from workflow_completion where unit_key = 'after'`);
    expect(rows).toHaveLength(0);
  });
});
