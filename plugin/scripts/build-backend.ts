// Compiles the backend into plugin/dist, beside the frontend. Run after webpack, which empties dist.
// The platform of this machine always; --all adds the others (their runtimes come from npm: @oven/bun-*).
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compileBackend, hostPlatform, PLATFORMS } from './compile-backend.ts';

const dist = path.join(import.meta.dirname, '..', 'dist');
const isRelease = process.argv.includes('--all');
const wanted = PLATFORMS.filter(({ grafana }) => isRelease || grafana === hostPlatform());
if (wanted.length === 0) {
  throw new Error(
    `Grafana knows no platform ${hostPlatform()}; known: ${PLATFORMS.map(({ grafana }) => grafana).join(', ')}.`
  );
}
const scratch = mkdtempSync(path.join(tmpdir(), 'throughline-bun-'));
try {
  for (const platform of wanted) {
    const outfile = path.join(
      dist,
      `gpx_throughline_${platform.grafana}${platform.grafana.startsWith('windows') ? '.exe' : ''}`
    );
    compileBackend(platform, outfile, { scratch, isRelease });
    process.stdout.write(`${path.basename(outfile)}  ${String(Math.round(statSync(outfile).size / 1e6))} MB\n`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
