/** What an idle pass asks of remotes, and that nothing is missed for what it does not ask. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { hashStore } from '../../../testing/hash-store.ts';
import { configSchema } from '../../config/schema.ts';
import type { Told } from '../../connector.ts';
import { openJobs } from '../../jobs/list.ts';
import { runPass } from '../../jobs/run-once.ts';
import { newLogger } from '../../logger.ts';
import { progressOn } from '../../terminal/progress.ts';
import { slowRemote, type SlowRemote } from '../fixtures/slow-remote.ts';
import { readCard, updateCard } from './card.ts';
import { lookAhead, lookInTurn } from './look-ahead.ts';
import type { RemoteRequest } from './look.ts';
import { mirrorsAt, placeOf, type MirrorPlace } from './mirrors.ts';
import { evict } from './room.ts';
import { mirrorsState } from './state.ts';
import { asTold } from './told.ts';

const HOUR_MS = 3_600_000;
const folder = mkdtempSync(path.join(tmpdir(), 'throughline-idle-'));
const at = (...names: string[]): string => path.join(folder, ...names);
let remote: SlowRemote;
const stores: TestDatabase[] = [];

beforeAll(async () => {
  mkdirSync(at('remotes'));
  remote = await slowRemote(at('remotes'), Infinity);
});
afterAll(async () => {
  for (const store of stores) await store.close();
  await remote.close();
  rmSync(folder, { recursive: true, force: true });
});

let clock = Date.parse('2026-03-01T12:00:00Z') / 1000;
function git(repo: string, ...args: string[]): string {
  const date = `${String((clock += 60))} +0000`;
  return execFileSync(
    'git',
    ['-C', at('remotes', repo), '-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args],
    {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    }
  );
}

function commit(repo: string, name: string): void {
  writeFileSync(at('remotes', repo, `${name}.txt`), `${name}\nof ${repo}\n`);
  git(repo, 'add', '.');
  git(repo, 'commit', '-qm', `Add ${name} to ${repo}`);
}

/** @returns its address */
function make(name: string): string {
  mkdirSync(at('remotes', 'acme', name), { recursive: true });
  git(`acme/${name}`, 'init', '-q', '-b', 'main');
  commit(`acme/${name}`, 'a');
  commit(`acme/${name}`, 'b');
  git(`acme/${name}`, 'tag', 'v1.0.0');
  return `${remote.url}/acme/${name}/.git`;
}

const HISTORIES = /^(git|lifetimes|derive)\//;
const mirrorsIn = (home: string) => mirrorsAt(at(home), { max: 20e9, fetches: 2 });

/** A store whose repositories are read from remotes alone, or from what a forge tells of them too. */
class Reader {
  readonly home: string;
  readonly names: readonly string[];
  readonly isTold: boolean;
  db!: TestDatabase;

  constructor(home: string, names: readonly string[], isTold: boolean) {
    this.home = home;
    this.names = names;
    this.isTold = isTold;
    mkdirSync(at(home));
  }

  url = (name: string): string => `${remote.url}/acme/${name}/.git`;
  place = (name: string): MirrorPlace => placeOf(mirrorsIn(this.home), { url: this.url(name), name: `acme/${name}` });

  async open(): Promise<this> {
    this.db = await testDatabase();
    stores.push(this.db);
    await this.db.pool.query(`insert into secret (key, value) values ('person_hmac', 'same') on conflict do nothing`);
    return this;
  }

  /** The forge is looked at: what its answer says of each repository. */
  async tell(pushedAt: (name: string) => Date): Promise<void> {
    for (const name of this.names) {
      const details = {
        id: name, name: `acme/${name}`, branch: git(`acme/${name}`, 'branch', '--show-current').trim(), isArchived: false, lookedAt: new Date().toISOString(), pulls: null, issues: null,
        deployments: null, pushed: git(`acme/${name}`, 'rev-parse', 'HEAD').trim(), pushedAt: pushedAt(name).toISOString(), kilobytes: 5,
      }; // prettier-ignore
      await this.db.pool.query(
        `insert into found_scope (stream_id, name, repository, url, details) values ('github/repositories', $1, $1, $2, $3)
         on conflict (stream_id, name) do update set details = excluded.details`,
        [`acme/${name}`, this.url(name), JSON.stringify(details)]
      );
    }
  }

  /** One pass over the histories. @returns how often remotes were asked, and fetched */
  async pass(): Promise<{ looks: number; fetches: number }> {
    const config = configSchema.parse(
      this.isTold
        ? { github: { token: 'ghp_test', url: remote.url, owners: ['acme'] } }
        : { repositories: this.names.map((name) => ({ url: this.url(name), slug: `acme/${name}` })) }
    );
    const { pool } = this.db;
    const context = {
      session: { pool, home: at(this.home) },
      config,
      log: newLogger('silent'),
      cacheDir: at(this.home),
    };
    const fetches = async (): Promise<number> => (await mirrorsState(mirrorsIn(this.home)))?.fetches ?? 0;
    const before = { looks: remote.looks, fetches: await fetches() };
    const options = { pool, progress: progressOn(null), signal: new AbortController().signal };
    const failures = await runPass(openJobs(context), { ...options, only: ({ id }) => HISTORIES.test(id) });
    expect(failures).toEqual([]);
    const after = await fetches();
    // A fetch asks for refs by itself.
    return { looks: remote.looks - before.looks - (after - before.fetches), fetches: after - before.fetches };
  }

  async tables(): Promise<Record<string, string>> {
    await this.db.pool.query(`update repo set observed_until = null`);
    await this.db.pool.query(`update skipped set at = 'epoch'`);
    return Object.fromEntries(
      Object.entries(await hashStore(this.db.pool)).filter(
        ([name]) => !/^(stream_state|derive_state|setting|found_scope|.*migration.*)$/.test(name)
      )
    );
  }
}

describe('a repository of which a forge tells when it was pushed to', () => {
  const names = ['api', 'shop', 'web'];
  let told: Reader;
  let asked: Reader;
  let pushed: Record<string, Date>;
  const tell = (): Promise<void> => told.tell((name) => pushed[name] ?? new Date());
  /** What a push long before the look at it does to the time that the forge tells. */
  const push = (name: string): void => {
    pushed[name] = new Date((pushed[name]?.getTime() ?? 0) + 1_000);
  };

  beforeAll(async () => {
    names.forEach(make);
    pushed = Object.fromEntries(names.map((name) => [name, new Date(Date.now() - HOUR_MS)]));
    told = await new Reader('told', names, true).open();
    asked = await new Reader('asked', names, false).open();
    await tell();
    expect(await told.pass()).toEqual({ looks: 3, fetches: 3 });
    expect(await asked.pass()).toEqual({ looks: 3, fetches: 3 });
  }, 120_000);

  afterEach(async () => {
    await asked.pass();
    const [a, b] = [await told.tables(), await asked.tables()];
    expect(Object.keys(a).filter((name) => a[name] !== b[name])).toEqual([]);
  }, 120_000);

  it('is not asked while nothing is pushed, and is known up to when the forge told so', async () => {
    await tell();
    const before = new Date();
    expect(await told.pass()).toEqual({ looks: 0, fetches: 0 });
    const { rows } = await told.db.pool.query<{ until: Date }>(`select watermark as until from stream_state where stream_id like 'git/history/%'`); // prettier-ignore
    expect(rows).toHaveLength(3);
    for (const { until } of rows) {
      expect(until.getTime()).toBeLessThanOrEqual(before.getTime());
      expect(until.getTime()).toBeGreaterThan(before.getTime() - 60_000);
    }
    // Without a forge each is asked once, whatever streams read it.
    expect(await asked.pass()).toEqual({ looks: 3, fetches: 0 });
  });

  const changes: Record<string, (name: string) => void> = {
    'a commit': (name) => commit(name, 'c'),
    'a force push': (name) => git(name, 'commit', '-q', '--amend', '-m', 'Another end'),
    'a new tag only': (name) => git(name, 'tag', 'v1.1.0'),
    'a new note only': (name) => git(name, 'notes', '--ref=ai', 'add', '-m', '{}', 'HEAD'),
    'a changed note only': (name) => git(name, 'notes', '--ref=ai', 'add', '-f', '-m', '{"schema_version":"authorship/3.0.0"}', 'HEAD'), // prettier-ignore
    'a renamed default branch': (name) => git(name, 'branch', '-m', 'main', 'trunk'),
  };
  it.each(Object.keys(changes))('is asked after %s, and it alone', async (what) => {
    changes[what]?.('acme/shop');
    push('shop');
    await tell();
    expect(await told.pass()).toEqual({ looks: 1, fetches: 1 });
    await tell();
    expect(await told.pass()).toEqual({ looks: 0, fetches: 0 });
  });

  it('needs no mirror while it is idle, and is fetched again when its mirror is gone and something came', async () => {
    expect(await evict(told.place('web'))).toBe(true);
    await tell();
    expect(await told.pass()).toEqual({ looks: 0, fetches: 0 });
    commit('acme/web', 'd');
    push('web');
    await tell();
    expect(await told.pass()).toEqual({ looks: 1, fetches: 1 });
  });

  it('shows a push that came after the forge was looked at in the next pass, whether the forge was asked again or not', async () => {
    await tell();
    commit('acme/api', 'e');
    push('api');
    expect(await told.pass()).toEqual({ looks: 0, fetches: 0 });
    // What was told counts once.
    expect(await told.pass()).toEqual({ looks: 3, fetches: 1 });
    await asked.pass();
    // What the forge tells now was not known at the last look.
    await tell();
    expect(await told.pass()).toEqual({ looks: 1, fetches: 0 });
    await tell();
    commit('acme/api', 'f');
    push('api');
    expect(await told.pass()).toEqual({ looks: 0, fetches: 0 });
    await tell();
    expect(await told.pass()).toEqual({ looks: 1, fetches: 1 });
  });

  it('is asked again for a while after a push: two may come in one second, and a note is pushed after its commit', async () => {
    commit('acme/api', 'g');
    pushed['api'] = new Date();
    await tell();
    expect(await told.pass()).toEqual({ looks: 1, fetches: 1 });
    await asked.pass();
    git('acme/api', 'notes', '--ref=ai', 'add', '-m', '{}', 'HEAD');
    await tell();
    expect(await told.pass()).toEqual({ looks: 1, fetches: 1 });
    pushed['api'] = new Date(Date.now() - HOUR_MS);
    await tell();
    await told.pass();
  });

  it('is asked at times all the same: a forge may not tell of everything', async () => {
    const { look } = readCard(told.place('web'));
    git('acme/web', 'tag', 'v1.2.0');
    await tell();
    expect(await told.pass()).toEqual({ looks: 0, fetches: 0 });
    // As if the last look, and the last push, had been long ago.
    pushed['web'] = new Date(Date.now() - 5 * HOUR_MS);
    const mark = look?.told?.replace(/^\S+/, pushed['web'].toISOString()) ?? '';
    updateCard(told.place('web'), () => ({
      look: look && { ...look, told: mark, at: new Date(Date.now() - 2 * HOUR_MS).toISOString() },
    }));
    await tell();
    expect(await told.pass()).toEqual({ looks: 1, fetches: 1 });
  });
});

test('what a source told counts for the remote that it was told of, while the last look is young', () => {
  const place = placeOf(mirrorsIn('told-once'), { url: 'https://forge/acme/shop', name: 'acme/shop' });
  mkdirSync(at('told-once'), { recursive: true });
  const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
  const told: Told = { mark: 'm', pushedAt: ago(90), at: ago(1), bytes: null };
  const seen = (minutes: number, mark: string | null = 'm') =>
    updateCard(place, () => ({
      lookedAt: ago(minutes).toISOString(),
      look: { at: ago(minutes).toISOString(), digest: 'd', told: mark },
    }));
  expect(asTold(place, told)).toBeNull();
  seen(20);
  expect(asTold(place, told)).toEqual({ digest: 'd', at: told.at });
  expect(asTold(place, undefined)).toBeNull();
  expect(asTold(place, { ...told, mark: 'other' })).toBeNull();
  expect(asTold(place, { ...told, pushedAt: ago(29) })).toBeNull();
  expect(asTold(place, { ...told, pushedAt: ago(-5) })).toBeNull();
  expect(asTold(place, { ...told, at: ago(21) })).toBeNull();
  // Nothing had been told yet at that look.
  seen(20, null);
  expect(asTold(place, told)).toBeNull();
  // Each remote at a time of its own, after an hour and before two.
  const old = { ...told, pushedAt: ago(600) };
  seen(59);
  expect(asTold(place, old)).not.toBeNull();
  seen(121);
  expect(asTold(place, old)).toBeNull();
});

describe('remotes without a forge', () => {
  const signal = new AbortController().signal;
  const request = (name: string): RemoteRequest => ({
    mirrors: mirrorsIn('ahead'),
    url: `${remote.url}/acme/${name}/.git`,
    name: `acme/${name}`,
    notesRef: 'refs/notes/ai',
    signal,
  });
  const names = Array.from({ length: 9 }, (_, n) => `ahead-${String(n)}`);

  beforeAll(() => {
    mkdirSync(at('ahead'));
    names.forEach(make);
  });
  beforeEach(() => {
    remote.delayMs = 500;
    [remote.looks, remote.looksAtOnce] = [0, 0];
  });
  afterEach(() => {
    remote.delayMs = 0;
  });

  it('are looked at side by side, no more than six of a host, and each once', async () => {
    lookAhead(names.slice(1).map(request));
    for (const name of names) {
      const looked = await lookInTurn(request(name), null);
      expect(readCard(placeOf(mirrorsIn('ahead'), request(name))).look?.digest).toBe(looked.digest);
    }
    expect(remote.looks).toBe(9);
    // The first is looked at by whoever needs it now.
    expect(remote.looksAtOnce).toBeGreaterThan(1);
    expect(remote.looksAtOnce).toBeLessThanOrEqual(7);
  });

  it('are looked at again where the look was begun before what is asked for, and seen as they were when it was begun', async () => {
    lookAhead([request('ahead-1'), request('ahead-2')]);
    await lookInTurn(request('ahead-0'), null);
    const askedAt = new Date();
    const before = await lookInTurn(request('ahead-2'), null);
    expect(before.at.getTime()).toBeLessThanOrEqual(askedAt.getTime());
    expect((await lookInTurn(request('ahead-1'), askedAt)).at.getTime()).toBeGreaterThanOrEqual(askedAt.getTime());
    expect(remote.looks).toBe(4);
    commit('acme/ahead-2', 'c');
    expect((await lookInTurn(request('ahead-2'), null)).digest).not.toBe(before.digest);
  });

  it('that cannot be reached are asked once, and say why; the next pass asks again', async () => {
    lookAhead([request('nowhere')]);
    await expect(lookInTurn(request('nowhere'), null)).rejects.toMatchObject({ code: 'git_unreachable' });
    expect(remote.looks).toBe(1);
    make('nowhere');
    expect((await lookInTurn(request('nowhere'), null)).head).toBe('main');
  });

  it('whose look was stopped with the one who began it are looked at by the one who needs it', async () => {
    const stop = new AbortController();
    lookAhead([{ ...request('ahead-3'), signal: stop.signal }]);
    stop.abort(new Error('stopped'));
    expect((await lookInTurn(request('ahead-3'), null)).head).toBe('main');
  });
});
