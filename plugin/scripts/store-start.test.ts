// The compose store's start, with a stand-in for the image's entrypoint and for Postgres.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';

const root = path.join(import.meta.dirname, '..', '..');
const start = path.join(root, 'provisioning/store/start.sh');
const roles = readFileSync(path.join(root, 'provisioning/postgres/10-roles.sh'), 'utf8');
let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);
const script = (name: string, text: string): void => {
  writeFileSync(at('bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(at('bin', name), 0o755);
};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-store-'));
  mkdirSync(at('bin'));
  mkdirSync(at('volume'));
  script('postgres', 'echo "postgres (PostgreSQL) 17.4 (Debian 17.4-1)"');
  script('psql', 'true');
  script('docker-entrypoint.sh', 'echo "entrypoint $*"; mkdir -p "$PGDATA"; echo 17 > "$PGDATA/PG_VERSION"');
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (file: string): { code: number | null; said: string } => {
  const env = { PATH: `${at('bin')}:${process.env['PATH'] ?? ''}`, PGDATA: at('volume/cluster') };
  const { status, stdout, stderr } = spawnSync('sh', [file, 'postgres'], { env, encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
};
const makeRoles = (): void => {
  writeFileSync(at('roles.sh'), roles);
  expect(run(at('roles.sh')).code).toBe(0);
};

test('a start that was cut off before the roles were made begins anew; a whole store stays', () => {
  expect(run(start)).toEqual({ code: 0, said: 'entrypoint postgres\n' });
  writeFileSync(at('volume/cluster/half'), '');
  expect(run(start).said).toContain('it begins anew.\nentrypoint postgres\n');
  expect(existsSync(at('volume/cluster/half'))).toBe(false);
  makeRoles();
  writeFileSync(at('volume/cluster/row'), '');
  expect(run(start)).toEqual({ code: 0, said: 'entrypoint postgres\n' });
  expect(existsSync(at('volume/cluster/row'))).toBe(true);
});

test('a volume of another Postgres is one line that says so, and stays as it is', () => {
  mkdirSync(at('volume/cluster'));
  writeFileSync(at('volume/cluster/PG_VERSION'), '15\n');
  const { code, said } = run(start);
  expect(code).toBe(1);
  expect(said).toMatch(
    /^throughline: this volume is of Postgres 15 and the image is Postgres 17; nothing was changed\. [^\n]+\n$/
  );
  expect(readFileSync(at('volume/cluster/PG_VERSION'), 'utf8')).toBe('15\n');
});

test('compose starts it, with the data below the volume', () => {
  const { services } = parse(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8')) as {
    services: { timescaledb: { entrypoint: string[]; volumes: string[]; environment: { PGDATA: string } } };
  };
  const { entrypoint, volumes, environment } = services.timescaledb;
  const mounted = Object.fromEntries(
    volumes.map((volume) => volume.split(':').slice(0, 2).reverse() as [string, string])
  );
  expect(path.join(root, mounted[path.dirname(entrypoint[1] ?? '')] ?? '', path.basename(entrypoint[1] ?? ''))).toBe(
    start
  );
  expect(mounted[path.dirname(environment.PGDATA)]).toBe('store');
});
