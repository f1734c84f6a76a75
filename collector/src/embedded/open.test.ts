import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { isReachable } from './account.ts';
import { isEmbeddedRunning, openStore, type Store } from './open.ts';
import { migrate } from '../store/migrate.ts';

let folder: string;

const opened: Store[] = [];

beforeAll(() => {
  const parent = mkdtempSync(path.join(tmpdir(), 'throughline-embedded-'));
  // Open to the server's account when the tests run as root.
  chmodSync(parent, 0o755);
  folder = path.join(parent, '.throughline');
});
afterAll(async () => {
  // What a failed test left open.
  await Promise.all(opened.map((store) => store.close()));
  rmSync(path.dirname(folder), { recursive: true, force: true });
});

async function ask<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function open(): Promise<Store> {
  const store = await openStore({ folder, port: 55_700 });
  opened.push(store);
  return store;
}
const readerUrl = (store: Store): string =>
  `postgres://${store.reader.user}:${store.reader.password ?? ''}@${store.host}:${String(store.port)}/${store.database}`;

function openInProcess(): ChildProcess {
  return spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, '../../testing/open-store.ts'), folder],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    }
  );
}

async function portOf(child: ChildProcess): Promise<number> {
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return Number(chunk.toString());
}

async function leave(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  await once(child, 'exit');
}

test('a first start creates, a reader may read and not write, passwords are in a file for the owner only', async () => {
  const store = await open();
  try {
    expect((await migrate(store.url)).length).toBeGreaterThan(0);
    expect(await ask(readerUrl(store), 'select count(*)::int as n from change')).toEqual([{ n: 0 }]);
    await expect(ask(readerUrl(store), `insert into service values ('x', 'x')`)).rejects.toThrow(/read-only/);
    await expect(ask(readerUrl(store), 'select email from account')).rejects.toThrow(/permission denied/);
    expect(statSync(path.join(folder, 'store.json')).mode & 0o777).toBe(0o600);
    await expect(ask(store.url.replace(/:[0-9a-f]{48}@/, ':wrong@'), 'select 1')).rejects.toThrow(
      /password authentication failed/
    );
  } finally {
    await store.close();
  }
  expect(await isEmbeddedRunning(folder)).toBe(false);
});

test('processes that start at once share one server, which ends with the last of them', async () => {
  const [first, second] = [openInProcess(), openInProcess()];
  const ports = await Promise.all([portOf(first), portOf(second)]);
  expect(ports[0]).toBe(ports[1]);
  await leave(first);
  expect(await isEmbeddedRunning(folder)).toBe(true);
  await leave(second);
  expect(await isEmbeddedRunning(folder)).toBe(false);
});

test('a killed process leaves nothing in the way of the next one', async () => {
  const child = openInProcess();
  const port = await portOf(child);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const store = await open();
  expect(store.port).toBe(port);
  await store.close();
  expect(await isEmbeddedRunning(folder)).toBe(false);
});

test.each([
  ['has to end at once', 'SIGTERM', [130, null]],
  ['is killed', 'SIGKILL', [null, 'SIGKILL']],
] as const)('a process that %s leaves no server behind', async (_what, signal, end) => {
  const child = openInProcess();
  await portOf(child);
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual(end);
  expect(await comesTrue(async () => !(await isEmbeddedRunning(folder)))).toBe(true);
});

test('a killed process takes no server away from another one', async () => {
  const [first, second] = [openInProcess(), openInProcess()];
  await Promise.all([portOf(first), portOf(second)]);
  const guards = guardsOf(folder);
  expect(guards).toHaveLength(2);
  first.kill('SIGKILL');
  expect(await comesTrue(() => guards.filter(isAlive).length === 1)).toBe(true);
  expect(await isEmbeddedRunning(folder)).toBe(true);
  await leave(second);
  expect(await isEmbeddedRunning(folder)).toBe(false);
  expect(await comesTrue(() => !guards.some(isAlive))).toBe(true);
});

test('a killed server is started again, even when its pid now belongs to another program', async () => {
  const first = await open();
  await migrate(first.url);
  await ask(first.url, `insert into service values ('kept', 'Kept')`);
  const dataDir = path.join(folder, 'postgres');
  const pidFile = path.join(dataDir, 'postmaster.pid');
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number(lines[0]);
  process.kill(pid, 'SIGKILL');
  while (isAlive(pid)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await first.close();
  writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'));
  const store = await open();
  expect(await ask(store.url, 'select service_id from service')).toEqual([{ service_id: 'kept' }]);
  await store.close();
});

/** Whether it becomes so within a few seconds. */
async function comesTrue(isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let look = 0; look < 200; look++) {
    if (await isSo()) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** Processes that wait for the end of one that has the store open. */
function guardsOf(of: string): number[] {
  const shown = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return shown
    .filter((line) => /embedded\/close\.ts/.test(line) && line.endsWith(of))
    .map((line) => Number.parseInt(line, 10));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

test('a port that another program holds is left to it', async () => {
  const other = net.createServer().listen(55_700, '127.0.0.1');
  // Whoever else holds it already is another program too.
  await Promise.race([once(other, 'listening'), once(other, 'error')]).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
  });
  try {
    const store = await open();
    expect(store.port).toBeGreaterThan(55_700);
    await store.close();
  } finally {
    other.close();
  }
});

test('readers do not keep the server up', async () => {
  const store = await open();
  const reader = new pg.Client({ connectionString: readerUrl(store) });
  reader.on('error', () => undefined);
  await reader.connect();
  await store.close();
  expect(await isEmbeddedRunning(folder)).toBe(false);
  await reader.end().catch(() => undefined);
});

test('a folder that cannot be written to gives one clear line', async () => {
  const file = path.join(path.dirname(folder), 'a-file');
  writeFileSync(file, '');
  const error: unknown = await openStore({ folder: path.join(file, '.throughline') }).catch(
    (thrown: unknown) => thrown
  );
  expect(error).toMatchObject({
    code: 'embedded_not_writable',
    fault: 'config',
    message: expect.stringContaining(file) as string,
  });
});

test('data of another version of Postgres is named with the way out and left alone', async () => {
  const file = path.join(folder, 'postgres', 'PG_VERSION');
  const version = readFileSync(file, 'utf8');
  writeFileSync(file, '15\n');
  await expect(open()).rejects.toMatchObject({
    code: 'embedded_incompatible',
    message: `The data in ${path.dirname(file)} is of another Postgres version. Move the folder away to start anew (data is collected again), or use the version of Throughline that wrote it.`,
  });
  writeFileSync(file, version);
  await (await open()).close();
});

test('lost passwords are said to be lost; the data is not touched', async () => {
  const file = path.join(folder, 'store.json');
  const text = readFileSync(file, 'utf8');
  rmSync(file);
  await expect(open()).rejects.toMatchObject({ code: 'embedded_secrets' });
  writeFileSync(file, text, { mode: 0o600 });
  await (await open()).close();
});

test('a URL is used as given and never shown', async () => {
  const store = await openStore({ folder, url: 'postgres://ana:geheim@db.acme.io/throughline' });
  expect(store).toMatchObject({ host: 'db.acme.io', port: 5432, database: 'throughline', isEmbedded: false });
  const error = (await openStore({ folder, url: 'mysql://ana:geheim@db' }).catch((thrown: unknown) => thrown)) as Error;
  expect(error).toMatchObject({ code: 'store_url' });
  expect(error.message).not.toContain('geheim');
});

test('an account reaches a folder only through folders that let it in', () => {
  expect(isReachable('/usr/bin', { uid: 65_534, gid: 65_534 })).toBe(true);
  const closed = mkdtempSync(path.join(tmpdir(), 'throughline-closed-'));
  expect(isReachable(path.join(closed, 'deep'), { uid: 65_534, gid: 65_534 })).toBe(false);
  rmSync(closed, { recursive: true });
});

/** Kills one backend as the system does when memory runs out: the server ends all connections and recovers. */
async function crashBackend(store: Store): Promise<void> {
  const [victim, bystander] = [0, 1].map(() => new pg.Client({ connectionString: store.url })) as [
    pg.Client,
    pg.Client,
  ];
  for (const client of [victim, bystander]) {
    client.on('error', () => undefined);
    await client.connect();
  }
  const { rows } = await victim.query<{ pid: number }>('select pg_backend_pid() as pid');
  const hasNoticed = new Promise((resolve) => bystander.once('end', resolve));
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  await hasNoticed;
}

test('after the crash of a backend the next start waits until the server has recovered', async () => {
  const store = await open();
  for (let crash = 0; crash < 3; crash++) {
    await crashBackend(store);
    const next = await open();
    expect(await ask(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await next.close();
    // Whoever had the store open before the crash still has it.
    expect(await isEmbeddedRunning(folder)).toBe(true);
  }
  await crashBackend(store);
  await store.close();
  expect(await isEmbeddedRunning(folder)).toBe(false);
}, 60_000);

test('who cannot answer after a crash still has the store open', async () => {
  const paused = openInProcess();
  await portOf(paused);
  const store = await open();
  paused.kill('SIGSTOP');
  await crashBackend(store);
  await store.close();
  expect(await isEmbeddedRunning(folder)).toBe(true);
  paused.kill('SIGCONT');
  await leave(paused);
  expect(await isEmbeddedRunning(folder)).toBe(false);
}, 60_000);

describe('a home that the account of the server cannot enter', () => {
  const isRoot = process.getuid?.() === 0;
  const onlyRoot = isRoot ? test : test.skip;
  const closed = mkdtempSync(path.join(tmpdir(), 'throughline-closed-home-'));
  const home = path.join(closed, '.throughline');
  const openHome = async (at = home): Promise<Store> => {
    const store = await openStore({ folder: at, port: 55_760 });
    opened.push(store);
    return store;
  };
  const keep = async (word: string, at = home): Promise<void> => {
    const store = await openHome(at);
    await migrate(store.url);
    await ask(store.url, `insert into service values ('${word}', '${word}')`);
    await store.close();
  };
  const kept = async (at = home): Promise<unknown[]> => {
    const store = await openHome(at);
    await migrate(store.url);
    const rows = await ask<{ service_id: string }>(store.url, 'select service_id from service order by 1');
    await store.close();
    return rows.map(({ service_id }) => service_id);
  };
  const dataOf = (at: string): string =>
    (JSON.parse(readFileSync(path.join(at, 'store.json'), 'utf8')) as { data: string }).data;
  afterAll(() => {
    for (const at of readdirSync('/var/lib/throughline', { withFileTypes: true })) {
      const owner = path.join('/var/lib/throughline', at.name, 'home');
      if (existsSync(owner) && readFileSync(owner, 'utf8').startsWith(closed)) {
        rmSync(path.dirname(owner), { recursive: true });
      }
    }
    rmSync(closed, { recursive: true });
  });

  onlyRoot(
    'keeps its data outside, and a start after it was removed begins anew, with nothing left of the old',
    async () => {
      await keep('before');
      expect(await kept()).toEqual(['before']);
      const old = dataOf(home);
      rmSync(home, { recursive: true });
      expect(await kept()).toEqual([]);
      expect(existsSync(old)).toBe(false);
    },
    60_000
  );

  onlyRoot(
    'that was removed while a collector ran begins anew too',
    async () => {
      const store = await openHome();
      rmSync(home, { recursive: true });
      expect(await kept()).toEqual([]);
      await store.close();
    },
    60_000
  );

  onlyRoot(
    'that was moved takes its data along, and the old place is new',
    async () => {
      await keep('moved');
      const other = path.join(closed, 'elsewhere');
      renameSync(home, other);
      expect(await kept(other)).toEqual(['moved']);
      expect(await kept()).toEqual([]);
      expect(await kept(other)).toEqual(['moved']);
    },
    60_000
  );

  onlyRoot(
    'refuses data whose passwords are lost, and goes on once they are back',
    async () => {
      await keep('locked');
      const file = path.join(home, 'store.json');
      const text = readFileSync(file, 'utf8');
      rmSync(file);
      await expect(openHome()).rejects.toMatchObject({ code: 'embedded_secrets' });
      writeFileSync(file, text, { mode: 0o600 });
      expect(await kept()).toEqual(['locked']);
    },
    60_000
  );

  onlyRoot(
    'takes along what lay inside while it could be entered',
    async () => {
      const once = path.join(closed, 'once');
      mkdirSync(once);
      chmodSync(closed, 0o755);
      chmodSync(once, 0o755);
      await keep('inside', once);
      expect(existsSync(path.join(once, 'postgres', 'PG_VERSION'))).toBe(true);
      chmodSync(once, 0o700);
      chmodSync(closed, 0o700);
      expect(await kept(once)).toEqual(['inside']);
    },
    60_000
  );
});
