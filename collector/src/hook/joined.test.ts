/** End to end: a tool commits through the hook and sends its telemetry, and its session has a commit, a change and a repository. */
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { startSender, type Sender } from '../../testing/otlp-sender.ts';
import { receive, type Receiving } from '../../testing/receiving.ts';
import { pagesOf } from '../connectors/git/fixtures/read-stream.ts';
import { ensureRepo, writePage } from '../store/write-page.ts';
import { CLAUDE, CODEX, newPerson, newWork, type Person, type Work } from './fixtures/repository.ts';
import { install } from './install.ts';
import { placeOfRepository } from './place.ts';

const TOKEN = 'otlp-token-that-nobody-may-see';

let db: TestDatabase;
let receiving: Receiving;
let ana: Person;
let shop: Work;
const senders: Sender[] = [];
beforeAll(async () => {
  db = await testDatabase();
  receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN }] } });
  ana = newPerson();
  shop = newWork(ana);
});
afterAll(async () => {
  await Promise.all(senders.map((one) => one.close()));
  await receiving.close();
  ana.remove();
  await db.close();
});

const rows = async (sql: string): Promise<unknown[]> => (await db.pool.query(sql)).rows as unknown[];

/** Collects with git alone. */
async function collect(): Promise<void> {
  const repoId = await ensureRepo(db.pool, 'acme/shop');
  for (const stream of ['history', 'tags', 'notes', 'sessions']) {
    for (const page of await pagesOf(stream, { path: shop.folder, slug: 'acme/shop' }))
      await writePage(db.pool, { streamId: `git/${stream}/acme/shop`, page, repoId });
  }
}

/** A use in a session of a tool, as it is sent: without a repository. */
async function send(service: string, event: string, attributes: Record<string, string>): Promise<void> {
  const one = startSender({
    url: receiving.url,
    token: TOKEN,
    wire: 'protobuf',
    resource: { 'service.name': service },
  });
  senders.push(one);
  one.event(event, { ...attributes, 'user.email': 'ana@acme.io', 'event.name': event, 'event.sequence': 1 });
  await one.flush();
}

it.each(['before', 'after'])('commits that are read %s the telemetry', async (order) => {
  await db.pool.query(
    'truncate session_commit, agent_session, tool_point, commit_mark, git_commit, change, inbox cascade'
  );
  shop.tryGit(['checkout', '-q', '--orphan', order]);
  shop.commit(['-m', 'By hand']);
  install(placeOfRepository(shop.folder), 'trailer');
  shop.commit(['-m', 'feat: totals'], CLAUDE);
  install(placeOfRepository(shop.folder), 'note');
  shop.commit(['-m', 'fix: cart'], CODEX);
  if (order === 'before') await collect();
  await send('claude-code', 'claude_code.user_prompt', { 'session.id': CLAUDE['CLAUDE_CODE_SESSION_ID'] ?? '' });
  await send('codex_cli_rs', 'codex.user_prompt', { 'conversation.id': CODEX['CODEX_THREAD_ID'] ?? '' });
  await receiving.settle();
  if (order === 'after') {
    await collect();
    await receiving.settle();
  }
  expect(
    await rows(
      `select a.email, s.tool_id, r.slug, c.title, f.code_source, f.grade, f.confidence, w.methods
       from agent_session s join account a using (account_id) join session_change w using (tool_id, session_id)
       join repo r on r.repo_id = w.repo_id join change c on c.repo_id = w.repo_id and c.change_key = w.change_key
       join change_fact f on f.change_id = c.change_id order by 2`
    )
  ).toEqual([
    { email: 'ana@acme.io', tool_id: 'claude-code', slug: 'acme/shop', title: 'feat: totals', code_source: 'ai_heavy', grade: 3, confidence: 0.6, methods: ['trailer'] },
    { email: 'ana@acme.io', tool_id: 'codex', slug: 'acme/shop', title: 'fix: cart', code_source: 'ai_heavy', grade: 3, confidence: 0.6, methods: ['note'] },
  ]); // prettier-ignore
  // A commit without a session is no session's, and nobody's proof of a human.
  expect(await rows(`select code_source from change_fact join change using (change_id) where change.title = 'By hand'`)).toEqual([{ code_source: 'unknown' }]); // prettier-ignore
});
