// Everything a change must pass: generated files up to date → types → lint → tests → build. Stops at the first failure.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name) => join(root, 'node_modules', name);
const steps = [
  ['generated files: connectors', ['collector/scripts/generate.ts', '--check']],
  ['generated files: metrics', ['plugin/scripts/generate.ts', '--check']],
  ['dashboards', ['dashboards/src/build.ts', '--check']],
  ['compose file', ['plugin/scripts/check-compose.ts']],
  ['types: collector', [bin('typescript/bin/tsc'), '--noEmit', '-p', 'collector']],
  ['types: plugin', [bin('typescript/bin/tsc'), '--noEmit', '-p', 'plugin']],
  ['types: backend', [bin('typescript/bin/tsc'), '--noEmit', '-p', 'plugin/tsconfig.backend.json']],
  ['types: the rest', [bin('typescript/bin/tsc'), '--noEmit', '-p', '.']],
  ['lint', [bin('eslint/bin/eslint.js'), '.']],
  ['format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
  // The attack on small groups asks twice as many questions here as in `npm test`, and more histories are drawn.
  ['tests', ['scripts/test.mjs'], { ATTACK: 'long', RUNS: '15' }],
  ['build', ['plugin/scripts/build.ts']],
];

for (const [title, [file, ...args], env] of steps) {
  if (!existsSync(join(root, file)) && !existsSync(file)) {
    process.stderr.write(`check: ${title}: ${file} is missing\n`);
    process.exit(1);
  }
  process.stderr.write(`check: ${title}\n`);
  const done = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...env, ...process.env },
  });
  if (done.status !== 0) {
    process.stderr.write(`check: ${title} failed\n`);
    process.exit(done.status ?? 1);
  }
}
