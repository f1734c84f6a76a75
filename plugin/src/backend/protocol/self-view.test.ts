// Own numbers and the log of evidence, asked through the protocol as Grafana sends it: the user in the plugin context, everything else in the query.
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { grafanaSettings, PluginProcess } from '../fixtures/plugin-process.ts';
import { readFrame } from '../fixtures/read-frame.ts';

const PEOPLE = ['ana', 'bo', 'cem', 'dee', 'eva', 'fay'];
/** Six people in two teams: web of five, api of one. Each has their own number of changes and uses: 1, 2, 3 … */
const WORLD = `
insert into setting (key, value) values ('k', '6'), ('usage_k', '6'), ('self_view', '"email"');
insert into repo (repo_id, slug, observed_until) overriding system value values (1, 'acme/shop', '2026-06-05');
insert into tool (tool_id, title, nominal_grade) values ('cursor', 'Cursor', 3);
insert into person (person_id, kind) select name, 'human' from unnest('{${PEOPLE.join(',')}}'::text[]) name;
insert into person (person_id, kind) values ('agent', 'ai_agent');
insert into account (account_id, provider, email, login, person_id) select 'git:' || person_id, 'git', person_id || '@acme.io', person_id, person_id from person;
insert into account (account_id, provider, login, person_id) values ('github:ana', 'github', 'ana-gh', 'ana'), ('sso:bo', 'sso', 'bo', 'bo');
insert into account (account_id, provider, email, person_id, has_conflict) values ('git:pair', 'git', 'pair@acme.io', null, true), ('git:gone', 'git', 'handed@acme.io', 'eva', false),
  ('git:two', 'git', 'two@acme.io', 'ana', false), ('csv:two', 'csv', 'two@acme.io', 'bo', false), ('git:none', 'git', 'none@acme.io', null, false);
insert into account_join (account_id, version, person_id, valid_from, valid_to, method, confidence) values
  ('git:gone', 1, 'dee', '-infinity', '2026-01-01', 'people_file', 1), ('git:gone', 1, 'eva', '2026-01-01', 'infinity', 'people_file', 1);
insert into tool_day (tool_id, person_id, day, grade, invocations, source)
  select 'cursor', name, date '2026-04-01', 3, n, 'csv' from unnest('{${PEOPLE.join(',')}}'::text[]) with ordinality p(name, n);
insert into change_fact (repo_id, change_id, change_key, first_commit_at, merged_at, title, service_id, team_id, author_kind, responsible_id, seniority, pr_class, class_method,
  code_source, method, commit_count, size)
  select 1, 100 * n + i, (100 * n + i)::text, '2026-04-01 10:00Z', '2026-04-01 12:00Z', 'x', 'shop', case when n < 6 then 'web' else 'api' end, 'human', name, 'unknown', 'feature', 'none', 'unknown', 'none', 1, 'S'
  from unnest('{${PEOPLE.join(',')}}'::text[]) with ordinality p(name, n), generate_series(1, n) i;
insert into change (repo_id, change_id, change_key, kind, title, merged_at, source) overriding system value
  select repo_id, change_id, change_key, 'pull_request', title, merged_at, 'git' from change_fact;`;

let database: TestDatabase;
let plugin: PluginProcess;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(WORLD);
  plugin = await PluginProcess.start([process.execPath, path.join(import.meta.dirname, '..', 'main.ts')]);
}, 60_000);
afterAll(async () => {
  await plugin.stop();
  await database.close();
});

interface Who {
  readonly login?: string;
  readonly email?: string;
  readonly role?: string;
  readonly headers?: Record<string, string>;
  /** Beside the params, in the query. */
  readonly more?: object;
  /** Settings of the data source. */
  readonly source?: object;
}
const ana: Who = { login: 'ana', email: 'Ana@acme.io', role: 'Viewer' };
const bo: Who = { login: 'bo', email: 'bo@acme.io', role: 'Admin' };

/** Settings are read anew for each data source of another number. */
let settings = 0;
async function ask(queryType: string, params: object, who: Who) {
  const json = { queryType, params: { format: 'table', ...params }, version: 1, ...who.more };
  const { login = '', email = '', role, headers = {} } = who;
  const options = role === undefined ? { headers } : { headers, role, user: { login, email } };
  const query = {
    json,
    from: '2026-03-01T00:00:00Z',
    to: queryType === 'evidence-log' ? new Date(Date.now() + 60_000).toISOString() : '2026-06-05T00:00:00Z',
  };
  const { A } = await plugin.query(
    grafanaSettings(database, who.source ?? {}, `ds${String(settings)}${JSON.stringify(who.source ?? '')}`),
    [query],
    options
  );
  const [frame] = (A?.frames ?? []).map((bytes) => readFrame(bytes));
  const fields = (frame?.fields ?? []).map(({ name, values }) => [name, values as unknown[]] as const);
  const isNothing = fields.length === 1 && fields[0]?.[0] === 'nothing';
  return {
    error: A?.error ?? '',
    said: (frame?.meta?.notices ?? []).map(({ text }) => text).join('\n'),
    rows: isNothing ? [] : Array.from({ length: frame?.length ?? 0 }, (_, row) => Object.fromEntries(fields.map(([name, values]) => [name, values[row]]))), // prettier-ignore
  };
}
const set = async (key: string, value: string): Promise<void> => {
  await database.pool.query(`insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value`, [key, value]); // prettier-ignore
  settings += 1;
};

describe('own numbers', () => {
  test('each person has theirs, side by side and one after the other, and nothing of it is kept for another', async () => {
    const uses = async (who: Who) => (await ask('my-work', {}, who)).rows.map(({ uses: n }) => n);
    expect(await Promise.all([uses(ana), uses(bo), uses(ana)])).toEqual([[1], [2], [1]]);
    expect([await uses(bo), await uses(ana)]).toEqual([[2], [1]]);
    expect((await ask('my-work', { mode: 'outcomes' }, bo)).rows).toMatchObject([{ value: 2, median_hours: 120 }]);
  });

  test('nothing that a query, a variable, a header or an ad-hoc filter says makes it another’s', async () => {
    for (const params of [
      { me: 'bo' },
      { person: 'bo' },
      { person_id: 'bo' },
      { user: '${__user.login}' },
      { login: 'bo' },
      { email: 'bo@acme.io' },
    ]) {
      expect(await ask('my-work', params, ana)).toMatchObject({ rows: [], error: expect.stringContaining('no param') }); // prettier-ignore
    }
    const forged = {
      ...{
        me: 'bo',
        user: { login: 'bo', email: 'bo@acme.io' },
        email: 'bo@acme.io',
        scope: 'bo',
        pluginContext: { user: { email: 'bo@acme.io' } },
      },
    };
    const headers = { 'X-Grafana-User': 'bo', 'X-Grafana-Id': 'bo', 'X-WEBAUTH-USER': 'bo', 'X-Forwarded-User': 'bo@acme.io', Cookie: 'grafana_session=bo' }; // prettier-ignore
    for (const answer of [
      await ask('my-work', {}, { ...ana, more: forged }),
      await ask('my-work', {}, { ...ana, headers }),
    ]) {
      expect(answer.rows.map(({ uses }) => uses).filter((uses) => uses !== 1)).toEqual([]);
    }
    const filters = [{ key: 'person', operator: '=', value: 'bo' }];
    expect((await ask('my-work', {}, { ...ana, more: { adhocFilters: filters } })).rows.filter(({ uses }) => uses !== 1)).toEqual([]); // prettier-ignore
  });

  test.each([
    ['nobody signed in', {}],
    ['somebody without a name', { role: 'Viewer' }],
    ['a service account', { role: 'Admin', login: 'sa-1-bo', email: 'sa-1-bo' }],
    ['a service account with the address of another', { role: 'Admin', login: 'sa-1-x', email: 'bo@acme.io' }],
    ['a name with a wildcard', { role: 'Viewer', login: 'x', email: '%@acme.io' }],
    ['a name with a blank', { role: 'Viewer', login: 'x', email: ' ' }],
    ['nobody of the store', { role: 'Viewer', login: 'admin', email: 'admin@localhost' }],
    ['an account of nobody', { role: 'Viewer', login: 'x', email: 'none@acme.io' }],
    ['an account in conflict', { role: 'Viewer', login: 'x', email: 'pair@acme.io' }],
    ['an address of two', { role: 'Viewer', login: 'x', email: 'two@acme.io' }],
    ['an address that was handed on', { role: 'Viewer', login: 'x', email: 'handed@acme.io' }],
    ['an agent', { role: 'Viewer', login: 'agent', email: 'agent@acme.io' }],
    ['a login of the right name, where the address counts', { role: 'Viewer', login: 'bo', email: 'x@other.example' }],
  ])('%s has no number and one sentence', async (_, who) => {
    expect(await ask('my-work', {}, who)).toEqual({ error: '', rows: [], said: expect.stringMatching(/^not shown: /) });
  });

  test('a rule is nobody, also one that its Admin tries', async () => {
    const answer = await ask('my-work', {}, { ...bo, headers: { FromAlert: 'true' } });
    expect([answer.rows, answer.error]).toEqual([[], expect.stringContaining('are nobody')]);
  });

  test('by the login of the directory or of GitHub where the organisation says so, and off where it does not', async () => {
    await set('self_view', '"sso"');
    expect((await ask('my-work', {}, bo)).rows).toHaveLength(1);
    expect((await ask('my-work', {}, ana)).rows).toEqual([]);
    await set('self_view', '"github"');
    expect((await ask('my-work', {}, { login: 'Ana-GH', role: 'Viewer' })).rows).toHaveLength(1);
    expect((await ask('my-work', {}, { login: 'ana', role: 'Viewer' })).rows).toEqual([]);
    await set('self_view', '"off"');
    expect(await ask('my-work', {}, ana)).toMatchObject({ rows: [], said: expect.stringContaining('switched off') });
    const asReader = await database.pool.query(`select * from self_person('ana@acme.io')`);
    expect(asReader.rows.filter(({ person_id: id }) => id !== null)).toEqual([]);
    await set('self_view', '"email"');
  });

  test('who has their own number cannot take it off a group of five: it is hidden, and shown of six', async () => {
    const changes = async () => (await ask('signal-quality', { mode: 'unknown_share' }, ana)).rows.map(({ n }) => n);
    expect(await changes()).toEqual([21]);
    await database.pool.query(`update change_fact set responsible_id = 'eva' where responsible_id = 'fay'`);
    await set('facts_derived', '"five"');
    expect(await changes()).toEqual([null]);
    // Where nobody sees their own, five are enough.
    await set('self_view', '"off"');
    await set('k', '5');
    expect(await changes()).toEqual([21]);
    await set('self_view', '"email"');
    // A store that did not write it down yet, and a data source that raises the number: a person more all the same.
    expect(await changes()).toEqual([null]);
    await database.pool.query(
      `update change_fact set responsible_id = 'fay' where responsible_id = 'eva' and change_id > 600`
    );
    await set('facts_derived', '"six"');
    await set('k', '6');
    expect(await changes()).toEqual([21]);
    expect((await ask('signal-quality', { mode: 'unknown_share' }, { ...ana, source: { smallestGroup: 6 } })).rows.map(({ n }) => n)).toEqual([null]); // prettier-ignore
  });
});

describe('who opened rows behind numbers', () => {
  const opened = async () => (await database.pool.query<{ who: string; role: string; rows: number; asked: object }>('select who, role, rows, asked from evidence_opening order by opening_no')).rows; // prettier-ignore

  test('each opening is noted with who, what for and how many rows; what shows nothing is not', async () => {
    expect((await ask('evidence', { repo: ['acme/shop'] }, bo)).rows).toHaveLength(21);
    await ask('evidence', {}, ana);
    await ask('evidence', { mode: 'incidents' }, bo);
    expect(await opened()).toEqual([
      { who: 'bo', role: 'Admin', rows: 21, asked: expect.objectContaining({ metric: 'evidence', mode: 'changes', repo: ['acme/shop'] }) }, // prettier-ignore
    ]);
  });

  test('however many and long the values of a filter are, the note says metric, mode, range, filters and how many values', async () => {
    const junk = Array.from({ length: 490 }, (_, n) => `${'ä"'.repeat(30)}${String(n)}`);
    const repo = ['acme/shop', ...junk];
    const adhocFilters = [
      { key: 'repo', operator: '=|', values: repo, value: '' },
      ...Array.from({ length: 19 }, () => ({
        key: 'team',
        operator: '=|',
        values: ['web', 'api', ...junk],
        value: '',
      })),
    ];
    for (const [params, more] of [
      [{ repo }, {}],
      [{}, { adhocFilters }],
    ] as const) {
      expect((await ask('evidence', params, { ...bo, more })).rows).toHaveLength(21);
      const { asked } = (await opened()).at(-1) ?? { asked: {} };
      expect(asked).toMatchObject({ metric: 'evidence', mode: 'changes', from: expect.any(String), to: expect.any(String), repo: expect.arrayContaining([expect.stringMatching(/of 491$/)]) }); // prettier-ignore
      expect(JSON.stringify(asked).length).toBeLessThan(8000);
      if ('adhocFilters' in more) expect(asked).toMatchObject({ filters: expect.arrayContaining([expect.stringMatching(/^team =\| .*of 492$/), expect.stringMatching(/^repo =\| .*of 491$/)]) }); // prettier-ignore
    }
    await database.pool.query(`delete from evidence_opening where asked::text like '%more of%'`);
  });

  test('the log is for Admins, and the role that panels read with can add to it and nothing else', async () => {
    expect((await ask('evidence-log', {}, bo)).rows).toMatchObject([{ who: 'bo', metric: 'changes', value: 21 }]);
    for (const who of [ana, { ...ana, role: 'Editor' }, {}]) {
      expect(await ask('evidence-log', {}, who)).toMatchObject({ rows: [], said: expect.stringContaining('Admins only') }); // prettier-ignore
    }
    const { rows } = await database.pool.query<{ right: string }>(
      `select r as right from unnest('{insert,update,delete,truncate}'::text[]) r where has_table_privilege('throughline_reader', 'evidence_opening', r)`
    );
    expect(rows).toEqual([]);
  });

  test('what cannot be noted is not shown, unless the organisation wants no notes', async () => {
    const before = (await opened()).length;
    await database.pool.query('alter function note_evidence_opened rename to note_gone');
    expect(await ask('evidence', {}, bo)).toMatchObject({ rows: [], said: expect.stringContaining('took no note') });
    await set('log_evidence', 'false');
    expect((await ask('evidence', {}, bo)).rows).toHaveLength(21);
    await database.pool.query('alter function note_gone rename to note_evidence_opened');
    expect(await opened()).toHaveLength(before);
  });
});
