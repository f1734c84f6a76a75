/** What arrives in any order of small steps gives the rows of a full derivation: nothing that was left out depended on it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { configSchema, type Config } from '../config/schema.ts';
import { deriveAll } from './derive.ts';
import { CONFIGURATIONS } from './fixtures/configurations.ts';
import { EDITS, sequence } from './fixtures/edits.ts';
import { facts, foundations, REPOS, type Fact } from './fixtures/organisation.ts';
import { deriveSteps } from './fixtures/stop.ts';
import { allRows, difference, ensureRepos, writeFacts } from './fixtures/write.ts';

/** More of them: SEQUENCES=40. */
const SEEDS =
  process.env['SEQUENCES'] === undefined
    ? [1, 2, 7]
    : Array.from({ length: Number(process.env['SEQUENCES']) }, (_one, n) => n + 1);
const LENGTH = 12;

const configOf = (n: number): Config =>
  configSchema.parse({ company_domain: 'acme.io', time_zone: 'Europe/Berlin', ...CONFIGURATIONS[n] });

const isOfIncidents = (fact: Fact): boolean => 'row' in fact && fact.row.table.startsWith('incident');

describe.each([
  { what: 'an organisation with incidents', given: facts(), edits: EDITS },
  {
    // Texts of changes are looked at for the sake of incidents: without them less is derived.
    what: 'an organisation without incidents',
    given: facts().filter((fact) => !isOfIncidents(fact)),
    edits: Object.fromEntries(Object.entries(EDITS).filter(([name]) => !name.includes('incident'))),
  },
])('$what', ({ given, edits }) => {
  let database: TestDatabase;
  let repos: Map<string, number>;
  beforeAll(async () => {
    database = await testDatabase();
    await database.pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
    repos = await ensureRepos(database.pool, REPOS);
    await writeFacts(database.pool, [...foundations(), ...given], repos);
    await deriveAll(database.pool, { config: configOf(0) });
  });
  afterAll(() => database.close());

  it.each(SEEDS)('sequence %i, derived step by step', async (seed) => {
    const { pool } = database;
    let config = configOf(0);
    const names: string[] = [];
    for (const { name, rows, configuration, stopsAfter } of sequence({ seed, length: LENGTH, given, edits })) {
      config = configOf(configuration);
      await writeFacts(pool, rows, repos);
      const stopped = await deriveSteps(pool, config, stopsAfter ?? Infinity);
      names.push(stopped === null ? name : `${name}, stopped after ${stopped}`);
      if (stopped === null) expect((await pool.query('select * from dirty')).rows).toEqual([]);
    }
    await deriveAll(pool, { config });
    const found = await allRows(pool);
    await deriveAll(pool, { config, full: true });
    expect({ names, differs: difference(found, await allRows(pool)) }).toEqual({ names, differs: [] });
  });
});
