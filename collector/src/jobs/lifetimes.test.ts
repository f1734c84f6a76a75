import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase } from '../../testing/database.ts';
import { configSchema } from '../config/schema.ts';
import type { JobContext, StreamJob } from './job.ts';
import { lifetimeJobs } from './lifetimes.ts';

test('a pass over the lines that is stopped says where the next run carries on', async () => {
  const db = await testDatabase();
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-lines-'));
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args]);
  git('init', '-q', '-b', 'main');
  writeFileSync(path.join(folder, 'a.txt'), 'a line\n');
  git('add', '.');
  git('commit', '-qm', 'Add a line');
  const stop = new AbortController();
  const session = {
    // Asked for when the repository is open and the pass is about to begin.
    get pool() {
      stop.abort();
      return db.pool;
    },
  };
  const context = { session, config: configSchema.parse({}), cacheDir: folder } as unknown as JobContext;
  const repository = { path: folder, slug: 'lines', notes_ref: 'refs/notes/ai' };
  const streams = [{ id: 'git/history/lines', linesOf: 'lines' } as unknown as StreamJob];
  const said: string[] = [];
  const [job] = lifetimeJobs({ repositories: [repository], streams }, context);
  const line = { update: () => undefined, done: (text: string) => void said.push(text) };
  await expect(job?.run(stop.signal, line)).rejects.toThrow();
  expect(said).toEqual(['stopped; the next run carries on from the last checkpoint']);
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});
