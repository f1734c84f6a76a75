/** What a repository or a person put where the hook goes is neither followed, overwritten nor deleted. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { arrive, CLAUDE, CLAUDE_TRAILER, snapshot, type Person, type Work } from './fixtures/repository.ts';
import { install, lookAt, remove } from './install.ts';
import { placeOfRepository, placeOfTemplate } from './place.ts';

let ana: Person;
let shop: Work;
let leave: () => void;
beforeEach(() => {
  ({ ana, shop, leave } = arrive());
});
afterEach(() => leave());

/** Neither of both does anything but say why. */
function expectRefused(why: RegExp): void {
  const before = snapshot(ana.folder);
  expect(() => install(placeOfRepository(shop.folder), 'trailer')).toThrow(why);
  expect(() => remove(placeOfRepository(shop.folder))).toThrow(why);
  expect(snapshot(ana.folder)).toEqual(before);
}

describe('links of a repository', () => {
  beforeEach(() => {
    shop.write('.husky/_/h', 'exit 0\n');
    shop.git(['config', 'core.hooksPath', '.husky/_']);
    mkdirSync(ana.at('home/hooks'));
    writeFileSync(ana.at('home/hooks/prepare-commit-msg'), 'precious\n');
    writeFileSync(ana.at('home/.bashrc'), 'precious\n');
  });

  it.each(['../../home/.bashrc', '../../home/.new'])('the script that leads to %s', (target) => {
    symlinkSync(target, `${shop.folder}/.husky/throughline-session`);
    expectRefused(/\.husky\/throughline-session is a symbolic link.*delete the link/);
    expect(lookAt(placeOfRepository(shop.folder)).way).toBeNull();
  });

  it('the folder of hooks that are set aside', () => {
    symlinkSync('../a.txt', `${shop.folder}/.husky/prepare-commit-msg`);
    symlinkSync('../../home/hooks', `${shop.folder}/.husky/throughline.d`);
    expectRefused(/\.husky\/throughline\.d is a symbolic link/);
  });

  it('the folder of hooks, or one above it, also where the rest is not there yet', () => {
    symlinkSync('../home', `${shop.folder}/tools`);
    for (const folder of ['tools/hooks', 'tools/new/hooks']) {
      shop.git(['config', 'core.hooksPath', folder]);
      expectRefused(/not of this repository/);
    }
    mkdirSync(`${shop.folder}/inside`);
    writeFileSync(`${shop.folder}/inside/h`, '');
    symlinkSync('../shop/inside', ana.at('home/_'));
    shop.git(['config', 'core.hooksPath', 'tools/_']);
    expectRefused(/tools is a link that leads out of the repository/);
  });
});

it("a script of the same name that is somebody else's", () => {
  shop.write('.git/hooks/throughline-session', '#!/bin/sh\necho theirs\n', 0o755);
  expectRefused(/hooks\/throughline-session was not written by "throughline hook install"/);
});

it('replaces an older script of ours', () => {
  const place = placeOfRepository(shop.folder);
  shop.write('.git/hooks/throughline-session', '#!/bin/sh\n# Put here by "throughline hook install", long ago.\n');
  install(place, 'trailer');
  expect(shop.commit(['-m', 'x'], CLAUDE)).toBe(`x\n\n${CLAUDE_TRAILER}`);
  expect(remove(place)).toBe(true);
});

it('sets no hook aside onto another one', () => {
  const python = '#!/usr/bin/env python3\n';
  const file = shop.write('.git/hooks/prepare-commit-msg', python, 0o755);
  install(placeOfRepository(shop.folder), 'trailer');
  writeFileSync(file, `${python}# written by another tool\n`);
  const before = snapshot(shop.folder);
  expect(() => install(placeOfRepository(shop.folder), 'trailer')).toThrow(/was set aside.*by hand/);
  expect(snapshot(shop.folder)).toEqual(before);
});

it('what was added to the template that was made stays, and git still uses it', () => {
  const added = { 'hooks/pre-push': '#!/bin/sh\n', 'info/exclude': 'mine\n' };
  const template = ana.at('home/.config/throughline/git-template');
  install(placeOfTemplate(), 'trailer');
  mkdirSync(`${template}/info`, { recursive: true });
  for (const [name, text] of Object.entries(added)) writeFileSync(`${template}/${name}`, text);
  remove(placeOfTemplate());
  const left = Object.entries(snapshot(template)).filter(([, what]) => !what.endsWith(' folder'));
  expect(left.map(([name, what]) => [name, what.slice('644 '.length)])).toEqual(Object.entries(added));
  expect(ana.run(['git', 'config', '--global', 'init.templateDir']).stdout.trim()).toBe(template);
});

describe('a commit that git refuses for its empty message stays refused', () => {
  beforeEach(() => {
    shop.commit(['-m', 'First']);
    install(placeOfRepository(shop.folder), 'trailer');
  });

  it.each([
    ['-m', ''],
    ['-m', ' \n\t\n'],
    ['-s', '-m', ''],
    ['-e', '-m', ''],
    ['-e', '-v', '-m', ''],
    ['-e', '-m', '# only a comment'],
  ])('%j %j %j', (...args) => {
    shop.write('a.txt', 'changed\n');
    expect(shop.tryGit(['commit', '-qa', ...args.filter((one) => typeof one === 'string')], CLAUDE).code).toBe(1);
    expect(shop.message()).toBe('First');
  });

  it('with the comments that the configuration names', () => {
    shop.git(['config', 'core.commentChar', ';']);
    expect(shop.tryGit(['commit', '--allow-empty', '-e', '-m', '; x'], CLAUDE).code).toBe(1);
    shop.git(['config', 'commit.cleanup', 'strip']);
    expect(shop.tryGit(['commit', '--allow-empty', '-m', '; x'], CLAUDE).code).toBe(1);
    expect(shop.commit(['-m', '# x'], CLAUDE)).toBe(`# x\n\n${CLAUDE_TRAILER}`);
  });
});
