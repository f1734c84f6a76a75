import { testDatabase } from '../../../../collector/testing/database.ts';
import { compute } from './compute.ts';

const context = {
  params: { bucket: 'none', rows: 'all', groupBy: [], ci: true },
  settings: {},
  from: new Date('2026-01-05T00:00:00Z'),
  to: new Date('2026-04-06T00:00:00Z'),
  tz: 'UTC',
};
const row = (sums: object) => ({
  ...{ cell: '', project: null, sprint: null, sprints: 5, delivered_added: 0, n: 25, n_dev: 6, n_dev_committed: 6 },
  ...sums,
});

test('sprints whose fates differ have a wider interval than as many issues of their own, and fewer than five have none', () => {
  const each = '10:10,2:10,10:10,2:10,8:10,10:10';
  const [differing] = compute([row({ committed: 60, delivered: 42, each })], context as never).rows;
  const [alike] = compute([row({ committed: 60, delivered: 42, each: Array(6).fill('7:10').join() })], context as never).rows; // prettier-ignore
  const [few] = compute([row({ committed: 60, delivered: 42, each: '14:20,14:20,14:20' })], context as never).rows;
  expect([differing, alike, few].map((one) => one?.['value'])).toEqual([0.7, 0.7, 0.7]);
  // As of six units: each sprint went as a whole.
  expect(differing).toMatchObject({
    lo: expect.closeTo(0.325, 3) as number,
    hi: expect.closeTo(0.919, 3) as number,
    status: 'ok',
  });
  expect(alike?.['lo']).toBeCloseTo(0.7, 6);
  expect(few).toMatchObject({ lo: null, hi: null });
});

test('of a single sprint the share is what it is; of several fewer than twenty committed issues are none', () => {
  const single = row({ sprint: 'Sprint 1', project: 'SHOP', committed: 4, delivered: 3, each: '3:4' });
  const shown = compute([single, row({ committed: 19, delivered: 19, each: '19:19' })], context as never).rows;
  expect(shown).toMatchObject([
    { sprint: 'Sprint 1', value: 0.75, lo: null, status: 'ok' },
    { value: null, committed: 19, delivered: 19, status: 'low_n' },
  ]);
});

/** An issue, when it was in the sprint of 3 to 17 March, its ends, and what else is said of it. */
interface Told {
  readonly from?: string;
  readonly until?: string;
  readonly done?: string;
  readonly spans?: ReadonlyArray<readonly ['done' | 'cancelled', string, string | null]>;
}

const TOLD: Readonly<Record<string, Told>> = {
  done: { done: '2026-03-10' },
  'done as it ended': { done: '2026-03-17' },
  'reopened later': { spans: [['done', '2026-03-10', '2026-03-20']] },
  'reopened and done again later': { done: '2026-03-25', spans: [['done', '2026-03-10', '2026-03-20'], ['done', '2026-03-25', null]] },
  'reopened before its end': { spans: [['done', '2026-03-10', '2026-03-12']] },
  'done later': { done: '2026-03-18' },
  'done as it began': { done: '2026-03-03' },
  'done before, reopened, done in it': { done: '2026-03-09', spans: [['done', '2026-03-01', '2026-03-05'], ['done', '2026-03-09', null]] },
  'put into it after it was done': { from: '2026-03-11', done: '2026-03-10' },
  'carried over at its end': { until: '2026-03-17' },
  'taken out': { until: '2026-03-12' },
  'done, then taken out': { until: '2026-03-12', done: '2026-03-10' },
  'given up': { spans: [['cancelled', '2026-03-10', null]] },
  'put into it later': { from: '2026-03-18' },
}; // prettier-ignore

test('what an issue was to a sprint is judged as of its end, and nothing later changes it', async () => {
  const database = await testDatabase();
  const ask = async (text: string): Promise<object[]> => (await database.pool.query<object>(text)).rows;
  const value = (text: string | null | undefined): string => (text === undefined || text === null ? 'null' : `'${text}Z'`);
  await ask(`insert into cycle (source, cycle_id, title, starts_at, ends_at, completed_at) values
    ('jira', 's', 'Sprint', '2026-03-03Z', '2026-03-17Z', '2026-03-17Z'), ('jira', 'future', 'Never started', null, '2026-03-17Z', '2026-03-17Z')`);
  for (const [name, { from = '2026-03-02', until, done, spans = [] }] of Object.entries(TOLD)) {
    await ask(`insert into issue (source, external_id, created_at) values ('jira', '${name}', '2026-02-01Z')`);
    await ask(`insert into issue_cycle (source, external_id, cycle_id, added_at, removed_at, method) values ('jira', '${name}', 's', '${from}Z', ${value(until)}, 'changelog')`);
    await ask(`insert into issue_fact (source, external_id, done_at, reopened_count, moved_count, bad_order_count) values ('jira', '${name}', ${value(done)}, 0, 0, 0)`);
    for (const [seq, [stage, began, ended]] of spans.entries()) await ask(`insert into issue_stage (source, external_id, seq, stage, began_at, ended_at) values ('jira', '${name}', ${String(seq)}, '${stage}', '${began}Z', ${value(ended)})`);
  }
  await ask(`insert into issue_cycle (source, external_id, cycle_id, added_at, method) values ('jira', 'done', 'future', '2026-03-02Z', 'changelog')`);
  const told = await ask(`select external_id as id, outcome, is_committed as c from sprint_issue`);
  expect(Object.fromEntries(told.map((one) => { const { id, outcome, c } = one as Record<string, unknown>; return [id, `${c === true ? 'committed' : 'added'}, ${String(outcome)}`]; }))).toEqual({
    done: 'committed, delivered',
    'done as it ended': 'committed, delivered',
    'reopened later': 'committed, delivered',
    'reopened and done again later': 'committed, delivered',
    'reopened before its end': 'committed, carried_over',
    'done later': 'committed, carried_over',
    'done before, reopened, done in it': 'added, delivered',
    'put into it after it was done': 'added, delivered',
    'carried over at its end': 'committed, carried_over',
    'taken out': 'committed, removed',
    'done, then taken out': 'committed, delivered',
    'given up': 'committed, cancelled',
  });
  // Its issues were read to the day before its end.
  await ask(`insert into stream_state (stream_id, watermark) values ('jira/issues', '2026-03-16Z'), ('git/acme', '2026-04-01Z')`);
  expect(await ask('select from sprint_issue')).toEqual([]);
  await ask(`update stream_state set watermark = '2026-03-17Z' where stream_id = 'jira/issues'`);
  expect(await ask('select from sprint_issue')).toHaveLength(12);
  await database.close();
}, 60_000); // prettier-ignore
