/** One home has one process that keeps collecting into it; a second one says so and leaves it to the first. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { holdFileLock } from '../file-lock.ts';
import { slugOf } from '../git/source.ts';
import { keepCollecting, type ScheduleOptions } from '../jobs/keep-running.ts';

/** What the process that keeps collecting says of itself, beside its lock. */
interface Keeper {
  readonly pid: number;
  readonly repositories: readonly string[];
}

const keeperFile = (home: string): string => path.join(home, 'collecting.json');

function readKeeper(home: string): Keeper | null {
  try {
    return JSON.parse(readFileSync(keeperFile(home), 'utf8')) as Keeper;
  } catch {
    return null;
  }
}

/** What a second process says: who collects already, and what that one does not read. */
function words(home: string, { keeper, own }: { keeper: Keeper | null; own: readonly string[] }): string {
  const who = keeper === null ? '' : ` (process ${String(keeper.pid)})`;
  const missing = own.filter((slug) => keeper !== null && !keeper.repositories.includes(slug));
  const rest =
    missing.length === 0
      ? 'It keeps these answers up to date; this one ends here.'
      : `It does not read ${missing.join(', ')}, which was read once just now: to keep that up to date too, end it and start again with every --repo.`;
  return `Another process collects into ${home} already${who}. ${rest}`;
}

/**
 * Keeps collecting until the signal aborts, or returns at once where another process does so for this home.
 * @throws CollectorError of keepCollecting.
 */
export async function keepOrLeave(options: ScheduleOptions): Promise<void> {
  const home = path.resolve(options.session.home);
  const own = options.config.repositories.map(slugOf);
  const release = holdFileLock(path.join(home, 'collecting.lock'));
  if (release === null) {
    await options.fill?.();
    options.say(words(home, { keeper: readKeeper(home), own }));
    return;
  }
  try {
    const keeper: Keeper = { pid: process.pid, repositories: own };
    writeFileSync(keeperFile(home), `${JSON.stringify(keeper)}\n`, { mode: 0o600 });
    await keepCollecting(options);
  } finally {
    rmSync(keeperFile(home), { force: true });
    release();
  }
}
