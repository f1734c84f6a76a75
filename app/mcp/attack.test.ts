// An assistant that asks and asks: the number of four people must not follow from any answer, nor from two of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { testDatabase, type TestDatabase } from '../../collector/testing/database.ts';
import { RANGE, workGroups, worldSql } from '../../plugin/src/backend/fixtures/small-groups-world.ts';

const GROUPS = workGroups({ small: 'few', bands: 'alike' });
const DIMENSIONS = ['team', 'repo', 'service', 'pr_class', 'code_source', 'seniority', 'size'] as const;
/** Units of a person by group: no sum or difference of the others is that of the small group. */
const UNITS = { small: 7, next: 9, large: 11, rest: 13 } as const;
const perPerson = `case g.name ${GROUPS.map(({ name }) => `when '${name}' then ${String(UNITS[name])}`).join(' ')} end as units`;

let db: TestDatabase;
let home: string;
let client: Client;
beforeAll(async () => {
  db = await testDatabase();
  const sql = worldSql({ small: 'few', bands: 'alike' }).replace(
    /case when g\.name = 'small' and n = 1 then \d+ else 8 end as units/,
    perPerson
  );
  expect(sql).toContain(perPerson);
  await db.pool.query(sql);
  home = mkdtempSync(path.join(tmpdir(), 'throughline-mcp-attack-'));
  client = new Client({ name: 'attacker', version: '1.0.0' });
  const args = ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, '../mcp.ts'), '--home', home];
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args,
      cwd: home,
      env: { PATH: process.env.PATH ?? '', THROUGHLINE_READER_URL: db.readerUrl },
      stderr: 'ignore',
    })
  );
});
afterAll(async () => {
  await client.close();
  rmSync(home, { recursive: true, force: true });
  await db.close();
});

/** Of all groups as one: a row beside them. */
const TOGETHER = 'all together';

/** Numbers of units that an answer tells, and the sums that can be made of them. */
async function told(params: Record<string, unknown>, filters: Record<string, readonly string[]>): Promise<number[]> {
  const range = { from: RANGE.from.toISOString(), to: RANGE.to.toISOString() };
  const { content } = await client.callTool({
    name: 'ask_metric',
    arguments: { metric: 'durability', params: { mode: 'pr_survival', ...params }, filters, ...range },
  });
  const text = (content as Array<{ text: string }>)[0]!.text;
  const rows = [...text.matchAll(/^- (.*?); n (\d+);/gm)].map(([, group = '', n]) => ({ group, n: Number(n) }));
  const parts = rows.filter(({ group }) => !group.includes(TOGETHER));
  return [...rows.map(({ n }) => n), parts.reduce((sum, { n }) => sum + n, 0)].filter((n) => n > 0);
}

it('tells nothing of four people, whatever is asked one after the other', async () => {
  const all = new Set<number>();
  let questions = 0;
  const ask = async (params: Record<string, unknown>, filters: Record<string, readonly string[]>): Promise<void> => {
    questions += 1;
    for (const n of await told(params, filters)) all.add(n);
  };
  await ask({ groupBy: [] }, {});
  for (const dimension of DIMENSIONS) {
    const values = GROUPS.map((group) => group.values[dimension]!);
    await ask({ groupBy: [dimension] }, {});
    for (const value of values) {
      await ask({ groupBy: [] }, { [dimension]: [value] });
      await ask({ groupBy: ['code_source'] }, { [dimension]: values.filter((one) => one !== value) });
    }
  }
  const { rows } = await db.pool.query<{ name: string; n: number }>(
    'select name, count(*)::integer as n from work where at >= $1 and at < $2 group by name',
    [RANGE.from, RANGE.to]
  );
  const of = (name: string): number => rows.find((row) => row.name === name)!.n;
  const every = rows.reduce((sum, { n }) => sum + n, 0);
  const [small, total] = [of('small'), Math.max(...all)];
  // Something is told, and the group is there.
  expect([questions, total, small > 0]).toEqual([1 + DIMENSIONS.length * 9, every, true]);
  const differences = new Set([...all].flatMap((one) => [...all].map((other) => Math.abs(one - other))));
  expect([all.has(small), differences.has(small)]).toEqual([false, false]);
  // The attack is one: with the group and all the others beside it, the number would follow.
  expect(
    new Set([...all, every - small].flatMap((one) => [...all].map((other) => Math.abs(one - other)))).has(small)
  ).toBe(true);
}, 240_000);
