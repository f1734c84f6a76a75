// A metric is one folder: in a copy of the plugin one is added and removed, and another deleted. Outside the folder only generated files differ.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generatedFiles, readMetricFolders } from './generated-files.ts';

const root = path.join(import.meta.dirname, '..', '..');
const GENERATED = /\.generated\.ts$|query_help\.md$|^README\.md$/;
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'throughline-one-folder-'));
  for (const name of [
    'plugin/src',
    'plugin/package.json',
    'collector/migrations',
    'collector/src/plan',
    'README.md',
    'package.json',
    'tsconfig.base.json',
  ]) {
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Every file of the copy with its text, but the links to packages. */
function files(): Map<string, string> {
  const names = readdirSync(copy, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => path.relative(copy, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
  return new Map(names.map((name) => [name, readFileSync(path.join(copy, name), 'latin1')]));
}

const changed = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));

async function generate(): Promise<void> {
  for (const { path: name, text } of await generatedFiles(copy)) writeFileSync(path.join(copy, name), text);
}

/** Compiles all metrics as the backend does. @returns what the compiler says; '' = all is well. */
function typecheck(): string {
  const config = { extends: './tsconfig.base.json', compilerOptions: { lib: ['es2024'] }, include: ['plugin/src/metrics/**/*.ts', 'plugin/src/statistics/**/*.d.ts'], exclude: ['**/*.test.ts'] }; // prettier-ignore
  writeFileSync(path.join(copy, 'tsconfig.json'), JSON.stringify(config));
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', copy, '--noEmit'], { encoding: 'utf8' });
  rmSync(path.join(copy, 'tsconfig.json'));
  return stdout;
}

const METRIC = `import { defineMetric, statusColumn } from '../define.ts';

export const metric = defineMetric({
  id: 'throw-away',
  title: 'Throw-away',
  summary: 'How many repositories are there?',
  seedName: 'throw_away',
  people: [{ count: null, reason: 'repositories are counted, not people' }],
  params: {},
  columns: [
    { name: 'value', role: 'value', type: 'number', unit: 'short', label: 'Repositories', help: 'How many.', nullMeaning: 'never null' },
    statusColumn,
  ],
  formats: ['table'],
  examples: [],
});
`;
const SQL = `-- grain: one row per (store)\nselect count(*)::double precision as value, 'ok' as status from repo having count(*) > 0\n`;

test('adding a metric is adding its folder, removing it takes nothing else away', async () => {
  await generate();
  const before = files();
  const folder = path.join(copy, 'plugin/src/metrics/throw-away');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'metric.ts'), METRIC);
  writeFileSync(path.join(folder, 'query.sql'), SQL);
  await generate();
  const added = changed(before, files());
  expect(added.filter((name) => !name.startsWith('plugin/src/metrics/throw-away/') && !GENERATED.test(name))).toEqual(
    []
  );
  expect(added).toEqual(expect.arrayContaining(['plugin/src/metrics/registry.generated.ts', 'README.md']));
  rmSync(folder, { recursive: true });
  await generate();
  expect(changed(before, files())).toEqual([]);
}, 60_000);

test('a metric can be deleted: the others are found, generated and compiled without it', async () => {
  const metrics = path.join(copy, 'plugin/src/metrics');
  const gone = 'review-queue';
  const all = (await readMetricFolders(metrics)).map(({ id }) => id);
  expect(all).toContain(gone);
  rmSync(path.join(metrics, gone), { recursive: true });
  await generate();
  expect((await readMetricFolders(metrics)).map(({ id }) => id)).toEqual(all.filter((id) => id !== gone));
  expect(existsSync(path.join(metrics, gone))).toBe(false);
  expect(typecheck()).toBe('');
  const naming = [...files()].filter(([name, text]) => name.startsWith('plugin/src/') && !name.endsWith('.test.ts') && text.includes(gone)); // prettier-ignore
  expect(naming.map(([name]) => name)).toEqual([]);
}, 120_000);
