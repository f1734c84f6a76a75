/** Every released store migrates forward; and the way in which that is known works. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { deriveAll } from '../src/derive/derive.ts';
import { migrate, readMigrations, schemaVersion } from '../src/store/migrate.ts';
import { testDatabase, type TestDatabase } from './database.ts';
import { dumpSchema } from './dump-schema.ts';
import { exampleConfig, fillExample } from './example-store.ts';
import { hashStore } from './hash-store.ts';
import { dumpRelease, migrationsWith, restoreRelease, type ReleasedStore } from './release.ts';

const folder = path.join(import.meta.dirname, 'releases');
const stored = readdirSync(folder).filter((file) => file.endsWith('.json'));

let source: TestDatabase;
let now: ReleasedStore;
beforeAll(async () => {
  source = await testDatabase();
  await fillExample(source.pool);
  now = JSON.parse(JSON.stringify(await dumpRelease(source.pool, 'now'))) as ReleasedStore;
});
afterAll(() => source.close());

/** Restores a release into a database of its own. */
async function restored(release: ReleasedStore, work: (db: TestDatabase) => Promise<void>): Promise<void> {
  const db = await testDatabase({ isEmpty: true });
  try {
    await restoreRelease(db.url, release);
    await work(db);
  } finally {
    await db.close();
  }
}

/** Migrated to this checkout, it has its schema, keeps its facts, and derives. */
async function comesForward({ url, pool }: TestDatabase, release: ReleasedStore): Promise<void> {
  await migrate(url);
  expect(await dumpSchema(pool)).toBe(await dumpSchema(source.pool));
  const facts = release.tables.filter(
    ({ name, rows }) =>
      rows.length > 0 && ['git_commit', 'change', 'deployment', 'incident', 'tool_event', 'line_span'].includes(name)
  );
  expect(facts.length).toBeGreaterThan(3);
  for (const { name, rows } of facts) {
    const { rows: counted } = await pool.query<{ count: number }>(`select count(*)::integer as count from ${name}`);
    expect({ name, count: counted[0]?.count }).toEqual({ name, count: rows.length });
  }
  await deriveAll(pool, { config: exampleConfig, full: true });
  expect((await pool.query('select from change_fact')).rowCount).toBeGreaterThan(0);
}

(stored.length > 0 ? test.each(stored) : test.skip.each(['no version has been released yet']))(
  'the store of release %s',
  async (file) => {
    const release = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as ReleasedStore;
    await restored(release, (db) => comesForward(db, release));
  }
);

test('a store that is written down and restored is the same, its rows and its schema', async () => {
  await restored(now, async (db) => {
    expect(await hashStore(db.pool)).toEqual(await hashStore(source.pool));
    expect((await schemaVersion(db.pool)).pending).toEqual([]);
    await comesForward(db, now);
    // Numbers that the store gives go on where they were.
    const { rows } = await db.pool.query<{ next: string; last: string }>(
      `select nextval('change_id_seq') as next, (select max(change_id) from change) as last`
    );
    expect(Number(rows[0]?.next)).toBeGreaterThan(Number(rows[0]?.last));
  });
}, 120_000);

test('a later version migrates it forward with its rows; one that breaks on rows is found', async () => {
  const next = `${String(Number((readMigrations().at(-1)?.name ?? '').slice(0, 6)) + 1).padStart(6, '0')}_next`;
  const later = migrationsWith({
    [next]: `alter table change add column size_hint integer; update change set size_hint = length(title);`,
  });
  const broken = migrationsWith({ [next]: `alter table change add column must_have integer not null;` });
  try {
    await restored(now, async ({ url, pool }) => {
      await expect(migrate(url, broken)).rejects.toMatchObject({ code: 'migration_failed' });
      expect(await migrate(url, later)).toEqual([next]);
      const { rows } = await pool.query(
        `select count(*) > 0 as has_rows, bool_and(size_hint = length(title)) as is_filled from change`
      );
      expect(rows).toEqual([{ has_rows: true, is_filled: true }]);
    });
  } finally {
    rmSync(later, { recursive: true });
    rmSync(broken, { recursive: true });
  }
}, 120_000);

test('a migration that was edited after a release is named', async () => {
  const [first, ...rest] = now.migrations;
  const edited = { ...now, version: '0.9.0', migrations: [{ name: first?.name ?? '', sha256: 'another' }, ...rest] };
  await expect(restored(edited, () => Promise.resolve())).rejects.toThrow(
    `Migrations that 0.9.0 was released with are never edited; write a new one: ${first?.name ?? ''}`
  );
});
