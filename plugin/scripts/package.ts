// Packs plugin/dist as throughline-datasource-X.Y.Z.zip: one root folder named after the plugin, the backends executable.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync, type Zippable } from 'fflate';

const plugin = path.join(import.meta.dirname, '..');
const dist = path.join(plugin, 'dist');
const { id } = JSON.parse(readFileSync(path.join(dist, 'plugin.json'), 'utf8')) as { id: string };
const { version } = JSON.parse(readFileSync(path.join(plugin, 'package.json'), 'utf8')) as { version: string };
const UNIX = 3;

const entries: Zippable = {};
for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }).sort()) {
  if (statSync(path.join(dist, file)).isFile()) {
    const mode = path.basename(file).startsWith('gpx_') ? 0o100755 : 0o100644;
    const name = `${id}/${file.split(path.sep).join('/')}`;
    entries[name] = [readFileSync(path.join(dist, file)), { os: UNIX, attrs: mode * 0x10000, level: 6 }];
  }
}
const target = path.join(plugin, '..', `throughline-datasource-${version}.zip`);
writeFileSync(target, zipSync(entries));
process.stdout.write(
  `${path.basename(target)}  ${String(Object.keys(entries).length)} files, ${String(Math.round(statSync(target).size / 1e6))} MB\n`
);
