// Builds plugin/dist: webpack (which empties it; the panel is a plugin within the plugin), the boards, then the backend binaries. --all compiles the backend for every platform.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { runbooksOf } from './runbooks.ts';

const plugin = path.join(import.meta.dirname, '..');
const webpack = createRequire(path.join(plugin, 'package.json')).resolve('webpack/bin/webpack.js');
const steps = [
  [webpack, '-c', './.config/webpack/webpack.config.ts', '--env', 'production'],
  [path.join(import.meta.dirname, 'build-backend.ts'), ...process.argv.slice(2)],
];

for (const step of steps) {
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...step], {
    cwd: plugin,
    stdio: 'inherit',
  });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}

// What the scaffold leaves out of a plugin within a plugin: its README and pictures, and the licence of the whole.
const panel = path.join(plugin, 'dist', 'panel');
for (const name of ['README.md', 'img']) {
  cpSync(path.join(plugin, 'src', 'panel', name), path.join(panel, name), { recursive: true });
}
for (const name of ['LICENSE', 'CHANGELOG.md']) {
  cpSync(path.join(plugin, name), path.join(panel, name));
}

// The boards of the repository: Grafana offers to import them on the page of the data source.
const boards = path.join(plugin, '..', 'dashboards');
for (const file of readdirSync(boards).filter((name) => name.endsWith('.json'))) {
  cpSync(path.join(boards, file), path.join(plugin, 'dist', 'dashboards', file));
}

// What alert rules link to.
for (const [name, text] of runbooksOf(readFileSync(path.join(plugin, '..', 'docs', 'alerting.md'), 'utf8'))) {
  const file = path.join(plugin, 'dist', name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
