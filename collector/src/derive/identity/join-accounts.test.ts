import fc from 'fast-check';
import type { Account, Joined } from './account.ts';
import { resolveIdentity } from './join-accounts.ts';
import { kindOf } from './kinds.ts';
import { foldEmail } from './links.ts';

const settings = {
  companyDomain: 'acme.io',
  sameNamespace: ['gitlab', 'jira'],
  mapping: { join: [], split: [], shared: [] },
  kinds: { ai_agent: ['acme-coder*'], automation: ['*@ci.acme.io', 'release *'], human: ['build@acme.io'] },
};
const account = (accountId: string, given: Partial<Account> = {}): Account => ({
  accountId,
  provider: 'git',
  login: null,
  email: null,
  kind: 'human',
  claims: [],
  ...given,
});
const of = (personId: string): Account['claims'] => [{ personId, from: null, to: null }];
const resolve = (...accounts: Account[]): Map<string, Joined> =>
  new Map(resolveIdentity(accounts, settings).joined.map((one) => [one.accountId, one]));
const samePerson = (joined: Map<string, Joined>, a: string, b: string): boolean => {
  const [x, y] = [joined.get(a), joined.get(b)];
  return x?.mappedPersonId === y?.mappedPersonId && (x?.mappedPersonId !== null || x?.personKey === y?.personKey);
};

describe('the kind of an account', () => {
  it.each([
    [{ login: 'Acme-Coder[bot]', kind: 'automation' }, 'ai_agent'],
    [{ email: 'job7@ci.acme.io', kind: 'human' }, 'automation'],
    [{ name: 'Release Train', kind: 'human' }, 'automation'],
    [{ email: 'build@acme.io', kind: 'automation' }, 'human'],
    [{ email: 'ana@acme.io', kind: 'human' }, 'human'],
    [{ login: 'dependabot[bot]', kind: 'automation' }, 'automation'],
  ] as const)('of %j is as the configuration says, else as the rules do: %s', (given, kind) => {
    expect(kindOf({ email: null, login: null, name: null, ...given }, settings)).toBe(kind);
  });
});

describe('joining accounts', () => {
  it('joins addresses whatever their case, +tags in the company domain only', () => {
    const joined = resolve(
      account('a', { email: 'Ana@acme.io' }),
      account('b', { email: 'ana+laptop@acme.io', provider: 'csv' }),
      account('c', { email: 'bo@mail.example' }),
      account('d', { email: 'bo+x@mail.example' })
    );
    expect(samePerson(joined, 'a', 'b')).toBe(true);
    expect(joined.get('b')).toMatchObject({ method: 'verified_email', confidence: 0.95 });
    expect(samePerson(joined, 'c', 'd')).toBe(false);
    expect(foldEmail('Bo+x@Mail.example', 'acme.io')).toBe('bo+x@mail.example');
  });

  it('joins a forge address to the account by id, across renamed logins', () => {
    const joined = resolve(
      account('a', { email: '12+ana@users.noreply.github.com' }),
      account('b', { email: '12+ana-new@users.noreply.github.com' }),
      account('g', { provider: 'github', login: 'Ana' })
    );
    expect(samePerson(joined, 'a', 'b')).toBe(true);
    expect(samePerson(joined, 'a', 'g')).toBe(true);
    expect(joined.get('b')?.method).toBe('noreply_id');
  });

  it.each([
    [
      'GitHub, before and after addresses had ids',
      '12+ana@users.noreply.github.com',
      'Ana@users.noreply.github.com',
      true,
    ],
    ['GitHub, two logins without an id', 'ana@users.noreply.github.com', 'bo@users.noreply.github.com', false],
    ['an own GitHub', '12+ana@users.noreply.ghe.acme.io', 'ana@users.noreply.ghe.acme.io', true],
    ['GitLab', '12-ana@users.noreply.gitlab.com', '12-ana-new@users.noreply.gitlab.com', true],
    ['GitHub and GitLab', 'ana@users.noreply.github.com', '12-ana@users.noreply.gitlab.com', false],
    ['two hosts with one id', '12+ana@users.noreply.github.com', '12+bo@users.noreply.ghe.acme.io', false],
    ['Codeberg and GitHub', 'ana@noreply.codeberg.org', 'ana@users.noreply.github.com', false],
    ['no forge', 'ana@noreply.acme.io', '12+ana@users.noreply.github.com', false],
  ])('joins hidden addresses of one host: %s', (...[, a, b, is]) => {
    expect(samePerson(resolve(account('a', { email: a }), account('b', { email: b })), 'a', 'b')).toBe(is);
  });

  it('joins the login of a hidden address to the account of its forge', () => {
    const gitlab = account('g', { provider: 'gitlab', login: 'ana' });
    expect(samePerson(resolve(account('a', { email: '3-ana@users.noreply.gitlab.com' }), gitlab), 'a', 'g')).toBe(true);
    expect(samePerson(resolve(account('a', { email: 'ana@users.noreply.github.com' }), gitlab), 'a', 'g')).toBe(false);
  });

  it('keeps programs apart that sign with one id', () => {
    const joined = resolve(
      account('a', { email: '41898282+github-actions[bot]@users.noreply.github.com', kind: 'automation' }),
      account('b', { email: '41898282+claude[bot]@users.noreply.github.com', kind: 'ai_agent' }),
      account('c', { email: 'github-actions[bot]@users.noreply.github.com', kind: 'automation' }),
      account('d', { email: '41898282+bo@users.noreply.github.com' })
    );
    expect(['a', 'b', 'c', 'd'].map((id) => joined.get(id)?.kind)).toEqual([
      'automation',
      'ai_agent',
      'automation',
      'human',
    ]);
    expect(samePerson(joined, 'a', 'b')).toBe(false);
    expect(samePerson(joined, 'a', 'c')).toBe(true);
    expect(samePerson(joined, 'd', 'a')).toBe(false);
  });

  it('joins equal logins only among providers listed as one namespace', () => {
    const joined = resolve(
      account('a', { provider: 'gitlab', login: 'ana' }),
      account('b', { provider: 'jira', login: 'ANA' }),
      account('c', { provider: 'linear', login: 'ana' })
    );
    expect(samePerson(joined, 'a', 'b')).toBe(true);
    expect(joined.get('a')).toMatchObject({ method: 'same_namespace', confidence: 0.7 });
    expect(samePerson(joined, 'a', 'c')).toBe(false);
  });

  it('gives a mapped person to all accounts with the mapped address', () => {
    const joined = resolve(
      account('a', { email: 'ana@acme.io' }),
      account('m', { email: 'ana@acme.io', provider: 'csv', claims: of('p1') })
    );
    expect(joined.get('a')).toMatchObject({ mappedPersonId: 'p1', method: 'verified_email' });
    expect(joined.get('m')).toMatchObject({ mappedPersonId: 'p1', method: 'people_file', confidence: 1 });
  });

  it('merges neither of two persons who claim one address, and says so', () => {
    const joined = resolve(
      account('a', { email: 'team@acme.io' }),
      account('m', { email: 'team@acme.io', provider: 'csv', claims: of('p1') }),
      account('n', { email: 'team@acme.io', provider: 'cursor', claims: of('p2') })
    );
    expect(joined.get('a')).toMatchObject({ mappedPersonId: null, personKey: null, method: null, hasConflict: true });
    expect(joined.get('m')).toMatchObject({ mappedPersonId: 'p1', hasConflict: true });
    expect(joined.get('n')).toMatchObject({ mappedPersonId: 'p2', hasConflict: true });
  });

  it('leaves a lone account to itself', () => {
    expect(resolve(account('a', { email: 'x@y.z' })).get('a')).toMatchObject({
      method: 'self',
      confidence: 1,
      hasConflict: false,
    });
  });

  it('does not depend on the order of the accounts', () => {
    const emails = ['ana@acme.io', 'ana+1@acme.io', 'bo@acme.io', '7+bo@users.noreply.github.com', null];
    const arbitrary = fc.array(
      fc.record({
        email: fc.constantFrom(...emails),
        login: fc.constantFrom('bo', 'ana', null),
        provider: fc.constantFrom('git', 'github', 'gitlab'),
        mapped: fc.constantFrom('p1', 'p2', null, null),
      }),
      { maxLength: 8 }
    );
    fc.assert(
      fc.property(arbitrary, fc.integer(), (given, seed) => {
        const accounts = given.map((one, index) =>
          account(`a${String(index)}`, {
            email: one.email,
            login: one.login,
            provider: one.provider,
            claims: one.mapped === null ? [] : of(one.mapped),
          })
        );
        const shuffled = accounts.toSorted(
          (a, b) => ((a.accountId.charCodeAt(1) * 31 + seed) % 7) - ((b.accountId.charCodeAt(1) * 31 + seed) % 7)
        );
        const sort = ({ joined }: { readonly joined: readonly Joined[] }): Joined[] =>
          joined.toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1));
        expect(sort(resolveIdentity(shuffled, settings))).toEqual(sort(resolveIdentity(accounts, settings)));
      }),
      { numRuns: 200 }
    );
  });
});
