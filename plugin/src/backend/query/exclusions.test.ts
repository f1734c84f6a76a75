/** What an answer says of what it leaves out, and when rules are silent: through the engine, on the worked example of a metric. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readMigrations } from '../../../../collector/src/store/migrate.ts';
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { computes } from '../../metrics/compute.generated.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { sql } from '../../metrics/sql.generated.ts';
import { readFrame } from '../fixtures/read-frame.ts';
import { instanceSettings } from '../fixtures/reader.ts';
import { Instances } from '../store/instances.ts';
import { makeCatalog } from './catalog.ts';
import { frozenNow, withoutFrozen, type Exclusion } from './exclusions.ts';
import { KeptAnswers } from './kept-answers.ts';
import { answerQuery, type Engine } from './query-data.ts';
import { render } from './render.ts';

const catalog = makeCatalog(metrics, sql, computes);
const engine: Engine = { catalog, render: (input) => render(catalog, input), answers: new KeptAnswers(0) };
const signal = new AbortController().signal;
const example = readFileSync(path.join(import.meta.dirname, '../../metrics/dora-by-source/example.sql'), 'utf8');

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query(example);
});
afterAll(() => db.close());

const period = (kind: Exclusion['kind'], more: Partial<Exclusion> = {}): Exclusion => ({
  ...{ kind, first_day: '2026-01-10', last_day: '2026-01-12', time_zone: 'UTC', facts: [], teams: [], services: [], repos: [] },
  ...{ reason: 'said', ...more },
}); // prettier-ignore

/** What is said, and how many frames there are. */
async function ask(
  exclusions: readonly Exclusion[],
  given: { params?: object; isAlert?: boolean; teams?: string } = {}
) {
  await db.pool.query(`insert into setting (key, value) values ('exclusions', $1) on conflict (key) do update set value = excluded.value`, [
    JSON.stringify(exclusions),
  ]); // prettier-ignore
  const instances = new Instances({ migrations: readMigrations().map(({ name }) => name), onError: () => undefined });
  const { isAlert = false, params = {}, teams } = given;
  const stored = {
    queryType: 'dora-by-source',
    params: { ...params, format: isAlert ? 'numeric' : 'table' },
    version: 1,
  };
  const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-02-01T00:00:00Z')];
  const instance = () => instances.get(instanceSettings(db, teams === undefined ? {} : { teams }));
  const answer = await answerQuery(engine, { refId: 'A', stored, from, to, isAlert }, { instance, signal });
  await instances.closeAll();
  expect(answer.error).toBeNull();
  const frames = answer.frames.map(readFrame);
  const notices = frames.flatMap((frame) => (frame.meta?.notices ?? []).map(({ text }) => text));
  return {
    frames: frames.filter(({ fields }) => fields.length > 0).length,
    said: notices.filter((text) => /bad data|freeze/.test(text)),
  };
}

describe('an answer', () => {
  test('says how many units bad data takes from it and why, whatever filter asks, and of few people only that there are some', async () => {
    const bad = period('bad_data', { facts: ['changes', 'deployments'] });
    expect((await ask([bad])).said).toEqual([
      'Left out as bad data: no changes of 2026-01-10 to 2026-01-12 (everyone): said.',
      'Left out as bad data: no deployments of 2026-01-10 to 2026-01-12 (everyone): said.',
    ]);
    await db.pool.query(`update change_fact set excluded_reason = 'said' where responsible_id is not null`);
    const [changes] = (await ask([bad])).said;
    expect(changes).toMatch(/^Left out as bad data: \d+ changes of/);
    expect((await ask([bad], { params: { groupBy: [] } })).said[0]).toBe(changes);
    const one = `(select min(responsible_id) from change_fact)`;
    await db.pool.query(`update change_fact set excluded_reason = null where responsible_id <> ${one}`);
    expect((await ask([bad])).said[0]).toBe(
      'Left out as bad data: a few changes of 2026-01-10 to 2026-01-12 (everyone): said.'
    );
    await db.pool.query('update change_fact set excluded_reason = null');
  });

  test('says nothing of a period outside of its range, of another service, or of teams that the data source does not have', async () => {
    const facts = ['deployments'] as const;
    expect((await ask([period('bad_data', { facts, first_day: '2026-02-01', last_day: '2026-02-01' })])).said).toEqual(
      []
    );
    expect(
      (await ask([period('bad_data', { facts, services: ['cart'] })], { params: { service: ['shop'] } })).said
    ).toEqual([]);
    expect((await ask([period('bad_data', { facts, services: ['cart'] })])).said).toHaveLength(1);
    expect((await ask([period('holiday')])).said).toEqual([]);
  });

  test('of a frequency or a lead time says which days do not count', async () => {
    const freeze = period('freeze', { teams: ['web', 'api'] });
    expect((await ask([freeze])).said).toEqual([]);
    expect((await ask([freeze], { params: { metric: 'deployment_frequency' } })).said).toEqual(['Days of a freeze do not count: 2026-01-10 to 2026-01-12 (web, api): said.']); // prettier-ignore
  });
});

describe('an alert rule', () => {
  const today = new Date().toISOString().slice(0, 10);
  const now = { first_day: today, last_day: today };

  test('is silent in a freeze that holds for all it asks, and speaks before and after it', async () => {
    const rule = { isAlert: true, params: { metric: 'deployment_frequency', groupBy: ['service'] } };
    const speaks = (await ask([], rule)).frames;
    expect(speaks).toBeGreaterThan(0);
    const silent = await ask([period('freeze', now)], rule);
    expect([silent.frames, silent.said]).toEqual([0, [expect.stringMatching(/^Silent in a freeze: /)]]);
    expect((await ask([period('freeze')], rule)).frames).toBe(speaks);
    expect((await ask([period('bad_data', { ...now, facts: ['builds'] })], rule)).frames).toBe(speaks);
    expect((await ask([period('freeze', { ...now, services: ['elsewhere'] })], rule)).frames).toBe(speaks);
    expect((await ask([period('freeze', { ...now, teams: ['elsewhere'] })], { ...rule, isAlert: false })).frames).toBe(
      1
    );
  });
});

describe('frozenNow', () => {
  const of = (id: string) => ({ metric: catalog.metrics.get(id)!, params: {}, teams: null });
  const settings = (...exclusions: readonly Exclusion[]) => ({ exclusions });
  const at = (text: string): Date => new Date(text);

  test('days are those of the zone of the freeze, both of them whole', () => {
    const berlin = settings(period('freeze', { time_zone: 'Europe/Berlin' }));
    const isFrozen = (text: string): boolean => frozenNow(of('dora-by-source'), berlin, at(text)) !== null;
    expect(['2026-01-09T22:59:59Z', '2026-01-09T23:00:00Z', '2026-01-12T22:59:59Z', '2026-01-12T23:00:00Z'].map(isFrozen)).toEqual([false, true, true, false]); // prettier-ignore
  });

  test('incidents, streams and seats are told all the same', () => {
    const frozen = settings(period('freeze'));
    const silent = [...catalog.metrics.keys()].filter((id) => frozenNow(of(id), frozen, at('2026-01-11T00:00:00Z')) !== null); // prettier-ignore
    expect(silent.sort()).toEqual([
      'coordination-tax',
      'delivery-health',
      'dora-by-source',
      'flow',
      'flow-shift',
      'review-queue',
    ]);
  });

  test('of a freeze of one team its rows alone are silent, and all where a rule asks about it alone', () => {
    const web = settings(period('freeze', { teams: ['web'] }));
    const dora = of('dora-by-source');
    const rows = [{ team: 'web' }, { team: 'api' }, { team: null }];
    const noon = at('2026-01-11T12:00:00Z');
    expect(withoutFrozen(rows, frozenNow(dora, web, noon))).toEqual([{ team: 'api' }, { team: null }]);
    expect(withoutFrozen(rows, frozenNow({ ...dora, params: { team: ['web'] } }, web, noon))).toEqual([]);
    expect(withoutFrozen(rows, frozenNow({ ...dora, teams: ['web'] }, web, noon))).toEqual([]);
    expect(withoutFrozen(rows, frozenNow(dora, settings(), noon))).toEqual(rows);
  });
});
