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
  expect(said).toMatch(/After 90 days 100\.0 % of the lines marked mostly AI stand unchanged, 100\.0 % of unmarked ones: \+0\.0 points \[[−+\d., ]+\], no clear difference\./);
  expect(said).toContain('Reverted within 30 days: 0.0 % [0.0, 16.1] % of the changes marked mostly AI, 0.0 % [0.0, 11.4] % of unmarked ones: no clear difference.');
  expect(said).toContain('Everybody with enough changes uses a tool at times: there is nobody without use to compare with.');
  expect(said).toContain('Unmarked code may contain AI that nobody marked, so a real difference is at least as large');
  expect(stdout).toContain('→ For failures: npm run throughline -- import');
  expect(stdout).not.toMatch(/suppressed_k|no_telemetry|hidden/);
  expect(Math.max(...stdout.split('\n').filter((line) => line.startsWith('  ') && !line.startsWith('  password')).map((line) => line.length))).toBeLessThanOrEqual(100);
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

test('a store that knows more than git hides small groups in the terminal too', async () => {
  expect((await aboutOf('--repo', at('shop'))).small_groups).toBe('shown');
  writeFileSync(at('ai_usage_daily.csv'), 'day,tool,email,requests\n2026-02-02,claude-code,ana-2@acme.io,4\n');
  await runCli(['import', at('ai_usage_daily.csv'), '--home', at('home')], { url: db.url });
  const about = await aboutOf('--repo', at('shop'));
  expect(about.small_groups).toBe('hidden');
  expect(about.findings['durability']?.[0]).toMatch(
    /^The groups that would be compared are hidden: fewer than five people/
  );
}, 120_000);

test('the commands that are printed lead to the home that was given, from npm run query to npm run grafana', async () => {
  const { stdout } = await npmStart('--repo', at('shop'));
  expect(stdout).toContain(`npm run grafana -- --grafana /usr/share/grafana --home ${at('home')}\n`);
  expect(stdout).toContain(`npm run -s query -- durability --from 365d --home ${at('home')}\n`);
  // One word, one meaning: every command that knows a home calls it so.
  for (const file of ['app/start.ts', 'app/query.ts', 'app/grafana.ts', 'collector/src/commands/cli.ts']) {
    const text = readFileSync(path.join(import.meta.dirname, '../../..', file), 'utf8');
    expect(text).toMatch(/home: \{ type: 'string', default: defaultHome\(\) \}|--home/);
    expect(text).not.toContain('--folder');
  }
}, 60_000);
