#!/usr/bin/env node
// Installs what is missing, then runs a file under the pinned Node: `node scripts/run.mjs FILE [args…]`.
// Written for any Node from 18 on: it is the only file that may run before the install.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [file, ...args] = process.argv.slice(2);
// The main job needs no compiler, browser code or test runner: what `npm start` installs is a third of what `npm test` does.
const isMainJob = /^(app[/](start|query|mcp)\.ts|collector[/]src[/]main\.ts)$/.test(file);
const stamp = join(root, 'node_modules', '.throughline-lock');
const lockHash = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
/** What somebody installed with npm alone: npm writes its own lock file last, so a younger one is the whole of this one. */
const byNpm = () => {
  const own = join(root, 'node_modules', '.package-lock.json');
  const isWhole = existsSync(own) && statSync(own).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
  if (!isWhole) return '';
  return `${lockHash} ${existsSync(join(root, 'node_modules', 'jest')) ? 'everything' : 'main job'}`;
};
const found = existsSync(stamp) ? readFileSync(stamp, 'utf8') : byNpm();
const isInstalled = found === `${lockHash} everything` || (isMainJob && found === `${lockHash} main job`);

if (!isInstalled) {
  process.stderr.write('Installing dependencies (once; about a minute) …\n');
  const npm = process.env.npm_execpath
    ? [process.execPath, [process.env.npm_execpath]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  // Who has everything keeps it: their tests are not taken away because a lock file changed.
  const isPart = isMainJob && !found.endsWith(' everything');
  const part = isPart ? ['--omit=dev'] : ['--include=dev'];
  const done = spawnSync(npm[0], [...npm[1], 'ci', ...part, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) {
    process.stderr.write('npm ci failed: see its message above; check the network and try again.\n');
    process.exit(done.status ?? 1);
  }
  writeFileSync(stamp, `${lockHash} ${isPart ? 'main job' : 'everything'}`);
}

const bundled = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;
const node = existsSync(bundled) ? bundled : isNewEnough ? process.execPath : null;
if (node === null) {
  process.stderr.write(
    `Throughline needs Node 24 or newer and found ${process.version}; there is no bundled Node for ${process.platform}-${process.arch}. Install Node 24 and try again.\n`
  );
  process.exit(1);
}

// Small rooms for what is young: a fifth less memory where a history is read, at the same speed (docs/performance.md).
const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];
const child = spawn(node, [...flags, resolve(root, file), ...args], {
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
    // Compiled code is kept: the second start of a command takes half the time of the first. Where nobody may write, it is not kept.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'compiled'),
    // Whose end ends the child too (collector/src/terminal/interrupt.ts).
    THROUGHLINE_LAUNCHER: String(process.pid),
  },
});
// A terminal sends Ctrl-C to the whole group; other programs may send it to this process alone, and then it is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
}
// npm passes SIGTERM to its shell alone, which dies without passing it on. Without npm nobody promised to wait for us (nohup).
const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined && parent > 1) {
  setInterval(() => (process.ppid === parent ? undefined : child.kill('SIGTERM')), 250).unref();
}
child.on('exit', (code, signal) => process.exit(signal === 'SIGINT' ? 130 : signal ? 1 : (code ?? 1)));
