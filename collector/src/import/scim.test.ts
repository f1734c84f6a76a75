import type { ImportContext } from './file-kind.ts';
import { readScim } from './scim.ts';

const context = { accountId: (provider: string, key: string) => `${provider}:${key}` } as ImportContext;
const read = (resources: unknown, more: object = {}) =>
  readScim('scim.json', JSON.stringify({ Resources: resources, ...more }), context);

test('addresses and login of a user are accounts of the directory under its id; nothing else is kept', () => {
  const { rows, faults } = read([
    {
      id: 'u1',
      userName: 'bo',
      active: false,
      name: { formatted: 'Bo Berg' },
      phoneNumbers: [{ value: '+49' }],
      emails: [{ value: 'Bo@acme.io', primary: true }, { value: 'bo.berg@acme.io' }],
    },
    { id: 'u2', userName: 'cy@acme.io', emails: [{ value: 'CY@acme.io' }] },
    { id: 'u3', userName: 'no-address', emails: null },
  ]);
  expect(faults).toEqual([]);
  const account = (id: string, key: string, value: object): object => ({
    table: 'account',
    values: { account_id: `sso:${id} ${key}`, provider: 'sso', external_id: id, kind: 'human', ...value },
  });
  expect(rows).toEqual([
    account('u1', 'bo', { login: 'bo' }),
    account('u1', 'bo@acme.io', { email: 'bo@acme.io' }),
    account('u1', 'bo.berg@acme.io', { email: 'bo.berg@acme.io' }),
    account('u2', 'cy@acme.io', { email: 'cy@acme.io' }),
    account('u3', 'no-address', { login: 'no-address' }),
  ]);
});

test('two users with one address stay two: the join sees that it is in conflict', () => {
  const { rows } = read(['u1', 'u2'].map((id) => ({ id, userName: id, emails: [{ value: 'desk@acme.io' }] })));
  expect(new Set(rows.map(({ values }) => values['account_id'])).size).toBe(4);
});

test('a user without an id is refused by its number, and the others are kept; a page of many says so', () => {
  const { rows, faults, goodCount, notices } = read(
    [{ userName: 'x@acme.io' }, { id: 'u2', userName: 'y@acme.io' }, 7, { id: 'u4', userName: 'z@acme.io', emails: 'z@acme.io' }],
    { totalResults: 200 }
  ); // prettier-ignore
  expect(faults.map(({ line, column }) => [line, column])).toEqual([[1, 'id'], [3, ''], [4, 'emails']]); // prettier-ignore
  expect([rows.length, goodCount]).toEqual([1, 1]);
  expect(notices).toEqual(['holds 4 of 200 users: import the other pages too']);
});

test.each([
  ['{"Resources": [', 'it is no JSON'],
  ['[]', 'it has no list "Resources"'],
  ['{"Resources": {}}', 'it has no list "Resources"'],
  ['<html>', 'it is no JSON'],
])('what is no export (%s) is refused as a whole', (text, reason) => {
  expect(() => readScim('scim.json', text, context)).toThrow(reason);
});
