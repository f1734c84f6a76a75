// A data source that is bound to a team, asked through the protocol as Grafana asks it: nothing of other teams comes out, by no way in.
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { allQuestions, type Question } from '../../../../bench/answers/questions.ts';
import { DIMENSIONS } from '../../metrics/define.ts';
import { isParamShown, parseQuery } from '../../metrics/query.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { grafanaSettings, PluginProcess, type Answered } from '../fixtures/plugin-process.ts';
import { readFrame } from '../fixtures/read-frame.ts';
import { workGroups, worldSql } from '../fixtures/small-groups-world.ts';

const WORLD = { small: 'few', bands: 'alike' } as const;
const TEAM = 'team-large';
const registry = new Map(metrics.map((metric) => [metric.id, metric]));

/** Names that only other teams have: of themselves, their places and their tools. */
const foreign = workGroups(WORLD)
  .filter(({ name }) => name !== 'large')
  .flatMap(({ values }) => ['team', 'repo', 'service', 'zone', 'tool'].map((name) => values[name]!));

let database: TestDatabase;
let plugin: PluginProcess;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(worldSql(WORLD));
  await database.pool.query(`
    insert into stream_state (stream_id, last_ok_at, row_count) values ('git/history/acme/small', now(), 1), ('import/team-small.csv', now(), 1);
    insert into calendar_event (event_no, kind, title, team_id, started_at) values (1, 'policy', 'only for team-next', 'team-next', '2026-05-01'), (2, 'policy', 'for everybody', null, '2026-05-01');
    insert into incident (source, external_id, service_id, title, severity, started_at) values ('example', 'i1', 'service-small', 'service-small is down', 's1', '2026-05-02')`);
  plugin = await PluginProcess.start([process.execPath, path.join(import.meta.dirname, '..', 'main.ts')]);
}, 60_000);
afterAll(async () => {
  await plugin.stop();
  await database.close();
});

/** Settings as Grafana sends them. Absent teams = a data source of all. */
function source(teams?: string): object {
  const settings = grafanaSettings(database, {}, `ds ${String(teams)}`) as { decryptedSecureJsonData: object };
  return {
    ...settings,
    decryptedSecureJsonData: { ...settings.decryptedSecureJsonData, ...(teams === undefined ? {} : { teams }) },
  };
}

const stored = ({ metric, params }: Question, rest: object = {}) => ({
  queryType: metric,
  params: { ...params, format: 'table' },
  version: 1,
  ...rest,
});

async function ask(json: object, settings = source(TEAM), headers: Record<string, string> = {}): Promise<Answered> {
  const { A } = await plugin.query(settings, [{ json, from: '2026-03-09T00:00:00Z', to: '2026-06-05T00:00:00Z' }], {
    role: 'Editor',
    headers,
  });
  return A!;
}

const bytesOf = ({ frames }: Answered) => frames.map((frame) => Buffer.from(frame).toString('latin1')).join('');
const noticesOf = ({ frames }: Answered) =>
  frames
    .flatMap((frame) => readFrame(frame).meta?.notices ?? [])
    .map(({ text }) => text)
    .join('\\n');
const named = (text: string) => foreign.filter((name) => text.includes(name));
/** As a question of a data source of all teams. */
const withTeam = (question: Question): Question => ({ ...question, params: { ...question.params, team: [TEAM] } });
const hasTeam = ({ metric, params }: Question) => {
  const parsed = parseQuery({ queryType: metric, params, version: 1 }, registry);
  return Object.entries(parsed.metric.params).some(
    ([name, param]) => name === 'team' && isParamShown(param, parsed.params)
  );
};

/** Every mode and grouping; what else can be chosen shows no other names. */
const questions = allQuestions().filter(({ params }) =>
  Object.keys(params).every((name) => ['mode', 'metric', 'kind', 'groupBy'].includes(name))
);
const showsNames = ({ metric, params }: Question) =>
  ['evidence', 'collector-health', 'delivery-events'].includes(metric) ||
  ['team', 'repo', 'service', 'tool'].includes(String(params['groupBy']));

test('each question is answered as that of another data source with the team as its filter, or refused: so both together tell nothing more', async () => {
  const found = await Promise.all(
    questions.map(async (question) => ({
      question,
      answer: await ask(stored(question)),
      same: hasTeam(question) ? await ask(stored(withTeam(question)), source()) : null,
    }))
  );
  for (const { question, answer, same } of found) {
    expect([question, named(bytesOf(answer) + answer.error)]).toEqual([question, []]);
    if (same === null) continue;
    expect([question, answer.error, noticesOf(answer)]).toEqual([question, same.error, noticesOf(same)]);
    expect(bytesOf(answer) === bytesOf(same)).toBe(true);
  }
  const refused = found.filter(({ answer }) => noticesOf(answer).includes(`bound to team ${TEAM}`));
  expect([...new Set(refused.map(({ question }) => question.metric))].sort()).toEqual([
    // Cohorts and features are of the whole store.
    'adoption',
    // Pipelines, incidents and lines are of places.
    'build-health',
    'collector-health',
    'delivery-events',
    'incident-health',
    'knowledge',
    'readiness',
    'signal-quality',
  ]);
  // Not because nothing is shown at all, or because nobody knows the other teams.
  expect(found.filter(({ answer }) => readFrame(answer.frames[0]!).length > 0).length).toBeGreaterThan(30);
  const open = await Promise.all(questions.filter(showsNames).map((question) => ask(stored(question), source())));
  expect(named(open.map(bytesOf).join('')).sort()).toEqual(foreign.filter((name) => !name.startsWith('zone-')).sort());
}, 240_000);

test('an empty answer says of the whole store what a filtered one says, byte by byte, whichever team is asked for', async () => {
  const say = async (settings: object, params: object) => {
    const json = { queryType: 'durability', params: { format: 'table', ...params }, version: 1 };
    const range = { from: '2019-03-04T00:00:00Z', to: '2019-11-25T00:00:00Z' };
    return (await plugin.query(settings, [{ json, ...range }], { role: 'Viewer' })).A!;
  };
  const why = (answer: Answered) => noticesOf(answer).split('\\n').at(-1);
  const whole = why(await say(source(), {}));
  expect(whole).toMatch(/^Nothing in this range: in closed weeks the store holds changes from \S+ to \S+\.$/);
  for (const team of [TEAM, 'team-small']) {
    const scoped = await say(source(team), {});
    expect(bytesOf(scoped)).toBe(bytesOf(await say(source(), { team: [team] })));
    expect(why(scoped)).toBe(whole);
  }
});

test('readiness is not told apart by team: it is refused', async () => {
  for (const mode of ['questions', 'grounds', 'steps']) {
    const answer = await ask(stored({ metric: 'readiness', params: { mode } }));
    expect([mode, readFrame(answer.frames[0]!).length]).toEqual([mode, expect.any(Number)]);
    expect(noticesOf(answer)).toContain(`bound to team ${TEAM}`);
  }
});

test('how far the collection is may be asked: it tells of no team', async () => {
  const answer = await ask(stored({ metric: 'collector-health', params: { mode: 'progress' } }));
  expect(readFrame(answer.frames[0]!).length).toBe(1);
});

test.each([['team-small'], ['no-such-team']])(
  'team %s is refused by name, whether there is one or not',
  async (team) => {
    const question = { metric: 'evidence', params: {} };
    const message = `This data source is bound to team team-large and answers nothing about team "${team}". Choose another value, or ask a data source that has it.`;
    const adhoc = (operator: string, rest: object) =>
      stored(question, { adhocFilters: [{ key: 'team', operator, ...rest }] });
    const asked = [
      stored({ ...question, params: { team: [team] } }),
      stored({ ...question, params: { team: [TEAM, team] } }),
      adhoc('=', { value: team }),
      adhoc('=|', { values: [TEAM, team] }),
    ];
    for (const json of asked) {
      expect(await ask(json)).toMatchObject({ error: message, status: 403, errorSource: 'downstream' });
    }
    const filtered = await plugin.resource(source(TEAM), 'dimensions/repo', {
      body: JSON.stringify({ filters: { team: [team] } }),
    });
    expect(filtered).toMatchObject({ code: 403, body: { code: 'team_out_of_scope', message } });
  }
);

test.each([
  ['!=', 'x'],
  ['=~', '.*'],
  ['!~', 'x'],
])('an ad-hoc filter on team by %s leaves its own', async (operator, value) => {
  const answer = await ask(
    stored({ metric: 'evidence', params: {} }, { adhocFilters: [{ key: 'team', operator, value }] })
  );
  expect(answer.error).toBe('');
  expect(readFrame(answer.frames[0]!).length).toBeGreaterThan(0);
  expect(named(bytesOf(answer))).toEqual([]);
});

test('variables, pickers and ad-hoc filters offer what its team has', async () => {
  for (const dimension of DIMENSIONS) {
    for (const body of [{}, { search: 'e' }, { filters: { repo: ['acme/small'] } }]) {
      const { code, body: found } = await plugin.resource(source(TEAM), `dimensions/${dimension}`, {
        body: JSON.stringify(body),
      });
      expect([dimension, code, named(JSON.stringify(found))]).toEqual([dimension, 200, []]);
    }
  }
  expect(await plugin.resource(source(TEAM), 'dimensions/team')).toMatchObject({ body: { values: [{ value: TEAM }] } });
  expect(await plugin.resource(source(`${TEAM}, team-rest`), 'dimensions/team')).toMatchObject({
    body: { values: [{ value: TEAM }, { value: 'team-rest' }] },
  });
});

test('Save & test speaks of its team alone', async () => {
  const check = (settings: object) =>
    plugin.call<{ status: number; message: string; jsonDetails: Buffer }>('pluginv2.Diagnostics/CheckHealth', {
      pluginContext: { orgId: 1, dataSourceInstanceSettings: settings },
    });
  const { status, message, jsonDetails } = await check(source(TEAM));
  expect(status).toBe(1);
  expect(message).toContain('Bound to team team-large: it can be read, and nothing is said here of how much there is.');
  expect(message).not.toMatch(/repositor|changes|20\d\d-/);
  expect(named(message + jsonDetails.toString('utf8'))).toEqual([]);
  // Sources of one team, of few people and of both differ by what they are bound to alone: their numbers cannot be subtracted.
  const withoutTeams = async (teams: string) => {
    const found = await check(source(teams));
    return [
      found.status,
      `${found.message} ${found.jsonDetails.toString('utf8')}`.replaceAll(/Bound to teams? [^:]*:/g, ''),
    ];
  };
  const own = await withoutTeams(TEAM);
  expect(await withoutTeams('team-small')).toEqual(own);
  expect(await withoutTeams(`${TEAM}, team-small`)).toEqual(own);
  const whole = async () => (await check(source())).message.replace(/Last collection.*/, '');
  const before = await whole();
  await database.pool.query(`create table kept as select * from change_fact where false;
    with gone as (delete from change_fact where ctid = (select ctid from change_fact limit 1) returning *) insert into kept select * from gone`);
  expect(await whole()).toBe(before);
  await database.pool.query('insert into change_fact select * from kept; drop table kept');
  expect(await check(source('team-large, team-lagre'))).toMatchObject({
    status: 2,
    message: expect.stringContaining('bound to team "team-lagre", which the store does not have') as string,
  });
  expect(await check(source(''))).toMatchObject({
    status: 2,
    message: expect.stringContaining('Setting "teams" is set and names none') as string,
  });
});

test('an alert rule about what is not told apart by team fails: it is no all-clear', async () => {
  const rule = { queryType: 'collector-health', params: { format: 'numeric' }, version: 1 };
  expect(await ask(rule, source(TEAM), { FromAlert: 'true' })).toMatchObject({
    status: 403,
    error: expect.stringMatching(/^This data source is bound to team team-large/) as string,
  });
});

test('teams that are unknown or not filled in open nothing; * is all of them', async () => {
  const json = stored({ metric: 'evidence', params: {} });
  expect(await ask(json, source('nobodys'))).toMatchObject({
    status: 400,
    error: expect.stringContaining('team "nobodys", which the store does not have') as string,
  });
  expect(await ask(json, source(' , '))).toMatchObject({
    status: 400,
    error: expect.stringContaining('Setting "teams"') as string,
  });
  expect(await ask(json, source('*, team-large'))).toMatchObject({
    status: 400,
    error: expect.stringContaining('* alone') as string,
  });
  expect(bytesOf(await ask(json, source('*')))).toBe(bytesOf(await ask(json, source())));
});
