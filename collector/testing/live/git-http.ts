/** git over HTTP: the machine's git serves a repository through its own CGI program, and the collector reads it from there. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { testDatabase } from '../database.ts';
import { runCli } from '../run-cli.ts';
import type { Part } from './part.ts';

const run = promisify(execFile);

function backend(): string | null {
  try {
    const folder = execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim();
    const file = path.join(folder, 'git-http-backend');
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

/** Answers one request as CGI says: headers, an empty line, the body. */
function answer(file: string, root: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://git');
    const child = spawn(file, [], {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      const headers = all.subarray(0, end).toString('utf8').split('\r\n');
      const status = Number(/^Status: (\d+)/m.exec(headers.join('\n'))?.[1] ?? 200);
      for (const header of headers) {
        const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(header) ?? [];
        if (name !== '' && name !== 'Status') response.setHeader(name, value);
      }
      response.writeHead(status).end(all.subarray(end + 4));
    });
  };
}

async function makeRepository(root: string): Promise<void> {
  const work = path.join(root, 'work');
  const git = (...args: string[]): Promise<unknown> =>
    run('git', ['-C', work, '-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args]);
  await run('git', ['init', '-q', '-b', 'main', work]);
  for (const name of ['a', 'b', 'c']) {
    writeFileSync(path.join(work, `${name}.ts`), `export const ${name} = 1;\n`);
    await git('add', '.');
    await git('commit', '-qm', `feat: ${name}`);
  }
  await git('tag', 'v1.0.0');
  await run('git', ['clone', '-q', '--bare', work, path.join(root, 'shop.git')]);
}

export const gitHttp: Part = {
  name: 'git over HTTP',
  run: async () => {
    const file = backend();
    if (file === null) return null;
    const root = mkdtempSync(path.join(tmpdir(), 'throughline-live-git-'));
    const server: Server = createServer(answer(file, root)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const db = await testDatabase();
    try {
      await makeRepository(root);
      const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/shop.git`;
      const ended = await runCli(['collect', '--repo', url, '--home', path.join(root, 'home')], { url: db.url });
      if (ended.code !== 0) throw new Error(ended.stderr);
      const { rows } = await db.pool.query<{ commits: number }>('select count(*)::int as commits from git_commit');
      if (rows[0]?.commits !== 3) throw new Error(`${String(rows[0]?.commits)} commits came instead of 3`);
      return `${file}: 3 commits and a tag came over HTTP`;
    } finally {
      server.closeAllConnections();
      server.close();
      await db.close();
      rmSync(root, { recursive: true, force: true });
    }
  },
};
