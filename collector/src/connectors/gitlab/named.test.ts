import { configSchema } from '../../config/schema.ts';
import { messageOf } from '../../errors.ts';
import { configuredConnectors } from '../configured.ts';
import { baseOf, providerOf, section as sectionSchema } from './config.ts';
import { gitUrl, isOwnRemote } from './client.ts';
import { namedChoices, namedSection } from './named.ts';

const said = (names: readonly string[], env: Readonly<Record<string, string>>, given?: object): string => {
  try {
    const { url, paths, token } = namedSection(given === undefined ? undefined : sectionSchema.parse(given), names, env); // prettier-ignore
    return [url, ...paths, token?.reveal() ?? ''].join(' ');
  } catch (error) {
    return messageOf(error);
  }
};
const env = { GITLAB_TOKEN: 'glpat-one' };

test('names are paths, or addresses that name their server too', () => {
  expect(said(['acme', 'acme/platform/shop'], env)).toBe('https://gitlab.com acme acme/platform/shop glpat-one');
  expect(said(['https://gitlab.acme.io/platform/shop/-/merge_requests/7'], env)).toBe('https://gitlab.acme.io platform/shop glpat-one'); // prettier-ignore
  expect(said(['https://acme.io/gitlab/platform'], { ...env, GITLAB_URL: 'https://acme.io/gitlab' })).toBe('https://acme.io/gitlab platform glpat-one'); // prettier-ignore
  expect(said(['platform'], { ...env, CI_SERVER_URL: 'https://gitlab.acme.io' })).toBe('https://gitlab.acme.io platform glpat-one'); // prettier-ignore
  expect(said(['https://gitlab.com/a', 'https://gitlab.acme.io/b'], env)).toMatch(/names two servers/);
  expect(said(['a b'], env)).toMatch(/^--gitlab a b: is no full path of a group/);
  expect(said(['../etc'], env)).toMatch(/is no full path/);
});

test('a token is asked for, in words that lead to it; that of the file is for its own server alone', () => {
  expect(said(['acme'], {})).toMatch(/^--gitlab asks for a token\. Set GITLAB_TOKEN to one with the scope read_api/);
  expect(said(['acme'], { GITLAB_TOKEN: ' ' })).toMatch(/GITLAB_TOKEN is set, but empty/);
  const given = { token: 'glpat-of-the-file', url: 'https://gitlab.acme.io' };
  expect(said(['platform'], {}, given)).toBe('https://gitlab.acme.io platform glpat-of-the-file');
  expect(said(['https://gitlab.com/x'], {}, given)).toMatch(
    /the token of throughline\.yaml is for https:\/\/gitlab\.acme\.io/
  );
  const choices = namedChoices(['https://gitlab.acme.io/platform'], env);
  expect(choices.map((one) => [one.at.join('.'), one.kind === 'entry' ? '' : one.value])).toEqual([['gitlab.token', '${GITLAB_TOKEN}'], ['gitlab.url', 'https://gitlab.acme.io'], ['gitlab.paths', 'platform']]); // prettier-ignore
  const config = configSchema.parse({ gitlab: { token: 'glpat-x' } });
  expect(() => configuredConnectors(config)).toThrow('gitlab of throughline.yaml names nothing to read. Give gitlab.paths, or --gitlab NAME.'); // prettier-ignore
});

test('git reads with the token what lies below the address of the server, and nothing else', () => {
  const section = sectionSchema.parse({ token: 'glpat-never-shown', url: 'https://acme.io/gitlab/', paths: ['x'] });
  expect([baseOf(section), providerOf(section), providerOf({ url: 'https://gitlab.com' })]).toEqual(['https://acme.io/gitlab', 'acme.io', 'gitlab']); // prettier-ignore
  expect(gitUrl('https://acme.io/gitlab/x/y.git', section)).toBe('https://oauth2:glpat-never-shown@acme.io/gitlab/x/y.git'); // prettier-ignore
  for (const other of ['https://acme.io/other/y.git', 'https://evil.io/gitlab/x.git', 'file:///etc/passwd', 'ssh://git@acme.io/gitlab/x.git', '', 'https://acme.io/gitlabber/x.git']) {
    expect([other, gitUrl(other, section), isOwnRemote(other, section)]).toEqual([other, null, false]);
  }
}); // prettier-ignore
