import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeReleaseBranches } from '../../../bench/lifetimes/release-branches.ts';
import { countLines } from './count-lines.ts';
import { runLifetimes } from './run-lifetimes.ts';
import { blameRevision } from './testing/blame.ts';

test('releases whose fixes are merged upwards all the time agree with git blame', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-releases-'));
  try {
    const repoPath = path.join(folder, 'releases.git');
    await makeReleaseBranches(repoPath, { merges: 40, files: 12 });
    const { total, byCommit } = await blameRevision(repoPath, 'main');
    expect(await countLines({ repoPath, rev: 'main' })).toEqual({ total, by_commit: byCommit });
    const { merges, liveLines } = await runLifetimes({ repoPath, mode: 'full' });
    // Of the 40 those that main reaches.
    expect(merges).toBeGreaterThan(30);
    expect(liveLines).toBe(total);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
