// An organisation of sixty people: with the exporters of the OpenTelemetry SDK and the vendor's server sending, the cell rests on what tools told.
import { startSender, type Sender } from '../../../testing/otlp-sender.ts';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Receiving } from '../../../testing/receiving.ts';
import { newWorld, serveCopilot, userLine, type CopilotServer } from '../../../testing/vendors/copilot.ts';
import { pass } from '../../../testing/vendors/pass.ts';
import type { HouseRow } from '../../connector.ts';
import { providerOf } from '../../connectors/copilot/config.ts';
import { installSecret, pseudonyms } from '../../store/pseudonym.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { deriveAll } from '../derive.ts';

const TOKEN = 'token-of-sixty-people';
const HOUR = 3_600_000;
const PEOPLE = Array.from({ length: 60 }, (_, n) => ({ n, id: 7000 + n, login: `dev${String(n)}`, email: `dev${String(n)}@acme.example` })); // prettier-ignore
/** The others have a tool that does not send. */
const SENDING = PEOPLE.slice(0, 52);
const CLASSES = ['feat', 'fix', 'refactor'];
const now = new Date();
const yesterday = new Date(now.getTime() - 24 * HOUR).toISOString().slice(0, 10);

let db: TestDatabase;
let receiving: Receiving;
let copilot: CopilotServer;
const world = newWorld(TOKEN);
const senders: Sender[] = [];

beforeAll(async () => {
  db = await testDatabase();
  copilot = await serveCopilot(world);
  receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN, organisations: ['acme'] }] } });
  const { accountId } = pseudonyms(await installSecret(db.pool));
  const repoId = await ensureRepo(db.pool, 'acme/shop');
  const rows = PEOPLE.flatMap(({ n, id, login, email }) => ofPerson({ n, id, login, email, account: accountId('git', email), forge: accountId(provider(), `id:${String(id)}`) })); // prettier-ignore
  await writePage(db.pool, { streamId: 'test', repoId, page: { rows, cursor: null } });
}, 60_000);
afterAll(async () => {
  await Promise.all(senders.map((one) => one.close()));
  await receiving.close();
  copilot.close();
  await db.close();
});

/** The forge is the vendor's server: one host, one namespace of accounts. */
const provider = (): string => providerOf({ url: copilot.api.url });

interface Person {
  readonly n: number;
  readonly id: number;
  readonly login: string;
  readonly email: string;
  readonly account: string;
  readonly forge: string;
}

/** Accounts of somebody, and three changes merged just now, one a class; every third person marks what a tool wrote. */
function ofPerson({ n, id, login, email, account, forge }: Person): HouseRow[] {
  const row = (table: HouseRow['table'], values: HouseRow['values']): HouseRow => ({ table, values });
  const external_id = `${provider()}:${String(id)}`;
  const changes = CLASSES.flatMap((prefix, index) => {
    const sha = Buffer.from(`${prefix}${String(n)}`.padEnd(20, '.')).toString('hex').slice(0, 40);
    const key = String(3 * n + index + 1);
    const began = new Date(now.getTime() - HOUR);
    return [
      row('git_commit', { sha, change_key: key, parents: [], author_account_id: account, authored_at: began, committed_at: now, subject: `${prefix}: it`, effective_added: 20, effective_deleted: 0 }),
      row('change', { change_key: key, kind: 'squash', title: `${prefix}: it`, author_account_id: account, first_commit_at: began, merged_at: now, closed_at: now, merge_sha: sha, source: 'git' }),
      ...(n % 3 === 0 ? [row('commit_mark', { sha, tool_id: 'claude-code', kind: 'co_author', grade: 3, confidence: 0.7, rules_version: 1 })] : []),
    ];
  }); // prettier-ignore
  return [
    row('account', { account_id: account, provider: 'git', email, external_id }),
    row('account', { account_id: forge, provider: provider(), login, external_id }),
    ...changes,
  ];
}

/** People in the cell (workflow × class) by what is known of their use of a tool in the week of their work. */
async function cell(tool: string): Promise<Array<{ pr_class: string; people: number; by: Record<string, number> }>> {
  const { rows } = await db.pool.query<{ pr_class: string; people: number; by: Record<string, number> }>(
    `select pr_class, sum(people)::integer as people, json_object_agg(basis, people) as by from (
       select c.pr_class, u.basis, count(distinct c.person_id)::integer as people
       from workflow_completion c join usage_week u using (person_id, week_start)
       where c.workflow_id = 'change' and c.status = 'ok' and u.workflow_id = '' and u.tool_id = $1 group by 1, 2) b
     group by 1 order by 1`,
    [tool]
  );
  return rows;
}

test('by marks alone all of it is declared', async () => {
  await deriveAll(db.pool, { config: receiving.config });
  expect(await cell('claude-code')).toEqual(
    ['bugfix', 'feature', 'refactor'].map((pr_class) => ({ pr_class, people: 60, by: { declared: 60 } }))
  );
}, 60_000);

test('with the exporters sending, more than four of five people in each part of the cell are known by single uses', async () => {
  for (const wire of ['json', 'protobuf'] as const) {
    const one = startSender({ url: receiving.url, token: TOKEN, wire, isCompressed: wire === 'protobuf' });
    senders.push(one);
    for (const { n, email } of SENDING.filter((person) => (person.n % 2 === 0) === (wire === 'json'))) {
      const who = { 'user.email': email, 'session.id': `s-${String(n)}` };
      one.add('claude_code.session.count', 1, who);
      for (let use = 0; use < 1 + (n % 4); use++)
        one.event('claude_code.user_prompt', { ...who, 'event.name': 'user_prompt', 'event.sequence': use });
    }
    await one.flush();
  }
  await receiving.settle();
  const parts = await cell('claude-code');
  expect(parts).toHaveLength(CLASSES.length);
  for (const { people, by } of parts) {
    expect(people).toBe(60);
    expect((by['event'] ?? 0) / people).toBeGreaterThanOrEqual(0.8);
    expect(by).toEqual({ event: SENDING.length, declared: 60 - SENDING.length });
  }
  const { rows } = await db.pool.query('select users, matched from tool_match where tool_id = $1', ['claude-code']);
  expect(rows).toEqual([{ users: SENDING.length, matched: SENDING.length }]);
}, 60_000);

test('days that a vendor reports are activity, and of people whom it does not name nothing is known', async () => {
  world.days.set(`acme/${yesterday}`, PEOPLE.slice(0, 30).map((user) => userLine(user, yesterday)));
  const section = { copilot: { token: TOKEN, organisations: ['acme'], url: copilot.api.url, report_hosts: ['127.0.0.1'], since_days: 3 } };
  await pass(db.pool, section, { now, only: 'copilot/usage' });
  await deriveAll(db.pool, { config: receiving.config });
  for (const { by } of await cell('copilot')) expect(by).toEqual({ activity: 30, none: 30 });
}, 60_000); // prettier-ignore
