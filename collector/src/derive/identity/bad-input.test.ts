/** What organisations really have: each case with what must come of it. */
import { resolveIdentity, type Resolved } from './join-accounts.ts';
import type { Account, Claim, Mapping } from './account.ts';
import { suggestionsOf } from './suggestions.ts';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
const claim = (personId: string, from: string | null = null, to: string | null = null): Claim => ({
  personId,
  from: from === null ? null : day(from),
  to: to === null ? null : day(to),
});
const account = (accountId: string, given: Partial<Account> = {}): Account => ({
  accountId,
  provider: accountId.split(':')[0] ?? 'git',
  login: null,
  email: null,
  kind: 'human',
  claims: [],
  ...given,
});
const resolve = (accounts: readonly Account[], mapping: Partial<Mapping> = {}): Resolved =>
  resolveIdentity(accounts, {
    companyDomain: 'acme.io',
    sameNamespace: [],
    kinds: { ai_agent: [], automation: [], human: [] },
    mapping: { join: [], split: [], shared: [], ...mapping },
  });
const person = ({ joined }: Resolved, accountId: string): string | null => {
  const one = joined.find((each) => each.accountId === accountId);
  return one?.mappedPersonId ?? one?.personKey ?? null;
};
const persons = (resolved: Resolved): number =>
  new Set(resolved.joined.map((one) => one.mappedPersonId ?? one.personKey).filter((one) => one !== null)).size;

test('one e-mail that two people claim at once is nobody’s: no third person is made of it', () => {
  const resolved = resolve([
    account('git:1', { email: 'sales@acme.io', claims: [claim('ana'), claim('bo')] }),
    account('git:2', { email: 'ana@acme.io', claims: [claim('ana')] }),
    account('git:3', { email: 'bo@acme.io', claims: [claim('bo')] }),
    account('cursor:1', { email: 'sales@acme.io' }),
  ]);
  expect(['git:1', 'cursor:1'].map((one) => person(resolved, one))).toEqual([null, null]);
  expect(persons(resolved)).toBe(2);
  expect(resolved.conflicts).toEqual([
    { reason: 'claimed_by_two', key: 'email:sales@acme.io', accountIds: ['cursor:1', 'git:1'] },
  ]);
});

test('one e-mail of two users of the directory is nobody’s, and their other addresses stay theirs', () => {
  const resolved = resolve([
    account('sso:1a', { email: 'ana@acme.io', externalId: '1' }),
    account('sso:1b', { email: 'desk@acme.io', externalId: '1' }),
    account('sso:2a', { email: 'bo@acme.io', externalId: '2' }),
    account('sso:2b', { email: 'desk@acme.io', externalId: '2' }),
    account('git:d', { email: 'desk@acme.io' }),
    account('git:a', { email: 'ana@acme.io' }),
  ]);
  expect(person(resolved, 'git:d')).toBeNull();
  expect(person(resolved, 'git:a')).toBe(person(resolved, 'sso:1a'));
  expect(person(resolved, 'sso:1a')).not.toBe(person(resolved, 'sso:2a'));
  expect(resolved.conflicts.map(({ reason }) => reason)).toEqual(['two_directory_users']);
});

test('a person under four addresses is one, by people.csv, by the directory or by the mapping', () => {
  const four = ['ana@acme.io', 'ana.lopez@acme.io', 'ana@home.example', '7+ana@users.noreply.github.com'];
  const git = four.map((email, n) => account(`git:${String(n)}`, { email }));
  expect(persons(resolve(git))).toBe(4);
  expect(persons(resolve(git.map((one) => ({ ...one, claims: [claim('ana')] }))))).toBe(1);
  expect(persons(resolve(git, { join: [four] }))).toBe(1);
  const listed = four.map((email, n) => account(`sso:${String(n)}`, { email, externalId: 'u1' }));
  expect(persons(resolve([...git, ...listed]))).toBe(1);
});

test('a shared pairing account is nobody’s, whatever it has in common with people', () => {
  const accounts = [
    account('git:p', { email: 'pair@acme.io' }),
    account('github:p', { login: 'pair', email: 'pair@acme.io' }),
    account('git:a', { email: 'ana@acme.io' }),
  ];
  const resolved = resolve(accounts, { shared: ['pair@acme.io'] });
  expect(['git:p', 'github:p'].map((one) => person(resolved, one))).toEqual([null, null]);
  expect(persons(resolved)).toBe(1);
  expect(resolved.conflicts).toEqual([]);
  expect(persons(resolve(accounts))).toBe(2);
});

test('a leaver’s address that is used again changes hands with all accounts that have it', () => {
  const resolved = resolve([
    account('git:max', {
      email: 'max@acme.io',
      claims: [claim('meier', '2024-01-01', '2025-07-01'), claim('muster', '2025-09-01')],
    }),
    account('cursor:max', { email: 'Max@acme.io' }),
  ]);
  const periods = [
    { personId: 'meier', from: null, to: day('2025-07-01') },
    { personId: 'muster', from: day('2025-09-01'), to: null },
  ];
  expect(
    resolved.joined.map(({ accountId, mappedPersonId, method, periods: own }) => [
      accountId,
      mappedPersonId,
      method,
      own,
    ])
  ).toEqual([
    ['cursor:max', 'muster', 'verified_email', periods],
    ['git:max', 'muster', 'people_file', periods],
  ]);
  expect(resolved.conflicts).toEqual([]);
});

test('an address that two people have at the same time does not change hands', () => {
  const claims = [claim('meier', '2024-01-01', '2025-10-01'), claim('muster', '2025-09-01')];
  const resolved = resolve([account('git:max', { email: 'max@acme.io', claims })]);
  expect(resolved.joined).toMatchObject([{ mappedPersonId: null, personKey: null, periods: [], hasConflict: true }]);
});

test('moves between teams are no change of hands: rows of one person follow each other', () => {
  const claims = [claim('ana', '2024-01-01', '2025-01-01'), claim('ana', '2025-01-01'), claim('ana', '2023-01-01')];
  const resolved = resolve([account('git:a', { email: 'ana@acme.io', claims })]);
  expect(resolved.joined).toMatchObject([{ mappedPersonId: 'ana', periods: [], hasConflict: false }]);
});

test('a bot with a human name stays a bot and is suggested to nobody', () => {
  const name = 'Ana Lopez';
  const accounts = [
    account('github:bot', {
      login: 'ana-lopez[bot]',
      kind: 'automation',
      email: '9+ana-lopez[bot]@users.noreply.github.com',
    }),
    account('git:a', { email: 'ana@acme.io' }),
    account('git:h', { email: 'ana@home.example' }),
  ];
  const resolved = resolve(accounts);
  expect(persons(resolved)).toBe(3);
  expect(resolved.joined.map(({ kind }) => kind)).toEqual(['human', 'human', 'automation']);
  const named = resolved.joined.map((one) => ({ ...one, name, login: null, person: one.personKey }));
  expect(suggestionsOf(named)).toEqual([
    { reason: 'display_name', persons: ['ana@acme.io', 'ana@home.example'], accountIds: ['git:a', 'git:h'] },
  ]);
});

test('a name change is one person by the number of the forge, or by one entry of the mapping', () => {
  const accounts = [
    account('git:old', { email: '12+ana-miller@users.noreply.github.com' }),
    account('git:new', { email: '12+ana-smith@users.noreply.github.com' }),
    account('git:o', { email: 'ana.miller@acme.io' }),
    account('git:n', { email: 'ana.smith@acme.io' }),
  ];
  expect(persons(resolve(accounts))).toBe(3);
  const join = [['ana.miller@acme.io', 'ana.smith@acme.io', 'git:new']];
  expect(persons(resolve(accounts, { join }))).toBe(1);
});

test('cycles and repetitions of the mapping make one person, in whatever order they stand', () => {
  const accounts = ['a', 'b', 'c'].map((one) => account(`git:${one}`, { email: `${one}@acme.io` }));
  const cycle = [['a@acme.io', 'b@acme.io'], ['b@acme.io', 'c@acme.io'], ['c@acme.io', 'a@acme.io'], ['a@acme.io', 'a@acme.io']]; // prettier-ignore
  const resolved = resolve(accounts, { join: cycle });
  expect(persons(resolved)).toBe(1);
  expect(resolved.conflicts).toEqual([]);
  expect(resolve(accounts, { join: cycle.toReversed() })).toEqual(resolved);
});

test('a mapping that contradicts itself, people.csv or the store does nothing, and says so', () => {
  const accounts = [
    account('git:a', { email: 'a@acme.io', claims: [claim('ana')] }),
    account('git:b', { email: 'b@acme.io', claims: [claim('bo')] }),
    account('git:c', { email: 'c@acme.io' }),
    account('git:d', { email: 'd@acme.io' }),
  ];
  const resolved = resolve(accounts, {
    join: [['a@acme.io', 'b@acme.io'], ['c@acme.io', 'd@acme.io'], ['c@acme.io', 'nobody@acme.io']],
    split: [['d@acme.io', 'c@acme.io']],
  }); // prettier-ignore
  expect(persons(resolved)).toBe(4);
  expect(resolved.conflicts.map(({ reason, key }) => [reason, key])).toEqual([
    ['unknown_account', 'join 3: nobody@acme.io'],
    ['join_of_two_people', 'join 1'],
    ['join_and_split', 'join 2'],
  ]);
  expect(resolved.joined.every(({ hasConflict }) => !hasConflict)).toBe(true);
});

test('a split undoes what an address joined; without it the join is back', () => {
  const accounts = [
    account('git:1', { email: 'desk@acme.io' }),
    account('cursor:1', { email: 'desk@acme.io', login: 'x' }),
  ];
  expect(persons(resolve(accounts))).toBe(1);
  const apart = resolve(accounts, { split: [['git:1', 'cursor:x']] });
  expect(persons(apart)).toBe(2);
  expect(apart.joined.map(({ method }) => method)).toEqual(['self', 'self']);
});
