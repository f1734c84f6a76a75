import { testDatabase } from '../../../../collector/testing/database.ts';
import { ask } from '../../backend/fixtures/attack-run.ts';
import { openReader } from '../../backend/fixtures/reader.ts';
import { worldSql } from '../../backend/fixtures/small-groups-world.ts';
import type { Store } from '../../backend/store/database.ts';
import { absorbedOf, adjustedChange, bottleneckAt, movedTo, type Shift } from './shift.ts';
import { namesOf, STAGES } from './stages.ts';
import { inWords } from './words.ts';

/** Days of the founding article (golden G-26), with their sum. */
const phase = (...stages: number[]): number[] => [...stages, stages.reduce((sum, stage) => sum + stage, 0)];
const BEFORE = phase(5.2, 2.8, 1.6, 3.1);
const WITH_AI = phase(3.1, 4.2, 2.3, 3.1);
const AFTER_PROCESS = phase(3.3, 2.6, 1.8, 2.1);

/** As if every change of a stage of these days were proven. */
function proven(before: readonly number[], after: readonly number[]): Shift {
  const minutes = (days: readonly number[]) => days.map((day) => day * 1440);
  const verdicts = before.map((day, at) => {
    const delta = (after[at] ?? 0) - day;
    return Math.abs(delta) < 1e-9 ? 'no_clear_change' : delta < 0 ? 'improved' : 'regressed';
  });
  return { before: minutes(before), after: minutes(after), verdicts };
}
const names = namesOf(true);
const bottleneckOf = (means: readonly number[]) => STAGES[bottleneckAt(means)]?.value;
const tell = (shift: Shift): string => inWords({ after: shift.after, closeTo: null, shift, names, reference: null });

describe('the three phases of the article', () => {
  test('add up to 12.7, 12.7 and 9.8 days', () => {
    expect([BEFORE, WITH_AI, AFTER_PROCESS].map((means) => means[4]?.toFixed(9))).toEqual(['12.700000000', '12.700000000', '9.800000000']); // prettier-ignore
    expect(Number(AFTER_PROCESS[4]) / Number(BEFORE[4]) - 1).toBeCloseTo(-0.228346456693, 9);
  });

  test('with AI alone all of the gain moves into review, which is the bottleneck', () => {
    expect(absorbedOf(proven(BEFORE, WITH_AI))).toBeCloseTo(1, 9);
    expect([bottleneckOf(BEFORE), bottleneckOf(WITH_AI), movedTo(proven(BEFORE, WITH_AI))]).toEqual(['requirements', 'review', 'review']); // prettier-ignore
  });

  test('after process work 6.5 % of it is absorbed, by tests; requirements are the bottleneck again', () => {
    expect(absorbedOf(proven(BEFORE, AFTER_PROCESS))).toBeCloseTo(0.064516129032, 9);
    expect([bottleneckOf(AFTER_PROCESS), movedTo(proven(BEFORE, AFTER_PROCESS))]).toEqual(['requirements', 'tests']);
  });

  test('are told in words', () => {
    expect(tell(proven(BEFORE, WITH_AI))).toBe(
      'Bottleneck: Review, 4.2 days of 12.7 days from requirement to production. The time moved to Review. Clearly faster: Requirements (−2.1 days); clearly slower: Review (+1.4 days), Tests (+16.8 hours). 100 % of what got faster was absorbed. In all 12.7 days → 12.7 days (0.0 %, no clear change).'
    );
    const alone = inWords({
      after: proven(BEFORE, AFTER_PROCESS).after,
      closeTo: 'review',
      shift: null,
      names: namesOf(false),
      reference: null,
    });
    expect(alone).toBe('Bottleneck: Coding, 3.3 days of 9.8 days from first commit to production (not clearly more than review). Before that range too few changes are known to compare.'); // prettier-ignore
    expect(tell(proven(WITH_AI, phase(3, 4, 2, 3)))).toMatch(/none is clearly slower\. 0 % of what got faster was absorbed/); // prettier-ignore
  });
});

test('where nothing got faster there is nothing to absorb, where nothing got slower nothing moved', () => {
  expect([absorbedOf(proven(phase(1, 1, 1, 1), phase(2, 1, 1, 1))), movedTo(proven(phase(1, 1, 1, 1), phase(1, 1, 0, 1)))]).toEqual([null, null]); // prettier-ignore
});

test('without a verdict nothing moved and nothing was absorbed, and a change below a minute is none', () => {
  const means = { before: [288, 144, 0.02, 342, 774.02], after: [287.99, 144.4, 0.001, 414, 846.391] };
  const open: Shift = { ...means, verdicts: Array<'no_clear_change'>(5).fill('no_clear_change') };
  expect([absorbedOf(open), movedTo(open)]).toEqual([null, null]);
  expect(tell(open)).toBe('Bottleneck: Production, 6.9 hours of 14.1 hours from requirement to production. No stage changed clearly against the range before. The largest change, Production (+1.2 hours), is not proven. In all 12.9 hours → 14.1 hours (+9.4 %, no clear change).'); // prettier-ignore
  const short: Shift = {
    ...means,
    verdicts: ['improved', 'regressed', 'improved', 'no_clear_change', 'no_clear_change'],
  };
  expect([absorbedOf(short), movedTo(short)]).toEqual([null, null]);
  expect(tell(short)).not.toMatch(/[+−]0|of what got faster/);
});

test('what is proven and what is largest are told apart, and who works the percentage out from the ends finds it', () => {
  const means = { before: [300, 140, 0.5, 335.3, 775.8], after: [300, 141, 8.5, 400, 849.5] };
  const verdicts: Shift['verdicts'] = ['no_clear_change', 'no_clear_change', 'regressed', 'no_clear_change', 'no_clear_change'];
  expect(tell({ ...means, verdicts })).toBe(
    'Bottleneck: Production, 6.7 hours of 14.2 hours from requirement to production. Clearly slower: Tests (+8 minutes); none is clearly faster. The largest change, Production (+1.1 hours), is not proven. In all 12.93 hours → 14.16 hours (+9.5 %, no clear change).'
  );
}); // prettier-ignore

test('at equal mix a change that more large work makes is none', () => {
  // Features take 10, bug fixes 2; before one in two is a feature, then three in four.
  const of = (n: number, mean: number) => ({ n, sum: n * mean });
  expect(adjustedChange([{ key: 'bugfix', before: of(10, 2), after: of(5, 2) }, { key: 'feature', before: of(10, 10), after: of(15, 10) }])).toBeCloseTo(0, 12); // prettier-ignore
  expect(adjustedChange([{ key: 'bugfix', before: of(3, 2), after: of(0, 0) }, { key: 'feature', before: of(7, 10), after: of(15, 10) }])).toBeNull(); // prettier-ignore
});

describe('the range before is judged as if it were asked for', () => {
  let store: Store;
  let close: () => Promise<void>;
  const now = new Date('2026-06-10T12:00:00Z');
  const range = { from: new Date('2026-03-16T00:00:00Z'), to: new Date('2026-05-11T00:00:00Z') };
  const of = (source: string) => ({
    metric: 'flow-shift',
    params: { stage: 'all', code_source: [source] },
    adhocFilters: [],
    range: 0,
  });
  beforeAll(async () => {
    const database = await testDatabase();
    await database.pool.query(worldSql({ small: 'one', bands: 'alike' }));
    // Half of the work is of the eight weeks before the range: that of two groups goes into the second four of them, but for three people. The
    // store begins long before.
    await database.pool.query(
      `update change_fact set merged_at = timestamptz '2025-03-04', first_commit_at = timestamptz '2025-03-03', deployed_at = timestamptz '2025-03-04' where merged_at < '2026-03-16' and code_source in ('human', 'unknown');
       update change_fact set deployed_at = timestamptz '2026-02-24' where merged_at < '2026-03-16' and code_source like 'ai%';
       update change_fact set deployed_at = timestamptz '2026-01-27' where merged_at < '2026-03-16' and responsible_id in ('rest-1', 'rest-2', 'rest-3')`
    );
    store = openReader(database);
    close = async () => {
      await store.close();
      await database.close();
    };
  }, 60_000);
  afterAll(() => close());

  test('of three people in its first four weeks the row is hidden', async () => {
    const [enough, few] = [of('ai_heavy'), of('ai_assisted')];
    const open = await ask(store, few, { ...range, now, smallGroups: 'shown' });
    expect(open.rows).toMatchObject([{ status: 'ok', n: 56, n_before: 47 }]);
    expect((await ask(store, enough, { ...range, now })).rows).toMatchObject([{ status: 'ok', n_before: 40 }]);
    expect((await ask(store, few, { ...range, now })).rows).toMatchObject([{ value: null, before: null, says: null, status: 'suppressed_k' }]); // prettier-ignore
  });
});

test('an issue is in production with all of its changes: those of sub-tasks too, an abandoned one not; its largest one stands for it', async () => {
  const database = await testDatabase();
  const issues = async (): Promise<unknown[]> =>
    (await database.pool.query<object>(`select external_id as id, cardinality(change_keys) as changes, team, person_id as person,
       extract(day from deployed_at)::int as day, required_basis as basis, is_whole, is_disordered from delivered_issue order by 1`)).rows;
  await database.pool.query(`
    insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop');
    insert into change (repo_id, change_id, change_key, kind, title, merged_at, closed_at, source)
      select 1, n, n::text, 'pull_request', 'change', case when n < 4 then timestamptz '2026-03-05Z' end, case when n < 5 then timestamptz '2026-03-05Z' end, 'github'
      from generate_series(1, 5) n;
    insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, first_ready_at, deployed_at, title, service_id, team_id, author_kind,
      responsible_id, seniority, pr_class, class_method, code_source, method, commit_count, effective_added, effective_deleted, size)
      select 1, n, n::text, '2026-03-05Z', '2026-03-03Z', '2026-03-04Z', timestamptz '2026-03-05Z' + n * interval '1 day', 'change', 'shop', 'team-' || n, 'human',
        'p' || n, 'unknown', 'feature', 'none', 'human', 'none', 1, 10 * (n % 3), 5, 'S' from generate_series(1, 3) n;
    insert into issue (source, external_id, kind, parent_id, created_at) values ('jira', 'a', 'issue', null, '2021-01-01Z'), ('jira', 'b', 'sub_task', 'a', '2021-01-01Z'),
      ('jira', 'c', 'issue', null, '2021-01-01Z'), ('jira', 'e', 'epic', null, '2021-01-01Z');
    insert into issue_fact (source, external_id, ready_at, ready_basis, reopened_count, moved_count, bad_order_count) values
      ('jira', 'a', null, null, 0, 0, 0), ('jira', 'b', '2026-02-01Z', 'state', 0, 0, 0), ('jira', 'c', '2026-03-02Z', 'state', 0, 0, 1), ('jira', 'e', null, null, 0, 0, 0);
    insert into issue_key (source, issue_key, external_id) select source, upper(external_id) || '-1', external_id from issue;
    insert into issue_mention (repo_id, change_key, issue_key, method) values (1, '1', 'A-1', 'branch'), (1, '2', 'B-1', 'branch'), (1, '2', 'A-1', 'title'), (1, '3', 'C-1', 'branch'),
      (1, '3', 'E-1', 'branch'), (1, '4', 'A-1', 'branch');`);
  // Written in 2021, wanted by its first commit: its sub-task dates itself alone. Change 4 was closed unmerged.
  const whole = { id: 'a', changes: 2, team: 'team-2', person: 'p2', day: 7, basis: 'first_commit', is_whole: true, is_disordered: false };
  const disordered = { id: 'c', changes: 1, team: 'team-3', person: 'p3', day: 8, basis: 'ready', is_whole: false, is_disordered: true };
  expect(await issues()).toEqual([whole, disordered]);
  // An open change keeps it from production.
  await database.pool.query(`insert into issue_mention (repo_id, change_key, issue_key, method) values (1, '5', 'A-1', 'branch')`);
  expect(await issues()).toEqual([disordered]);
  await database.pool.query(`update issue set deleted_at = '2026-03-09Z' where external_id = 'c'`);
  expect(await issues()).toEqual([]);

  // Who wrote one of its commits does not approve it, and a check that is known to be required and never passed leaves it untested.
  await database.pool.query(`
    update change set head_sha = 'sha-1' where change_id = 1;
    insert into person (person_id, kind) values ('writer', 'human'), ('reviewer', 'human');
    insert into account (account_id, provider, person_id) select person_id, 'github', person_id from person;
    insert into git_commit (repo_id, commit_no, sha, parents, author_account_id, authored_at, committed_at, change_key, subject)
      values (1, 1, 'sha-1', '{}', 'writer', '2026-03-03Z', '2026-03-03Z', '1', 'change');
    insert into change_event (repo_id, change_key, event_id, at, account_id, kind, state)
      values (1, '1', 'a', '2026-03-04 06:00Z', 'reviewer', 'review', 'approved'), (1, '1', 'b', '2026-03-04 18:00Z', 'writer', 'review', 'approved');
    insert into build (repo_id, source, external_id, kind, name, sha, change_key, started_at, finished_at, result, is_required)
      values (1, 'github', 'lint', 'check', 'lint', 'sha-1', '1', '2026-03-04 07:00Z', '2026-03-04 08:00Z', 'success', null),
             (1, 'github', 'test', 'check', 'test', 'sha-1', '1', '2026-03-04 07:00Z', '2026-03-04 09:00Z', 'failure', true);`);
  const passage = async (): Promise<unknown> =>
    (await database.pool.query<object>(`select approved_at, tested_at from change_passage where change_key = '1'`)).rows;
  const approved = { approved_at: new Date('2026-03-04T06:00:00Z') };
  expect(await passage()).toEqual([{ ...approved, tested_at: null }]);
  await database.pool.query(`update build set is_required = null`);
  expect(await passage()).toEqual([{ ...approved, tested_at: new Date('2026-03-04T08:00:00Z') }]);
  await database.close();
}, 60_000); // prettier-ignore
