// Tools of every grade: what the demo organisation plants about its tools is what follows from its facts.
import { DEMO_NOW, demoDatabase, TRUTHS } from '../../testing/demo.ts';
import type { TestDatabase } from '../../testing/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await demoDatabase();
}, 240_000);
afterAll(() => db.close());

const of = async <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
  (await db.pool.query<Row & Record<string, unknown>>(sql, [...values])).rows;

test('there is a tool for each kind of telemetry: events, days, seats alone, and marks alone', async () => {
  const rows = await of<{ tool_id: string; bases: string[] }>(
    `select tool_id, array_agg(distinct basis order by basis) as bases from usage_week
     where week_start between $1::date - 60 and $1::date and uses_30d > 0 group by 1 order by 1`,
    [DEMO_NOW]
  );
  expect(rows).toEqual([
    { tool_id: 'aider', bases: ['declared'] },
    { tool_id: 'claude-code', bases: ['event'] },
    { tool_id: 'codex', bases: ['event'] },
    { tool_id: 'copilot', bases: ['activity'] },
    { tool_id: 'gemini-cli', bases: ['declared'] },
  ]);
  const seats = await of(`select distinct basis from usage_week where tool_id = 'review-bot' and is_seated`);
  expect(seats).toEqual([{ basis: 'seat' }]);
});

test('single uses are those that the days of claude-code count, and name what is planted', async () => {
  const [row] = await of<Record<string, number>>(
    `select (select sum(invocations) from tool_day where tool_id = 'claude-code')::integer as counted, count(*)::integer as n,
       count(workflow_id) as field, count(feature) as feature, count(change_key) as change from tool_event where tool_id = 'claude-code'`
  );
  expect(row?.['n']).toBe(row?.['counted']);
  for (const [name, share] of Object.entries(TRUTHS.namedUses))
    expect(Number(row?.[name]) / Number(row?.['n'])).toBeCloseTo(share, 2);
});

test.each(Object.entries(TRUTHS.recall))('in %s a planted share of what AI wrote carries a mark', async (slug, { marked, by, squash }) => {
  const [row] = await of<{ share: number; n: number; squash: string }>(
    `with told as (
       select distinct g.change_key from git_commit g join repo r using (repo_id) where r.slug = $1 and ($2 = 'line'
         and exists (select from line_attestation a where a.repo_id = g.repo_id and a.sha = g.sha and a.attested = 'ai')
         or $2 = 'session' and exists (select from session_commit s where s.sha = g.sha)))
     select count(*)::integer as n, max(r.squash_message) as squash, avg((exists (
       select from commit_mark m join git_commit g using (repo_id, sha) where g.repo_id = c.repo_id and g.change_key = c.change_key)
         or c.labels && '{ai:assisted,ai:heavy}')::integer)::float8 as share
     from told join repo r on r.slug = $1 join change c on c.repo_id = r.repo_id and c.change_key = told.change_key`,
    [slug, by]
  );
  expect(row?.n).toBeGreaterThan(100);
  expect(row?.squash).toBe(squash);
  expect(row?.share).toBeCloseTo(marked, 1);
}); // prettier-ignore

test('what is known better keeps the code source as it was planted', async () => {
  const rows = await of(
    `select count(*)::integer as n from change_fact where method = 'git_ai_note' and code_source = 'unknown'`
  );
  expect(rows).toEqual([{ n: 0 }]);
});

test('as many seats are idle as planted, and codex has accounts of strangers', async () => {
  const idle = await of<{ tool_id: string; n: number }>(
    `select tool_id, count(*)::integer as n from seat s where tool_id = 'copilot' and not exists (
       select from tool_day d where d.person_id = s.person_id and d.tool_id = s.tool_id and d.day > $1::date - 30) group by 1`,
    [DEMO_NOW]
  );
  expect(idle).toEqual([{ tool_id: 'copilot', n: TRUTHS.idleSeats.copilot }]);
  const accounts = await of(
    `select count(*)::integer as accounts, count(*) filter (where not exists (select from account b
       where b.person_id = a.person_id and b.provider = 'git'))::integer as strangers from account a where provider = 'codex'`
  );
  expect(accounts).toEqual([TRUTHS.codex]);
});
