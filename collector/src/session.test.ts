import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../testing/run-cli.ts';
import { openStore, type Store } from './embedded/open.ts';
import { cacheFolder } from './jobs/list.ts';
import { parseConfig } from './config/load.ts';
import { storeUrl, writeConnection } from './session.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'throughline-session-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const modeOf = (file: string): number => statSync(file).mode & 0o777;

it('keeps connection.json, home and mirrors to itself, also where they were open', () => {
  const home = path.join(folder, '.throughline');
  mkdirSync(path.join(home, 'mirrors'), { recursive: true });
  writeFileSync(path.join(home, 'connection.json'), '{}', { mode: 0o644 });
  for (const open of [home, path.join(home, 'mirrors')]) chmodSync(open, 0o755);
  const store = { host: 'h', port: 1, database: 'd', reader: { user: 'u', password: 'p' } } as Store;
  writeConnection(home, store, home);
  expect(modeOf(path.join(home, 'connection.json'))).toBe(0o600);
  expect(modeOf(home)).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
  expect(modeOf(cacheFolder(home))).toBe(0o700);
});

it('answers a query of a second home though another holds its saved port', async () => {
  const home = path.join(folder, 'second');
  await runCli(['migrate', '--home', home]);
  const { port } = JSON.parse(readFileSync(path.join(home, 'connection.json'), 'utf8')) as { port: number };
  const other = await openStore({ folder: path.join(folder, 'first'), port });
  try {
    expect(other.port).toBe(port);
    const asked = await runCli(['durability', '--home', home, '--json'], { file: 'app/query.ts' });
    expect(asked).toMatchObject({ code: 0, stdout: '[]\n' });
  } finally {
    await other.close();
  }
}, 120_000);

it.each([
  ['missing', () => undefined, 'ENOENT'],
  // What a container engine makes of a file that is not there to be mounted.
  ['folder', (file: string) => mkdirSync(file), 'EISDIR'],
  ['empty', (file: string) => writeFileSync(file, '\n'), 'it is empty'],
])('a secret file that is %s is one line that names it', (name, make, why) => {
  const file = path.join(folder, `secret-${name}`);
  make(file);
  const env = { THROUGHLINE_STORE_HOST: 'db', THROUGHLINE_STORE_PASSWORD_FILE: file };
  expect(() => storeUrl(parseConfig('', 'throughline.yaml', {}), env)).toThrow(
    `Cannot read the secret file ${file} (${why}). Check THROUGHLINE_STORE_PASSWORD_FILE and the rights of the file.`
  );
});

const asRoot = process.getuid?.() === 0 ? it : it.skip;
asRoot(
  'a secret file of somebody else ends the collector with one line',
  async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'throughline-secret-'));
    chmodSync(home, 0o777);
    const file = path.join(home, 'writer');
    writeFileSync(file, 'secret', { mode: 0o600 });
    const env = { THROUGHLINE_STORE_HOST: '127.0.0.1', THROUGHLINE_STORE_PASSWORD_FILE: file };
    const run = await runCli(['run', '--home', path.join(home, 'data')], { env, account: { uid: 65534, gid: 65534 } });
    rmSync(home, { recursive: true });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toBe(
      `throughline: Cannot read the secret file ${file} (EACCES). Check THROUGHLINE_STORE_PASSWORD_FILE and the rights of the file. [secret_file]\n`
    );
  },
  60_000
);
