// What an organisation chose not to collect is said as that, by every metric that rests on it, whatever is there from before.
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { instanceSettings, openReader } from '../fixtures/reader.ts';
import { drawFrame, readFrame } from '../fixtures/read-frame.ts';
import { readMigrations } from '../../../../collector/src/store/migrate.ts';
import { Instances } from '../store/instances.ts';
import type { Store } from '../store/database.ts';
import { askOnce, catalog } from '../terminal.ts';
import { KeptAnswers } from './kept-answers.ts';
import { answerQuery } from './query-data.ts';
import { render } from './render.ts';

const { signal } = new AbortController();
const range = { from: new Date('2026-01-01'), to: new Date('2026-06-01') };

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await testDatabase();
  store = openReader(database);
});
afterAll(async () => {
  await store.close();
  await database.close();
});

async function told(metric: string, params: object, off: readonly string[]): Promise<readonly string[]> {
  const parts = { catalog, store, info: { migrations: [], settings: { not_collected: off } }, signal };
  const { rows, notices } = await askOnce(parts, { metric, params: { ...params }, ...range });
  expect(rows).toEqual([]);
  return notices.map(({ text }) => text).filter((text) => text.startsWith('not collected'));
}

const usage = 'not collected: the use of AI tools is switched off in throughline.yaml (privacy.collect.usage).';
test.each([
  ['cycle-time-by-usage', {}, 'usage', usage],
  ['cycle-time-by-usage', { mode: 'concentration' }, 'usage', usage],
  ['signal-quality', { mode: 'tools' }, 'usage', usage],
  [
    'durability',
    {},
    'lines',
    'not collected: the lifetimes of lines are switched off in throughline.yaml (privacy.collect.lines).',
  ],
  [
    'durability',
    { groupBy: ['seniority'] },
    'seniority',
    'not collected: seniority is switched off in throughline.yaml (privacy.collect.seniority).',
  ],
  [
    'durability',
    { seniority: ['senior'] },
    'seniority',
    'not collected: seniority is switched off in throughline.yaml (privacy.collect.seniority).',
  ],
])('%s %o without %s', async (...[metric, params, category, text]) => {
  expect(await told(metric, params, [category])).toEqual([text]);
  expect(await told(metric, params, [])).toEqual([]);
});

test('every metric that needs or is about the use of tools, or lines, says so; others answer as before', async () => {
  for (const [id, { needs = [], about }] of catalog.metrics) {
    const off = needs.includes('usage') || about === 'usage' ? 'usage' : needs.includes('lines') ? 'lines' : null;
    if (off !== null) expect([id, ...(await told(id, {}, [off]))]).toEqual([id, expect.stringContaining(`privacy.collect.${off}`)]); // prettier-ignore
  }
  const parts = { catalog, store, info: { migrations: [], settings: { not_collected: ['usage', 'lines'] } }, signal };
  const { notices } = await askOnce(parts, { metric: 'flow', params: {}, ...range });
  expect(notices.filter(({ text }) => text.startsWith('not collected'))).toEqual([]);
});

test('a panel says it in place of rows', async () => {
  await database.pool.query(`insert into setting (key, value) values ('not_collected', '["lines"]')`);
  const instances = new Instances({ migrations: readMigrations().map(({ name }) => name), onError: () => undefined });
  const engine = {
    catalog,
    render: (input: Parameters<typeof render>[1]) => render(catalog, input),
    answers: new KeptAnswers(),
  };
  try {
    const stored = { queryType: 'durability', params: { format: 'table' }, version: 1 };
    const asked = { refId: 'A', stored, ...range, isAlert: false, role: 'Viewer' };
    const { frames, error } = await answerQuery(engine, asked, {
      instance: () => instances.get(instanceSettings(database)),
      signal,
    });
    expect(error).toBeNull();
    expect(frames.map((frame) => drawFrame(readFrame(frame))).join('\n')).toContain(
      'not collected: the lifetimes of lines are switched off'
    );
  } finally {
    await instances.closeAll();
  }
});
