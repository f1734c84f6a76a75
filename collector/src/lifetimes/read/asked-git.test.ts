import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRepository } from '../../git/process.ts';
import { testRepository } from '../testing/repository.ts';
import { askedGit } from './asked-git.ts';

// Answers two questions a process, as one that keeps what it read until its memory is full; "bomb" needs more than all of it.
const FORGETS_NOTHING = `#!/bin/sh
given=0
while read -r question && read -r mark; do
  if [ "$question" = bomb ] || [ $given -ge 2 ]; then echo "fatal: Out of memory, malloc failed" >&2; exit 128; fi
  given=$((given + 1)); printf '%s\\n%s\\n' "$question" "$mark"
done
`;

describe('a git that is asked one question after the other', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-git-'));
  const before = process.env['PATH'];
  const repository = testRepository([{ parents: [], tree: { 'a.txt': 'a\n' } }]);
  afterAll(() => {
    process.env['PATH'] = before;
    repository.remove();
    rmSync(folder, { recursive: true });
  });

  it('is asked again in a new process where its memory was full of earlier answers, and blamed only where it was empty', async () => {
    const repo = await openRepository(repository.dir);
    writeFileSync(path.join(folder, 'git'), FORGETS_NOTHING);
    chmodSync(path.join(folder, 'git'), 0o755);
    process.env['PATH'] = `${folder}:${before ?? ''}`;
    const git = askedGit(repo, { args: [] });
    const asked = ['1', '2', '3', 'bomb', '4', '5', '6'];
    const answers = await Promise.all(asked.map((question) => git.ask(question)));
    git.close();
    const shown = answers.map((answer) => (Buffer.isBuffer(answer) ? answer.toString().trim() : answer));
    expect(shown).toEqual(['1', '2', '3', expect.stringContaining('limits.paths_per_commit'), '4', '5', '6']);
  });
});
