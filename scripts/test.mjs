// All tests of the project: jest in both workspaces and in app/, one closing line that sums them.
// `npm test -- PATTERN` narrows every runner to test files that match PATTERN.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const patterns = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'throughline-test-'));

/** A whole run takes a few minutes: what lasts this long hangs. */
const RUN_LIMIT_MS = 20 * 60_000;
/** From the report to the end of the runner. A connection that a failed test left open would keep it for ever. */
const EXIT_LIMIT_MS = 20_000;

/** A runner has a group of its own: with it end its workers, and what their tests started. */
const hasGroups = process.platform !== 'win32';
function end(child, signal) {
  try {
    process.kill(hasGroups ? -child.pid : child.pid, signal);
  } catch {
    // It has ended already.
  }
}

/** The runner that works now. */
let running = null;
// Whoever ends this ends what it started.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => {
    if (running !== null) end(running, 'SIGTERM');
    rmSync(reports, { recursive: true, force: true });
    process.exit(code);
  });
}

/** Kills a runner that does not end by itself; stops watching with the child. */
function watch(child, workspace, report) {
  const startedAt = performance.now();
  let reportedAt = null;
  const timer = setInterval(() => {
    const now = performance.now();
    reportedAt ??= existsSync(report) ? now : null;
    if (reportedAt !== null && now - reportedAt > EXIT_LIMIT_MS) {
      process.stderr.write(
        `The test runner of ${workspace} reported and did not end: a test left something open. Killed.\n`
      );
      end(child, 'SIGKILL');
    } else if (now - startedAt > RUN_LIMIT_MS) {
      process.stderr.write(
        `The test runner of ${workspace} did not end in ${RUN_LIMIT_MS / 60_000} minutes. Killed.\n`
      );
      end(child, 'SIGKILL');
    }
  }, 1000);
  child.on('exit', () => clearInterval(timer));
}

/** On two cores there is a third: tests wait too, for other processes, for the disk and for the clock. */
const WORKERS = Math.max(3, availableParallelism() - 1);
/**
 * A worker whose heap holds this much after a file is replaced by a fresh one: module loaders of earlier files stay in it, and each process
 * that a test starts costs what the worker's memory costs to copy.
 */
const WORKER_MEMORY = '500MB';
/** What jest says of a file whose worker was ended by a signal. */
const KILLED = /A jest worker process \(pid=\d+\) was terminated by another process/;

/** Runs jest in one workspace; resolves with its exit code and report (null = it wrote none). */
function startJest(workspace, selection) {
  const report = join(reports, `${workspace}.json`);
  rmSync(report, { force: true });
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${report}`,
    `--maxWorkers=${WORKERS}`,
    `--workerIdleMemoryLimit=${WORKER_MEMORY}`,
    `--testSequencer=${join(root, 'scripts/test-order.mjs')}`,
    ...selection,
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: join(root, workspace),
      detached: hasGroups,
      // The JSON goes to the file; jest repeats it on stdout, which nobody needs.
      stdio: ['ignore', 'ignore', 'inherit'],
      // The server of the tests, and what is filled once for all of them, is for the runners that follow too.
      env: { ...process.env, TZ: 'UTC', THROUGHLINE_TEST_SERVER: 'stays' },
    });
    running = child;
    watch(child, workspace, report);
    child.on('exit', (code) => resolve({ code: code ?? 1, counted: read(report) }));
  });
}

function read(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return null;
  }
}

/** Files that broke before or beside their tests, as jest's counts of tests do not show them. */
const brokenIn = ({ testResults }) =>
  testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0);

/**
 * Runs jest in one workspace; resolves with what it counted. A runtime that died (V8 does so now and then under jest's module loader) says
 * nothing about the tests: what it was to run is run once more, the whole workspace without a report, else the files whose worker died.
 */
async function runJest(workspace) {
  const startedAt = performance.now();
  const selection = [...patterns, ...(patterns.length > 0 ? ['--passWithNoTests'] : [])];
  let run = await startJest(workspace, selection);
  const isInTime = () => performance.now() - startedAt < RUN_LIMIT_MS;
  if (run.counted === null && isInTime()) {
    process.stderr.write(`The test runner of ${workspace} died without a report; running it once more.\n`);
    run = await startJest(workspace, selection);
  }
  if (run.counted === null) return { code: run.code || 1, passed: 0, failed: 1, skipped: 0 };
  const killed = brokenIn(run.counted).filter(({ message }) => KILLED.test(message));
  const first = countsOf(run, killed.length);
  if (killed.length === 0 || !isInTime()) return countsOf(run, 0);
  const files = killed.map(({ name }) => name);
  process.stderr.write(`A test process of ${workspace} was killed; running once more: ${files.join(' ')}\n`);
  const again = await startJest(workspace, ['--runTestsByPath', ...files]);
  const second = again.counted === null ? { code: 1, passed: 0, failed: 1, skipped: 0 } : countsOf(again, 0);
  return {
    // The first run failed by these files alone, or by others too.
    code: first.failed > 0 ? first.code : second.code,
    passed: first.passed + second.passed,
    failed: first.failed + second.failed,
    skipped: first.skipped + second.skipped,
  };
}

/** @param left Broken files that are counted elsewhere. */
const countsOf = ({ code, counted }, left) => ({
  code,
  passed: counted.numPassedTests,
  failed: counted.numFailedTests + brokenIn(counted).length - left,
  skipped: counted.numPendingTests + counted.numTodoTests,
});

/** A server that does not end is no failed test: the next run finds it. */
async function endServer() {
  try {
    const { stopUnusedServer } = await import('../collector/testing/server.ts');
    await stopUnusedServer();
  } catch (error) {
    process.stderr.write(`The database server of the tests did not end: ${error.message}\n`);
  }
}

const results = [];
for (const workspace of ['collector', 'plugin', 'app']) results.push(await runJest(workspace));
await endServer();
rmSync(reports, { recursive: true, force: true });

const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
const isEmpty = passed + failed === 0;
if (isEmpty) {
  process.stderr.write(`No test ran${patterns.length > 0 ? ` for ${patterns.join(' ')}` : ''}.\n`);
}
process.exitCode = isEmpty || failed > 0 || results.some((result) => result.code !== 0) ? 1 : 0;
