/** `npm run bench -- --repo R [--rounds N]`: the line-lifetime engine beside `git log` on the same repository, best of N rounds. */
import { parseArgs } from 'node:util';
import { messageOf } from '../collector/src/errors.ts';
import { benchLifetimes } from './lifetimes.ts';

const { values } = parseArgs({ options: { repo: { type: 'string' }, rounds: { type: 'string', default: '3' } } });
const rounds = Number(values.rounds);

if (values.repo === undefined || !(rounds >= 1)) {
  process.stderr.write('Usage: npm run bench -- --repo PATH [--rounds N]\n');
  process.exitCode = 2;
} else {
  try {
    await benchLifetimes(values.repo, rounds);
  } catch (error) {
    process.stderr.write(`bench: ${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
