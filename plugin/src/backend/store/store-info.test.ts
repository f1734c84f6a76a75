import { StoreInfoCache } from './store-info.ts';
import type { SqlQuery, Store } from './database.ts';

/** Answers what a store of one migration answers, once `open` was called, and counts. */
function slowStore() {
  const asked: string[] = [];
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const run = async ({ text }: SqlQuery) => {
    asked.push(text);
    await opened;
    const rows = text.includes('throughline_migration') ? [{ name: '0001_first' }] : [{ key: 'k', value: 5 }];
    return { rows, totalRows: rows.length, sqlMs: 0 };
  };
  return { store: { run, settings: {} } as unknown as Store, asked, open };
}

const signal = new AbortController().signal;

test('the panels of twenty boards that open at once wait for one reading', async () => {
  const { store, asked, open } = slowStore();
  const cache = new StoreInfoCache(store, ['0001_first']);
  const all = Array.from({ length: 380 }, () => cache.read(signal));
  open();
  for (const info of await Promise.all(all)) expect(info.settings).toEqual({ k: 5 });
  expect(asked).toHaveLength(2);
});

test('whoever leaves takes nobody along, and an error is read anew', async () => {
  const { store, asked, open } = slowStore();
  const cache = new StoreInfoCache(store, ['0001_first', '0002_second']);
  const leaving = new AbortController();
  const [left, stayed] = [cache.read(leaving.signal), cache.read(signal)];
  leaving.abort();
  open();
  await expect(left).rejects.toMatchObject({ code: 'cancelled' });
  await expect(stayed).rejects.toMatchObject({ code: 'schema_older' });
  await expect(cache.read(signal)).rejects.toMatchObject({ code: 'schema_older' });
  expect(asked).toHaveLength(4);
});
