// The query command as people run it: a process of its own, with a store or without.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../collector/testing/database.ts';
import { computes } from '../metrics/compute.generated.ts';
import type { Row } from '../metrics/define.ts';
import { metrics } from '../metrics/registry.generated.ts';
import { asWritten, readWorkedExamples } from './fixtures/worked-example.ts';

const folder = path.join(import.meta.dirname, '..', 'metrics');
/** Any metric without a computation. */
const { id } = metrics.find((metric) => !Object.hasOwn(computes, metric.id))!;
const [example] = readWorkedExamples(readFileSync(path.join(folder, id, 'README.md'), 'utf8'));
const range = ['--from', example!.from.toISOString(), '--to', example!.to.toISOString(), '--tz', example!.tz];
const params = Object.entries(example!.params).flatMap(([name, value]) => ['--param', `${name}=${Array.isArray(value) ? JSON.stringify(value) : String(value as string)}`]); // prettier-ignore

let db: TestDatabase;
let home: string;
beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query(readFileSync(path.join(folder, id, 'example.sql'), 'utf8'));
  home = mkdtempSync(path.join(tmpdir(), 'throughline-cli-'));
  const { hostname: host, port, username: user, password } = new URL(db.readerUrl);
  writeFileSync(
    path.join(home, 'connection.json'),
    JSON.stringify({ host, port: Number(port), database: db.name, user, password })
  );
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await db.close();
});

function run(
  args: readonly string[],
  env: Record<string, string> = {}
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'cli.ts'), ...args], { env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: '', INIT_CWD: '', ...env } }); // prettier-ignore
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  return new Promise((resolve) => child.on('close', (code) => { resolve({ code, out, err }); })); // prettier-ignore
}

it('gives the rows of a panel as JSON, from the embedded store and from DATABASE_URL', async () => {
  const [embedded, named] = await Promise.all([run([id, ...range, ...params, '--json', '--home', home]), run([id, ...range, ...params, '--json'], { DATABASE_URL: db.readerUrl })]); // prettier-ignore
  expect(embedded).toMatchObject({ code: 0 });
  expect(asWritten(example!, JSON.parse(embedded.out) as Row[])).toEqual(example!.rows);
  expect(named.out).toBe(embedded.out);
});

it('draws a table or CSV, and says on stderr why there is nothing', async () => {
  const [table, csv] = await Promise.all([run([id, ...range, ...params, '--home', home]), run([id, '--from', '1999-01-01', '--to', '1999-01-02', '--csv', '--home', home])]); // prettier-ignore
  const lines = table.out.trimEnd().split('\n');
  // What the number is stands above it: its column is called value whatever is asked.
  const drawn = lines[0]?.startsWith('value: ') === true ? lines.slice(2) : lines;
  expect(drawn[1]).toMatch(/^[─ ]+$/);
  expect(drawn).toHaveLength(2 + example!.rows.length);
  expect(csv.out.split('\r\n')[0]).toContain(',');
  expect(csv.code).toBe(0);
});

it('ends with one clear message where it cannot run', async () => {
  const cases: Array<[string[], number, RegExp]> = [
    [['nope', '--home', '.'], 1, /There is no store: .*connection\.json .*npm start/],
    [[id, '--frm', 'x'], 1, /Unknown option '--frm'/],
    [[id, '--from', 'yesterday'], 1, /--from yesterday is not a date/],
    [[id, 'more'], 1, /One metric at a time/],
    [[id, '--param', 'groupBy='], 1, /--param groupBy= is empty: leave it out .* or give groupBy=\[\]/],
    [['nope', '--home', home], 1, /^Unknown metric "nope". Known metrics: /],
  ];
  const ended = await Promise.all(cases.map(([args]) => run(args)));
  for (const [index, [, code, message]] of cases.entries()) {
    expect(ended[index]).toMatchObject({ code });
    expect(`${ended[index]!.out}${ended[index]!.err}`).toMatch(message);
  }
});
