import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { rotatePseudonyms } from '../privacy/rotate.ts';
import { namedCursor, unnamedCursor } from './cursor-names.ts';
import { sourceNames } from './pseudonym.ts';
import { writePage } from './write-page.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const ANA = sourceNames.accountId('cursor', 'Ana@acme.io');
const STREAM = 'cursor/seats';
const cursor = {
  held: [[ANA, '2026-11-18T12:00:00.000Z']],
  members: { [`acme/web/${ANA}`]: '1970-01-01' },
  at: 7,
  none: null,
};
const account = {
  table: 'account',
  values: { account_id: ANA, provider: 'cursor', email: 'ana@acme.io', kind: 'human' },
} as const;

const stored = async (): Promise<unknown> =>
  (await db.pool.query<{ cursor: unknown }>('select cursor from stream_state where stream_id = $1', [STREAM])).rows[0]
    ?.cursor;

test('whom a stream saw last stands in its cursor by a pseudonym, and is the same person for its next run, whatever the key', async () => {
  await writePage(db.pool, { streamId: STREAM, page: { rows: [account], cursor }, repoId: null });
  const { rows } = await db.pool.query<{ id: string }>('select account_id as id from account');
  const [{ id } = { id: '' }] = rows;
  expect(await stored()).toEqual({
    ...cursor,
    held: [[id, '2026-11-18T12:00:00.000Z']],
    members: { [`acme/web/${id}`]: '1970-01-01' },
  });
  expect(await namedCursor(db.pool, await stored())).toEqual(cursor);
  await rotatePseudonyms(db.pool);
  expect(JSON.stringify(await stored())).not.toContain(id);
  expect(await namedCursor(db.pool, await stored())).toEqual(cursor);
  await db.pool.query('update account set source_key = null');
  expect(JSON.stringify(await namedCursor(db.pool, await stored()))).toBe(JSON.stringify(await stored()));
});

test('a log has no names, and a name where no pseudonym is made is refused', async () => {
  expect(JSON.stringify(unnamedCursor(cursor))).not.toContain('acme.io');
  const nested = { table: 'change', values: { change_key: '1', kind: 'direct', title: 't', source: 'git', labels: [ANA] } } as const;
  const writing = writePage(db.pool, { streamId: STREAM, page: { rows: [nested], cursor: null }, repoId: 1 });
  await expect(writing).rejects.toMatchObject({ code: 'bad_row' });
}); // prettier-ignore
