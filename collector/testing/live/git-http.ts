/** git over HTTP: the machine's git serves a repository through its own CGI program, and the collector reads it from there. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { slowRemote } from '../../src/git/fixtures/slow-remote.ts';
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
    const remote = await slowRemote(root, Infinity);
    const db = await testDatabase();
    try {
      await makeRepository(root);
      const url = `${remote.url}/shop.git`;
      const ended = await runCli(['collect', '--repo', url, '--home', path.join(root, 'home')], { url: db.url });
      if (ended.code !== 0) throw new Error(ended.stderr);
      const { rows } = await db.pool.query<{ commits: number }>('select count(*)::int as commits from git_commit');
      if (rows[0]?.commits !== 3) throw new Error(`${String(rows[0]?.commits)} commits came instead of 3`);
      return `${file}: 3 commits and a tag came over HTTP`;
    } finally {
      await remote.close();
      await db.close();
      rmSync(root, { recursive: true, force: true });
    }
  },
};
