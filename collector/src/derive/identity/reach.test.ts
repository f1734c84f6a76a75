/** Accounts are decided as they change; whatever came in whatever order, each is decided as if all were looked at. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { configSchema } from '../../config/schema.ts';
import type { HouseRow } from '../../connector.ts';
import { writePage } from '../../store/write-page.ts';
import { deriveAll } from '../derive.ts';
import { generator } from '../fixtures/organisation.ts';
import { allRows, difference } from '../fixtures/write.ts';
import { deriveSettings } from '../settings.ts';
import { deriveIdentity } from './step.ts';

/** More of them: SEQUENCES=40. */
const SEEDS = Number(process.env['SEQUENCES'] ?? 2);
const LENGTH = 30;

const config = configSchema.parse({
  company_domain: 'acme.io',
  same_namespace: ['jira', 'gitlab'],
  accounts: { agents: ['agent*'] },
  identity: {
    join: [
      ['git:0', 'jira:login1'],
      ['p2@acme.io', 'git:7'],
    ],
    split: [['git:1', 'git:4']],
    shared: ['git:5'],
  },
});
const settings = deriveSettings(config);

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
  await db.pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
  await db.pool.query(`insert into team (team_id, title) values ('a', 'A'), ('b', 'B')`);
});
afterEach(() => db.close());

const row = (table: HouseRow['table'], values: HouseRow['values']): HouseRow => ({ table, values });
const write = (rows: readonly HouseRow[]): Promise<unknown> =>
  writePage(db.pool, { streamId: 'test', repoId: null, page: { rows, cursor: null } });

/** All that the step decides. */
async function decided(): Promise<unknown[]> {
  const { rows } = await db.pool.query<{ text: string }>(
    `select t::text as text from (select 'account', row(account_id, person_id, method, confidence, has_conflict, links)::text from account
       union all select 'join', row(account_id, person_id, valid_from, valid_to, method, confidence)::text from account_join where until is null
       union all select 'person', row(person_id, kind)::text from person
       union all select 'membership', row(person_id, team_id, valid_from, valid_to, source)::text from membership) t order by 1`
  );
  return rows.map(({ text }) => text);
}

/** The step alone, as a derivation does it. */
async function derive(): Promise<void> {
  const client = await db.pool.connect();
  try {
    await deriveIdentity(client, settings);
  } finally {
    client.release();
  }
}

const PROVIDERS = ['git', 'jira', 'gitlab', 'github', 'sso'] as const;

/** A small step: an account as it is now, a claim, a person, a membership. Few values, so that much is in common. */
function edit(random: () => number): HouseRow[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const n = (): string => String(Math.floor(random() * 4));
  const provider = pick(PROVIDERS);
  const accountId = `${provider}:${String(Math.floor(random() * 8))}`;
  const person = pick(['ana', 'bo']);
  const what = random();
  const account = row('account', {
    account_id: accountId,
    provider,
    email: pick([null, `p${n()}@acme.io`, `p${n()}+tag@acme.io`, `${n()}+login${n()}@users.noreply.github.com`]),
    login: pick([null, `login${n()}`, `agent${n()}`]),
    external_id: pick([null, null, `github.com:${n()}`]),
    display_name: null,
    kind: pick(['human', 'human', 'human', 'automation']),
  });
  if (what < 0.7) return [account];
  const known = row('person', { person_id: person, kind: 'human' });
  const day = pick(['2025-01-01T00:00:00Z', '2025-06-01T00:00:00Z']);
  if (what < 0.85)
    return [known, row('account_claim', { account_id: accountId, person_id: person, source: 'people.csv', valid_from: day, valid_to: pick([null, '2025-06-01T00:00:00Z']) })]; // prettier-ignore
  if (what < 0.95)
    return [row('team_account', { account_id: accountId, team_id: pick(['a', 'b']), valid_from: day, valid_to: null, is_primary: true, role: null })]; // prettier-ignore
  return [known, row('membership', { person_id: person, team_id: pick(['a', 'b']), valid_from: day, is_primary: true })]; // prettier-ignore
}

test.each(Array.from({ length: SEEDS }, (_one, n) => n + 1))(
  'sequence %i: what was decided step by step is what all together decide',
  async (seed) => {
    const random = generator(seed);
    await write(Array.from({ length: 15 }, () => edit(random)).flat());
    await deriveAll(db.pool, { config });
    for (let step = 0; step < LENGTH; step++) {
      await write(edit(random));
      await derive();
      const found = await decided();
      await db.pool.query(`insert into dirty (kind, repo_id, item) values ('identity', 0, '*') on conflict do nothing`);
      await derive();
      expect({ step, found }).toEqual({ step, found: await decided() });
    }
    await deriveAll(db.pool, { config });
    const found = await allRows(db.pool);
    await deriveAll(db.pool, { config, full: true });
    expect(difference(found, await allRows(db.pool))).toEqual([]);
  }
);

const account = (id: string, values: HouseRow['values'] = {}): HouseRow =>
  row('account', { account_id: id, provider: 'git', kind: 'human', ...values });
const joins = async (): Promise<Record<string, boolean>> => {
  const { rows } = await db.pool.query<{ account_id: string; has_conflict: boolean }>(
    'select account_id, has_conflict from account order by 1'
  );
  return Object.fromEntries(rows.map((one) => [one.account_id, one.has_conflict]));
};

test('who had something in common with an account as it was is decided anew: a conflict goes with the account that made it', async () => {
  await write([
    row('person', { person_id: 'ana', kind: 'human' }),
    row('person', { person_id: 'bo', kind: 'human' }),
    account('git:x', { external_id: 'github.com:1' }),
    account('git:y', { external_id: 'github.com:1' }),
    account('git:z', { external_id: 'github.com:1' }),
    row('account_claim', { account_id: 'git:x', person_id: 'ana', source: 'people.csv', valid_from: '2025-01-01T00:00:00Z', valid_to: null }), // prettier-ignore
    row('account_claim', { account_id: 'git:y', person_id: 'bo', source: 'people.csv', valid_from: '2025-01-01T00:00:00Z', valid_to: null }), // prettier-ignore
  ]);
  await deriveAll(db.pool, { config });
  expect(await joins()).toEqual({ 'git:x': true, 'git:y': true, 'git:z': true });
  await write([account('git:y', { external_id: 'github.com:2' })]);
  await derive();
  expect(await joins()).toEqual({ 'git:x': false, 'git:y': false, 'git:z': false });
});

test('accounts that have nothing in common with the changed one are not looked at', async () => {
  await write([account('git:x', { email: 'x@acme.io' }), account('git:y', { email: 'y@acme.io' })]);
  await deriveAll(db.pool, { config });
  await db.pool.query(`update account set links = null, method = 'sso' where account_id = 'git:y'`);
  await write([account('git:x', { email: 'x@acme.io', login: 'x' })]);
  await derive();
  const { rows } = await db.pool.query('select account_id, links, method from account order by 1');
  expect(rows).toEqual([
    { account_id: 'git:x', links: ['called:git:x', 'called:x@acme.io', 'email:x@acme.io', 'login:git:x'], method: 'self' }, // prettier-ignore
    { account_id: 'git:y', links: null, method: 'sso' },
  ]);
});
