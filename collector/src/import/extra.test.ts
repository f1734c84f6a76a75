/** Columns that no importer knows, from the file to the store, and who may read them there. */
import type pg from 'pg';
import { testDatabase, testPool, type TestDatabase } from '../../testing/database.ts';
import { hashStore } from '../../testing/hash-store.ts';
import { writePage } from '../store/write-page.ts';
import type { ImportContext } from './file-kind.ts';
import { readFile } from './read-file.ts';

let db: TestDatabase;
let reader: pg.Pool;
let context: ImportContext;

beforeAll(async () => {
  db = await testDatabase();
  reader = testPool({ connectionString: db.readerUrl, max: 1 });
  // The server may end a connection that is just being closed, when the database is dropped.
  reader.on('error', () => undefined);
  const { rows } = await db.pool.query<{ repo_id: number }>(
    `insert into repo (slug) values ('acme/shop') returning repo_id`
  );
  context = {
    personId: (key) => `p:${key}`,
    personOfEmail: (address) => `mail:${address}`,
    knowsEmail: (address) => address.endsWith('@acme.io'),
    accountId: (provider, key) => `${provider}:${key}`,
    repoId: () => rows[0]?.repo_id ?? null,
    commits: () => [],
  };
});
afterAll(async () => {
  await reader.end();
  await db.close();
});

/** Imports a file and returns how many facts were written or changed. */
async function load(file: string, ...lines: string[]): Promise<number> {
  const { rows, faults } = readFile(file, lines.join('\n'), context);
  expect(faults).toEqual([]);
  const { rows: written } = await writePage(db.pool, {
    streamId: `import/${file}`,
    repoId: null,
    page: { rows, cursor: null },
  });
  return written;
}

async function extras(table: string, key: string): Promise<Record<string, unknown>> {
  const { rows } = await db.pool.query<{ key: string; extra: unknown }>(`select ${key} as key, extra from ${table}`);
  return Object.fromEntries(rows.map((row) => [row.key, row.extra]));
}

/** A file of each kind: the table of its row, that row's key and id, and the columns that it must have. */
const files = [
  { file: 'teams.csv', table: 'team', key: 'team_id', id: 'web', header: 'team', line: 'web' },
  { file: 'people.csv', table: 'membership', key: 'person_id', id: 'p:ana', header: 'person_key,team,valid_from', line: 'ana,web,2026-01-01' },
  { file: 'deployments.csv', table: 'deployment', key: 'external_id', id: 'd1', header: 'id,service,environment,status,finished_at', line: 'd1,shop,production,success,2026-01-02' },
  { file: 'incidents.csv', table: 'incident', key: 'external_id', id: 'i1', header: 'id,source,service,started_at', line: 'i1,pd,shop,2026-01-02' },
  { file: 'incident_link.csv', table: 'incident_link_override', key: 'incident_external_id', id: 'i1', header: 'incident_source,incident_id,deployment_id', line: 'pd,i1,d1' },
  { file: 'ai_attribution_override.csv', table: 'attribution_override', key: 'target', id: '12', header: 'repo,pr_number,ai_share,set_at', line: 'acme/shop,12,0.3,2026-01-02' },
  { file: 'ai_usage_daily.csv', table: 'person_day', key: 'person_id', id: 'p:ana', header: 'day,tool,person_key', line: '2026-01-02,copilot,ana' },
  { file: 'seats.csv', table: 'seat', key: 'person_id', id: 'p:ana', header: 'tool,person_key,valid_from', line: 'copilot,ana,2026-01-01' },
]; // prettier-ignore

test.each(files)(
  '$file: what nobody knows is kept with the row of $table',
  async ({ file, table, key, id, header, line }) => {
    const loadWith = (columns: string, cells: string): Promise<number> => load(file, header + columns, line + cells);
    expect(await loadWith(',Cost Centre,note', ',007,"a ""b"""')).toBeGreaterThan(0);
    expect(await extras(table, key)).toEqual({ [id]: { 'Cost Centre': '007', note: 'a "b"' } });

    const before = await hashStore(db.pool);
    expect(await loadWith(',Cost Centre,note', ',007,"a ""b"""')).toBe(0);
    expect(await hashStore(db.pool)).toEqual(before);

    // The file is the truth about its row: what it has no longer goes.
    expect(await loadWith(',note,colour', ',,red')).toBe(1);
    expect(await extras(table, key)).toEqual({ [id]: { colour: 'red' } });
    expect(await loadWith(',note', ',')).toBe(1);
    expect(await extras(table, key)).toEqual({ [id]: null });
    expect(await loadWith(',note', ',x')).toBe(1);
    expect(await loadWith('', '')).toBe(1);
    expect(await extras(table, key)).toEqual({ [id]: null });
  }
);

test('a source that knows nothing of it neither needs nor erases it', async () => {
  await load('teams.csv', 'team,floor', 'ops,3');
  await load('deployments.csv', 'id,source,service,environment,status,finished_at,host', 'g1,github,shop,production,success,2026-01-02,h7'); // prettier-ignore
  const github = {
    source: 'github',
    service_id: 'shop',
    environment: 'production',
    finished_at: new Date('2026-01-03'),
  };
  await writePage(db.pool, {
    streamId: 'github/deployments/acme/shop',
    repoId: null,
    page: {
      rows: [
        { table: 'deployment', values: { ...github, external_id: 'g1', result: 'failure' } },
        { table: 'deployment', values: { ...github, external_id: 'g2', result: 'success' } },
      ],
      cursor: null,
    },
  });
  await load('people.csv', 'person_key,team,valid_from', 'bo,ops,2026-01-01');
  expect(await extras('deployment', 'external_id')).toMatchObject({ g1: { host: 'h7' }, g2: null });
  const { rows } = await db.pool.query(`select result from deployment where external_id = 'g1'`);
  expect(rows).toEqual([{ result: 'failure' }]);
  expect(await extras('team', 'team_id')).toMatchObject({ ops: { floor: '3' } });
});

test('the role of the panels reads the rows of people, but not what the files say besides', async () => {
  await load('people.csv', 'person_key,team,valid_from,full_name', 'cy,web,2026-01-01,Cyra Ash');
  await load('ai_usage_daily.csv', 'day,tool,person_key,full_name', '2026-01-02,copilot,cy,Cyra Ash');
  await expect(reader.query('select from person_day')).rejects.toThrow('permission denied');
  expect(Object.values(await extras('person_day', 'person_id'))).toContainEqual({ full_name: 'Cyra Ash' });
  for (const table of ['membership']) {
    expect(Object.values(await extras(table, 'person_id'))).toContainEqual({ full_name: 'Cyra Ash' });
    for (const asked of ['extra', '*', `to_jsonb(${table})`]) {
      await expect(reader.query(`select ${asked} from ${table}`)).rejects.toThrow(
        `permission denied for table ${table}`
      );
    }
    // What is granted is read, and `extra` is not among it.
    const { rows } = await db.pool.query<{ columns: string }>(
      `select string_agg(attname, ', ') as columns from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped
         and has_column_privilege('throughline_reader', attrelid, attnum, 'select')`,
      [table]
    );
    expect(rows[0]?.columns).not.toMatch(/\bextra\b/);
    const read = await reader.query(`select ${rows[0]?.columns ?? ''} from ${table} where person_id = 'p:cy'`);
    expect(read.rows).toHaveLength(1);
  }
  await expect(reader.query('select extra from team')).resolves.toBeDefined();
});
