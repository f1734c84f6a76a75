/** A release that is tagged and that a tool deploys is one deployment: from the first word of a tool on its service's tags count no more. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { configSchema } from '../../config/schema.ts';
import type { HouseRow } from '../../connector.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { deriveAll } from '../derive.ts';

let db: TestDatabase;
let repoId: number;
beforeAll(async () => {
  db = await testDatabase();
  repoId = await ensureRepo(db.pool, 'acme/shop');
});
afterAll(() => db.close());
beforeEach(() => db.pool.query('truncate deployment, deployment_fact, deployment_change, dirty cascade'));

const at = (day: number, minute = 0): string =>
  `2026-03-${String(day).padStart(2, '0')}T10:${String(minute).padStart(2, '0')}:00Z`;
const sha = (n: number): string => String(n).repeat(40);

interface Told {
  readonly source: string;
  readonly id: string;
  readonly n: number;
  readonly finished: string;
  readonly more?: HouseRow['values'];
}
const rowOf = ({ source, id, n, finished, more = {} }: Told): HouseRow => ({
  table: 'deployment',
  values: { source, external_id: id, service_id: 'acme/shop', environment: 'production', sha: sha(n), ref: id, finished_at: finished, result: 'success', kind: 'unknown', ...more }, // prettier-ignore
});
const tag = (n: number): Told => ({ source: 'git', id: `acme/shop@v${String(n)}.0.0`, n, finished: at(10 * n) });
const TAGS = [1, 2, 3].map(tag);
/** The tool tells of what was tagged as v2 before the tag is dated, and of v3 after it. */
const TOOL: readonly Told[] = [
  { source: 'github', id: 'D2', n: 2, finished: at(19, 50) },
  { source: 'github', id: 'D3', n: 3, finished: at(30, 20) },
];

async function tell(told: readonly Told[]): Promise<void> {
  const service: HouseRow = { table: 'service', values: { service_id: 'acme/shop', title: 'acme/shop' } };
  await writePage(db.pool, { streamId: 'test', repoId, page: { rows: [service, ...told.map(rowOf)], cursor: null } });
}
/** What counts as a deployment. */
async function counted(): Promise<string[]> {
  await deriveAll(db.pool, { config: configSchema.parse({}) });
  const { rows } = await db.pool.query<{ id: string }>(
    'select d.external_id as id from deployment_fact f join deployment d using (deployment_id) order by f.finished_at'
  );
  return rows.map(({ id }) => id);
}
const ALL = ['acme/shop@v1.0.0', 'D2', 'D3'];

test('tags first: they count until the tool tells, then only what was before it', async () => {
  await tell(TAGS);
  expect(await counted()).toEqual(TAGS.map(({ id }) => id));
  await tell(TOOL.slice(0, 1));
  expect(await counted()).toEqual(['acme/shop@v1.0.0', 'D2']);
  await tell(TOOL.slice(1));
  expect(await counted()).toEqual(ALL);
});

test('the tool first: tags that come later add what was before it alone', async () => {
  await tell(TOOL);
  expect(await counted()).toEqual(['D2', 'D3']);
  await tell(TAGS.toReversed());
  expect(await counted()).toEqual(ALL);
});

test('one by one, in any order, and again: the same', async () => {
  const told = [...TAGS, ...TOOL];
  for (const order of [[0, 3, 1, 4, 2], [4, 2, 3, 1, 0], [3, 2, 0, 4, 1, 3, 0]]) {
    await db.pool.query('truncate deployment, deployment_fact, deployment_change, dirty cascade');
    let last: string[] = [];
    for (const index of order) {
      await tell([told[index] as Told]);
      last = await counted();
    }
    expect(last).toEqual(ALL);
  }
}); // prettier-ignore

test.each<[string, HouseRow['values']]>([
  ['that failed', { result: 'failure' }],
  ['to another environment', { environment: 'staging' }],
  ['of another service', { service_id: 'cart' }],
])('a deployment %s silences no tag', async (_what, more) => {
  await db.pool.query(`insert into service (service_id, title) values ('cart', 'cart') on conflict do nothing`);
  await tell([...TAGS, { ...(TOOL[0] as Told), more }]);
  expect((await counted()).filter((id) => id.includes('@'))).toEqual(TAGS.map(({ id }) => id));
});
