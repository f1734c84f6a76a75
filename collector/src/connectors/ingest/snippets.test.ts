/** docs/ingest.md as its reader would use it: every snippet is run as printed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Receiving } from '../../../testing/receiving.ts';
import { loadConfig } from '../../config/load.ts';
import { configSchema } from '../../config/schema.ts';

const run = promisify(execFile);
const TOKEN = 'token-of-the-snippets';
const docs = readFileSync(path.join(import.meta.dirname, '../../../../docs/ingest.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...docs.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text]) => text ?? '');

let db: TestDatabase;
let receiving: Receiving;
let folder: string;
beforeAll(async () => {
  db = await testDatabase();
  receiving = await receive(db, { ingest: { tokens: [TOKEN] } });
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-snippets-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await receiving.close();
  await db.close();
});

/** What the CI systems set. */
const SHA = '9f1c2ab34d5e6f708192a3b4c5d6e7f8091a2b3c';
const given = {
  GITHUB_RUN_ID: '1234567890',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_SHA: SHA,
  GITHUB_REF_NAME: 'main',
  BUILD_TAG: 'jenkins-shop-42',
  BUILD_URL: 'https://jenkins.acme.io/job/shop/42/',
  GIT_COMMIT: SHA,
};

async function shell(script: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
    env: {
      PATH: process.env['PATH'],
      THROUGHLINE_URL: receiving.url,
      THROUGHLINE_INGEST_TOKEN: TOKEN,
      ...given,
      ...env,
    },
  });
  return stdout;
}

test('the configuration is one', () => {
  const [yaml = ''] = blocks('yaml');
  const file = path.join(folder, 'throughline.yaml');
  writeFileSync(file, yaml);
  process.env['THROUGHLINE_INGEST_TOKEN'] = TOKEN;
  expect(JSON.stringify(loadConfig(file, folder).config.ingest)).toBe(
    JSON.stringify(configSchema.parse({ ingest: { tokens: [TOKEN] } }).ingest)
  );
  delete process.env['THROUGHLINE_INGEST_TOKEN'];
});

test('every shell snippet and the Actions step are accepted, and what they say is stored', async () => {
  const said: string[] = [];
  for (const script of blocks('sh')) said.push(await shell(script));
  const [step] = parse(blocks('yaml')[1] ?? '') as Array<{ run: string; env: Record<string, string> }>;
  expect(Object.keys(step?.env ?? {})).toEqual(['THROUGHLINE_URL', 'THROUGHLINE_INGEST_TOKEN', 'STATUS']);
  said.push(await shell(step?.run ?? 'false', { STATUS: 'success' }));
  expect(said.join('')).not.toContain('refused');
  await receiving.settle();
  const { rows } = await db.pool.query(
    `select external_id as id, source, service_id as service, sha = $1 as is_sha, result from deployment order by 1`,
    [SHA]
  );
  expect(rows).toEqual([
    { id: '1234567890', source: 'ingest', service: 'acme/shop', is_sha: true, result: 'success' },
    { id: 'jenkins-shop-42', source: 'jenkins', service: 'shop', is_sha: true, result: 'success' },
    { id: 'shop-42', source: 'ingest', service: 'shop', is_sha: true, result: 'success' },
  ]);
  const { rows: incidents } = await db.pool.query(
    `select external_id as id, method, resolved_at is not null as is_over from incident join incident_link using (incident_id)`
  );
  expect(incidents).toEqual([{ id: 'INC-7', method: 'explicit', is_over: true }]);
});
