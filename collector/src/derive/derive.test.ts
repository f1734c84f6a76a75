import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { configSchema } from '../config/schema.ts';
import { deriveAll } from './derive.ts';
import { facts, foundations, REPOS, type Fact } from './fixtures/organisation.ts';
import { derivedRows, difference, ensureRepos, writeFacts } from './fixtures/write.ts';

const config = configSchema.parse({ company_domain: 'acme.io', time_zone: 'Europe/Berlin' });

/** Shuffles by a seed; spans stay behind the commits they name. */
function shuffled(given: readonly Fact[], seed: number): Fact[] {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff);
  const rows = given
    .map((fact) => ({ fact, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ fact }) => fact);
  return rows;
}

async function withDatabase<T>(work: (database: TestDatabase) => Promise<T>): Promise<T> {
  const database = await testDatabase();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Pages of facts, a derivation after each. */
async function incremental(given: readonly Fact[], pages: number): Promise<Record<string, string[]>> {
  return withDatabase(async ({ pool }) => {
    await pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
    const repos = await ensureRepos(pool, REPOS);
    await writeFacts(pool, foundations(), repos);
    const size = Math.ceil(given.length / pages);
    for (let from = 0; from < given.length; from += size) {
      await writeFacts(pool, given.slice(from, from + size), repos);
      await deriveAll(pool, { config });
    }
    return derivedRows(pool);
  });
}

describe('derivation of a small organisation', () => {
  let database: TestDatabase;
  let once: Record<string, string[]>;
  beforeAll(async () => {
    database = await testDatabase();
    await database.pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
    const repos = await ensureRepos(database.pool, REPOS);
    await writeFacts(database.pool, [...foundations(), ...facts()], repos);
    await deriveAll(database.pool, { config });
    once = await derivedRows(database.pool);
  });
  afterAll(() => database.close());

  it('fills every derived table', () => {
    expect(
      Object.entries(once)
        .filter(([, rows]) => rows.length === 0)
        .map(([table]) => table)
    ).toEqual([]);
  });

  it('leaves nothing on the work list, and a second run changes nothing', async () => {
    expect((await database.pool.query('select * from dirty')).rows).toEqual([]);
    await deriveAll(database.pool, { config });
    expect(difference(once, await derivedRows(database.pool))).toEqual([]);
    expect((await database.pool.query('select * from dirty')).rows).toEqual([]);
  });

  it('a full run gives the same rows', async () => {
    await deriveAll(database.pool, { config, full: true });
    expect(difference(once, await derivedRows(database.pool))).toEqual([]);
  });

  it('two runs at once give the same rows', async () => {
    await database.pool.query(`insert into dirty select 'change', repo_id, '*' from repo`);
    await Promise.all([deriveAll(database.pool, { config }), deriveAll(database.pool, { config })]);
    expect(difference(once, await derivedRows(database.pool))).toEqual([]);
  });

  it.each([1, 2])('facts in any order, derived page by page, give the same rows (order %i)', async (seed) => {
    const given = facts();
    const isRow = (fact: Fact): boolean => 'row' in fact;
    const mixed = [
      ...shuffled(given.filter(isRow), seed),
      ...shuffled(
        given.filter((fact) => !isRow(fact)),
        seed
      ),
    ];
    expect(difference(once, await incremental(mixed, 5))).toEqual([]);
  });
});
