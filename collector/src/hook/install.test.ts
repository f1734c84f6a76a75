/** Whatever lies in a folder of hooks: installed it does what it did before, removed every byte is as it was. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {
  arrive,
  CLAUDE,
  CLAUDE_TRAILER,
  newWork,
  snapshot,
  workIn,
  type Person,
  type Work,
} from './fixtures/repository.ts';
import { install, lookAt, remove, type Way } from './install.ts';
import { placeOfRepository, placeOfTemplate, type Place } from './place.ts';

let ana: Person;
let shop: Work;
let leave: () => void;
beforeEach(() => {
  ({ ana, shop, leave } = arrive());
});
afterEach(() => leave());

const hooks = (...parts: string[]): string => path.join(shop.folder, '.git', 'hooks', ...parts);

/** Tells what it was given, changes nothing, ends with a code of its own. */
const telling = (code: number): string =>
  `echo "told: $# $1 $2 \${3-} in $(pwd) hears '$(cat)' index \${GIT_INDEX_FILE:+set}"\necho 'complains' >&2\nexit ${String(code)}\n`;
const PYTHON = `#!/usr/bin/env python3\nimport sys\nprint('told:', len(sys.argv) - 1, sys.argv[2:], repr(sys.stdin.read()))\nsys.exit(0)\n`;

describe('what was there before does what it did', () => {
  /** Runs a commit with what is there, then with ours installed as well: what is told must be the same. */
  function compare(): { before: unknown; after: unknown; message: string } {
    const commit = (env: Record<string, string>): unknown => {
      shop.write('a.txt', `${String(Math.random())}\n`);
      shop.git(['add', 'a.txt']);
      const { code, stdout, stderr } = shop.tryGit(['commit', '-q', '-m', 'x'], env);
      return { code, stdout, stderr };
    };
    shop.tryGit(['commit', '-q', '--allow-empty', '--no-verify', '-m', 'First']);
    const before = commit(CLAUDE);
    install(placeOfRepository(shop.folder), 'trailer');
    const after = commit(CLAUDE);
    return { before, after, message: shop.tryGit(['log', '-1', '--format=%B']).stdout.trim() };
  }

  it.each([
    { what: 'a script of sh', text: `#!/bin/sh\n${telling(0)}`, mode: 0o755, called: 'line' },
    {
      what: 'one that stops at the first fault and at unset variables',
      text: `#!/bin/sh -eu\n${telling(0)}`,
      mode: 0o755,
      called: 'line',
    },
    {
      what: 'a script of bash',
      text: `#!/usr/bin/env bash\nset -euo pipefail\n${telling(0)}`,
      mode: 0o700,
      called: 'line',
    },
    {
      what: 'one that asks for its own folder',
      text: `#!/bin/sh\n. "$(dirname -- "$0")/words"\n${telling(0)}`,
      mode: 0o755,
      called: 'line',
    },
    {
      what: 'one that reads itself',
      text: `#!/bin/sh\ntail -n +3 "$0" | sh\nexit\necho told\n`,
      mode: 0o755,
      called: 'aside',
    },
    { what: 'a script of python', text: PYTHON, mode: 0o755, called: 'aside' },
    { what: 'one that may not run', text: `#!/bin/sh\n${telling(3)}`, mode: 0o644, called: 'aside' },
  ])('$what', ({ text, mode, called }) => {
    writeFileSync(hooks('words'), 'echo words\n');
    writeFileSync(hooks('prepare-commit-msg'), text, { mode });
    const { before, after, message } = compare();
    // git warns of a hook that may not run; it does not when ours does.
    if (mode !== 0o644) expect(after).toEqual(before);
    expect(after).toMatchObject({ code: 0 });
    expect(message).toBe(`x\n\n${CLAUDE_TRAILER}`);
    expect(lookAt(placeOfRepository(shop.folder)).attached['prepare-commit-msg']).toBe(called);
  });

  it.each([1, 3, 130])('one that refuses the commit with code %i', (code) => {
    writeFileSync(hooks('prepare-commit-msg'), `#!/bin/sh\n${telling(code)}`, { mode: 0o755 });
    const { before, after } = compare();
    expect(after).toEqual(before);
    expect(after).toMatchObject({ code: 1 });
  });

  it('a program, and a link to a script of the repository', () => {
    copyFileSync('/bin/true', hooks('prepare-commit-msg'));
    chmodSync(hooks('prepare-commit-msg'), 0o755);
    expect(compare()).toMatchObject({ after: { code: 0 }, message: `x\n\n${CLAUDE_TRAILER}` });
    remove(placeOfRepository(shop.folder));
    rmSync(hooks('prepare-commit-msg'));
    const script = shop.write('tools/hook', `#!/bin/sh\n${telling(0)}`, 0o755);
    symlinkSync('../../tools/hook', hooks('prepare-commit-msg'));
    const { before, after } = compare();
    expect(after).toEqual(before);
    expect(readFileSync(script, 'utf8')).toBe(`#!/bin/sh\n${telling(0)}`);
  });
});

describe('removed, nothing is left', () => {
  const bytes = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 200 }),
    fc.uint8Array({ maxLength: 200 }).map((raw) => Buffer.from(raw).toString('latin1'))
  );
  const text = fc
    .tuple(
      fc.constantFrom('', '#!/bin/sh', '#!/bin/sh\r', '#!/usr/bin/env bash', '#!/usr/bin/python3', '#!/bin/sh -e'),
      fc.constantFrom('', '\n'),
      bytes
    )
    .map((parts) => parts.join(''));
  const file = fc.record({
    kind: fc.constantFrom('none', 'file', 'link', 'far link'),
    text,
    mode: fc.constantFrom(0o755, 0o700, 0o644, 0o555),
  });
  const given = fc.record({
    files: fc.record({ 'prepare-commit-msg': file, 'post-commit': file }),
    ways: fc.array(fc.constantFrom<Way>('trailer', 'note'), { minLength: 1, maxLength: 3 }),
    isSourced: fc.boolean(),
    isMissing: fc.boolean(),
  });

  it('from any folder of hooks, however often and in whichever way it was put there', () => {
    let n = 0;
    fc.assert(
      fc.property(given, ({ files, ways, isSourced, isMissing }) => {
        const folder = ana.at(`hooks-${String((n += 1))}`);
        if (!isMissing) {
          mkdirSync(folder);
          for (const [name, { kind, text, mode }] of Object.entries(files)) {
            if (kind === 'file') writeFileSync(path.join(folder, name), text, { encoding: 'latin1', mode });
            if (kind === 'link') symlinkSync('../elsewhere', path.join(folder, name));
            if (kind === 'far link') symlinkSync('/nowhere', path.join(folder, name));
          }
        }
        const before = snapshot(folder);
        const place: Place = { folder, isSourced, of: 'a test', ownTemplate: null, gitDir: null };
        for (const way of ways) install(place, way);
        expect(lookAt(place)).toMatchObject({ way: ways.at(-1), isWhole: true });
        expect(remove(place)).toBe(true);
        expect(snapshot(folder)).toEqual(before);
        expect(remove(place)).toBe(false);
        expect(snapshot(folder)).toEqual(before);
      }),
      { numRuns: 150 }
    );
  });

  it('of a repository, also after commits', () => {
    shop.commit(['-m', 'x']);
    rmSync(hooks(), { recursive: true });
    const place = placeOfRepository(shop.folder);
    const before = snapshot(path.join(shop.folder, '.git'));
    install(place, 'note');
    shop.tryGit(['commit', '-q', '--allow-empty'], CLAUDE);
    shop.write('.git/throughline-session', 'left');
    remove(place);
    expect(Object.keys(snapshot(path.join(shop.folder, '.git')))).toEqual(expect.arrayContaining(Object.keys(before)));
    expect(existsSync(hooks())).toBe(false);
    expect(existsSync(path.join(shop.folder, '.git/throughline-session'))).toBe(false);
  });

  it('of the configuration and of the template that was made', () => {
    const before = snapshot(ana.at('home'));
    install(placeOfTemplate(), 'trailer');
    expect(lookAt(placeOfTemplate()).isWhole).toBe(true);
    const made = newWork(ana, 'made');
    expect(made.commit(['-m', 'x'], CLAUDE)).toBe(`x\n\n${CLAUDE_TRAILER}`);
    // What git gives to new repositories is still there.
    expect(existsSync(path.join(made.folder, '.git/info/exclude'))).toBe(
      existsSync(path.join(shop.folder, '.git/info/exclude'))
    );
    remove(placeOfTemplate());
    expect(snapshot(ana.at('home'))).toEqual(before);
    expect(made.commit(['-m', 'y'], CLAUDE)).toBe(`y\n\n${CLAUDE_TRAILER}`);
    remove(placeOfRepository(made.folder));
    expect(made.commit(['-m', 'z'], CLAUDE)).toBe('z');
  });
});

describe('where it goes', () => {
  it('into the template that somebody has', () => {
    mkdirSync(ana.at('template', 'hooks'), { recursive: true });
    writeFileSync(ana.at('template/hooks/prepare-commit-msg'), '#!/bin/sh\necho theirs\n', { mode: 0o755 });
    ana.run(['git', 'config', '--global', 'init.templateDir', ana.at('template')]);
    const before = snapshot(ana.at('template'));
    install(placeOfTemplate(), 'trailer');
    const made = newWork(ana, 'made');
    made.commit(['-m', 'First']);
    expect(made.commit(['-m', 'x'], CLAUDE)).toBe(`x\n\n${CLAUDE_TRAILER}`);
    remove(placeOfTemplate());
    expect(snapshot(ana.at('template'))).toEqual(before);
  });

  it('into the folder that core.hooksPath names for all; not, where only one repository was meant', () => {
    ana.run(['git', 'config', '--global', 'core.hooksPath', ana.at('all')]);
    expect(() => placeOfRepository(shop.folder)).toThrow(/core\.hooksPath.*--template/);
    install(placeOfTemplate(), 'trailer');
    expect(shop.commit(['-m', 'x'], CLAUDE)).toBe(`x\n\n${CLAUDE_TRAILER}`);
    remove(placeOfTemplate());
    expect(existsSync(ana.at('all'))).toBe(false);
    ana.run(['git', 'config', '--global', 'core.hooksPath', '.githooks']);
    expect(() => placeOfTemplate()).toThrow(/--repo/);
  });

  it('into the folder of the repository that core.hooksPath names', () => {
    shop.write('.githooks/prepare-commit-msg', '#!/bin/sh\nexit 0\n', 0o755);
    shop.git(['config', 'core.hooksPath', '.githooks']);
    mkdirSync(path.join(shop.folder, 'deep/er'), { recursive: true });
    install(placeOfRepository(path.join(shop.folder, 'deep/er')), 'trailer');
    expect(shop.commit(['-m', 'x'], CLAUDE)).toBe(`x\n\n${CLAUDE_TRAILER}`);
  });

  it('into the hooks that all worktrees share', () => {
    shop.commit(['-m', 'First']);
    shop.git(['worktree', 'add', '-q', ana.at('beside')]);
    const beside = workIn(ana, ana.at('beside'));
    install(placeOfRepository(beside.folder), 'trailer');
    expect(beside.commit(['-m', 'x'], CLAUDE)).toBe(`x\n\n${CLAUDE_TRAILER}`);
    expect(shop.commit(['-m', 'y'], CLAUDE)).toBe(`y\n\n${CLAUDE_TRAILER}`);
    shop.write('b.txt', 'x\n');
    shop.git(['add', '.']);
    shop.git(['commit', '-qm', 'Theirs']);
    beside.git(['cherry-pick', 'main'], CLAUDE);
    expect(beside.message()).toBe('Theirs');
    remove(placeOfRepository(shop.folder));
    expect(beside.commit(['-m', 'z'], CLAUDE)).toBe('z');
  });

  it('beside the files of husky, whose own folder is made anew with every installation', () => {
    const h =
      '#!/usr/bin/env sh\nn=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\nc=$?\nexit $c\n';
    shop.write('.husky/_/h', h);
    shop.write('.husky/_/prepare-commit-msg', '#!/usr/bin/env sh\n. "$(dirname "$0")/h"', 0o755);
    shop.git(['config', 'core.hooksPath', '.husky/_']);
    for (const own of [null, 'echo theirs "$2"\n']) {
      if (own !== null) shop.write('.husky/prepare-commit-msg', own);
      const before = snapshot(path.join(shop.folder, '.husky'));
      install(placeOfRepository(shop.folder), 'trailer');
      shop.write('.husky/_/prepare-commit-msg', '#!/usr/bin/env sh\n. "$(dirname "$0")/h"', 0o755);
      expect(shop.commit(['-m', 'x'], CLAUDE)).toBe(`x\n\n${CLAUDE_TRAILER}`);
      expect(lookAt(placeOfRepository(shop.folder)).isWhole).toBe(true);
      remove(placeOfRepository(shop.folder));
      expect(snapshot(path.join(shop.folder, '.husky'))).toEqual(before);
    }
    shop.write('.husky/prepare-commit-msg', 'exit 4\n');
    install(placeOfRepository(shop.folder), 'trailer');
    shop.write('a.txt', 'refused\n');
    expect(shop.tryGit(['commit', '-qam', 'x'], CLAUDE).code).toBe(1);
  });

  it('says so where there is no repository, and where another tool has put its own hook in the place', () => {
    mkdirSync(ana.at('plain'));
    expect(() => placeOfRepository(ana.at('plain'))).toThrow(/no git repository/);
    expect(() => placeOfRepository(ana.at('gone'))).toThrow(/no folder/);
    const place = placeOfRepository(shop.folder);
    install(place, 'trailer');
    writeFileSync(hooks('prepare-commit-msg'), '#!/bin/sh\nexit 0\n');
    expect(lookAt(place)).toMatchObject({ way: 'trailer', isWhole: false });
    install(place, 'trailer');
    expect(lookAt(place).isWhole).toBe(true);
  });

  it('leaves what somebody added to a hook that it made, and says where it cannot', () => {
    const place = placeOfRepository(shop.folder);
    install(place, 'trailer');
    writeFileSync(hooks('prepare-commit-msg'), `${readFileSync(hooks('prepare-commit-msg'), 'utf8')}echo added\n`);
    remove(place);
    expect(readFileSync(hooks('prepare-commit-msg'), 'utf8')).toMatch(/^#!\/bin\/sh\n#.*\necho added\n$/);
    writeFileSync(hooks('prepare-commit-msg'), PYTHON);
    install(place, 'trailer');
    writeFileSync(hooks('prepare-commit-msg'), `${readFileSync(hooks('prepare-commit-msg'), 'utf8')}echo added\n`);
    expect(() => remove(place)).toThrow(/Bring both together by hand/);
    expect(readFileSync(hooks('throughline.d/prepare-commit-msg'), 'utf8')).toBe(PYTHON);
  });
});
