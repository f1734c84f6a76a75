import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  lstatSync,
  writeFileSync,
  readdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../config/load.ts';
import type { Choice } from '../planned.ts';
import { applyChoices, type Edited } from './edit.ts';
import { drawDiff, lineEdits } from './line-diff.ts';
import { readIfThere, replaceFile } from './write-file.ts';

const env = { GITHUB_TOKEN: 'token-never-shown', HOME_OF_IT: '/srv/acme', KEY: 'x' };
const apply = (text: string, choices: readonly Choice[]): Edited =>
  applyChoices(text, choices, { file: 'throughline.yaml', folder: '/srv/acme', env });

const token: Choice = { kind: 'value', at: ['github', 'token'], value: '${GITHUB_TOKEN}', unless: ['token_file', 'app'], because: 'its variable' }; // prettier-ignore
const owner: Choice = { kind: 'item', at: ['github', 'owners'], value: 'acme', because: 'named' };
const workflow = (repository: string, service?: string): Choice => ({
  kind: 'entry',
  at: ['github', 'deployments'],
  of: { repository, workflow: 'deploy.yml' },
  set: service === undefined ? [] : [{ key: 'service', value: service, unless: [], because: 'its folder' }],
  because: 'its jobs name production',
});
const repository = (team: string, patterns: readonly string[] = ['v*']): Choice => ({
  kind: 'entry',
  at: ['repositories'],
  of: { path: '/srv/acme/shop' },
  set: [
    { key: 'team', value: team, unless: [], because: 'CODEOWNERS' },
    { key: 'tag_patterns', value: patterns, unless: ['deployments'], because: '3 tags' },
  ],
  because: 'named',
});

/** Done twice it is done once. */
function applied(text: string, choices: readonly Choice[]): Edited {
  const edited = apply(text, choices);
  expect(apply(edited.text, choices)).toEqual({ text: edited.text, made: [], kept: edited.kept });
  return edited;
}

test('a file that is not there becomes one with everything in it, and the token by the name of its variable', () => {
  expect(applied('', [token, owner, workflow('acme/shop'), repository('checkout')]).text).toMatchInlineSnapshot(`
    "github:
      token: \${GITHUB_TOKEN} # its variable
      owners:
        - acme
      deployments:
        - { repository: acme/shop, workflow: deploy.yml } # its jobs name production
    repositories:
      - path: shop
        team: checkout # CODEOWNERS
        tag_patterns: [ v* ] # 3 tags
    "
  `);
});

test('comments, order, layout and every value of a person stay; what they set is named', () => {
  const text = [
    '# Ours. Do not touch.',
    'time_zone:   Europe/Berlin   # where we are',
    '',
    'repositories:',
    '- path: ./shop      # the shop',
    '  team: payments',
    '# the end',
    '',
  ].join('\n');
  const { text: after, kept, made } = applied(text, [repository('checkout')]);
  expect(after).toBe(text.replace('  team: payments\n', '  team: payments\n  tag_patterns: [ v* ] # 3 tags\n'));
  expect(kept).toEqual(['repositories[0].team stays payments (found: checkout)']);
  expect(made).toEqual(['repositories[0].tag_patterns: ["v*"]']);
  expect(drawDiff(text, after)).toEqual(['  …', '  - path: ./shop      # the shop', '    team: payments', '+   tag_patterns: [ v* ] # 3 tags', '  # the end']); // prettier-ignore
});

test('what says the same in another way is not set beside it', () => {
  const text =
    'repositories:\n  - path: /srv/acme/shop\n    team: checkout\n    deployments: { tags: [{ pattern: "v*" }] }\n';
  expect(applied(text, [repository('checkout')])).toMatchObject({ text, made: [] });
  const app = 'github:\n  token_file: /run/secret\n  owners: [acme]\n';
  expect(applied(app, [token, owner])).toEqual({ text: app, made: [], kept: [] });
});

test('entries are found by what they mean: variables filled in, credentials aside', () => {
  const text = 'repositories:\n  - path: ${HOME_OF_IT}/shop\n  - url: https://${KEY}@git.acme.io/a/b\n';
  const url: Choice = { kind: 'entry', at: ['repositories'], of: { url: 'https://git.acme.io/a/b' }, set: [{ key: 'team', value: 'b', unless: [], because: 'x' }], because: 'y' }; // prettier-ignore
  const { text: after } = applied(text, [repository('checkout'), url]);
  expect(after).toBe(
    'repositories:\n  - path: ${HOME_OF_IT}/shop\n    team: checkout # CODEOWNERS\n    tag_patterns: [ v* ] # 3 tags\n  - url: https://${KEY}@git.acme.io/a/b\n    team: b # x\n'
  );
});

test('the name of an environment that reads like a pattern is left to a person: it would stand for others', () => {
  const text = 'github: { token: "${GITHUB_TOKEN}", owners: [acme] }\n';
  const named = (name: string): Choice => ({ kind: 'entry', at: ['github', 'environments'], of: { name }, set: [], because: 'x' }); // prettier-ignore
  expect(applied(text, [named('*prod*'), named('pre[12]')])).toEqual({
    text,
    made: [],
    kept: ['*prod*', 'pre[12]'].map(
      (name) => `"${name}" is not written: it looks like a pattern, which would name others too`
    ),
  });
});

test('names of others are no variables, no comments of several lines and no YAML of their own', () => {
  const hostile: Choice[] = [
    { kind: 'entry', at: ['github', 'environments'], of: { name: '${GITHUB_TOKEN}' }, set: [], because: 'a' },
    { kind: 'entry', at: ['github', 'environments'], of: { name: 'prod: "x"\n- y' }, set: [], because: 'called ${NO_SUCH}\nevil: yes' }, // prettier-ignore
  ];
  const { text, kept } = applied('github: { token: "${GITHUB_TOKEN}", owners: [acme] }\n', hostile);
  expect(kept).toEqual(['"${GITHUB_TOKEN}" is not written: it looks like a variable']);
  expect(text).not.toContain('\nevil');
  expect(text).not.toContain('token-never-shown');
});

test('a file that is YAML only with its variables filled in is left alone, with the line', () => {
  const text = 'time_zone: UTC\ngithub: { token: ${GITHUB_TOKEN}, owners: [acme] }\n';
  expect(() => apply(text, [workflow('acme/shop')])).toThrow(/throughline.yaml:2: cannot be added to as it stands.*Nothing was written/s); // prettier-ignore
});

/** Our own configuration has no place for anchors but values: one list stands for another. */
const SHARED = 'github:\n  token: ${GITHUB_TOKEN}\n  owners: &names [acme-old]\n  topics: *names\n';
const topic: Choice = { kind: 'item', at: ['github', 'topics'], value: 'shop', because: 'x' };

test('what others share by an alias is left alone, by name; the rest is added', () => {
  const { text, kept, made } = applied(SHARED, [topic, workflow('acme/shop')]);
  expect(kept).toEqual([
    'github.topics: shop is not written: github.topics is *names, which others share. Write it there by hand',
  ]);
  expect(made).toEqual(['github.deployments: acme/shop deploy.yml']);
  expect(text.startsWith(SHARED)).toBe(true);
  const entries = SHARED.replace(/ {2}topics.*\n/, '  deployments:\n    - &d { repository: acme/shop, workflow: deploy.yml }\n    - *d\n');
  const other: Choice = { ...workflow('acme/cart', 'cart') };
  expect(applied(entries, [other]).text).toContain('    - *d\n    - { repository: acme/cart');
  const section = 'repositories: [{ path: shop, deployments: &d { tags: [{ pattern: v* }] } }, { path: cart, deployments: *d }]\n';
  const tags: Choice = { kind: 'item', at: ['repositories', '1', 'deployments', 'tags'], value: 'x', because: 'x' };
  expect(apply(section, [tags])).toMatchObject({ made: [], kept: [expect.stringContaining('repositories.1.deployments is *d') as string] });
}); // prettier-ignore

test('lines end as they did, new ones as most do', () => {
  const text = 'github:\n  token: ${GITHUB_TOKEN}\n  owners: [acme] # ours\n\nrepositories:\n- path: ./shop\n';
  const plain = applied(text, [workflow('acme/shop'), repository('checkout')]).text;
  const crlf = (one: string): string => one.replaceAll('\n', '\r\n');
  expect(applied(crlf(text), [workflow('acme/shop'), repository('checkout')]).text).toBe(crlf(plain));
  expect(drawDiff(crlf(text), crlf(plain))).toEqual(drawDiff(text, plain));
  const mixed = crlf(text).replace('github:\r\n', 'github:\n');
  expect(applied(mixed, [workflow('acme/shop')]).text).toBe(crlf(applied(text, [workflow('acme/shop')]).text).replace('github:\r\n', 'github:\n')); // prettier-ignore
  const mostlyPlain = text.replace('github:\n', 'github:\r\n');
  expect(applied(mostlyPlain, [workflow('acme/shop')]).text).toBe(applied(text, [workflow('acme/shop')]).text.replace('github:\n', 'github:\r\n')); // prettier-ignore
  const unended = crlf(text).slice(0, -2);
  expect(applied(unended, [repository('checkout')]).text.match(/(?<!\r)\n/)).toBeNull();
});

test('a file of comments alone keeps them', () => {
  expect(applied('# nothing here yet\n', [token, owner]).text).toContain('# nothing here yet');
});

test('a result that would be no configuration is not given', () => {
  expect(() => apply('', [owner])).toThrow(/give one of token, token_file and app/);
});

test('edits between texts are told line by line', () => {
  expect(lineEdits(['a', 'b', 'c'], ['a', 'x', 'c', 'd']).map(({ kind, line }) => `${kind} ${line}`)).toEqual(['same a', 'removed b', 'added x', 'same c', 'added d']); // prettier-ignore
  expect(lineEdits([], ['a'])).toEqual([{ kind: 'added', line: 'a', at: 0 }]);
});

describe('the file', () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'throughline-edit-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is replaced whole, with its rights, and where a link points', () => {
    writeFileSync(at('real.yaml'), 'a', { mode: 0o600 });
    symlinkSync(at('real.yaml'), at('link.yaml'));
    replaceFile(at('link.yaml'), 'a', 'b');
    expect(readFileSync(at('real.yaml'), 'utf8')).toBe('b');
    expect(statSync(at('real.yaml')).mode & 0o777).toBe(0o600);
    expect(lstatSync(at('link.yaml')).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['link.yaml', 'real.yaml']);
  });

  it('is not made where a link leads nowhere', () => {
    symlinkSync(at('lost.yaml'), at('dangling.yaml'));
    const fault = `Cannot read the configuration ${at('dangling.yaml')}: it is a link to ${at('lost.yaml')}, which is not there. Make that file, or remove the link.`; // prettier-ignore
    expect(() => readIfThere(at('dangling.yaml'))).toThrow(fault);
    expect(() => replaceFile(at('dangling.yaml'), '', 'new')).toThrow(fault);
    expect(lstatSync(at('dangling.yaml')).isSymbolicLink()).toBe(true);
    expect(() => loadConfig(undefined, folder)).not.toThrow();
    symlinkSync(at('lost.yaml'), at('throughline.yaml'));
    expect(() => loadConfig(undefined, folder)).toThrow(/is a link to .*lost\.yaml/);
    expect(readdirSync(folder).filter((name) => name.startsWith('.') || name === 'lost.yaml')).toEqual([]);
  });

  it('is left alone when somebody changed it meanwhile, or its folder is not there', () => {
    writeFileSync(at('own.yaml'), 'theirs');
    expect(() => replaceFile(at('own.yaml'), 'ours', 'new')).toThrow(/somebody changed it meanwhile/);
    expect(readFileSync(at('own.yaml'), 'utf8')).toBe('theirs');
    expect(() => replaceFile(at('none/x.yaml'), '', 'new')).toThrow(/cannot be written to \(ENOENT\)/);
    expect(readdirSync(folder).some((name) => name.startsWith('.'))).toBe(false);
  });
});
