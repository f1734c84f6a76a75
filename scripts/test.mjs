// All tests of the project: jest in both workspaces, one closing line that sums them.
// `npm test -- PATTERN` narrows every runner to test files that match PATTERN.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const patterns = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'throughline-test-'));

/** A whole run takes a few minutes: what lasts this long hangs. */
const RUN_LIMIT_MS = 20 * 60_000;
/** From the report to the end of the runner. A connection that a failed test left open would keep it for ever. */
const EXIT_LIMIT_MS = 20_000;

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
      child.kill('SIGKILL');
    } else if (now - startedAt > RUN_LIMIT_MS) {
      process.stderr.write(
        `The test runner of ${workspace} did not end in ${RUN_LIMIT_MS / 60_000} minutes. Killed.\n`
      );
      child.kill('SIGKILL');
    }
  }, 1000);
  child.on('exit', () => clearInterval(timer));
}

/** Runs jest in one workspace; resolves with what it counted (null counts = it wrote no report). */
function runJest(workspace) {
  const report = join(reports, `${workspace}.json`);
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${report}`,
    ...patterns,
    ...(patterns.length > 0 ? ['--passWithNoTests'] : []),
  ];
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: join(root, workspace),
      // The JSON goes to the file; jest repeats it on stdout, which nobody needs.
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, TZ: 'UTC' },
    });
    watch(child, workspace, report);
    child.on('exit', (code) => {
      try {
        const counted = JSON.parse(readFileSync(report, 'utf8'));
        const brokenSuites = counted.testResults.filter(
          (suite) => suite.status === 'failed' && suite.assertionResults.length === 0
        );
        resolve({
          workspace,
          code: code ?? 1,
          passed: counted.numPassedTests,
          failed: counted.numFailedTests + brokenSuites.length,
          skipped: counted.numPendingTests + counted.numTodoTests,
        });
      } catch {
        // No report: the runtime itself died (V8 does so now and then under jest's module loader), which says nothing about the tests.
        const isCrash = performance.now() - startedAt < RUN_LIMIT_MS;
        resolve({ workspace, code: code || 1, passed: 0, failed: 1, skipped: 0, isCrash });
      }
    });
  });
}

const results = [];
for (const workspace of ['collector', 'plugin']) {
  const first = await runJest(workspace);
  if (first.isCrash) {
    process.stderr.write(`The test runner of ${workspace} died without a report; running it once more.\n`);
  }
  results.push(first.isCrash ? await runJest(workspace) : first);
}
rmSync(reports, { recursive: true, force: true });

const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
const isEmpty = passed + failed === 0;
if (isEmpty) {
  process.stderr.write(`No test ran${patterns.length > 0 ? ` for ${patterns.join(' ')}` : ''}.\n`);
}
process.exitCode = isEmpty || failed > 0 || results.some((result) => result.code !== 0) ? 1 : 0;
