/** With another key everybody has another pseudonym and is who they were: rows, later pages and who was erased; and nobody is found by an old one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { runHere } from '../../testing/in-process.ts';
import { endOf, startCli } from '../../testing/run-cli.ts';
import { deriveAll } from '../derive/derive.ts';
import { allRows, difference } from '../derive/fixtures/write.ts';
import { installSecret, pseudonyms, sourceNames } from '../store/pseudonym.ts';
import { writePage } from '../store/write-page.ts';
import { columnsWith, config, filled, GIT, PERSON, tell, TRACES } from './fixtures/zofia.ts';
import { rotatePseudonyms } from './rotate.ts';

// Everything is derived anew once.
jest.setTimeout(300_000);

let db: TestDatabase;
let folder: string;
beforeAll(async () => {
  db = await testDatabase({ filled });
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-rotate-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

const file = (): string => path.join(folder, 'throughline.yaml');
const configured = (more = ''): void =>
  writeFileSync(file(), `company_domain: acme.io\ntime_zone: Europe/Berlin\n${more}`);
const throughline = (...args: string[]) => runHere(['person', ...args, '--config', file(), '--home', path.join(folder, 'home')], db); // prettier-ignore

/** Everybody and every account, by what they are known by beside the pseudonym. */
async function known(): Promise<Map<string, string>> {
  const { rows } = await db.pool.query<{ id: string; name: string }>(
    `select account_id as id, concat_ws(' ', provider, lower(email), login) as name from account
     union all select person_id, coalesce('person ' || source_key, (select min('of ' || concat_ws(' ', a.provider, lower(a.email), a.login)) from account a where a.person_id = p.person_id), 'nobody''s') from person p`
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Rows with what people are known by in place of pseudonyms; packs of digests by what they are digests of. */
async function rows(): Promise<Record<string, string[]>> {
  const names = [...(await known())].sort(([a], [b]) => b.length - a.length);
  const all = await allRows(db.pool);
  const named = (text: string): string =>
    names.reduce((now, [id, name]) => now.replaceAll(`"${id}"`, `"${name}"`), text);
  return Object.fromEntries(
    Object.entries(all)
      .filter(([table]) => !/^pack\.(?:survival|deployment)_pack$/.test(table))
      .map(([table, texts]) => [table, texts.map(named).sort()])
  );
}

test('an account that the configuration names by its pseudonym keeps the key from being replaced', async () => {
  configured(`identity: { shared: ['${GIT}'] }\n`);
  const refused = await throughline('--rotate-key', '--yes');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('throughline.yaml:3 names an account')]);
  configured();
  expect((await throughline('--rotate-key')).stderr).toContain('Say --yes');
  expect(await columnsWith(db.pool, [PERSON])).toContain('usage_week.person_id');
});

test('killed, nothing was replaced; the same command replaces every pseudonym, and a page that was written meanwhile has the new one', async () => {
  await writePage(db.pool, { streamId: 'test/erased', repoId: null, page: { cursor: null, rows: [{ table: 'account', values: { account_id: sourceNames.accountId('gitlab', 'gone'), provider: 'gitlab', login: 'gone-away' } }] } }); // prettier-ignore
  await deriveAll(db.pool, { config });
  expect((await throughline('--erase', 'gone-away', '--yes')).code).toBe(0);
  const before = await rows();
  const secret = await installSecret(db.pool);
  const old = [...(await known()).keys()].map((id) => id.replace(/^\w+:(?=[0-9a-f]{16}$)/, ''));
  expect(old).toContain(PERSON);

  // The setting that says when is written last: held, it stops the command where all else is done.
  const blocker = await db.pool.connect();
  const page = [{ table: 'team_account', values: { account_id: sourceNames.accountId('github', 'zofia-k'), team_id: 'b', valid_from: new Date(0) } }] as const; // prettier-ignore
  let written: Promise<unknown> | undefined;
  try {
    await blocker.query('begin');
    await blocker.query(`insert into setting (key, value) values ('pseudonyms_since', '"2026-01-01"')`);
    const child = startCli(['person', '--rotate-key', '--yes', '--home', path.join(folder, 'home')], { url: db.url, cwd: folder }); // prettier-ignore
    const ended = endOf(child);
    const waits = async (text: string): Promise<boolean> =>
      (await db.pool.query(`select from pg_stat_activity where wait_event_type = 'Lock' and query like $1`, [text])).rowCount !== 0; // prettier-ignore
    while (child.exitCode === null && !(await waits('insert into setting as s%pseudonyms_since%'))) await sleep(50);
    written = writePage(db.pool, { streamId: 'test/meanwhile', repoId: null, page: { cursor: null, rows: page } });
    while (child.exitCode === null && !(await waits('select value from secret%'))) await sleep(50);
    child.kill('SIGKILL');
    await ended;
    await blocker.query('rollback');
  } finally {
    blocker.release();
  }
  await written;
  await db.pool.query(`delete from team_account where team_id = 'b'`);
  expect(await installSecret(db.pool)).toBe(secret);
  expect(difference(before, await rows())).toEqual([]);

  const { code, stdout } = await throughline('--rotate-key', '--yes');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/\d+ people and \d+ accounts have other pseudonyms now/)]);
  expect(await installSecret(db.pool)).not.toBe(secret);
  expect(
    await columnsWith(
      db.pool,
      old.filter((id) => /^[0-9a-f]{16}$/.test(id))
    )
  ).toEqual([]);
  expect(difference(before, await rows())).toEqual([]);
});

test('what sources tell again is what is there, and a full derivation finds nothing else', async () => {
  expect(await tell(db.pool)).toMatchObject([{ rows: 0 }, { rows: 0 }]);
  const { accountId } = pseudonyms(await installSecret(db.pool));
  expect((await known()).get(accountId('github', 'zofia-k'))).toBe('github zofia-k');
  const once = await allRows(db.pool);
  await deriveAll(db.pool, { config, full: true });
  expect(difference(once, await allRows(db.pool))).toEqual([]);
});

test('who was erased before stays away', async () => {
  await writePage(db.pool, { streamId: 'test/erased', repoId: null, page: { cursor: null, rows: [{ table: 'account', values: { account_id: sourceNames.accountId('gitlab', 'gone'), provider: 'gitlab' } }] } }); // prettier-ignore
  expect(
    (await db.pool.query(`select from account where provider = 'gitlab' and source_key is not null`)).rowCount
  ).toBe(0);
});

test('an old pseudonym is refused with when the key was replaced, and the person is erased by another name', async () => {
  const refused = await throughline('--export', PERSON);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/pseudonym from before \d{4}-\d\d-\d\d/)]);
  expect((await throughline('--export', 'zofia-k')).stdout).toContain('"source_key":"zofia"');
  expect((await throughline('--erase', 'zofia-k', '--yes')).code).toBe(0);
  expect(await columnsWith(db.pool, TRACES)).toEqual([]);
  await rotatePseudonyms(db.pool);
  expect(await tell(db.pool)).toBeTruthy();
  expect(await columnsWith(db.pool, TRACES)).toEqual([]);
});
