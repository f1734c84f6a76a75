/** Anybody with a token may name anybody: what was only sent here joins no two addresses, and changes nothing for those whom it names. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Receiving } from '../../../testing/receiving.ts';

const [BOUND, OTLP, OTHERS] = ['bound-token-of-the-test', 'otlp-token-of-the-test', 'token-of-others-in-the-test'];
let db: TestDatabase;
let receiving: Receiving;
beforeAll(async () => {
  db = await testDatabase();
  receiving = await receive(db, {
    ingest: { tokens: [OTHERS], bound_tokens: [{ token: BOUND, organisations: ['acme'] }] },
    otlp: { tokens: [{ token: OTLP, organisations: ['acme'] }] },
  });
  const told: ReadonlyArray<readonly [string, string, string | null, string | null, string | null]> = [
    ['git:vic', 'git', null, 'vic@acme.io', null],
    ['git:eve', 'git', null, 'eve@acme.io', null],
    ['git:mark', 'git', null, 'mark@acme.io', null],
    ['github:vic', 'github', 'vic', null, 'github.com:1'],
    ['github:eve', 'github', 'eve', null, 'github.com:2'],
    ['sso:vic', 'sso', 'vic', 'vic@acme.io', 'u1'],
    ['sso:eve', 'sso', 'eve', 'eve@acme.io', 'u2'],
  ];
  for (const [id, provider, login, email, number] of told) {
    await db.pool.query('insert into account (account_id, provider, login, email, external_id) values ($1, $2, $3, $4, $5)', [id, provider, login, email, number]); // prettier-ignore
    await db.pool.query(`insert into dirty (kind, repo_id, item) values ('identity', 0, $1)`, [id]);
  }
  await receiving.settle();
}, 60_000);
afterAll(async () => {
  await receiving.close();
  await db.close();
});

const AT = new Date(Date.now() - 3_600_000).toISOString();
const by = (token = ''): Record<string, string> => ({ authorization: `Bearer ${token}` });
async function all<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await db.pool.query<Row>(sql, values)).rows;
}
/** Whose each name is, by each way. */
async function selves(names: readonly string[]): Promise<unknown> {
  const found: Record<string, unknown> = {};
  for (const way of ['email', 'sso', 'github']) {
    await db.pool.query(`insert into setting values ('self_view', to_jsonb($1::text)) on conflict (key) do update set value = excluded.value`, [way]); // prettier-ignore
    for (const name of names) found[`${way} ${name}`] = (await all('select * from self_person($1)', [name]))[0];
  }
  return found;
}
const whose = async (accounts: readonly string[]): Promise<unknown> =>
  all(`select account_id, person_id, has_conflict from account where account_id = any($1) order by 1`, [accounts]);

let sequence = 0;
async function use(who: Readonly<Record<string, string>>): Promise<void> {
  sequence += 1;
  const given = { 'session.id': `s${String(sequence)}`, 'event.sequence': '1', ...who };
  const attributes = Object.entries(given).map(([key, value]) => ({ key, value: { stringValue: value } }));
  const record = { timeUnixNano: `${String(Date.now() - 60_000)}000000`, body: { stringValue: 'claude_code.user_prompt' }, attributes }; // prettier-ignore
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'claude-code' } }] };
  const { status } = await receiving.post('/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] }, by(OTLP)); // prettier-ignore
  expect(status).toBe(200);
}

test('a number or login that names two addresses joins them neither to each other nor to whom they name', async () => {
  const names = ['vic@acme.io', 'eve@acme.io', 'vic', 'eve'];
  const told = ['git:vic', 'git:eve', 'github:vic', 'github:eve', 'sso:vic', 'sso:eve'];
  const before = [await selves(names), await whose(told)];
  expect(new Set(Object.values(before[0] as object).map((one) => JSON.stringify(one))).size).toBeGreaterThan(3);
  for (const [id, addresses] of [
    ['x', ['eve@acme.io', 'vic@acme.io']],
    ['y', ['2+eve@users.noreply.github.com', '1+vic@users.noreply.github.com']],
    ['z', ['1+eve@users.noreply.github.com']],
  ] as const)
    for (const email of addresses) await use({ 'user.email': email, 'user.id': id });
  await use({ 'user.id': 'x' });
  for (const email of ['eve@acme.io', 'vic@acme.io'])
    await receiving.post('/ingest/tool-event', { id: email, tool: 'our-agent', at: AT, user: { login: 'same', email } }, by(OTHERS)); // prettier-ignore
  for (const source of ['sso', 'github'])
    await receiving.post('/ingest/review', { repo: 'acme/shop', number: 1, id: source, source, state: 'approved', submitted_at: AT, reviewer: { login: 'vic' } }, by(BOUND)); // prettier-ignore
  await receiving.settle();
  expect([await selves(names), await whose(told)]).toEqual(before);
  const sent = await all<{ email: string; n: number }>(
    `select email, count(distinct person_id)::integer as n from account where email like '%@acme.io' group by 1 order by 1`
  );
  expect(sent.map(({ n }) => n)).toEqual(sent.map(() => 1));
  // What names no address and might be of two is nobody's.
  expect(await all(`select person_id, has_conflict from account where external_id = 'claude-code:x' and email is null`)).toEqual([{ person_id: null, has_conflict: true }]); // prettier-ignore
});

test('a number that names one address is of whom it names', async () => {
  await use({ 'user.email': 'mark@acme.io', 'user.id': 'm' });
  await use({ 'user.id': 'm' });
  await receiving.settle();
  const [mark] = await all<{ person_id: string }>(`select person_id from account where account_id = 'git:mark'`);
  expect(await all(`select person_id, method from account where external_id = 'claude-code:m' and email is null`)).toEqual([{ ...mark, method: 'noreply_id' }]); // prettier-ignore
});

test('nobody is found by letters that only look like theirs, nor by what was only sent here', async () => {
  await use({ 'user.email': 'zoe@acme.io' });
  await receiving.settle();
  const found = (await selves(['mark@acme.io', 'MARK@acme.io', 'mar\u212a@acme.io', 'zoe@acme.io'])) as Record<string, { person_id: string | null }>; // prettier-ignore
  expect(found['email MARK@acme.io']?.person_id).toBe(found['email mark@acme.io']?.person_id);
  expect(found['email mark@acme.io']?.person_id).toMatch(/^\w/);
  expect(found['email mar\u212a@acme.io']).toEqual({ person_id: null, is_clear: true });
  expect(found['email zoe@acme.io']).toEqual({ person_id: null, is_clear: true });
});

test('what a bound token says of an account changes nothing that others say, whoever comes first', async () => {
  const change = (repo: string, number: number, [author, token]: readonly [object, string | undefined]) => receiving.post('/ingest/change', { repo, number, title: 'x', created_at: AT, merged_at: AT, author }, by(token)); // prettier-ignore
  const of = (email: string) => all(`select kind, login, display_name, trust, (select kind from person p where p.person_id = a.person_id) as person from account a where email = $1`, [email]); // prettier-ignore
  await change('globex/shop', 1, [{ email: 'kim@globex.io', login: 'kim', name: 'Kim' }, OTHERS]);
  await change('acme/shop', 2, [
    { email: 'kim@globex.io', login: 'mallory', name: 'release[bot]', is_bot: true },
    BOUND,
  ]);
  await change('acme/shop', 3, [{ email: 'lee@globex.io', login: 'mallory', is_bot: true }, BOUND]);
  await change('acme/shop', 4, [{ email: 'bot@acme.io', is_bot: true }, BOUND]);
  await receiving.settle();
  await change('globex/shop', 5, [{ email: 'lee@globex.io', name: 'Lee' }, OTHERS]);
  await receiving.settle();
  expect(await of('kim@globex.io')).toEqual([{ kind: 'human', login: 'kim', display_name: 'Kim', trust: 1, person: 'human' }]); // prettier-ignore
  expect(await of('lee@globex.io')).toEqual([{ kind: 'human', login: null, display_name: 'Lee', trust: 1, person: 'human' }]); // prettier-ignore
  expect(await of('bot@acme.io')).toEqual([{ kind: 'automation', login: null, display_name: null, trust: 0, person: 'automation' }]); // prettier-ignore
  await change('globex/shop', 6, [{ email: 'vic@acme.io', name: 'ci[bot]', is_bot: true }, OTHERS]);
  await receiving.settle();
  expect(await all(`select distinct kind from account join person using (person_id, kind) where email = 'vic@acme.io'`)).toEqual([{ kind: 'human' }]); // prettier-ignore
});

test('a commit that a bound token names counts in repositories of its organisations alone', async () => {
  const sha = 'c'.repeat(40);
  await db.pool.query(
    `with made as (insert into repo (slug) values ('acme/own'), ('globex/own') returning repo_id)
     insert into git_commit (repo_id, commit_no, sha, parents, subject, committed_at, authored_at, change_key) select repo_id, 1, $1, '{}', '', now(), now(), 'k' from made`,
    [sha]
  );
  await use({ 'user.email': 'eve@acme.io', 'session.id': 'of-commit', git_commit_id: sha });
  await receiving.work();
  const slugs = `select slug from session_change join repo using (repo_id) where session_id = 'of-commit'`;
  expect(await all(slugs)).toEqual([{ slug: 'acme/own' }]);
});
