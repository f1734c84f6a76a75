import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gitEnvironment } from '../../git/environment.ts';
import { runLifetimes } from '../run-lifetimes.ts';
import { memorySink } from '../testing/memory-sink.ts';
import { testRepository, type TestRepository } from '../testing/repository.ts';
import { parseAttributes, type AttributesFile, type AttributeValue } from './attributes.ts';

const NAMES = ['linguist-generated', 'linguist-vendored'];

const files: Record<string, string> = {
  '.gitattributes': [
    '\ufeff# a byte order mark before a comment',
    '[attr]made linguist-generated -diff',
    '[attr]theirs made linguist-vendored',
    '[attr]noneed text',
    '*.gen made',
    '*.GEN linguist-generated=false',
    '/root.txt linguist-vendored',
    'deep/**/leaf.c linguist-generated',
    'deep/* linguist-vendored',
    '**/any/*.h linguist-generated=true',
    'inside/** linguist-vendored',
    'folder/ linguist-generated',
    'f*older linguist-generated',
    '"with space.txt" linguist-generated',
    '"tab\\tand \\303\\251.txt" linguist-vendored',
    '"open.txt linguist-generated',
    '!negated.txt linguist-generated',
    '\\!literal.txt linguist-generated',
    '\\#hash.txt linguist-vendored',
    '[a-c]x[!0-9].js linguist-generated',
    '[[:upper:]]*.cs linguist-vendored',
    '[]-]odd.txt linguist-generated',
    'a\\*b linguist-generated',
    '*.both theirs -linguist-generated',
    '*.last linguist-generated -linguist-generated linguist-generated',
    '*.bad linguist-generated bad/name',
    '*.min.js -linguist-vendored',
    '  indented.txt\tlinguist-generated\r',
    'quest?on.txt linguist-generated',
    '***/three.txt linguist-generated',
    'x**y.txt linguist-generated',
    `${'l'.repeat(2100)} linguist-generated`,
    '*.forget linguist-generated',
  ].join('\n'),
  'sub/.gitattributes': [
    '[attr]late linguist-generated',
    '*.gen !linguist-generated',
    '*.late late',
    'own.txt linguist-generated',
    '/own2.txt linguist-generated',
    'dir/own3.txt linguist-generated=maybe',
    '*.forget -made',
  ].join('\n'),
  'sub/dir/.gitattributes': '*.gen linguist-generated=false\nown.txt -linguist-generated\n',
};
const paths = [
  'a.gen', 'A.GEN', 'sub/a.gen', 'sub/dir/a.gen', 'root.txt', 'sub/root.txt', 'deep/leaf.c', 'deep/a/b/leaf.c', 'deep/x', 'deep/a/x',
  'any/a.h', 'x/any/a.h', 'x/any/y/a.h', 'inside/a', 'inside/a/b', 'folder/a', 'folder', 'x/folder', 'fxolder', 'f/older', 'with space.txt', 'tab\tand é.txt',
  '"open.txt', 'open.txt', 'negated.txt', '!negated.txt', '!literal.txt', '#hash.txt', 'axb.js', 'ax1.js', 'dxb.js', 'sub/cx_.js', 'Upper.cs', 'lower.cs',
  ']odd.txt', '-odd.txt', 'a*b', 'axb', 'x.both', 'x.last', 'x.bad', 'vendor/x.min.js', 'indented.txt', 'question.txt', 'quest/on.txt',
  'three.txt', 'q/three.txt', 'q/r/three.txt', 'xandy.txt', 'x/y.txt', 'sub/x.late', 'x.late', 'sub/own.txt', 'sub/dir/own.txt', 'sub/q/own.txt', 'sub/own2.txt', 'sub/q/own2.txt',
  'sub/dir/own3.txt', 'sub/x.forget', 'x.forget',
]; // prettier-ignore

const repositories: TestRepository[] = [];
afterAll(() => repositories.forEach((repository) => repository.remove()));

/** Tree entries by raw bytes. */
const raw = (tree: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(tree).map(([path, content]) => [Buffer.from(path).toString('latin1'), content]));

function made(tree: Record<string, string>): TestRepository {
  const repository = testRepository([{ parents: [], tree: raw(tree) }]);
  repositories.push(repository);
  return repository;
}

/** What `git check-attr` says from an index of the commit. */
function checkAttr({ dir }: TestRepository): Map<string, Map<string, string>> {
  const env = { ...gitEnvironment(), GIT_INDEX_FILE: join(dir, 'oracle-index') };
  execFileSync('git', ['--git-dir', dir, 'read-tree', 'main'], { env });
  const input = paths.map((path) => `${path}\0`).join('');
  const args = ['--git-dir', dir, 'check-attr', '--cached', '-z', '--stdin', ...NAMES];
  const out = execFileSync('git', args, { env, input, stdio: ['pipe', 'pipe', 'ignore'] })
    .toString()
    .split('\0');
  const said = new Map<string, Map<string, string>>();
  for (let at = 0; at + 2 < out.length; at += 3) {
    const path = out[at] as string;
    said.set(path, (said.get(path) ?? new Map<string, string>()).set(out[at + 1] as string, out[at + 2] as string));
  }
  return said;
}

const worded = (value: AttributeValue | undefined): string =>
  value === true ? 'set' : value === false ? 'unset' : (value ?? 'unspecified');

describe('attributes', () => {
  it('are those of git check-attr: folders, macros, quoted patterns, negations, brackets and stars', () => {
    const repository = made({
      ...files,
      ...Object.fromEntries(paths.filter((path) => path !== 'folder').map((path) => [path, 'x\n'])),
    });
    const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
    const parsed = parseAttributes(
      Object.entries(files).map(([path, text]): AttributesFile => ({
        folder: path.replace(/\/?\.gitattributes$/, ''),
        text: latin1(text),
      })),
      NAMES
    );
    const ours = new Map(
      paths.map((path) => {
        const given = parsed.of(latin1(path));
        return [path, new Map(NAMES.map((name) => [name, worded(given.get(name))]))];
      })
    );
    expect(ours).toEqual(checkAttr(repository));
  });

  it('of a folder and of a macro decide which lines are effective', async () => {
    const repository = made({
      '.gitattributes': '[attr]made linguist-generated\n',
      'api/.gitattributes': '*.ts made\nhand.ts !made -linguist-generated\n',
      'api/client.ts': 'export const generated = 1;\n',
      'api/hand.ts': 'export const written = 1;\n',
      'vendor/ours.ts': 'export const vendored = 1;\n',
      'vendor/.gitattributes': '*.ts -linguist-vendored\n',
    });
    const sink = memorySink();
    await runLifetimes({ repoPath: repository.dir, mode: 'full', sink });
    const effective = Object.fromEntries(sink.rows().map(({ path, effectiveLines }) => [path, effectiveLines]));
    expect(effective).toMatchObject({ 'api/client.ts': 0, 'api/hand.ts': 1, 'vendor/ours.ts': 1 });
  });
});
