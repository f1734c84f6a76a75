// A pass over the lines in a process of its own, which is killed while it writes what comes after its first checkpoint.
// Arguments: URL of the store, repository, folder.
import pg from 'pg';
import type { LifetimeSink } from '../src/lifetimes/contract.ts';
import { runLifetimes } from '../src/lifetimes/run-lifetimes.ts';
import { writeLifetimes } from '../src/lifetimes/write/write.ts';

const [connectionString = '', repoId = '', repoPath = ''] = process.argv.slice(2);

function killed(sink: LifetimeSink): LifetimeSink {
  let checkpoints = 0;
  return {
    ...sink,
    async checkpoint(...given) {
      await sink.checkpoint?.(...given);
      checkpoints++;
    },
    async spans(batch) {
      await sink.spans(batch);
      if (checkpoints > 0) process.kill(process.pid, 'SIGKILL');
    },
  };
}

await writeLifetimes(new pg.Pool({ connectionString }), {
  repoId: Number(repoId),
  streamId: `git/lines/${repoId}`,
  run: ({ sink }) =>
    runLifetimes({ repoPath, tip: 'main', mode: 'full', checkpointEvery: 2, keepVersions: 0, sink: killed(sink) }),
});
