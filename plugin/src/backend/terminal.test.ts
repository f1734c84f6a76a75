// Who sees small groups: whoever asks in a terminal of a store with git facts alone, and nobody else.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../collector/testing/database.ts';
import { computes } from '../metrics/compute.generated.ts';
import { metrics } from '../metrics/registry.generated.ts';
import { sql } from '../metrics/sql.generated.ts';
import { makeCatalog } from './query/catalog.ts';
import { computeRows, MAX_ROWS, prepareQuery } from './query/run-metric.ts';
import { Store } from './store/database.ts';
import { readStoreInfo } from './store/store-info.ts';
import { openTerminal, settingsOfUrl } from './terminal.ts';

const { signal } = new AbortController();
const range = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-02-01T00:00:00Z') };
let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query(readFileSync(path.join(import.meta.dirname, '../metrics/durability/example.sql'), 'utf8'));
  // Five people become one.
  await db.pool.query(`update change_survival set responsible_id = 'one'`);
  await db.pool.query(`delete from stream_state`);
  await db.pool.query(`insert into stream_state (stream_id) values ('git/history/shop'), ('lifetimes/lines/shop'), ('derive/facts')`);
}); // prettier-ignore
afterAll(() => db.close());

/** A filter keeps the question off the packs, which were made of five people. */
const params = { repo: [] as string[], by: 'line_source' };

async function inTerminal(): Promise<{ shown: boolean; statuses: unknown[] }> {
  const terminal = await openTerminal(settingsOfUrl(db.readerUrl), signal);
  const { rows } = await terminal.ask({ metric: 'durability', params, ...range });
  await terminal.close();
  return { shown: terminal.showsSmallGroups, statuses: [...new Set(rows.map(({ status }) => status))] };
}

/** As a panel asks, with `more` in its stored query. */
async function inPanel(more: Record<string, unknown> = {}): Promise<unknown[]> {
  const catalog = makeCatalog(metrics, sql, computes);
  const store = new Store(settingsOfUrl(db.readerUrl));
  try {
    const info = await readStoreInfo(store, signal);
    const stored = { queryType: 'durability', version: 1, params, ...more };
    const prepared = await prepareQuery({ catalog, store, info, signal }, { stored, ...range, isAlert: false });
    const { rows } = computeRows(catalog, prepared, await store.run(prepared.sql, { signal, maxRows: MAX_ROWS }));
    return [...new Set(rows.map(({ status }) => status))];
  } finally {
    await store.close();
  }
}

it('a terminal shows one person where the store holds git facts alone, a panel hides them all the same', async () => {
  expect(await inTerminal()).toEqual({ shown: true, statuses: ['ok'] });
  expect(await inPanel()).toEqual(['suppressed_k']);
});

it('no stored query switches it: what is no field of a query is refused or does nothing', async () => {
  for (const name of ['smallGroups', 'small_groups', 'audience']) {
    const asked = await inPanel({ [name]: 'shown' }).catch((error: Error) => error.message);
    expect(Array.isArray(asked) ? asked : [asked]).not.toContain('ok');
    await expect(inPanel({ params: { ...params, [name]: 'shown' } })).rejects.toThrow(name);
  }
});

it.each(['import/ai_usage_daily.csv', 'otlp/claude-code', 'demo/organisation', 'github/changes/acme/shop'])(
  'a store into which %s wrote keeps small groups hidden in the terminal too',
  async (stream) => {
    await db.pool.query('insert into stream_state (stream_id, row_count) values ($1, 1)', [stream]);
    expect(await inTerminal()).toEqual({ shown: false, statuses: ['suppressed_k'] });
    await db.pool.query('delete from stream_state where stream_id = $1', [stream]);
  }
);

it('a stream that wrote nothing yet, as of an inbox without a delivery, hides nothing', async () => {
  await db.pool.query(`insert into stream_state (stream_id) values ('inbox/ingest')`);
  expect(await inTerminal()).toEqual({ shown: true, statuses: ['ok'] });
  await db.pool.query(`delete from stream_state where stream_id = 'inbox/ingest'`);
});

it('only the terminal sets the switch', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.test)\.ts$/.test(name) && !name.startsWith('fixtures'));
  const setting = files.filter((name) => /smallGroups: (?!parts)|['"]shown['"]/.test(readFileSync(path.join(import.meta.dirname, name), 'utf8')));
  expect(setting.sort()).toEqual(['query/run-metric.ts', 'terminal.ts']);
}); // prettier-ignore
