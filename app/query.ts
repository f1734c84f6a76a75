/**
 * `npm run -s query -- <metric> …`: one metric exactly as a panel would run it (plugin/src/backend/cli.ts), with the embedded store started
 * for as long as it takes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { hasEmbeddedStore, openStore } from '../collector/src/embedded/open.ts';
import { loadConfig } from '../collector/src/config/load.ts';
import { lineOf } from '../collector/src/errors.ts';
import { exitOnInterrupt } from '../collector/src/terminal/interrupt.ts';
import { complain } from '../collector/src/terminal/print.ts';
import {
  defaultHome,
  demoFolder,
  lastFolder,
  storeEmpty,
  storeUrl,
  writeConnection,
} from '../collector/src/session.ts';

const args = process.argv.slice(2);

/** Value of an option, given as `--name value` or `--name=value`; undefined = it is not given. */
function valueOf(name: string, { isTaken }: { readonly isTaken: boolean }): string | undefined {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at < 0) return undefined;
  const isOne = args[at] !== name;
  const value = isOne ? args[at]?.slice(name.length + 1) : args[at + 1];
  if (isTaken) args.splice(at, isOne ? 1 : 2);
  return value;
}

const home = valueOf('--home', { isTaken: false }) ?? defaultHome();
// The query itself knows no configuration: it is told where the store is.
const configFile = valueOf('--config', { isTaken: true });
const isHelp = args.length === 0 || args.includes('--help') || args.includes('-h');

/** URL of a store that is not embedded, from throughline.yaml or the environment; undefined = the embedded one. */
const givenUrl = (): string | undefined =>
  isHelp ? undefined : storeUrl(loadConfig(configFile, process.cwd()).config);

/** Which of two stores answers, and how the other is chosen. */
function twoStores(folder: string): string {
  const [collected, demo] = [path.resolve(home), path.resolve(demoFolder(home))];
  return folder === demo
    ? `This home has two stores. Answered from the demo organisation (${demo}), which was opened last. For what was collected (${collected}) open that: npm start -- --once --home ${collected}\n`
    : `This home has two stores. Answered from what was collected (${collected}), which was opened last. For the demo organisation: --home ${demo}\n`;
}

/** The embedded store that was used last. @throws CollectorError `store_empty`. */
async function openLast(): Promise<{ close: () => Promise<void> }> {
  // The demo's own folder is a home too.
  const folder = lastFolder(home) ?? (hasEmbeddedStore(home) ? path.resolve(home) : null);
  if (folder === null || !existsSync(folder)) {
    throw storeEmpty(home);
  }
  if (hasEmbeddedStore(home) && hasEmbeddedStore(demoFolder(home))) {
    complain(twoStores(folder));
  }
  const store = await openStore({ folder });
  // Another home may hold the port that this one had.
  writeConnection(home, store, folder);
  return store;
}

exitOnInterrupt();
try {
  const url = givenUrl();
  const store = url !== undefined || isHelp ? null : await openLast();
  try {
    const cli = path.join(import.meta.dirname, '../plugin/src/backend/cli.ts');
    const done = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
      stdio: 'inherit',
      env: { ...process.env, ...(url === undefined ? {} : { DATABASE_URL: url }) },
    });
    process.exitCode = done.status ?? 1;
  } finally {
    await store?.close();
  }
} catch (error) {
  complain(`query: ${lineOf(error)}\n`);
  process.exitCode = 1;
}
