/** Somebody who is called like a key, a tool or a word of a closed list takes nothing of others with them; who cannot be erased is whole, and keeps nobody waiting. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { sourcesDigest } from '../../testing/demo.ts';
import { digest } from '../../testing/server.ts';
import { configSchema } from '../config/schema.ts';
import { facts, foundations, REPOS } from '../derive/fixtures/organisation.ts';
import { ensureRepos, writeFacts } from '../derive/fixtures/write.ts';
import { retainJob } from '../jobs/retain.ts';
import { newLogger } from '../logger.ts';
import { openPool, transaction, withConnection } from '../store/connection.ts';
import { progressOn } from '../terminal/progress.ts';
import { withoutErasedPeople } from './door.ts';
import { erasePerson, type Erasure } from './erase.ts';
import { findPerson } from './find-person.ts';
import { cleanBody, withoutErased } from './texts.ts';
import { bury, readErased } from './tombstones.ts';

jest.setTimeout(300_000);

let db: TestDatabase;

/** person2 is called like a kind of changes, a team, a repository and a tool. */
const CALLED = `
insert into tool (tool_id, title) values ('devin', 'Devin');
insert into workflow_tool (workflow_id, tool_id) values ('w', 'devin');
insert into team (team_id, title) values ('search', 'Search');
insert into membership (person_id, team_id, valid_from) values ('person1', 'search', '2026-01-01');
insert into repo (slug, web_url) values ('acme/web-app', 'https://forge.example/acme/web-app');
update account set display_name = 'Direct', login = 'search' where account_id = 'csv:2';
insert into account (account_id, provider, display_name, email) values ('x:2', 'x', 'web-app', 'p2@x.example'), ('y:2', 'y', 'Devin', 'p2@y.example');
insert into account_claim (account_id, person_id, source, valid_from) values ('x:2', 'person2', 'people.csv', '2025-01-01'), ('y:2', 'person2', 'people.csv', '2025-01-01');
update account set person_id = 'person1' where account_id = 'csv:1';
update account set person_id = 'person2' where account_id in ('csv:2', 'x:2', 'y:2');
insert into calendar_event (event_no, kind, title, started_at) values (900, 'policy', 'Devin', '2026-01-01');
update incident set extra = '{"n": 9007199254740993, "by": "p2@y.example"}';
insert into skipped (stream_id, item, reason) values ('s', 'web-app', 'x'), ('s', 'Devin', 'y'), ('s', 'other', 'of @direct');`;

async function fill(url: string): Promise<void> {
  const pool = openPool(url);
  try {
    await pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
    await writeFacts(pool, [...foundations(), ...facts()], await ensureRepos(pool, REPOS));
    await pool.query(CALLED);
  } finally {
    await pool.end();
  }
}

beforeEach(async () => {
  db = await testDatabase({ filled: { name: `throughline_called_${digest([sourcesDigest(), CALLED])}`, fill } });
});
afterEach(() => db.close());

const one = async (sql: string): Promise<unknown> =>
  (await db.pool.query<{ all: unknown }>(`select json_agg(t) as all from (${sql}) t`)).rows[0]?.all;
/** What nobody's name may change. */
const keys = () =>
  Promise.all(
    [
      'select kind, source, count(*) from change group by 1, 2 order by 1, 2',
      'select team_id, title from team order by 1',
      'select team_id, count(*) from membership group by 1 order by 1',
      'select slug, web_url from repo order by 1',
      'select * from tool order by tool_id',
      'select * from workflow_tool order by 1, 2',
      'select count(*) from git_commit',
    ].map(one)
  );
const erase = (who: string): Promise<Erasure> =>
  transaction(db.pool, async (client) => erasePerson(client, await findPerson(client, who)));

test('keys, kinds, names of things and tools stay as they are, whoever is called the same', async () => {
  const before = await keys();
  await erase('person2');
  expect(await keys()).toEqual(before);
  expect(await one('select title from calendar_event where event_no = 900')).toEqual([{ title: '[erased]' }]);
  expect(await one('select item, count(*) from skipped group by 1 order by 1')).toEqual([
    { item: '[erased]', count: 1 },
    { item: 'other', count: 1 },
  ]);
  expect(await one(`select distinct extra->>'n' as n, extra->>'by' as by from incident`)).toEqual([{ n: '9007199254740993', by: '[erased]' }]); // prettier-ignore
  expect(await one(`select reason from skipped where item = 'other'`)).toEqual([{ reason: 'of [erased]' }]);
  // What is told later goes through the same wall.
  const isErased = await readErased(db.pool);
  if (isErased === null) throw new Error('nobody was erased');
  const values = { change_key: 'k', kind: 'direct', title: 'by Devin', base_branch: 'web-app', source: 'search' };
  expect(withoutErasedPeople([{ table: 'change', values: { ...values, title: 'of @devin' } }], isErased)).toEqual([
    { table: 'change', values: { ...values, title: 'of [erased]' } },
  ]);
});

test('a row that cannot do without the name fails the whole erasure, and other leavers are erased', async () => {
  await db.pool.query(`alter table calendar_event add constraint named check (title <> '[erased]')`);
  await db.pool.query(
    `update account_claim set valid_to = '2026-01-20'; update membership set valid_to = '2026-01-20' where person_id in ('person1', 'person2');
     update account_claim set valid_to = null where person_id in ('person0', 'person3')`
  );
  const before = await keys();
  await expect(erase('person2')).rejects.toMatchObject({
    code: 'person_not_erased',
    message: expect.stringContaining('calendar_event without the person (title) would break named') as string,
  });
  expect(await keys()).toEqual(before);
  expect(await readErased(db.pool)).toBeNull();

  const home = mkdtempSync(path.join(tmpdir(), 'throughline-keys-'));
  try {
    const config = configSchema.parse({ privacy: { retain: { leavers: 60 } } });
    const context = { session: { pool: db.pool, home }, config, log: newLogger('silent'), cacheDir: home, now: () => new Date('2026-06-01') }; // prettier-ignore
    const said = await retainJob(context).run(new AbortController().signal, progressOn(null).start('Retention'));
    expect(said).toContain('1 people who left erased');
    expect(said).toContain('person2 left and could not be erased');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  expect(await one(`select last_error from stream_state where stream_id = 'privacy/retain'`)).toEqual([
    { last_error: expect.stringMatching(/person2 left .* \[person_not_erased\]/) as string },
  ]);
  expect(await one(`select person_id from person where person_id in ('person1', 'person2')`)).toEqual([
    { person_id: 'person2' },
  ]);
});

test('addresses end where no sign of one follows, names at words with any space between; the rest of a document is as it was', async () => {
  await withConnection(db.pool, (client) => bury(client, [{ kind: 'name', value: 'Ana Maria' }, { kind: 'name', value: 'ana@acme.io' }, { kind: 'word', value: 'ana' }])); // prettier-ignore
  const isErased = await readErased(db.pool);
  if (isErased === null) throw new Error('nobody was erased');
  const clean = (text: string): string => withoutErased(text, isErased);
  const around = [
    '`#`',
    'mailto:#?subject=x',
    'x=#&y',
    "#'s",
    '#!',
    '#…',
    '#/',
    '|#|',
    '**#**',
    '_#_',
    "'#'",
    '#.',
    'a/#',
  ];
  for (const name of ['ana@acme.io', 'Ana Maria', 'Ana\n  Maria', 'ANA@acme.io'])
    for (const text of around)
      expect(clean(`by ${text.replace('#', name)}`)).toBe(`by ${text.replace('#', '[erased]')}`);
  for (const other of ['maria-ana@acme.io', 'ana@acme.io.example', 'ana@acme.iota', 'Ana Marias', 'Ana, Maria'])
    expect(clean(`by ${other} x`)).toBe(`by ${other} x`);
  expect(cleanBody('{ "ana": 12345678901234567890, "by": "ana", "x":"\\"ana@acme.io\\"" }', isErased)).toBe(
    '{ "ana": 12345678901234567890, "by": "[erased]", "x":"\\"[erased]\\"" }'
  );
});
