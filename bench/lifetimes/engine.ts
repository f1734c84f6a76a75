// One pass of the line-lifetime engine in a process of its own, so that its memory can be measured. Prints JSON.
import { messageOf } from '../../collector/src/errors.ts';
import { runLifetimes } from '../../collector/src/lifetimes/run-lifetimes.ts';

const [repoPath = '.', mode = 'full'] = process.argv.slice(2);
try {
  const result = await runLifetimes({ repoPath, mode: mode === 'plain' ? 'plain' : 'full' });
  const { user, system } = process.cpuUsage();
  process.stdout.write(JSON.stringify({ ...result, ownCpuSeconds: (user + system) / 1e6 }));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
