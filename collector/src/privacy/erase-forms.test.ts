/** Whoever is erased is found however they are written: in every encoding, surname first, in cursors, notes, ids and waiting deliveries. */
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { openInbox } from '../receive/inbox.ts';
import { transaction, withConnection } from '../store/connection.ts';
import { writePage } from '../store/write-page.ts';
import { erasePerson, tablesOf } from './erase.ts';
import { findPerson } from './find-person.ts';
import { cleanBody, cleanCursor, withoutErased } from './texts.ts';
import { bury, readErased, type IsErased } from './tombstones.ts';

const MAIL = 'zoe.kowalska@acme.io';
const NAME = 'Zoë Kowalska';

const hex = (text: string, before: string): string => [...Buffer.from(text)].map((byte) => `${before}${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''); // prettier-ignore
const signs = (text: string, as: (sign: string) => string): string => text.replace(/[^a-z]/gi, as);
const code = (sign: string): string => sign.charCodeAt(0).toString(16).padStart(4, '0');
/** Ways to write the same, by how people and programs call them. */
const FORMS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  'in capitals': (text) => text.toUpperCase(),
  percent: encodeURIComponent,
  'percent twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'percent of every byte': (text) => hex(text, '%'),
  'quoted-printable': (text) => signs(text, (sign) => hex(sign, '=')),
  'quoted-printable over two lines': (text) => `${text.slice(0, 5)}=\r\n${text.slice(5)}`.replace('ë', '=C3=AB'),
  'a word of a mail header': (text) => `=?utf-8?Q?${signs(text, (sign) => (sign === ' ' ? '_' : hex(sign, '=')))}?=`,
  'a word of a mail header in base64': (text) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`,
  'escapes of JSON': (text) => signs(text, (sign) => `\\u${code(sign)}`),
  'JSON in JSON': (text) => JSON.stringify(signs(text, (sign) => `\\u${code(sign)}`)).slice(1, -1),
  'entities by number': (text) => signs(text, (sign) => `&#${String(sign.charCodeAt(0))};`),
  'entities in hex': (text) => signs(text, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
  'entities by name': (text) => text.replace('@', '&commat;').replaceAll('.', '&period;').replace('ë', '&euml;').replace(' ', '&nbsp;'), // prettier-ignore
  'entities of a page in an address': (text) => encodeURIComponent(text.replace('@', '&#64;').replace('ë', '&#235;')),
  'letters and marks': (text) => text.normalize('NFD'),
};
const NAMES = [NAME, 'Kowalska, Zoë', 'Kowalska,Zoë', 'KOWALSKA Zoë', 'Zoë\n Kowalska'];

/** What a reader who undoes encodings finds, told apart from how the store does it. */
function readable(text: string): string {
  let all = text;
  for (let times = 0; times < 3; times++) {
    all = all
      .replace(/\\+r/g, '\r')
      .replace(/\\+n/g, '\n')
      .replace(/=\?[^?]+\?B\?([^?]*)\?=/gi, (_all, given: string) => Buffer.from(given, 'base64').toString())
      .replace(/=\r?\n/g, '')
      .replace(/(?:%[0-9a-f]{2})+|(?:=[0-9a-f]{2})+/gi, (some) => Buffer.from(some.replace(/[%=]/g, ''), 'hex').toString()) // prettier-ignore
      .replace(/\\+u([0-9a-f]{4})/gi, (_all, given: string) => String.fromCharCode(parseInt(given, 16)))
      .replace(/&#x([0-9a-f]+);/gi, (_all, given: string) => String.fromCharCode(parseInt(given, 16)))
      .replace(/&#(\d+);/g, (_all, given: string) => String.fromCharCode(Number(given)))
      .replace(/&commat;/g, '@').replace(/&period;/g, '.').replace(/&nbsp;/g, ' ').replace(/&euml;/g, 'ë'); // prettier-ignore
  }
  return all.normalize('NFKC').replace(/[\s_,]+/g, ' ').toLowerCase(); // prettier-ignore
}
const TRACES = [MAIL, 'zoë kowalska', 'kowalska zoë', '"zoe"', '=zoe&', ': zoe', '@zoe', 'git:0001', 'forge:0002'];

let db: TestDatabase;
let isErased: IsErased;

const forms = (texts: readonly string[]): string[] => texts.flatMap((text) => Object.values(FORMS).map((form) => form(text))); // prettier-ignore
const ALL = forms([MAIL, ...NAMES]);

async function fill(): Promise<void> {
  await db.pool.query(
    `insert into person (person_id, kind) values ('p1', 'human'), ('p2', 'human');
     insert into account (account_id, provider, email, login, display_name, person_id, kind) values
       ('git:0001', 'git', '${MAIL}', null, '${NAME}', 'p1', 'human'), ('forge:0002', 'forge', null, 'zoe', 'Zoe', 'p1', 'human'), ('git:0003', 'git', 'ana@acme.io', 'ana', 'Ana', 'p2', 'human');
     insert into repo (slug) values ('acme/shop')`
  );
  const rows = ALL.map((text, n) => ({ table: 'git_commit' as const, values: { sha: n.toString(16).padStart(40, '0'), change_key: String(n), parents: [], author_account_id: 'git:0003', committer_account_id: 'git:0003', authored_at: new Date(), committed_at: new Date(), subject: `feat: pay, by ${text}; more`, effective_added: 1, effective_deleted: 0, file_kinds: ['code'] } })); // prettier-ignore
  const { rows: repos } = await db.pool.query<{ repo_id: number }>('select repo_id from repo');
  const skips = ALL.map((text, n) => ({ item: `line ${String(n)} of ${text}`, reason: `<${text}> is odd` }));
  await writePage(db.pool, { streamId: 'git/history/acme/shop', repoId: repos[0]?.repo_id ?? 0, page: { rows, skips, cursor: CURSOR } }); // prettier-ignore
  const inbox = openInbox(db.pool);
  for (const [n, body] of BODIES.entries()) await inbox.add({ source: 'ingest/x', id: null, headers: { from: ALL[n] ?? '' }, body: Buffer.from(body) }); // prettier-ignore
  for (const id of [`${MAIL}-1`, `job of ${encodeURIComponent(MAIL)}`, 'run-of-zoe.kowalska']) await inbox.add({ source: 'ingest/y', id, headers: {}, body: Buffer.from('{"n":1}') }); // prettier-ignore
  await db.pool.query(
    `update inbox set state = 'quarantined', error = 'of ${MAIL}' where source = 'ingest/x';
     insert into inbox (source, delivery_id, digest, headers, body, state) values ('ingest/z', '${MAIL}/7', 'd', '{}', '{"n":2}', 'quarantined');
     insert into skipped (stream_id, item, reason) values ('ingest/z', 'delivery ${MAIL}/7 entry 2', 'it is odd')`
  );
}

const CURSOR = {
  held: [
    ['git:0001', '2026-01-01'],
    ['git:0003', '2026-01-01'],
  ],
  firing: [{ fingerprint: 'f', labels: { owner: encodeURIComponent(MAIL), team: 'a' } }],
  known: { 'zoe.kowalska@acme.io': 3, 7: '2026-01-01' },
  after: 'Y3Vyc29yOnYyOpHOA==',
};
const BODIES = [
  ...ALL.map((text) => JSON.stringify({ who: `Reviewed by ${text}`, n: 1 })),
  // Of short names, which mean something else in a sentence, all of a value.
  '{"login":"zoe","mode":3}\n{"login":"ana","by":"zoe"}\n',
  'user=zoe&state=open',
  'author: zoe\nstate: open',
  '{"text":"assignee: zoe"}',
  '{"text":"thanks @zoe"}',
];

beforeAll(async () => {
  db = await testDatabase();
  await fill();
});
afterAll(() => db.close());

async function placesOf(): Promise<string[]> {
  const found: string[] = [];
  for (const { table, columns } of await tablesOf(db.pool)) {
    const values = [...columns].map(([name, type]) => (type === 'bytea' ? `convert_from(${name}, 'utf8') as ${name}` : `${name}::text`)); // prettier-ignore
    const { rows } = await db.pool.query<Record<string, string | null>>(`select ${values.join(', ')} from ${table}`);
    for (const row of rows)
      for (const [column, value] of Object.entries(row)) {
        const text = readable(value ?? '');
        const trace = TRACES.find((one) => text.includes(one));
        if (trace !== undefined) found.push(`${table}.${column}: ${trace} in ${value ?? ''}`);
      }
  }
  return found;
}

test('nothing of the whole store names them, whatever it is written in; of others nothing is gone', async () => {
  const before = await placesOf();
  const columns = new Set(before.map((place) => place.slice(0, place.indexOf(':'))));
  for (const column of ['git_commit.subject', 'skipped.item', 'skipped.reason', 'inbox.body', 'inbox.headers', 'inbox.error', 'inbox.delivery_id', 'stream_state.cursor', 'account.email']) expect(columns).toContain(column); // prettier-ignore
  expect(before.filter((place) => place.startsWith('git_commit.subject'))).toHaveLength(ALL.length);
  expect(before.filter((place) => place.startsWith('inbox.body'))).toHaveLength(BODIES.length - 1);

  await transaction(db.pool, async (client) => erasePerson(client, await findPerson(client, MAIL)));

  expect(await placesOf()).toEqual([]);
  const { rows: subjects } = await db.pool.query<{ subject: string }>('select distinct subject from git_commit');
  expect(subjects).toEqual([{ subject: 'feat: pay, by [erased]; more' }]);
  const { rows } = await db.pool.query<{ cursor: unknown }>(`select cursor from stream_state where stream_id = 'git/history/acme/shop'`); // prettier-ignore
  expect(rows).toEqual([
    { cursor: { held: [['git:0003', '2026-01-01']], firing: [{ fingerprint: 'f', labels: { owner: '[erased]', team: 'a' } }], known: { 7: '2026-01-01' }, after: CURSOR.after } },
  ]); // prettier-ignore
  // What is noted of a delivery still leads to it.
  expect((await db.pool.query(`select from skipped s join inbox i on s.item = 'delivery ' || i.delivery_id || ' entry 2' where i.source = 'ingest/z'`)).rowCount).toBe(1); // prettier-ignore
  expect((await db.pool.query(`select email from account where account_id = 'git:0003'`)).rows).toEqual([{ email: 'ana@acme.io' }]); // prettier-ignore
});

test('what is told later in any of these forms goes through the same wall, cursors too', async () => {
  await writePage(db.pool, { streamId: 'git/later', repoId: null, page: { rows: [], skips: ALL.map((text, n) => ({ item: `${String(n)} of ${text}`, reason: 'x' })), cursor: CURSOR } }); // prettier-ignore
  expect(await placesOf()).toEqual([]);
});

test('others keep their names, and texts their encodings', async () => {
  const read = await readErased(db.pool);
  if (read === null) throw new Error('nobody was erased');
  isErased = read;
  const others = ['Zoë Kowalski', 'Kowalska & Zoë', 'joe.kowalska%40acme.io', 'kowalska=40acme.io', 'the zoe mode', 'mode: zoe', '100%25 of a%20b', 'a &amp; b &lt;c&gt;', 'https://x.example/?q=a%3Db&n=1+2', '=3D\\u0041', 'C++ and =?utf-8?Q?caf=C3=A9?=']; // prettier-ignore
  for (const text of others) expect(withoutErased(text, isErased)).toBe(text);
  expect(withoutErased('see zoe.kowalska+ci@acme.io, a%20b', isErased)).toBe('see [erased], a%20b');
  expect(withoutErased('?by=zoe%2Ekowalska%40acme.io&x=%20', isErased)).toBe('?by=[erased]&x=%20');
  const long = '{"n": 12345678901234567890, "a":"\\u0061", "zoe": "zoe\\u002ekowalska@acme.io"}';
  expect(cleanBody(long, isErased)).toBe('{"n": 12345678901234567890, "a":"\\u0061", "zoe": "[erased]"}');
  expect(cleanCursor({ a: [[1, ['git:0001']], 'x'] }, isErased)).toEqual({ a: ['x'] });
});

test('a name of many words, or written surname first, is known by all of its orders', async () => {
  await withConnection(db.pool, (client) => bury(client, [{ kind: 'name', value: 'Nowak, Ana Maria' }]));
  const read = await readErased(db.pool);
  if (read === null) throw new Error('nobody was erased');
  for (const text of ['Ana Maria Nowak', 'Nowak Ana Maria', 'nowak, ana maria'])
    expect(withoutErased(`of ${text}.`, read)).toBe('of [erased].');
  for (const text of ['Ana, Maria', 'Maria Nowak', 'Nowak, Ana']) expect(withoutErased(text, read)).toBe(text);
});
