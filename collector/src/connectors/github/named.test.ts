import { configSchema } from '../../config/schema.ts';
import { configuredConnectors } from '../configured.ts';
import { messageOf } from '../../errors.ts';
import { namedChoices, namedSection } from './named.ts';

const said = (env: Readonly<Record<string, string>>): string => {
  try {
    return namedSection(undefined, ['acme'], env).token?.reveal() ?? '';
  } catch (error) {
    return messageOf(error);
  }
};

test('an empty variable holds no token: the other one counts, and without it that is said', () => {
  expect(said({ GITHUB_TOKEN: '', GH_TOKEN: 'token-of-gh' })).toBe('token-of-gh');
  expect(said({ GITHUB_TOKEN: 'token-of-github', GH_TOKEN: '' })).toBe('token-of-github');
  expect(said({})).toMatch(/^--github asks for a token\. Set GITHUB_TOKEN to one/);
  expect(said({ GITHUB_TOKEN: '' })).toMatch(
    /^--github asks for a token, and GITHUB_TOKEN is set, but empty\. Give it/
  );
  expect(said({ GITHUB_TOKEN: ' ', GH_TOKEN: '' })).toContain('GITHUB_TOKEN and GH_TOKEN are set, but empty');
  const variable = (env: Readonly<Record<string, string>>): unknown =>
    namedChoices(['acme'], env).flatMap((choice) => (choice.kind === 'value' ? [choice.value] : []))[0];
  expect([variable({ GH_TOKEN: 'x' }), variable({ GITHUB_TOKEN: '', GH_TOKEN: 'x' }), variable({})]).toEqual(['${GH_TOKEN}', '${GH_TOKEN}', '${GITHUB_TOKEN}']); // prettier-ignore
});

test('a section with the credential alone is for names of the command line; without these it is said that it reads nothing', () => {
  const config = configSchema.parse({ github: { token: 'token-of-the-file' } });
  expect(() => configuredConnectors(config)).toThrow(
    'github of throughline.yaml names nothing to read. Give github.owners or github.repositories, or --github NAME.'
  );
  const named = { ...config, github: namedSection(config.github, ['acme', 'acme/shop'], {}) };
  expect(configuredConnectors(named).some(({ connector }) => connector.id === 'github')).toBe(true);
  expect(named.github).toMatchObject({ owners: ['acme'], repositories: ['acme/shop'] });
});
