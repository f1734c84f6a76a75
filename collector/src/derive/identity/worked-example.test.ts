/** docs/identity.md is right: its tables are what the rules give. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { configSchema } from '../../config/schema.ts';
import { deriveSettings } from '../settings.ts';
import type { Account, Claim } from './account.ts';
import { resolveIdentity } from './join-accounts.ts';
import { kindOf } from './kinds.ts';
import { suggestionsOf } from './suggestions.ts';

const text = readFileSync(path.join(import.meta.dirname, '../../../../docs/identity.md'), 'utf8');
const tables = text
  .split(/\n\n+/)
  .filter((part) => part.startsWith('| account |'))
  .map(
    (part) =>
    part
      .split('\n')
      .slice(2)
      .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim())) // prettier-ignore
  );
const [given = [], wanted = []] = tables;
const yaml = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
const { identity: settings } = deriveSettings(
  configSchema.parse({ company_domain: 'acme.io', same_namespace: ['gitlab', 'jira'], ...(parse(yaml) as object) })
);

const claims = (cell: string): Claim[] =>
  cell
    .split(';')
    .filter(Boolean)
    .map((one) => {
      const [personId = '', from = '', to] = one.trim().split(' ');
      return { personId, from: Date.parse(from), to: to === undefined ? null : Date.parse(to) };
    });
const nullable = (cell = ''): string | null => (cell === '' ? null : cell);

const accounts = given.map(([accountId = '', login, email, number, , cell = '']): Account => {
  const one = { login: nullable(login), email: nullable(email), kind: login?.endsWith('[bot]') ? 'automation' : 'human' } as const; // prettier-ignore
  return {
    ...one,
    accountId,
    provider: accountId.split(':')[0] ?? '',
    externalId: nullable(number),
    kind: kindOf({ ...one, name: null }, settings),
    claims: claims(cell),
  };
});
const { joined, conflicts } = resolveIdentity(accounts, settings);
const personOf = (one: (typeof joined)[number]): string | null => one.mappedPersonId ?? one.personKey;

test('every account of the worked example comes to its person as the table says', () => {
  const found = new Map(joined.map((one) => [one.accountId, one]));
  const shown = wanted.map(([accountId = '']) => {
    const one = found.get(accountId);
    return [accountId, (one && personOf(one)) ?? '', one?.method ?? '', String(one?.confidence ?? '')];
  });
  expect(wanted).toHaveLength(accounts.length);
  expect(shown).toEqual(wanted.map((cells) => cells.slice(0, 4)));
});

test('every method of the table of rules is in the worked example with its confidence', () => {
  const rules = [...text.matchAll(/^\| `(\w+)` \| ([\d.]+) \|/gm)].map(([, method = '', confidence]) => [method, Number(confidence)]); // prettier-ignore
  expect(rules).toHaveLength(7);
  const seen = new Map(joined.map(({ method, confidence }) => [method, confidence]));
  expect(rules).toEqual(rules.map(([method]) => [method, seen.get(method as never)]));
});

test('the conflict and the suggestion of the worked example are the only ones', () => {
  expect(conflicts).toEqual([{ reason: 'claimed_by_two', key: 'email:sales@acme.io', accountIds: ['git:17'] }]);
  const named = joined.map((one) => ({
    ...one,
    name: nullable(given.find(([id]) => id === one.accountId)?.[4]),
    login: null,
    person: personOf(one),
  }));
  expect(suggestionsOf(named)).toEqual([
    { reason: 'display_name', persons: ['ana', 'ana@home.example'], accountIds: ['git:1', 'git:3'] },
  ]);
});
