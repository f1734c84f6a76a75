// Organisations, attacked as a Viewer can: differences of two answers, and linear algebra over all at once.
import { collect } from '../backend/fixtures/attack-run.ts';
import { openWorld, report, STORE, type Made } from '../backend/fixtures/attack-report.ts';

const names =
  STORE === undefined ? (['company', 'project', 'young', 'marked', 'reviewed', 'demo'] as const) : (['store'] as const);

describe.each(names)('%s', (name) => {
  let made: Made;
  beforeAll(async () => {
    made = await openWorld(name);
  }, 240_000);
  afterAll(() => made.close());

  test('no questions isolate one to four people by who they are, and no two answers differ by so few', async () => {
    const { gated, open, text } = report(made.world, await collect(made.world));
    console.info(text);
    expect({ told: gated.told, isolated: gated.isolated }).toEqual({ told: 0, isolated: 0 });
    // The attack is one: without the gate it succeeds.
    expect(open.told).toBeGreaterThan(0);
    expect(open.described === 0 || open.isolated > 0).toBe(true);
  }, 600_000);
});
