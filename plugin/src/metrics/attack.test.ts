// Organisations, attacked as a Viewer can: differences of two answers, and linear algebra over all at once.
import { testDatabase, type TestDatabase } from '../../../collector/testing/database.ts';
import { collect, type World } from '../backend/fixtures/attack-run.ts';
import { demo, drawn, report } from '../backend/fixtures/attack-report.ts';
import { openReader } from '../backend/fixtures/reader.ts';

const makers: ReadonlyArray<readonly [string, (database: TestDatabase) => Promise<Omit<World, 'store'>>]> = [
  ['demo', demo],
  ['company', (database) => drawn(database, 'company')],
  ['project', (database) => drawn(database, 'project')],
];

describe.each(makers)('%s', (_name, make) => {
  let world: World;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const database = await testDatabase();
    const made = await make(database);
    const store = openReader(database);
    world = { ...made, store };
    close = async () => {
      await store.close();
      await database.close();
    };
  }, 240_000);
  afterAll(() => close());

  test('no questions isolate one to four people by who they are, and no two answers differ by so few', async () => {
    const { gated, open, text } = report(world, await collect(world));
    console.info(text);
    expect({ told: gated.told, isolated: gated.isolated }).toEqual({ told: 0, isolated: 0 });
    // The attack is one: without the gate it succeeds.
    expect(open.told).toBeGreaterThan(0);
    expect(open.described === 0 || open.isolated > 0).toBe(true);
  }, 600_000);
});
