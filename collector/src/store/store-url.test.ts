/** A store that only throughline.yaml names: the answers and the query look where the collector wrote. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { runCli } from '../../testing/run-cli.ts';

let db: TestDatabase;
const folder = mkdtempSync(path.join(tmpdir(), 'throughline-url-'));
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

test('store.url reaches npm start and npm run query', async () => {
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args], { cwd: folder });
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'First');
  const config = path.join(folder, 'throughline.yaml');
  writeFileSync(config, `store: { url: '${db.url}' }\nrepositories: [{ path: ${folder} }]\n`);
  const home = path.join(folder, 'home');
  const started = await runCli(['--config', config, '--home', home, '--once', '--json'], { file: 'app/start.ts' });
  expect(started.code).toBe(0);
  expect(Object.keys(JSON.parse(started.stdout) as object)).toEqual([
    'about',
    'cycle-time-by-usage',
    'durability',
    'dora-by-source',
    'beside',
  ]);
  const asked = await runCli(['durability', '--config', config, '--home', home, '--json'], { file: 'app/query.ts' });
  expect(asked).toMatchObject({ code: 0, stdout: '[]\n' });
}, 60_000);
