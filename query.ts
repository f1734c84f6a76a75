/**
 * `npm run -s query -- <metric> …`: one metric exactly as a panel would run it (plugin/src/backend/cli.ts), with the embedded store started
 * for as long as it takes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { openStore } from './collector/src/embedded.ts';
import { CollectorError, messageOf } from './collector/src/errors.ts';
import { defaultHome, lastFolder } from './collector/src/session.ts';

const args = process.argv.slice(2);
const homeAt = args.indexOf('--home');
const home = homeAt >= 0 ? (args[homeAt + 1] ?? defaultHome()) : defaultHome();
const isHelp = args.length === 0 || args.includes('--help') || args.includes('-h');

/** The embedded store that was used last; null = DATABASE_URL names a store, or there is none yet. */
async function openLast(): Promise<{ close: () => Promise<void> } | null> {
  if (process.env.DATABASE_URL !== undefined || isHelp) {
    return null;
  }
  const folder = lastFolder(home);
  if (folder === null || !existsSync(folder)) {
    throw new CollectorError({
      code: 'store_empty',
      message: `There is no store under ${path.resolve(home)} yet. Run: npm start -- --once, or set DATABASE_URL.`,
      fault: 'config',
    });
  }
  return openStore({ folder });
}

try {
  const store = await openLast();
  try {
    const cli = path.join(import.meta.dirname, 'plugin/src/backend/cli.ts');
    const done = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
      stdio: 'inherit',
    });
    process.exitCode = done.status ?? 1;
  } finally {
    await store?.close();
  }
} catch (error) {
  process.stderr.write(`query: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
