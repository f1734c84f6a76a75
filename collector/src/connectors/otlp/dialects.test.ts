/** What each tool sends, old and new names, through the real exporters; and that nothing of what people wrote is stored anywhere. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Receiving } from '../../../testing/receiving.ts';
import { startSender, type Sender } from '../../../testing/otlp-sender.ts';

const TOKEN = 'otlp-token-that-nobody-may-see';
const PLANTED = 'planted_secret_of_a_prompt';
const HEAD = '1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b';

let db: TestDatabase;
let receiving: Receiving;
const open: Sender[] = [];
beforeEach(async () => {
  db = await testDatabase();
  receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN }] } });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await receiving.close();
  await db.close();
});

const as = (service: string, wire: 'json' | 'protobuf' = 'protobuf'): Sender => {
  const one = startSender({ url: receiving.url, token: TOKEN, wire, resource: { 'service.name': service, 'acme.note': PLANTED } }); // prettier-ignore
  open.push(one);
  return one;
};
const rows = async (sql: string): Promise<unknown[]> => (await db.pool.query(sql)).rows as unknown[];
const DAY = `select tool_id, sessions, invocations, accepted_lines, input_tokens::integer as input, output_tokens::integer as output from tool_day order by 1`;
const none = { sessions: null, invocations: null, accepted_lines: null, input: null, output: null };

test.each(['codex_cli_rs', 'codex_exec', 'codex-app-server'])(
  '%s: uses, and tokens of finished answers alone',
  async (service) => {
    const one = as(service, 'json');
    const who = { 'conversation.id': 'c-1', 'user.email': 'ana@acme.io', model: 'gpt-5' };
    one.event(PLANTED, { ...who, 'event.name': 'codex.user_prompt', prompt: PLANTED });
    one.event(PLANTED, { ...who, 'event.name': 'codex.sse_event', 'event.kind': 'response.completed', input_token_count: 500, output_token_count: '70' }); // prettier-ignore
    one.event(PLANTED, {
      ...who,
      'event.name': 'codex.sse_event',
      'event.kind': 'response.created',
      input_token_count: 9,
    });
    one.event(PLANTED, { ...who, 'event.name': 'codex.tool_result', arguments: PLANTED, output: PLANTED });
    await one.flush();
    await receiving.settle();
    expect(await rows(DAY)).toEqual([{ ...none, tool_id: 'codex', invocations: 1, input: 500, output: 70 }]);
  }
);

test('Gemini CLI: its metrics and prompts', async () => {
  const one = as('gemini-cli');
  const who = { 'session.id': 'g-1', 'user.email': 'ana@acme.io' };
  one.add('gemini_cli.session.count', 1, who);
  one.add('gemini_cli.lines.changed', 40, { ...who, type: 'added' });
  one.add('gemini_cli.token.usage', 300, { ...who, type: 'input' });
  one.add('gemini_cli.token.usage', 5, { ...who, type: 'thought' });
  one.event(PLANTED, { ...who, 'event.name': 'gemini_cli.user_prompt', prompt: PLANTED });
  await one.flush();
  await receiving.settle();
  expect(await rows(DAY)).toEqual([{ ...none, tool_id: 'gemini-cli', sessions: 1, invocations: 1, accepted_lines: 40, input: 300 }]); // prettier-ignore
});

test('Copilot: runs of agents by span, once however often; the repository and commit that it names', async () => {
  const one = as('copilot-chat');
  const who = { 'gen_ai.conversation.id': 'v-1', 'user.email': 'ana@acme.io', 'gen_ai.input.messages': PLANTED };
  const git = { 'github.copilot.git.repository': 'https://github.com/acme/shop.git', 'github.copilot.git.branch': 'feat/x', 'github.copilot.git.commit_sha': HEAD }; // prettier-ignore
  one.span('invoke_agent copilot', { ...who, ...git, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'copilot' }); // prettier-ignore
  one.span(PLANTED, { ...who, ...git, 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'openai' });
  one.span(PLANTED, { ...who, ...git, 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.call.arguments': PLANTED });
  await one.flush();
  await receiving.settle();
  expect(await rows(DAY)).toEqual([{ ...none, tool_id: 'copilot', invocations: 1 }]);
  expect(await rows('select r.slug, s.branch, s.head_sha from agent_session s join repo r using (repo_id)')).toEqual([{ slug: 'acme/shop', branch: 'feat/x', head_sha: HEAD }]); // prettier-ignore
});

test('AgentSpan: a run with its artifact; it names nobody, so it is nobody’s', async () => {
  const one = as('agentspan');
  one.span('agent.session', { 'agent.name': 'claude', 'agent.artifact.type': 'code', 'agent.artifact.path': PLANTED, 'session.status': 'complete' }); // prettier-ignore
  await one.flush();
  await receiving.settle();
  expect(await rows('select person_id, tool_id, type, feature from tool_event')).toEqual([{ person_id: '', tool_id: 'agentspan', type: 'agent_run', feature: 'code' }]); // prettier-ignore
  expect(await rows(DAY)).toEqual([expect.objectContaining({ tool_id: 'agentspan', invocations: 1 })]);
});

/** Every row of every table, the bodies of the inbox as text. */
async function wholeStore(): Promise<string> {
  const { rows: tables } = await db.pool.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relkind in ('r', 'p') and relnamespace in ('public'::regnamespace, 'pack'::regnamespace)`
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows: found } = await db.pool.query<{ text: string }>(`select t::text as text from ${name} t`);
    texts.push(...found.map(({ text }) => text));
  }
  const { rows: bodies } = await db.pool.query<{ body: Buffer | null }>('select body from inbox');
  return [...texts, ...bodies.map(({ body }) => body?.toString('utf8') ?? ''), receiving.logged()].join('\n');
}

test.each(['json', 'protobuf'] as const)(
  'what people wrote is stored nowhere, neither before nor after it is worked off (%s)',
  async (wire) => {
    const one = as('claude-code', wire);
    const who = { 'session.id': 's-1', 'user.email': 'ana@acme.io' };
    const places = {
      prompt: PLANTED,
      tool_input: PLANTED,
      [PLANTED]: 'x',
      tool_parameters: JSON.stringify({ command: PLANTED }),
    };
    one.add('claude_code.token.usage', 5, { ...who, type: 'input', ...places });
    one.add('claude_code.token.usage', 5, { ...who, type: PLANTED });
    one.event(PLANTED, { ...who, ...places });
    one.event(`${PLANTED} is a sentence`, { ...who, 'event.name': `${PLANTED} is a sentence` });
    one.event('claude_code.tool_result', { ...who, 'event.name': 'tool_result', ...places });
    one.span('chat', { ...who, 'gen_ai.operation.name': 'chat', 'gen_ai.output.messages': PLANTED, ...places });
    one.span('invoke_agent', { ...who, 'gen_ai.operation.name': 'invoke_agent', ...places });
    await one.flush();
    const before = await wholeStore();
    expect(before).toContain('ana@acme.io');
    expect(before).not.toContain(PLANTED);
    await receiving.settle();
    expect(await rows('select count(*)::integer as n from tool_point')).toEqual([{ n: 2 }]);
    expect(await wholeStore()).not.toContain(PLANTED);
  }
);
