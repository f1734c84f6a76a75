// What a store is said to answer, for stores that a person can check with a pencil.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEMO_NOW, demoDatabase, timeline } from '../../../../collector/testing/demo.ts';
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { askMetric } from '../../backend/fixtures/ask-metric.ts';
import { openReader } from '../../backend/fixtures/reader.ts';
import { makeCatalog } from '../../backend/query/catalog.ts';
import { prepareGated } from '../../backend/query/gate/gate.ts';
import { runQuestion } from '../../backend/query/gate/run-question.ts';
import { computeRows } from '../../backend/query/run-metric.ts';
import type { Store } from '../../backend/store/database.ts';
import { computes } from '../compute.generated.ts';
import type { Row } from '../define.ts';
import { metrics } from '../registry.generated.ts';
import { sql } from '../sql.generated.ts';
import { compute } from './compute.ts';
import { some } from './found.ts';
import { judgeAll } from './grounds.ts';

const catalog = makeCatalog(metrics, sql, computes);
const [from, to] = [new Date('2026-02-23T00:00:00Z'), new Date('2026-06-29T00:00:00Z')];
const gitOnly = readFileSync(path.join(import.meta.dirname, 'example.sql'), 'utf8');

interface Asking {
  /** As a panel does: the gate is asked first. */
  readonly gated: (params: Record<string, unknown>, range?: { from: Date; to: Date }) => Promise<readonly Row[]>;
  readonly ask: (params: Record<string, unknown>, range?: { from: Date; to: Date }) => Promise<readonly Row[]>;
  readonly close: () => Promise<void>;
}

function asking(database: TestDatabase): Asking {
  const store: Store = openReader(database);
  return {
    ask: async (params, range = { from, to }) =>
      (await askMetric({ catalog, store }, { metric: 'readiness', params, ...range })).rows,
    gated: async (params, range = { from, to }) => {
      const parts = { catalog, store, info: { migrations: [], settings: {} }, signal: new AbortController().signal };
      const request = { stored: { queryType: 'readiness', params, version: 1 }, ...range, isAlert: false };
      const gated = await prepareGated(parts, request, range.to);
      const { prepared, result } = await runQuestion(parts, { request, gated, now: range.to });
      return computeRows(catalog, prepared, result).rows;
    },
    close: async () => {
      await store.close();
      await database.close();
    },
  };
}

async function storeWith(text: string): Promise<Asking> {
  const database = await testDatabase();
  if (text !== '') await database.pool.query(text);
  return asking(database);
}

const brief = (rows: readonly Row[], name: string): string[] => rows.map((row) => `${String(row[name])}: ${String(row['state'])}`); // prettier-ignore
const find = (rows: readonly Row[], name: string, value: string): Row => rows.find((row) => row[name] === value) ?? {};

let made: Asking | undefined;
afterEach(async () => {
  await made?.close();
  made = undefined;
});

test('an empty store answers nothing, and one step is best: name a repository', async () => {
  made = await storeWith('');
  const rows = await made.ask({});
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['not_yet']));
  expect(rows).toHaveLength(catalog.questions.length);
  expect(rows[0]).toMatchObject({ why: 'nothing is collected yet', minutes: 5 });
  const [first] = await made.ask({ mode: 'steps' });
  expect(first?.['step']).toMatch(/^name a repository: npm start/);
  expect(await made.ask({ show: 'answered' })).toEqual([]);
});

test('a first collection under way is not mistaken for an empty store', async () => {
  made = await storeWith(
    `insert into stream_state (stream_id, last_run_at) values ('git/history/acme/shop', '2026-06-20')`
  );
  const rows = await made.ask({ mode: 'grounds' });
  expect(find(rows, 'ground', 'Merged changes')).toMatchObject({
    why: 'the first collection has not brought a merged change yet',
    minutes: null,
  });
});

test('a range that holds nothing is told with the one that does', async () => {
  made = await storeWith(gitOnly);
  const range = { from: new Date('2027-01-04T00:00:00Z'), to: new Date('2027-02-01T00:00:00Z') };
  const rows = await made.ask({ mode: 'grounds' }, range);
  const why = 'no merged change in this range: the store holds 2026-03-02 to 2026-03-02';
  expect(find(rows, 'ground', 'Merged changes')).toMatchObject({ state: 'missing', why });
  expect(find(rows, 'ground', 'Lines of code')).toMatchObject({ why });
  expect((await made.ask({ mode: 'steps' }, range))[0]?.['step']).toBe('choose a range that holds data');
});

test('a forge whose git histories are not read knows reviews and no lines', async () => {
  made = await storeWith(`${gitOnly}
    update repo set observed_until = null; delete from change_survival;
    update change_fact set created_at = merged_at - interval '2 days', first_review_at = merged_at - interval '1 day';
    insert into stream_state (stream_id, last_ok_at) values ('github/changes/acme/shop', '2026-06-20')`);
  const rows = await made.ask({});
  expect(brief(rows, 'question')).toEqual(expect.arrayContaining([
    'How much code stands after 90 days?: not_yet',
    'Where does the time of a change go?: in_part',
    'How long do changes wait for review now?: in_part',
  ])); // prettier-ignore
  expect(find(rows, 'question', 'How often are changes reverted?')).toMatchObject({
    why: 'the git histories are not read: nothing is known of lines',
    step: 'read the git histories too: github.mirrors: true in throughline.yaml',
    minutes: 2,
  });
});

/** Six people who use a tool, seven days of use each; none of them is an author. */
const USE = `insert into tool (tool_id, title, nominal_grade) values ('copilot', 'Copilot', 2);
  insert into person (person_id, kind) select 'u' || i, 'human' from generate_series(1, 6) i;
  insert into account (account_id, provider, person_id) select 'copilot:' || i, 'copilot', null from generate_series(1, 6) i;
  insert into usage_week (tool_id, person_id, week_start, uses, active_days, accepted_lines, uses_30d, active_days_30d, accepted_lines_30d, uses_prior_30d,
    active_days_prior_30d, accepted_lines_prior_30d, coverage, prior_coverage, is_seated, basis, team_id)
  select 'copilot', 'u' || i, '2026-03-02', 7, 5, 0, 7, 5, 0, 0, 0, 0, 2, 2, true, 'activity', 'unknown' from generate_series(1, 6) i;`;

test('use without identity is known in part: twelve accounts, six of them joined, and no user is an author', async () => {
  made = await storeWith(`${gitOnly} ${USE}`);
  const rows = await made.ask({ mode: 'grounds' });
  expect(find(rows, 'ground', 'Use of AI tools')).toMatchObject({
    state: 'known',
    why: 'use is known of all of the people',
  });
  expect(find(rows, 'ground', 'Accounts joined to people')).toMatchObject({
    state: 'missing',
    why: 'fewer than 5 of the people who use a tool are known as authors (accounts joined to one person: 50 %)',
    minutes: 10,
  });
  const questions = await made.ask({});
  expect(find(questions, 'question', 'How long does work take, by how much AI people use?')).toMatchObject({
    state: 'in_part',
    step: 'join accounts to people: import people.csv',
  });
});

test('one tool that joins nobody is named, however good the mean is; not one of few accounts', async () => {
  const people = `insert into person (person_id, kind) select 'j' || i, 'human' from generate_series(1, 100) i;
    insert into account (account_id, provider, person_id) select 'j' || i, 'github', 'j' || i from generate_series(1, 100) i;
    insert into tool (tool_id, title, nominal_grade) values ('cursor', 'Cursor', 2), ('aider', 'Aider', 2), ('few', 'Few', 2);`;
  const found = async (tools: string) => {
    made = await storeWith(`${gitOnly} ${people} insert into tool_match (tool_id, users, matched) values ${tools}`);
    return find(await made.ask({ mode: 'grounds' }), 'ground', 'Accounts joined to people');
  };
  expect(await found(`('aider', 50, 49), ('cursor', 8, 0), ('few', 4, 0)`)).toMatchObject({
    state: 'partly',
    why: 'accounts joined to one person: 100 %; of the accounts of Cursor none are joined to people who are known elsewhere',
    minutes: 10,
  });
  await made?.close();
  expect(await found(`('aider', 50, 49), ('few', 4, 0)`)).toMatchObject({ state: 'known' });
});

test('fewer than five people are told as that, and so is what rests on them', async () => {
  made =
    await storeWith(`${gitOnly} ${USE} delete from usage_week where person_id > 'u4'; delete from change_survival where responsible_id > 'p4';
    delete from change_fact where responsible_id > 'p4'`);
  const rows = await made.ask({ mode: 'grounds' });
  const texts = rows.map(({ why }) => String(why));
  expect(find(rows, 'ground', 'Merged changes')['why']).toBe(
    'hidden: fewer than 5 people merged changes in this range'
  );
  expect(find(rows, 'ground', 'Use of AI tools')['why']).toBe(
    'hidden: fewer than 5 people are known to use a tool in this range'
  );
  expect(find(rows, 'ground', 'Code source')['why']).toBe('hidden: fewer than 5 people merged changes in this range');
  // Four people merged eight changes: neither number is anywhere.
  expect(texts.filter((text) => /\b[48]\b/.test(text))).toEqual([]);
});

/** Six people who merge a change of a source each in every week of March to May; `few` = of these only one in the first. */
const merging = (
  first: number,
  source: string,
  few = false
) => `insert into change_fact (repo_id, change_id, change_key, merged_at, title, service_id, team_id, author_kind,
    responsible_id, seniority, pr_class, class_method, code_source, method, commit_count, size)
  select 1, ${String(first)} + 10 * w + i, (${String(first)} + 10 * w + i)::text, '2026-03-17'::timestamptz + make_interval(weeks => w), 't', 'acme/shop', 'unknown', 'human', 'p' || i,
    'unknown', 'feature', 'none', '${source}', 'none', 1, 'S' from generate_series(0, 11) w, generate_series(1, 6) i where ${few ? 'w >= 4 or i = 1' : 'true'};`;

/** Six people too, who come one after the other, each for two weeks: in no four weeks are five of them. */
const inTurn = merging(1000, 'human').replace('where true', 'where i = 1 + w / 2');
const survivals = /insert into change_survival[^]*/.exec(gitOnly)?.[0] ?? '';
const without = gitOnly.replace(survivals, '');

test('a question is answered only where the gate shows something of its answer, with the reason of the gate', async () => {
  const found = async (world: string) => {
    made = await storeWith(`${without} delete from change_fact; ${world} ${survivals}`);
    const row = find(await made.gated({}), 'question', 'How often are changes reverted?');
    const changes = find(await made.gated({ mode: 'grounds' }), 'ground', 'Merged changes')['state'];
    await made.close();
    made = undefined;
    return { state: row['state'], why: row['why'], changes };
  };
  expect(await found(merging(1000, 'human'))).toMatchObject({ state: 'answers', changes: 'known' });
  expect(await found(inTurn)).toEqual({
    state: 'not_yet',
    why: 'hidden: fewer than 5 people in its first or last weeks',
    changes: 'known',
  });
}, 60_000);

test('a range within a week is answered as its weeks are: none can be walked', async () => {
  made = await storeWith(gitOnly);
  const whole = await made.ask({ mode: 'grounds' });
  const inside = { from: new Date('2026-02-25T11:30:00Z'), to: new Date('2026-07-04T23:59:00Z') };
  expect(await made.ask({ mode: 'grounds' }, inside)).toEqual(whole);
});

test('numbers are told by their step', () => {
  expect([0, 3, 5, 19, 20, 1234].map((count) => some(count, 5, 'changes'))).toEqual(['no changes', 'fewer than 5 changes', '5 or more changes', '10 or more changes', '20 or more changes', '1,000 or more changes']); // prettier-ignore
});

test('the demo answers every question, at least in part', async () => {
  made = asking(await demoDatabase());
  const rows = await made.gated({}, { from: timeline(DEMO_NOW).start, to: DEMO_NOW });
  expect(rows.filter(({ state }) => state === 'not_yet')).toEqual([]);
  // Two of six repositories deploy nothing.
  expect(rows[0]).toMatchObject({
    state: 'in_part',
    step: expect.stringMatching(/^add POST \/ingest\/deploy/) as unknown,
  });
  // Four of the twelve accounts of one tool are joined to nobody, in a mean of nearly all.
  expect(find(rows, 'question', 'Did work get faster for heavy users?')).toMatchObject({
    state: 'in_part',
    why: expect.stringMatching(/of the accounts of Codex about 65 % are joined/) as unknown,
    step: 'join accounts to people: import people.csv',
  });
  expect(find(rows, 'question', 'How much code stands after 90 days?')).toMatchObject({
    state: 'answers',
    step: '',
    minutes: null,
  });
}, 240_000);

test('what the organisation chose not to collect is told as its choice, and nobody is advised to import it', () => {
  const row = { first_change_at: new Date('2026-03-02'), changes: 40, people: 9, k: 5 };
  const judged = (off: readonly ('usage' | 'lines')[]) => judgeAll({ row, k: 5, off: new Set(off) });
  const [open, closed] = [judged([]), judged(['usage'])];
  expect(open.get('usage')).toEqual({ level: 'missing', why: 'no telemetry and no mark tells who uses a tool', step: 'usage' }); // prettier-ignore
  expect(closed.get('usage')).toEqual({ level: 'missing', why: 'no telemetry and no mark tells who uses a tool (privacy.collect.usage is false in throughline.yaml)', step: null }); // prettier-ignore
  expect(closed.get('before')?.step).toBeNull();
  expect(closed.get('changes')).toEqual(open.get('changes'));
  const questions = [{ id: 'cell', title: 'Cell?', board: 'b', needs: ['usage' as const] }];
  const steps = (not_collected: readonly string[]) =>
    compute([row], { params: { mode: 'steps' }, from, to, tz: 'UTC', settings: { k: 5, not_collected }, random: () => () => 0.5, questions, hidden: {} }).rows; // prettier-ignore
  expect(steps([])).toHaveLength(1);
  expect(steps(['usage'])).toEqual([]);
});
