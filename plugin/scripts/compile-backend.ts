/** Compiles the backend with Bun: one executable per platform that needs nothing beside it. Bun is the compiler and runtime inside, nothing else. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Platform in Grafana's words, Bun's words, and the npm package of the runtime. */
export interface Platform {
  readonly grafana: string;
  readonly bunTarget: string;
  readonly runtime: string;
}

/** Platforms that Grafana and Bun both know. */
export const PLATFORMS: readonly Platform[] = [
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
export function hostPlatform(): string {
  const os = isWindows ? 'windows' : process.platform;
  return `${os}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

/**
 * Bun's executable of this machine. Its install script may not have run (npm asks before it runs any): then the runtime lies in
 * the optional package of the platform.
 */
export function findBun(): string {
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

/** Where runtimes are put, and whether the executable is for other machines too. */
export interface CompileOptions {
  /** Folder for fetched runtimes. */
  readonly scratch: string;
  /** A release has to run on every processor of its platform; a build for this machine takes the runtime that is here. */
  readonly isRelease: boolean;
  /** File that starts the process, from the plugin's folder; tests compile one of their own. */
  readonly entry?: string;
}

const MAIN = 'src/backend/main.ts';

/** The runtime that goes into a platform's executable: installed, or fetched with npm. */
function runtimeOf(platform: Platform, { scratch: folder, isRelease }: CompileOptions): string {
  if (!isRelease && platform.grafana === hostPlatform()) {
    return findBun();
  }
  const installed = installedRuntime(platform.runtime).find((file) => existsSync(file));
  if (installed !== undefined) {
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

/**
 * Compiles the backend for one platform.
 * @throws Error with the compiler's words.
 */
export function compileBackend(platform: Platform, outfile: string, options: CompileOptions): void {
  const entries = [options.entry ?? MAIN, 'src/backend/render-worker.ts'];
  const runtime = runtimeOf(platform, options);
  const done = spawnSync(
    findBun(),
    [
      'build',
      '--compile',
      '--minify',
      // Parsed beforehand: half the time to the handshake.
      '--bytecode',
      '--format=esm',
      // A library asks for its folder (for a service that is not offered): that of the build machine is nobody's business.
      '--define=__dirname="/"',
      // A smaller heap: a third less memory under load at the same speed.
      '--compile-exec-argv=--smol',
      // Nothing that happens to lie in Grafana's working directory may configure the process.
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      `--target=${platform.bunTarget}`,
      `--compile-executable-path=${runtime}`,
      ...entries,
      `--outfile=${outfile}`,
    ],
    { cwd: plugin, encoding: 'utf8' }
  );
  if (done.status !== 0 || !existsSync(outfile)) {
    throw new Error(`bun build for ${platform.grafana} failed:\n${done.stdout}${done.stderr}`);
  }
  chmodSync(outfile, 0o755);
}
