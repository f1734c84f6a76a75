import { readMigrations } from '../../../../collector/src/store/migrate.ts';
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { instanceSettings } from '../fixtures/reader.ts';
import { checkHealth } from './health.ts';
import { Instances } from '../store/instances.ts';
import { answerResource, type ResourceRequest } from './resources.ts';
import { fallSpeedCatalog } from '../fixtures/fall-speed.ts';

const { signal } = new AbortController();
let db: TestDatabase;
let instances: Instances;

beforeAll(async () => {
  db = await testDatabase();
  instances = new Instances({ migrations: readMigrations().map(({ name }) => name), onError: () => undefined });
  await db.pool.query(`
    insert into team (team_id, title) values ('pay', 'Payments'), ('web', 'Web shop');
    insert into tool (tool_id, title) values ('copilot', 'GitHub Copilot'), ('cli', 'Agent CLI');
    insert into usage_week (tool_id, person_id, week_start, uses, active_days, accepted_lines, uses_30d, active_days_30d, accepted_lines_30d,
        uses_prior_30d, active_days_prior_30d, accepted_lines_prior_30d, coverage, prior_coverage, is_seated, basis, team_id)
      select tool, 'p' || n, '2026-01-05', uses, 1, 0, 1, 1, 0, 0, 0, 0, 2, 2, false, 'declared', 'pay'
      from (values ('cli', 1, 9), ('cli', 2, 0), ('cli', 3, 0), ('copilot', 1, 1), ('copilot', 2, 1)) v (tool, n, uses);
    insert into repo (slug) values ('acme/pay'), ('acme/shop');
    insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind, seniority, pr_class,
        class_method, code_source, method, commit_count, size, tools)
      select r, r * 10 + n, n::text, '2026-01-01', 't', 's' || r, case r when 1 then 'pay' else 'web' end, 'human', 'unknown', 'feature',
        'none', case n when 1 then 'human' else 'unknown' end, 'none', 1, 'S', case n when 1 then '{}'::text[] else '{copilot}' end
      from generate_series(1, 2) r, generate_series(1, 2) n;
    insert into stream_state (stream_id, watermark, last_run_at, last_ok_at, last_error) values
      ('git/history/acme/pay', now() - interval '3 hours', now(), now(), null),
      ('git/history/acme/shop', now() - interval '1 hour', now(), now(), 'not a repository'),
      ('import/people.csv', null, now(), null, null);`);
});
afterAll(async () => {
  await instances.closeAll();
  await db.close();
});

const reader = () => instances.get(instanceSettings(db));

describe('checkHealth', () => {
  it('says what it found: store, schema, last collection and lag per stream', async () => {
    const { isOk, message, details } = await checkHealth(reader, signal);
    expect(isOk).toBe(true);
    expect(message).toMatch(
      /^Store "test_\w+" at 127\.0\.0\.1:\d+: schema \d{6}_[\w-]+, PostgreSQL \d+\.\d+, 2 repositories with merged changes\./
    );
    expect(message).toMatch(
      /Last collection: git\/history \d{4}-\d\d-\d\d \d\d:\d\d UTC \(complete up to 3 h ago\), import\/people.csv never\./
    );
    expect(message).toMatch(/Warning: git\/history failed in its last run for 1 of 2: throughline status says why\.$/);
    expect(details.streams).toMatchObject([{ stream: 'git/history', scopes: 2, failing: 1 }, { stream: 'import/people.csv', lastOkAt: null, lagSeconds: null }]); // prettier-ignore
  });

  it('warns of a role that can write', async () => {
    const { isOk, details } = await checkHealth(
      () => instances.get(instanceSettings(db, { user: new URL(db.url).username })),
      signal
    );
    expect(isOk).toBe(true);
    expect(details.warnings[0]).toMatch(
      /^role "\w+" can write to the store\. Panels only read: use throughline_reader\.$/
    );
    expect((await checkHealth(reader, signal)).details.warnings).toHaveLength(1);
  });
});

describe('values of dimensions', () => {
  const ask = async (path: string, request: Partial<ResourceRequest> = {}) => {
    const answer = await answerResource({ path, method: 'GET', url: path, body: '', ...request }, { catalog: fallSpeedCatalog(), instance: reader, signal }); // prettier-ignore
    expect(answer.status).toBe(200);
    return answer.body as { values: Array<{ text: string; value: string }> };
  };
  const filtered = (path: string, filters: object) =>
    ask(path, { url: `${path}?filters=${encodeURIComponent(JSON.stringify(filters))}` });

  it('carry titles, come from what was collected, and end with unknown; tools begin with the one with most use', async () => {
    expect((await ask('dimensions/team')).values).toEqual([{ text: 'Payments', value: 'pay' }, { text: 'Web shop', value: 'web' }]); // prettier-ignore
    expect((await ask('dimensions/code_source')).values.map(({ value }) => value)).toEqual(['human', 'unknown']);
    expect((await ask('/dimensions/tool/')).values.map(({ text }) => text)).toEqual([
      'GitHub Copilot',
      'Agent CLI',
      'none',
    ]);
  });

  it('are narrowed by values of the others, never by their own', async () => {
    expect((await filtered('dimensions/repo', { team: ['web'], repo: ['acme/pay'] })).values).toEqual([{ text: 'acme/shop', value: 'acme/shop' }]); // prettier-ignore
    expect((await filtered('dimensions/tool', { code_source: ['human'] })).values).toEqual([{ text: 'none', value: 'none' }]); // prettier-ignore
    expect((await filtered('dimensions/code_source', { tool: ['copilot'] })).values).toEqual([
      { text: 'unknown', value: 'unknown' },
    ]);
    expect((await filtered('dimensions/team', { repo: ['$__all'] })).values).toHaveLength(2);
  });

  it('are searched by value and title', async () => {
    expect((await ask('dimensions/team', { url: 'dimensions/team?search=SHOP' })).values).toEqual([
      { text: 'Web shop', value: 'web' },
    ]);
    expect((await ask('dimensions/team', { body: JSON.stringify({ search: "';--" }) })).values).toEqual([]);
  });

  it('can be asked for every dimension', async () => {
    const names = (await ask('dimensions')) as unknown as Array<{ value: string }>;
    for (const { value } of names) {
      expect(await ask(`dimensions/${value}`)).toMatchObject({ isCut: false });
    }
  });
});
