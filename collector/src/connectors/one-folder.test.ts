/**
 * A connector is one folder: `fixtures/example` is put beside the others in a copy of the tree, everything is generated anew, it collects
 * from a server through a real store and receives a push; taken out again it leaves nothing behind.
 */
import { execFile, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { runCli, startCli } from '../../testing/run-cli.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../../..');
const COPIED = ['collector', 'docs', 'README.md', 'package.json'];
const token = 'group-token-never-shown';
const webhookSecret = 'webhook-secret-never-shown';

let db: TestDatabase;
let copy: string;
let server: Server;
let source: { readonly projects: Record<string, number[]>; requests: string[] };

const at = (...parts: string[]): string => path.join(copy, ...parts);
const git = async (...args: string[]): Promise<string> =>
  (await run('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args], { cwd: copy })).stdout.trim();
const generate = (): Promise<unknown> =>
  run(process.execPath, ['--disable-warning=ExperimentalWarning', at('collector/scripts/generate.ts')], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });

function copyTree(): void {
  copy = mkdtempSync(path.join(tmpdir(), 'throughline-one-folder-'));
  const filter = (from: string): boolean => !/[/\\](node_modules|coverage|\.throughline)$/.test(from);
  for (const part of COPIED) {
    cpSync(path.join(root, part), at(part), { recursive: true, filter });
  }
  for (const modules of ['node_modules', 'collector/node_modules']) {
    if (existsSync(path.join(root, modules))) {
      symlinkSync(path.join(root, modules), at(modules));
    }
  }
  writeFileSync(at('.gitignore'), 'node_modules\n.throughline\n');
}

/** The source: projects, each with the ids of its incidents; only those who know the token may ask. */
function startSource(): Promise<void> {
  source = { projects: { shop: [1, 2, 3], cart: [4] }, requests: [] };
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://source');
    source.requests.push(url.pathname);
    const send = (status: number, body: unknown, etag = ''): void => {
      response.writeHead(status, etag === '' ? {} : { etag }).end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${token}`) {
      return send(401, { message: 'who are you' });
    }
    const names = Object.keys(source.projects);
    if (url.pathname === '/projects') {
      const etag = `"${names.join()}"`;
      const isKnown = request.headers['if-none-match'] === etag;
      return isKnown
        ? send(304, '', etag)
        : send(
            200,
            names.map((name) => ({ name, remote: `g/${name}` })),
            etag
          );
    }
    const ids = source.projects[url.pathname.split('/')[2] ?? ''] ?? [];
    const page = ids.filter((id) => id > Number(url.searchParams.get('after'))).slice(0, 2);
    return send(
      200,
      page.map((id) => ({ id, title: `Incident ${String(id)}`, started: '2026-03-02T10:00:00Z' }))
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function configure(): void {
  const { port } = server.address() as AddressInfo;
  const lines = [
    'http: { port: 0 }',
    'schedules: { example/projects: "* * * * * *" }',
    'example:',
    `  url: http://127.0.0.1:${String(port)}/`,
    '  token: ${EXAMPLE_TOKEN}',
    '  webhook_secret: ${EXAMPLE_SECRET}',
  ];
  writeFileSync(at('throughline.yaml'), `${lines.join('\n')}\n`);
}

const options = (): object => ({ url: db.url, cwd: copy, root: copy });
const incidents = async (): Promise<string[]> =>
  (await db.pool.query<{ id: string }>('select external_id as id from incident order by 1')).rows.map(({ id }) => id);

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries > 200) {
      throw new Error('it did not come');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

beforeAll(async () => {
  db = await testDatabase();
  process.env['EXAMPLE_TOKEN'] = token;
  process.env['EXAMPLE_SECRET'] = webhookSecret;
  copyTree();
  await startSource();
  await git('init', '-q');
  await git('add', '.');
  await git('commit', '-qm', 'as it is');
}, 60_000);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  rmSync(copy, { recursive: true, force: true });
  await db.close();
});

test('what is generated is up to date', async () => {
  await generate();
  expect(await git('status', '--porcelain')).toBe('');
});

test('adding the folder changes only what is generated: its lines in the registries, its rows in the tables', async () => {
  cpSync(path.join(root, 'collector/src/fixtures/example'), at('collector/src/connectors/example'), {
    recursive: true,
  });
  await generate();
  expect((await git('status', '--porcelain')).split('\n').map((line) => line.trim())).toEqual([
    'M README.md',
    'M collector/src/connectors/registry.generated.ts',
    'M collector/src/connectors/sections.generated.ts',
    'M docs/configuration.md',
    '?? collector/src/connectors/example/',
  ]);
  const added = (await git('diff', '-U0')).split('\n').filter((line) => /^\+(?!\+\+)./.test(line));
  expect(added).toMatchInlineSnapshot(`
    [
      "+| [Example](collector/src/connectors/example/README.md) | incidents of a group of projects | a token that may read the group |",
      "+import { connector as example } from './example/index.ts';",
      "+  example,",
      "+import { section as example } from './example/config.ts';",
      "+  'example': example.optional(),",
      "+### \`example\`: Example",
      "+| key | type | default | what it decides |",
      "+| --- | --- | --- | --- |",
      "+| \`example.url\` | text | – | Address of the source. |",
      "+| \`example.token\` | secret, as \`\${NAME}\` | – | Token that may read the group. |",
      "+| \`example.webhook_secret\` | secret, as \`\${NAME}\` | none | Secret of the webhook. Without it nothing is received. |",
      "+| \`example.environment\` | \`production\`, \`staging\` | \`production\` | Environment of its incidents. |",
    ]
  `);
});

test('it collects what its source has; what one stream finds is what the other reads', async () => {
  configure();
  const first = await runCli(['collect'], options());
  expect(first).toMatchObject({ code: 0, stderr: expect.not.stringContaining('never-shown') });
  expect(await incidents()).toEqual(['1', '2', '3', '4']);
  const { rows } = await db.pool.query<{ slug: string }>('select slug from repo order by 1');
  expect(rows.map(({ slug }) => slug)).toEqual(['example/cart', 'example/shop']);
  delete source.projects['cart'];
  source.projects['shop']?.push(5);
  source.requests = [];
  expect((await runCli(['collect'], options())).code).toBe(0);
  expect(await incidents()).toEqual(['1', '2', '3', '4', '5']);
  expect(source.requests.filter((asked) => asked.includes('cart'))).toEqual([]);
  const budgets = await db.pool.query<{ used_count: number }>('select used_count from rate_budget');
  expect(budgets.rows).toHaveLength(1);
}, 60_000);

test('a fault of its section is named with its line, and the secret is not', async () => {
  writeFileSync(at('bad.yaml'), 'example:\n  url: http://x\n  token: ${EXAMPLE_TOKEN}\n  enviroment: staging\n');
  const { code, stderr } = await runCli(['collect', '--config', 'bad.yaml'], options());
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('bad.yaml:4: example.enviroment: unknown key "enviroment"'),
  ]);
  expect(stderr).not.toContain('never-shown');
});

describe('while it keeps running', () => {
  let child: ChildProcess;
  let address = '';
  let said = '';
  beforeAll(async () => {
    child = startCli(['run'], options());
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      address = /metrics on (http:\S+)\. Ctrl-C/.exec(said)?.[1] ?? '';
    });
    await until(() => Promise.resolve(address !== '' || child.exitCode !== null));
  }, 60_000);
  afterAll(async () => {
    const ended = child.exitCode === null ? once(child, 'exit') : null;
    child.kill('SIGINT');
    await ended;
  }, 60_000);

  const post = (body: string, signature: string): Promise<Response> =>
    fetch(`${address}/push/example/incident`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-example-signature': signature },
    });
  const sign = (body: string): string => `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`;

  it('a scope that its source has from now on is read', async () => {
    source.projects['search'] = [7];
    await until(async () => (await incidents()).includes('7'));
  }, 60_000);

  it('a signed push is stored, and one without the signature is refused', async () => {
    const body = JSON.stringify({ id: 9, title: 'Pushed', started: '2026-03-03T10:00:00Z' });
    expect((await post(body, sign(`${body} `))).status).toBe(401);
    expect((await post(body, '')).status).toBe(401);
    expect(await incidents()).not.toContain('9');
    expect((await post(body, sign(body))).status).toBe(202);
    await until(async () => (await incidents()).includes('9'));
  });

  it('a push that is not understood is taken, named, and holds up nothing; what is too long is not taken', async () => {
    expect((await post('{"id":"x"}', sign('{"id":"x"}'))).status).toBe(202);
    await until(async () => {
      const { rows } = await db.pool.query<{ reason: string }>(
        `select reason from skipped where stream_id = 'example/incident'`
      );
      return rows.some(({ reason }) => reason.includes('id: '));
    });
    const huge = 'x'.repeat(2 << 20);
    expect((await post(huge, sign(huge))).status).toBe(413);
  });

  it('no secret was said', () => {
    expect(said).not.toContain('never-shown');
  });
});

test('taken out again it leaves nothing behind', async () => {
  rmSync(at('collector/src/connectors/example'), { recursive: true });
  rmSync(at('throughline.yaml'));
  rmSync(at('bad.yaml'));
  await generate();
  expect(await git('status', '--porcelain')).toBe('');
});
