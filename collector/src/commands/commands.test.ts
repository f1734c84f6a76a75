/** `status`, `doctor` and `import` as a person runs them: what they print, and their exit codes. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { runCli, type Ended } from '../../testing/run-cli.ts';

let db: TestDatabase;
let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

beforeAll(async () => {
  db = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-commands-'));
  mkdirSync(at('shop'));
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args], { cwd: at('shop') });
  git('init', '-q', '-b', 'main');
  writeFileSync(at('shop', 'a.txt'), 'one\ntwo\n');
  git('add', '.');
  git('commit', '-qm', 'First');
  git('tag', 'v1.0.0');
  git('tag', 'v1.0.1-tree', git('rev-parse', 'HEAD^{tree}').toString().trim());
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

const throughline = (...args: string[]): Promise<Ended> =>
  runCli([...args, '--home', at('home')], { url: db.url, cwd: folder });

/** Cells of a drawn table, without its lines; instants and ages as words. */
const cells = (stdout: string): string[][] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) =>
          cell
            .trim()
            .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/, 'TIME')
            .replace(/^.* ago$/, 'AGO')
        )
    );

describe('status', () => {
  it('says before anything was collected what to run', async () => {
    expect(await throughline('status')).toEqual({
      code: 0,
      stdout: 'Nothing was collected yet. Run: npm start -- --repo PATH_OR_URL\n',
      stderr: '',
    });
    expect((await throughline('status', '--json')).stdout).toBe(
      '{"streams":[],"issues":{"unmapped":[],"bad_order":[]},"exclusions":[],"mirrors":null,"suspected_programs":0,"unknown_names":[],"not_collected":[],"held":[]}\n'
    );
  });

  it('shows each stream: last run, success, rows, how far the data reaches, what was skipped and why', async () => {
    expect((await throughline('collect', '--repo', at('shop'), '--quiet')).stderr).toBe('');
    const { code, stdout } = await throughline('status');
    expect(code).toBe(0);
    expect(cells(stdout)).toEqual([
      ['stream', 'last run', 'last success', 'rows', 'data up to', 'skipped'],
      ['derive/facts', 'TIME', 'AGO', '0', '–', '0'],
      ['git/history/shop', 'TIME', 'AGO', '4', 'TIME', '0'],
      ['git/notes/shop', 'TIME', 'AGO', '0', 'TIME', '0'],
      ['git/sessions/shop', 'TIME', 'AGO', '0', 'TIME', '0'],
      ['git/tags/shop', 'TIME', 'AGO', '1', 'TIME', '1'],
      ['lifetimes/lines/shop', 'TIME', 'AGO', '1', 'TIME', '0'],
    ]);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      'git/tags/shop: skipped v1.0.1-tree: the tag names no commit of this clone'
    );
    const { streams } = JSON.parse((await throughline('status', '--json')).stdout) as {
      streams: { stream: string; skipped: number }[];
    };
    expect(streams.map(({ stream, skipped }) => [stream, skipped])).toContainEqual(['git/tags/shop', 1]);
  });

  it('puts a stream whose last run failed first, says why, and ends with 1', async () => {
    // Quiet is about progress: a fault is said all the same.
    expect(await throughline('collect', '--repo', at('nowhere'), '--quiet')).toEqual({
      code: 1,
      stdout: '',
      stderr: `nowhere: history: ${at('nowhere')} does not exist. Check the path and its rights. [git_path]\n`,
    });
    const { code, stdout } = await throughline('status');
    expect(code).toBe(1);
    expect(cells(stdout)[1]).toEqual(['git/history/nowhere', 'TIME', 'never', '0', '–', '0']);
    expect(stdout).toContain(
      `git/history/nowhere: ${at('nowhere')} does not exist. Check the path and its rights. [git_path]\n`
    );
  });

  it('forgets a repository that was never read once another pass does not ask for it', async () => {
    await throughline('collect', '--repo', at('shop'), '--quiet');
    const { code, stdout } = await throughline('status');
    expect({ code, isNamed: stdout.includes('nowhere') }).toEqual({ code: 0, isNamed: false });
  });
});

describe('doctor', () => {
  it('names everything that it looked at', async () => {
    const { code, stdout } = await throughline('doctor');
    const database = new URL(db.url);
    const words = stdout
      .trim()
      .split('\n')
      .map((line) =>
        line.replace(/git version .*|v\d+\.\d+\.\d+$|Postgres [\d.]+|by \d+ ms|\d{6}_\S+|TimescaleDB .*/, 'VALUE')
      );
    expect(words).toEqual([
      'ok       node: VALUE',
      'ok       git: VALUE',
      'ok       configuration: no throughline.yaml here; defaults',
      `ok       store: ${database.host}${database.pathname}, VALUE`,
      'ok       schema: VALUE',
      'ok       roles: throughline_reader may log in and only read',
      'ok       clock: differs from the store VALUE',
      'ok       timescaledb: VALUE',
      'ok       privacy: everything is collected',
    ]);
    expect(code).toBe(0);
  });

  it('finds a fault of the configuration with its line, and a store that is newer', async () => {
    const file = at('broken.yaml');
    writeFileSync(file, 'time_zone: UTC\nrepositoreis: []\n');
    const broken = await throughline('doctor', '--config', file);
    expect(broken.code).toBe(1);
    expect(broken.stdout).toContain('broken.yaml:2: repositoreis: unknown key "repositoreis"');
    const other = await testDatabase();
    await other.pool.query(`insert into throughline_migration (name, sha256) values ('999999_future', 'x')`);
    const newer = await runCli(['doctor', '--home', at('home')], { url: other.url, cwd: folder });
    await other.close();
    expect(newer.code).toBe(1);
    expect(newer.stdout).toMatch(/^fault {4}schema: the store is newer \(999999_future\) than this collector/m);
  });
});

describe('where no store is yet', () => {
  const without = (...args: string[]): Promise<Ended> => runCli([...args, '--home', at('new')], { cwd: folder });

  it('status says so and how to make one, and makes none', async () => {
    for (const form of [[], ['--json']]) {
      expect(await without('status', ...form)).toEqual({
        code: 1,
        stdout: '',
        stderr: `throughline: There is no store under ${at('new')} yet. Run: npm start, or throughline collect --repo PATH_OR_URL; or set DATABASE_URL. [store_empty]\n`,
      });
    }
    expect(existsSync(at('new'))).toBe(false);
  });

  it('doctor finds that, among the rest, and makes none', async () => {
    const { code, stdout } = await without('doctor');
    const [, , ...findings] = stdout.trimEnd().split('\n');
    expect(findings).toEqual([
      'ok       configuration: no throughline.yaml here; defaults',
      `warning  store: There is no store under ${at('new')} yet. Run: npm start, or throughline collect --repo PATH_OR_URL; or set DATABASE_URL.`,
    ]);
    expect(code).toBe(0);
    expect(existsSync(at('new'))).toBe(false);
  });
});

describe('import', () => {
  it('keeps good rows, names bad ones with file, line, column, value and reason, and changes nothing when it runs again', async () => {
    const people = at('people.csv');
    const usage = at('ai_usage_daily.csv');
    writeFileSync(
      people,
      'person_key,email,team,valid_from\nana,ana@acme.io,core,2026-01-01\nbo,bo@acme.io,core,soon\n'
    );
    writeFileSync(usage, 'day,tool,email,requests\n2026-02-02,claude-code,ana@acme.io,4\n');
    const { code, stdout, stderr } = await throughline('import', usage, people);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^${people}:3: column "valid_from", value "soon" .+\n$`));
    // People come first, whatever the order given.
    expect(stdout).toMatch(
      new RegExp(
        `^${people}: 1 rows read, [1-9]\\d* facts written or changed, 1 rows refused\n${usage}: 1 rows read, [1-9]\\d* facts written or changed, 0 rows refused\n$`
      )
    );
    const refused = `select item, reason from skipped where stream_id = 'import/people.csv'`;
    expect((await db.pool.query(refused)).rows).toEqual([{ item: 'people.csv:3', reason: expect.stringMatching(/^column "valid_from" (?!.*soon)/) as string }]); // prettier-ignore
    writeFileSync(people, 'person_key,email,team,valid_from\nana,ana@acme.io,core,2026-01-01\n');
    expect((await throughline('import', people)).code).toBe(0);
    expect((await db.pool.query(refused)).rows).toEqual([]);
    const again = await throughline('import', usage);
    expect(again).toEqual({
      code: 0,
      stdout: `${usage}: 1 rows read, 0 facts written or changed, 0 rows refused\n`,
      stderr: '',
    });
  });

  it('is refused by a store that holds the demo, and nothing is written', async () => {
    const teams = at('teams.csv');
    writeFileSync(teams, 'team\nreal\n');
    await db.pool.query(`insert into setting (key, value) values ('demo', 'true')`);
    const { code, stdout, stderr } = await throughline('import', teams);
    await db.pool.query(`delete from setting where key = 'demo'`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /This store holds the demo organisation; real data would mix with it\. .* \[store_has_demo\]\n$/
    );
    expect((await db.pool.query(`select from team where team_id = 'real'`)).rowCount).toBe(0);
  });

  it('names the columns that it does not know: one may be a known name mistyped', async () => {
    const teams = at('teams.csv');
    writeFileSync(teams, 'team,cost_centre,floor\ncore,4711,3\n');
    const { code, stdout } = await throughline('import', teams);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${teams}: 1 rows read, 1 facts written or changed, 0 rows refused; kept in extra: cost_centre, floor\n`,
    });
    const { rows } = await db.pool.query(`select cost_center, extra from team where team_id = 'core'`);
    expect(rows).toEqual([{ cost_center: null, extra: { cost_centre: '4711', floor: '3' } }]);
  });

  it('refuses a file as a whole with the reason and goes on with the others', async () => {
    const odd = at('wages.csv');
    writeFileSync(odd, 'a\n1\n');
    const { code, stdout, stderr } = await throughline('import', odd, at('nowhere.csv'));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n').sort()).toEqual([
      `${at('nowhere.csv')}: cannot be read (ENOENT). Check the path and its rights. [import_file]`,
      expect.stringMatching(
        /wages\.csv: the file name does not say what it holds\. Rename it to one of .* \[import_file\]$/
      ),
    ]);
  });
});

describe('lines', () => {
  it('counts the live lines of each commit at a revision, without a store', async () => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args], { cwd: at('counted') })
        .toString()
        .trim();
    mkdirSync(at('counted'));
    git('init', '-q', '-b', 'main');
    writeFileSync(at('counted', 'a.txt'), 'one\ntwo\nthree\n');
    writeFileSync(at('counted', 'picture.png'), Buffer.from([0x89, 0x50, 0, 10, 0, 10]));
    git('add', '.');
    git('commit', '-qm', 'First');
    const first = git('rev-parse', 'HEAD');
    git('mv', 'a.txt', 'b.txt');
    writeFileSync(at('counted', 'b.txt'), 'one\n2\nthree\nfour');
    git('add', '.');
    git('commit', '-qm', 'Second');
    const second = git('rev-parse', 'HEAD');
    const ask = async (...args: string[]): Promise<unknown> => {
      const { code, stdout } = await runCli(['lines', '--repo', 'counted', ...args, '--json'], { cwd: folder });
      expect(code).toBe(0);
      return JSON.parse(stdout);
    };
    expect(await ask()).toEqual({ total: 4, by_commit: { [first]: 2, [second]: 2 } });
    expect(await ask('--at', 'HEAD~1')).toEqual({ total: 3, by_commit: { [first]: 3 } });
  });
});
