/** `npm start` as a new user meets it: about which repositories it answers, and that each answer is a sentence. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { runCli, type Ended } from '../../testing/run-cli.ts';

let db: TestDatabase;
let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

interface Commit {
  readonly day: number;
  readonly who: string;
  /** Marked by a tool. */
  readonly isMarked?: boolean;
}

/** A history of one file a commit, `lines` lines each. */
function history(name: string, commits: readonly Commit[], lines = 30): string {
  mkdirSync(at(name));
  const git = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Buffer =>
    execFileSync('git', [...args], { cwd: at(name), env: { ...process.env, ...env } });
  git(['init', '-q', '-b', 'main']);
  for (const [index, { day, who, isMarked = false }] of commits.entries()) {
    const when = new Date(Date.UTC(2026, 0, 1 + 3 * day, 12)).toISOString();
    const text = Array.from({ length: lines }, (_, line) => `${name} ${String(index)} ${String(line)}`).join('\n');
    writeFileSync(at(name, `${String(index)}.txt`), `${text}\n`);
    git(['add', '.']);
    const message = `Change ${String(index)}${isMarked ? '\n\nCo-Authored-By: Claude <noreply@anthropic.com>' : ''}`;
    const person = { GIT_AUTHOR_NAME: who, GIT_AUTHOR_EMAIL: `${who}@acme.io`, GIT_AUTHOR_DATE: when };
    git(['commit', '-qm', message], { ...person, GIT_COMMITTER_NAME: who, GIT_COMMITTER_EMAIL: `${who}@acme.io`, GIT_COMMITTER_DATE: when }); // prettier-ignore
  }
  return at(name);
}

/** One each third day, by two people; `marked` of five are marked. */
const mixed = (all: number, marked: number): Commit[] =>
  Array.from({ length: all }, (_, day) => ({
    day,
    who: `${day % 2 === 0 ? 'ana' : 'bo'}-${String(marked)}`,
    isMarked: day % 5 < marked,
  }));

beforeAll(async () => {
  db = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-start-'));
  history('shop', mixed(60, 2));
  history('plain', mixed(12, 0));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

const npmStart = (...args: string[]): Promise<Ended> =>
  runCli(['--once', '--home', at('home'), '--to', '2026-07-01', '--from', '2026-01-01', ...args], {
    file: 'app/start.ts',
    url: db.url,
  });

interface About {
  readonly repositories: readonly string[];
  readonly head: readonly string[];
  readonly small_groups: string;
  readonly findings: Readonly<Record<string, readonly string[]>>;
}
const aboutOf = async (...args: string[]): Promise<About> => {
  const ended = await npmStart('--json', ...args);
  expect(ended.code).toBe(0);
  return (JSON.parse(ended.stdout) as { about: About }).about;
};

test('two people and marked commits get a comparison with unmarked code, in sentences, with the direction of its error', async () => {
  const { code, stdout } = await npmStart('--repo', at('shop'));
  expect(code).toBe(0);
  const said = stdout.replace(/\s+/g, ' ');
  expect(stdout).toContain('shop\n2026-01-01 to 2026-07-01: 60 changes by 2 people: 24 marked as written with AI, 36 unmarked.');
  expect(said).toMatch(/After 90 days 100\.0 % of the lines marked AI-heavy stand unchanged, 100\.0 % of unmarked ones: \+0\.0 points \[[−+\d., ]+\], no clear difference\./);
  expect(said).toContain('Reverted within 30 days: 0.0 % [0.0, 16.1] of the changes marked AI-heavy, 0.0 % [0.0, 11.4] of unmarked ones: no clear difference.');
  expect(said).toContain('Everybody with enough changes uses a tool at times: there is nobody without use to compare with.');
  // Nothing is said of a difference where none is clear.
  expect(said).toContain('Unmarked code may contain AI that nobody marked, which would hide part of a difference.');
  expect(said).not.toContain('at least as large');
  expect(stdout).toContain(`:\n    npm run -s throughline -- import incidents.csv --home ${at('home')}\n`);
  expect(stdout).not.toMatch(/suppressed_k|no_telemetry|hidden/);
  expect(Math.max(...stdout.split('\n').filter((line) => line.startsWith('  ') && !/^ {2}password|npm run/.test(line)).map((line) => line.length))).toBeLessThanOrEqual(100);
}, 60_000); // prettier-ignore

test('--repo asks about the named repositories alone, several about those, none about all', async () => {
  expect((await aboutOf('--repo', at('plain'))).head).toEqual([
    'plain; of what was collected before, shop is left out',
    '2026-01-01 to 2026-07-01: 12 changes by 2 people: 12 unmarked.',
  ]);
  expect((await aboutOf('--repo', at('plain'), '--repo', at('shop'))).head[1]).toContain('72 changes');
  const all = await aboutOf();
  expect(all.head[0]).toBe('All 2 repositories here: plain, shop');
  expect(all.head[1]).toContain('72 changes');
}, 120_000);

test('where nothing can be compared each question says why in a sentence', async () => {
  const { findings } = await aboutOf('--repo', at('plain'));
  expect(findings['cycle-time-by-usage']).toEqual([
    'Of the work whose time is known nobody behind it is known to use an AI tool: there is nothing to compare.',
  ]);
  expect(findings['durability']).toEqual([
    'No change of these months is marked as written with AI, so there is nothing to compare.',
  ]);
  expect(findings['dora-by-source']).toEqual([
    'Nobody reports failures here, so how often deployments fail is not known. What git knows in its place:',
    'No change of these months is marked as written with AI, so there is nothing to compare.',
    'No tag of these months is a deployment, so lead time and frequency are not known (tag_patterns in throughline.yaml).',
  ]);
}, 120_000);

test('a printed query gives the rows of the answer above it, and --json holds every table, command and step of the terminal', async () => {
  const { stdout: text } = await npmStart('--repo', at('shop'));
  const { stdout } = await npmStart('--json', '--repo', at('shop'));
  const json = JSON.parse(stdout) as {
    about: { next_steps: object[] };
    beside: Array<{ metric: string; params: Record<string, string>; command: string; rows: object[] }>;
  };
  const asked = ({ metric, params }: { metric: string; params: Record<string, unknown> }): string =>
    [metric, params['mode'] ?? params['metric']].join(' ');
  expect(json.beside.map(asked)).toEqual([
    'cycle-time-by-usage effect',
    'cycle-time-by-usage join_quality',
    'durability gap',
    'durability revert',
    'durability revert',
    'dora-by-source lead_time',
    'durability churn',
    'dora-by-source deployment_frequency',
  ]);
  expect(json.about.next_steps).toContainEqual({
    metric: 'dora-by-source',
    text: expect.stringContaining('import incidents.csv or deployments.csv') as string,
    command: `npm run -s throughline -- import incidents.csv --home ${at('home')}`,
  });
  const gap = json.beside.find(({ params }) => params['mode'] === 'gap');
  expect(gap?.params['compare_to']).toBe('unknown');
  expect(gap?.rows.length).toBeGreaterThan(0);
  expect(text).toContain(`  ${gap?.command ?? ''}\n`);
  const [, words = ''] = gap?.command.split(' -- ') ?? [];
  const again = await runCli([...words.split(' '), '--json'], { file: 'app/query.ts', url: db.url });
  expect(JSON.parse(again.stdout)).toEqual(gap?.rows);
}, 120_000);

test('a store that knows more than git hides small groups in the terminal too', async () => {
  expect((await aboutOf('--repo', at('shop'))).small_groups).toMatch(
    /^Small groups are shown: this store holds facts of git alone/
  );
  writeFileSync(at('ai_usage_daily.csv'), 'day,tool,email,requests\n2026-02-02,claude-code,ana-2@acme.io,4\n');
  await runCli(['import', at('ai_usage_daily.csv'), '--home', at('home')], { url: db.url });
  const about = await aboutOf('--repo', at('shop'));
  expect(about.small_groups).toMatch(/^Rows of fewer than 5 people are hidden/);
  expect(about.findings['durability']?.[0]).toMatch(
    /^The groups that would be compared are hidden: fewer than five people/
  );
}, 120_000);

test('the commands that are printed lead to the home that was given, from npm run query to npm run grafana', async () => {
  const { stdout } = await npmStart('--repo', at('shop'));
  expect(stdout).toContain(`npm run grafana -- --grafana /usr/share/grafana --home ${at('home')}\n`);
  const commands = stdout.split('\n').filter((line) => /npm run (?!build)/.test(line));
  expect(commands.length).toBeGreaterThanOrEqual(5);
  for (const command of commands) {
    expect(command).toMatch(new RegExp(` --home ${at('home')}$`));
  }
  // One word, one meaning: every command that knows a home calls it so.
  for (const file of ['app/options.ts', 'app/query.ts', 'app/grafana.ts', 'collector/src/commands/cli.ts']) {
    const text = readFileSync(path.join(import.meta.dirname, '../../..', file), 'utf8');
    expect(text).toMatch(/home: \{ type: 'string', default: defaultHome\(\) \}|--home/);
    expect(text).not.toContain('--folder');
  }
}, 60_000);

/** What an expression over a file of the answers gives. */
function evaluated(file: string, expression: string, env: Record<string, string> = {}): unknown {
  const code = `const it = await import(${JSON.stringify(path.join(import.meta.dirname, '../../../app/answers', file))});
    process.stdout.write(JSON.stringify(${expression}));`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code];
  const given = { ...process.env, NODE_OPTIONS: '', ...env };
  return JSON.parse(execFileSync(process.execPath, args, { env: given, encoding: 'utf8' })) as unknown;
}
const wordsOf = (expression: string): unknown =>
  evaluated('words.ts', `(({ estimate, minutes, percent, share, unmarkedBias }) => ${expression})(it)`);

test('what would send a command elsewhere is named in it: another home of the environment, a configuration', () => {
  const asked = `[
    it.grafanaCommand({ home: '.throughline', config: undefined }),
    it.importCommand('a.csv', { home: '.throughline', config: 'other.yaml' }),
    it.grafanaCommand({ home: '/srv/it', config: 'other.yaml' }),
  ].map((line) => line.replace(/^npm run build && /, ''))`;
  const usual = { THROUGHLINE_HOME: '.throughline' };
  expect(evaluated('commands.ts', asked, usual)).toEqual([
    'npm run grafana -- --grafana /usr/share/grafana',
    'npm run -s throughline -- import a.csv --config other.yaml',
    'npm run grafana -- --grafana /usr/share/grafana --home /srv/it --config other.yaml',
  ]);
  const [first] = evaluated('commands.ts', asked, { THROUGHLINE_HOME: '/elsewhere' }) as string[];
  expect(first).toBe('npm run grafana -- --grafana /usr/share/grafana --home .throughline');
});

test('a share whose interval goes from nothing to all is no answer; a unit stands once', () => {
  expect(
    wordsOf(`[{ value: 0.837, lo: 0, hi: 1 }, { value: 0.837, lo: 0.7, hi: 1 }, { value: 0.837, lo: null, hi: null },
      { value: null, status: 'immature' }].map(share)`)
  ).toEqual(['too few to tell', '83.7 %', '83.7 %', 'too young']);
  expect(
    wordsOf(`[estimate({ value: 0.126, lo: 0.094, hi: 0.167 }, percent), estimate({ value: 475, lo: 474, hi: 630 }, minutes),
      estimate({ value: 90, lo: 60, hi: 630 }, minutes)]`)
  ).toEqual(['12.6 % [9.4, 16.7]', '7.9 h [7.9, 10.5]', '90.0 min [60.0 min, 10.5 h]']);
});

test('a difference is called a lower bound only where one is judged', () => {
  const lowerBound = expect.stringContaining('at least as large') as string;
  expect(
    wordsOf(
      `[unmarkedBias([{ verdict: 'worse' }, { verdict: 'no_clear_difference' }]), unmarkedBias([{ verdict: 'no_clear_difference' }])]`
    )
  ).toEqual([lowerBound, expect.not.stringContaining('at least as large')]);
});
