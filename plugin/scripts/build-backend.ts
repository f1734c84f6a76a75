// Compiles the backend to one executable per platform in plugin/dist, beside the frontend. Run after webpack, which empties dist.
// The platform of this machine always; --all adds the others (their Bun runtimes come from npm: @oven/bun-*).
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Platform in Grafana's words, Bun's words, and the npm package of the runtime. */
interface Platform {
  readonly grafana: string;
  readonly bunTarget: string;
  readonly runtime: string;
}

const PLATFORMS: readonly Platform[] = [
  // "baseline" runs on every x86-64 processor, also those without AVX2 that servers still have.
  { grafana: 'linux_amd64', bunTarget: 'bun-linux-x64-baseline', runtime: '@oven/bun-linux-x64-baseline' },
  { grafana: 'linux_arm64', bunTarget: 'bun-linux-arm64', runtime: '@oven/bun-linux-aarch64' },
  { grafana: 'darwin_amd64', bunTarget: 'bun-darwin-x64', runtime: '@oven/bun-darwin-x64' },
  { grafana: 'darwin_arm64', bunTarget: 'bun-darwin-arm64', runtime: '@oven/bun-darwin-aarch64' },
  { grafana: 'windows_amd64', bunTarget: 'bun-windows-x64', runtime: '@oven/bun-windows-x64' },
];

const plugin = path.join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const isWindows = process.platform === 'win32';

/** The platform of this machine in Grafana's words. */
function hostPlatform(): string {
  const os = isWindows ? 'windows' : process.platform;
  return `${os}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

/**
 * Bun's executable of this machine. Its install script may not have run (npm asks before it runs any): then the runtime lies in
 * the optional package of the platform.
 */
function findBun(): string {
  const host = PLATFORMS.find(({ grafana }) => grafana === hostPlatform());
  const folder = path.dirname(require.resolve('bun/package.json'));
  const runtimes = host === undefined ? [] : [host.runtime, host.runtime.replace('-baseline', '')];
  const candidates = [path.join(folder, 'bin', 'bun.exe'), ...runtimes.flatMap(installedRuntime)];
  const found = candidates.find((file) => existsSync(file) && spawnSync(file, ['--version']).status === 0);
  if (found === undefined) {
    throw new Error(
      `Bun does not run on ${hostPlatform()}: run "npm rebuild bun", or install Bun ${bunVersion()} for this platform.`
    );
  }
  return found;
}

function bunVersion(): string {
  const { version } = JSON.parse(readFileSync(require.resolve('bun/package.json'), 'utf8')) as { version: string };
  return version;
}

function installedRuntime(name: string): string[] {
  try {
    return [
      path.join(
        path.dirname(require.resolve(`${name}/package.json`)),
        'bin',
        name.includes('windows') ? 'bun.exe' : 'bun'
      ),
    ];
  } catch {
    return [];
  }
}

/** The runtime that goes into a platform's executable: installed, or fetched with npm into `folder`. */
function runtimeOf(platform: Platform, folder: string): string {
  const plain = platform.runtime.replace('-baseline', '');
  const installed = [platform.runtime, plain].flatMap(installedRuntime).find((file) => existsSync(file));
  if (installed !== undefined && (platform.grafana !== hostPlatform() || !process.argv.includes('--all'))) {
    return installed;
  }
  const target = path.join(folder, platform.grafana);
  mkdirSync(target, { recursive: true });
  const args = ['pack', '--silent', '--pack-destination', target, `${platform.runtime}@${bunVersion()}`];
  const archive =
    execFileSync(isWindows ? 'npm.cmd' : 'npm', args, { encoding: 'utf8', shell: isWindows })
      .trim()
      .split('\n')
      .at(-1) ?? '';
  execFileSync('tar', ['-xzf', path.join(target, archive), '-C', target]);
  return path.join(target, 'package', 'bin', platform.grafana.startsWith('windows') ? 'bun.exe' : 'bun');
}

function compile(bun: string, platform: Platform, folder: string): void {
  const isForWindows = platform.grafana.startsWith('windows');
  const outfile = path.join(plugin, 'dist', `gpx_throughline_${platform.grafana}${isForWindows ? '.exe' : ''}`);
  const entries = ['src/backend/main.ts', 'src/backend/render-worker.ts'];
  const runtime = runtimeOf(platform, folder);
  const args = ['build', '--compile', '--minify', '--sourcemap=none', `--target=${platform.bunTarget}`, `--compile-executable-path=${runtime}`, ...entries, `--outfile=${outfile}`]; // prettier-ignore
  const done = spawnSync(bun, args, { cwd: plugin, encoding: 'utf8' });
  if (done.status !== 0 || !existsSync(outfile)) {
    throw new Error(`bun build for ${platform.grafana} failed:\n${done.stdout}${done.stderr}`);
  }
  chmodSync(outfile, 0o755);
  process.stdout.write(`${path.relative(plugin, outfile)}  ${String(Math.round(statSync(outfile).size / 1e6))} MB\n`);
}

const wanted = PLATFORMS.filter(({ grafana }) => process.argv.includes('--all') || grafana === hostPlatform());
if (wanted.length === 0) {
  throw new Error(
    `Grafana knows no platform ${hostPlatform()}; known: ${PLATFORMS.map(({ grafana }) => grafana).join(', ')}.`
  );
}
const bun = findBun();
const folder = mkdtempSync(path.join(tmpdir(), 'throughline-bun-'));
try {
  for (const platform of wanted) {
    compile(bun, platform, folder);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
