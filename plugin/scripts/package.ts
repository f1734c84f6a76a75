// Packs plugin/dist as throughline-datasource-X.Y.Z.zip, and as one zip per platform: one root folder named after the plugin, the backends executable.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { PLATFORMS } from './compile-backend.ts';
import { missingPlatforms, packageFaults, platformPackages, type PackedFile } from './package-faults.ts';

const plugin = path.join(import.meta.dirname, '..');
const root = path.join(plugin, '..');
const dist = path.join(plugin, 'dist');
const { version } = JSON.parse(readFileSync(path.join(plugin, 'package.json'), 'utf8')) as { version: string };
const { id } = JSON.parse(readFileSync(path.join(plugin, 'src', 'plugin.json'), 'utf8')) as { id: string };
const UNIX = 3;

const files: PackedFile[] = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .sort()
  .filter((file) => statSync(path.join(dist, file)).isFile())
  .map((file) => ({ path: file.split(path.sep).join('/'), bytes: readFileSync(path.join(dist, file)) }));
const faults = packageFaults(files, { version, folder: path.resolve(root) });
if (faults.length > 0) {
  process.stderr.write(`Not packed:\n${faults.map((fault) => `  ${fault}\n`).join('')}`);
  process.exit(1);
}

function pack(name: string, packed: readonly PackedFile[]): void {
  const entries: Zippable = {};
  for (const file of packed) {
    const mode = path.posix.basename(file.path).startsWith('gpx_') ? 0o100755 : 0o100644;
    entries[`${id}/${file.path}`] = [file.bytes, { os: UNIX, attrs: mode * 0x10000, level: 6 }];
  }
  const target = path.join(root, `${name}.zip`);
  writeFileSync(target, zipSync(entries));
  const megabytes = Math.round(statSync(target).size / 1e6);
  process.stdout.write(`${path.basename(target)}  ${String(packed.length)} files, ${String(megabytes)} MB\n`);
}

const name = `throughline-datasource-${version}`;
pack(name, files);
for (const { grafana, packed } of platformPackages(files, PLATFORMS)) {
  pack(`${name}-${grafana}`, packed);
}
const missing = missingPlatforms(files, PLATFORMS);
if (missing.length > 0) {
  process.stdout.write(
    `without the backend for ${missing.join(', ')}: npm run build -- --all compiles every platform\n`
  );
}
