/** What is excluded, why, and since when; taken back, everything counts as before. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { parseConfig } from '../../config/load.ts';
import { configSchema } from '../../config/schema.ts';
import { messageOf } from '../../errors.ts';
import { deriveAll } from '../derive.ts';
import { facts, foundations, REPOS } from '../fixtures/organisation.ts';
import { ensureRepos, writeFacts } from '../fixtures/write.ts';
import { exclusionsOf, holidaysOf } from './exclusions.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
  const repos = await ensureRepos(db.pool, REPOS);
  await writeFacts(db.pool, [...foundations(), ...facts()], repos);
});
afterAll(() => db.close());

const apply = async (exclusions: readonly object[], full = false): Promise<void> =>
  deriveAll(db.pool, { config: configSchema.parse({ time_zone: 'Europe/Berlin', exclusions }), full });
const one = async (sql: string): Promise<unknown> => Object.values((await db.pool.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0]; // prettier-ignore
const count = async (from: string): Promise<number> => Number(await one(`select count(*) from ${from}`));

const wrong = { kind: 'bad_data', from: '2026-01-20', to: '2026-02-02', reason: 'the forge moved' } as const;
const DAYS = `>= '2026-01-19T23:00:00Z' and`;
const LATER = `< '2026-02-02T23:00:00Z'`;

test('a change of bad data counts in no number, and comes back when it is withdrawn', async () => {
  await apply([]);
  const within = await count(`change_fact where merged_at ${DAYS} merged_at ${LATER}`);
  expect(within).toBeGreaterThan(3);
  const views = [
    'merged_unit',
    'flow_unit',
    'survived_unit',
    'change_outcome',
    `completed_unit where change_id is not null`,
  ];
  const before = await Promise.all(views.map(count));
  await apply([{ ...wrong, facts: ['changes'] }]);
  expect(await count(`change_fact where excluded_reason = 'the forge moved'`)).toBe(within);
  for (const view of ['merged_unit', 'flow_unit', 'survived_unit', 'change_outcome']) {
    expect(await count(`${view} where merged_at ${DAYS} merged_at ${LATER}`)).toBe(0);
  }
  expect(await count(`workflow_completion c join change_fact f using (repo_id, change_id) where f.excluded_reason is not null`)).toBe(0); // prettier-ignore
  expect(await count(`change_death d join change_fact f using (repo_id, change_id) where f.excluded_reason is not null`)).toBe(0); // prettier-ignore
  await apply([]);
  expect(await Promise.all(views.map(count))).toEqual(before);
});

test('a team stands for those below it, and what is of another team counts', async () => {
  const config = configSchema.parse({
    teams: [{ id: 'a', parent: 'shop' }, { id: 'b' }, { id: 'shop', parent: 'a' }],
    exclusions: [{ ...wrong, facts: ['changes'], teams: ['shop'] }],
  });
  expect(exclusionsOf(config)[0]?.teams).toEqual(['a', 'shop']);
  await apply([{ ...wrong, facts: ['changes'], teams: ['a'] }]);
  expect(await one(`select array_agg(distinct team_id) from change_fact where excluded_reason is not null`)).toEqual([
    'a',
  ]);
  expect(await count(`merged_unit where team = 'b' and merged_at ${DAYS} merged_at ${LATER}`)).toBeGreaterThan(0);
});

test('changes that ended: each as its team at that instant and the reason for exclusion say, one by one, also where memberships overlap', async () => {
  await db.pool.query(`
    create table kept as select * from membership;
    update membership set is_primary = false;
    insert into membership (person_id, team_id, valid_from, valid_to) select person_id, team_id, at, case when n % 3 > 0 then at + n * interval '9 days' end
    from (select person_id, team_id, row_number() over (order by person_id, team_id) as n from person cross join team where kind = 'human') p
    cross join lateral (select timestamptz '2026-01-05' + n % 7 * interval '11 days' as at) a`);
  await apply([
    { ...wrong, facts: ['changes'], teams: ['a'] },
    { ...wrong, facts: ['changes'], to: '2026-02-20', repositories: [String(await one('select min(slug) from repo'))] },
    { ...wrong, facts: ['builds'], to: '2026-03-20' },
  ]);
  const places = `(select r.slug as repo, coalesce(r.service_id, r.slug) as service, c.change_id, coalesce(c.merged_at, c.closed_at) as at, coalesce((
      select m.team_id from membership m join account q using (person_id)
      where q.account_id = coalesce(c.requester_account_id, c.author_account_id) and m.is_primary
        and m.valid_from <= coalesce(c.merged_at, c.closed_at) and (m.valid_to is null or m.valid_to > coalesce(c.merged_at, c.closed_at))
      order by m.valid_from desc limit 1), r.owner_team_id, 'unknown') as team,
      coalesce((select coalesce(w.kind, a.kind) from account a left join person w using (person_id) where a.account_id = c.author_account_id), 'human') as kind
    from change c join repo r using (repo_id) where c.kind = 'pull_request')`;
  const slow = `(select change_id, team from ${places} u where at is not null and kind <> 'automation' and excluded_reason('changes', at, team, service, repo) is null)`;
  const all = await count(`${places} u where at is not null and kind <> 'automation'`);
  const counted = await count(`${slow} u`);
  expect(counted).toBeGreaterThan(3);
  expect(counted).toBeLessThan(all);
  expect(await count(`(select distinct team from ${slow} s) u`)).toBeGreaterThan(1);
  expect(await count('closed_unit')).toBe(counted);
  expect(await count(`(select change_id, team from closed_unit except select * from ${slow} s) u`)).toBe(0);
  await db.pool.query('delete from membership');
  await db.pool.query('insert into membership select * from kept; drop table kept');
});

test('a deployment of bad data is told beside those that count; what it shipped counts, its lead time does not', async () => {
  await apply([{ ...wrong, facts: ['deployments'] }]);
  const left = await count(`reported_deployment where excluded_reason is not null`);
  expect(left).toBeGreaterThan(0);
  expect(await count(`production_deployment where finished_at ${DAYS} finished_at ${LATER}`)).toBe(0);
  expect(await count('reported_deployment')).toBe((await count('production_deployment')) + left);
  expect(await count(`merged_unit where deployment_excluded is not null`)).toBeGreaterThan(0);
  expect(await count(`change_fact where excluded_reason is not null`)).toBe(0);
});

test('an incident of bad data is none, by its service, and by the team of those who deploy it', async () => {
  const incidents = `incident_unit where started_at < '2026-02-09T23:00:00Z'`;
  await apply([]);
  const all = await count(incidents);
  expect(all).toBeGreaterThan(0);
  const facts = ['incidents'];
  await apply([{ ...wrong, to: '2026-02-09', from: '2026-01-01', facts }]);
  expect(await count(incidents)).toBe(0);
  expect(await count(`workflow_completion where unit_key like 'incident:%' and ended_at < '2026-02-09'`)).toBe(0);
  await apply([{ ...wrong, to: '2026-02-09', from: '2026-01-01', facts, services: ['nowhere'] }]);
  expect(await count(incidents)).toBe(all);
});

test('what was said when is kept: it is withdrawn, never removed, and a full derivation leaves it', async () => {
  await db.pool.query('delete from exclusion');
  const freeze = { kind: 'freeze', from: '2026-03-28', to: '2026-03-29', reason: 'audit', declared_by: 'Ana' } as const;
  await apply([freeze]);
  await apply([]);
  await apply([freeze]);
  await apply([freeze, freeze], true);
  const { rows } = await db.pool.query(
    `select kind, started_at, ended_at, is_everywhere, declared_by, withdrawn_at is null as is_in_force, declared_at <= coalesce(withdrawn_at, declared_at) as is_in_order
     from exclusion order by exclusion_id`
  );
  // Both days in the configured zone, in which the clocks change on the second.
  const stored = { kind: 'freeze', started_at: new Date('2026-03-27T23:00:00Z'), ended_at: new Date('2026-03-29T22:00:00Z'), is_everywhere: true, declared_by: 'Ana', is_in_order: true }; // prettier-ignore
  expect(rows).toEqual([
    { ...stored, is_in_force: false },
    { ...stored, is_in_force: true },
  ]);
  expect(JSON.stringify(await one(`select value from setting where key = 'exclusions'`))).not.toContain('Ana');
});

test('minutes of a freeze: what two share counts once, and of an interval only its part', async () => {
  const freeze = (from: string, to: string, more = {}): object => ({
    kind: 'freeze',
    from,
    to,
    time_zone: 'UTC',
    reason: 'x',
    ...more,
  });
  await apply([freeze('2026-03-02', '2026-03-03'), freeze('2026-03-03', '2026-03-04', { services: ['shop'] })]);
  const minutes = (since: string, until: string, service: string): Promise<unknown> => one(`select frozen_minutes('${since}Z', '${until}Z', 'a', '${service}', 'r')`); // prettier-ignore
  expect(await minutes('2026-03-01T00:00', '2026-03-09T00:00', 'shop')).toBe(3 * 1440);
  expect(await minutes('2026-03-01T00:00', '2026-03-09T00:00', 'api')).toBe(2 * 1440);
  expect(await minutes('2026-03-03T23:00', '2026-03-04T01:00', 'shop')).toBe(120);
  expect(await minutes('2026-03-04T12:00', '2026-03-03T12:00', 'shop')).toBe(0);
});

test('holidays are days of the teams that have them', () => {
  const exclusions = exclusionsOf(
    configSchema.parse({
      exclusions: [
        { kind: 'holiday', from: '2026-05-01', to: '2026-05-01', reason: 'May Day' },
        { kind: 'holiday', from: '2026-12-24', to: '2026-12-26', teams: ['web'], reason: 'Christmas' },
      ],
    })
  );
  expect(holidaysOf(exclusions, 'web').sort()).toEqual(['2026-05-01', '2026-12-24', '2026-12-25', '2026-12-26']);
  expect(holidaysOf(exclusions, 'api')).toEqual(['2026-05-01']);
});

test.each([
  [
    "kind: freeze, from: '2026-03-02', to: '2026-03-01', reason: x",
    'exclusions.0.to: 2026-03-01 ends before it starts (2026-03-02)',
  ],
  ["kind: freeze, from: '2026-03-02T10:00:00Z', to: '2026-03-03', reason: x", 'exclusions.0.from: '],
  ["kind: freeze, from: '2026-03-02', to: '2026-03-03'", 'exclusions.0.reason: '],
  ["kind: freeze, from: '2026-03-02', to: '2026-03-03', reason: '  '", 'exclusions.0.reason: say why'],
  ["kind: frost, from: '2026-03-02', to: '2026-03-03', reason: x", 'exclusions.0.kind: '],
  [
    "kind: bad_data, from: '2026-03-02', to: '2026-03-03', reason: x",
    'exclusions.0.facts: bad_data says whose units count for nothing: one or more of changes, deployments, incidents, builds',
  ],
  [
    "kind: freeze, from: '2026-03-02', to: '2026-03-03', facts: [changes], reason: x",
    'exclusions.0.facts: a freeze leaves no units out',
  ],
  [
    "kind: holiday, from: '2026-03-02', to: '2026-03-03', services: [shop], reason: x",
    'exclusions.0.services: a holiday is for teams',
  ],
  [
    "kind: holiday, from: '2026-03-02', to: '2026-03-03', time_zone: UTC, reason: x",
    'exclusions.0.time_zone: a holiday is a day in the zone of each team',
  ],
  [
    "kind: freeze, from: '2026-03-02', to: '2026-03-03', time_zone: Mars/Base, reason: x",
    'exclusions.0.time_zone: is not an IANA time zone',
  ],
])('a fault is named with what is meant: %s', (given, fault) => {
  let said = '';
  try {
    parseConfig(`exclusions:\n  - { ${given} }\n`, 'throughline.yaml', {});
  } catch (error) {
    said = messageOf(error);
  }
  expect(said).toContain(`throughline.yaml:2: ${fault}`);
});
