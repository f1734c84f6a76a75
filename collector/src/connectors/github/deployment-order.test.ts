/** States of deployments that are read again, or by two processes: whichever comes last, the latest counts. */
import fc from 'fast-check';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import type { HouseRow } from '../../connector.ts';
import { writePage } from '../../store/write-page.ts';
import { deploymentRow, runDeployment } from './normalize/deployments.ts';
import { run, type Deployment } from './schema.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query(`insert into service (service_id, title) values ('shop', 'shop')`);
});
afterAll(() => db.close());

const at = (minute: number): Date => new Date(Date.UTC(2026, 9, 5, 10, minute));
const naming = { source: 'github', rules: [], name: 'acme/shop', service: 'shop' };

/** The deployment as it was when so many of its statuses had come. */
function seen(states: readonly string[], count: number): HouseRow[] {
  const nodes = states.slice(0, count).map((state, index) => ({ state, createdAt: at(index + 1), environmentUrl: null, logUrl: null })); // prettier-ignore
  const deployment = { id: 'DE_1', commitOid: 'a'.repeat(40), environment: 'production', originalEnvironment: 'production', task: 'deploy', state: states[count - 1] ?? 'PENDING', createdAt: at(0), updatedAt: at(count), ref: { name: 'main' }, statuses: { totalCount: count, nodes } }; // prettier-ignore
  return [deploymentRow(deployment as unknown as Deployment, naming)].filter((row) => row !== null);
}
/** The run as it was when so many of its attempts had ended. */
function attempt(conclusions: readonly string[], count: number): HouseRow[] {
  const given = { id: 7, path: '.github/workflows/deploy.yml', status: 'completed', conclusion: conclusions[count - 1], head_sha: 'b'.repeat(40), head_branch: 'main', run_attempt: count, run_started_at: at(10 * count).toISOString(), created_at: at(0).toISOString(), updated_at: at(10 * count + 5).toISOString() }; // prettier-ignore
  const rule = { repository: '*', workflow: 'deploy.yml', environment: 'production' };
  return count === 0 ? [] : runDeployment(run.parse(given), rule, { ...naming, slug: 'acme/shop', webUrl: null });
}

async function stored(pages: ReadonlyArray<readonly HouseRow[]>): Promise<unknown[]> {
  await db.pool.query('truncate deployment cascade');
  for (const rows of pages) await writePage(db.pool, { streamId: 'test', repoId: null, page: { rows: rows.map(({ table, values }) => ({ table, values: { ...values, repo_id: null } })), cursor: null } }); // prettier-ignore
  const { rows } = await db.pool.query<object>('select external_id, result, started_at, finished_at from deployment');
  return rows;
}

test.each<[string, (told: readonly string[], count: number) => HouseRow[], readonly string[]]>([
  ['statuses', seen, ['queued', 'in_progress', 'failure', 'error', 'success', 'inactive']],
  ['attempts', attempt, ['failure', 'cancelled', 'timed_out', 'success']],
])('%s in any order, and again, come to the latest state', async (_what, rowsOf, words) => {
  const told = fc.array(fc.constantFrom(...words.map((word) => (rowsOf === seen ? word.toUpperCase() : word))), { minLength: 1, maxLength: 5 }); // prettier-ignore
  const history = told.chain((states) => {
    const counts = [...states.keys()].map((index) => index + 1);
    return fc.record({ states: fc.constant(states), order: fc.shuffledSubarray([...counts, ...counts], { minLength: 2 * counts.length }) }); // prettier-ignore
  });
  await fc.assert(
    fc.asyncProperty(history, async ({ states, order }) => {
      const inOrder = await stored(states.map((_state, index) => rowsOf(states, index + 1)));
      expect(await stored(order.map((count) => rowsOf(states, count)))).toEqual(inOrder);
    }),
    { numRuns: 25, endOnFailure: true }
  );
});
