/** Against the exporters of the OpenTelemetry SDK: what tools send becomes uses, days and sessions of persons. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Receiving } from '../../../testing/receiving.ts';
import { startSender, type Sender, type Sending } from '../../../testing/otlp-sender.ts';

const TOKEN = 'otlp-token-that-nobody-may-see';
const PLANTED = 'const planted_secret_of_a_prompt = 42';
const SHA = '9f1c0a6b7d8e9f1c0a6b7d8e9f1c0a6b7d8e9f1c';

let db: TestDatabase;
let receiving: Receiving;
const open: Sender[] = [];
beforeEach(async () => {
  db = await testDatabase();
  receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN, organisations: ['acme'] }] } });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await receiving.close();
  await db.close();
});

const sender = (more: Partial<Sending> = {}): Sender => {
  const one = startSender({ url: receiving.url, token: TOKEN, wire: 'json', ...more });
  open.push(one);
  return one;
};

const rows = async (sql: string): Promise<unknown[]> => (await db.pool.query(sql)).rows as unknown[];
const ana = { 'user.email': 'Ana@acme.io', 'session.id': 's-1', 'user.id': 'a'.repeat(64) };

async function workOfAnHour(one: Sender): Promise<void> {
  one.add('claude_code.session.count', 1, ana);
  one.add('claude_code.lines_of_code.count', 120, { ...ana, type: 'added', model: 'claude-opus-4-6' });
  one.add('claude_code.lines_of_code.count', 30, { ...ana, type: 'removed', model: 'claude-opus-4-6' });
  one.add('claude_code.token.usage', 9000, { ...ana, type: 'input', model: 'claude-opus-4-6[1m]' });
  one.add('claude_code.token.usage', 4000, { ...ana, type: 'output', model: 'claude-opus-4-6[1m]' });
  one.add('claude_code.token.usage', 70000, { ...ana, type: 'cacheRead', model: 'claude-opus-4-6[1m]' });
  one.add('claude_code.cost.usage', 1.25, { ...ana, model: 'claude-opus-4-6' });
  for (const sequence of [1, 2, 3]) {
    one.event('claude_code.user_prompt', { ...ana, 'event.name': 'user_prompt', 'event.sequence': sequence, prompt: PLANTED, prompt_length: 37 }); // prettier-ignore
  }
  one.event('claude_code.api_request', { ...ana, 'event.name': 'api_request', 'event.sequence': 4, input_tokens: 9000, cost_usd: 1.25 }); // prettier-ignore
  const parameters = JSON.stringify({ bash_command: PLANTED, git_commit_id: SHA });
  one.event('claude_code.tool_result', { ...ana, 'event.name': 'tool_result', 'event.sequence': 5, tool_name: 'Bash', success: 'true', tool_parameters: parameters, tool_input: PLANTED }); // prettier-ignore
  await one.flush();
}

const DAY = `select tool_id, grade, sessions, invocations, accepted_lines, input_tokens::integer, output_tokens::integer, cost_usd::float8, source from tool_day`;
const WORKED = { tool_id: 'claude-code', grade: 3, sessions: 1, invocations: 3, accepted_lines: 120, input_tokens: 9000, output_tokens: 4000, cost_usd: 1.25, source: 'otlp' }; // prettier-ignore

describe.each(['json', 'protobuf'] as const)('Claude Code by http/%s', (wire) => {
  test.each([false, true])(
    'its metrics and logs are days, uses, a session and its commit (gzip: %s)',
    async (isCompressed) => {
      await workOfAnHour(sender({ wire, isCompressed, resource: { 'vcs.repository.name': 'acme/shop' } }));
      await receiving.settle();
      expect(await rows(DAY)).toEqual([WORKED]);
      expect(await rows(`select e.type, count(*)::integer as uses, r.slug from tool_event e join person p using (person_id) left join repo r using (repo_id) group by 1, 3`)).toEqual([{ type: 'tool_invocation', uses: 3, slug: 'acme/shop' }]); // prettier-ignore
      expect(await rows(`select s.tool_id, s.session_id, a.email, r.slug, s.grade from agent_session s join account a using (person_id) left join repo r using (repo_id)`)).toEqual([{ tool_id: 'claude-code', session_id: 's-1', email: 'ana@acme.io', slug: 'acme/shop', grade: 3 }]); // prettier-ignore
      expect(await rows('select session_id, sha, method from session_commit')).toEqual([{ session_id: 's-1', sha: SHA, method: 'telemetry' }]); // prettier-ignore
      expect(await rows('select item from skipped')).toEqual([]);
    }
  );
});
