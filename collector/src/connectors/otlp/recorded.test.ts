/** What the real command lines sent without an account (`npm run live`), by version: trimmed to one of each name, ids replaced. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Receiving } from '../../../testing/receiving.ts';

const TOKEN = 'token-of-a-recording';

let db: TestDatabase;
let receiving: Receiving;
beforeEach(async () => {
  db = await testDatabase();
  receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN }] } });
});
afterEach(async () => {
  await receiving.close();
  await db.close();
});

interface Recording {
  readonly requests: Readonly<Record<string, object>>;
}

/** As if it were sent now: what is older than 90 days is refused. */
function recorded(file: string): Recording {
  const text = readFileSync(path.join(import.meta.dirname, 'fixtures/recorded', file), 'utf8');
  const now = `${String(Date.now())}000000`;
  const today = (key: string, value: unknown): unknown => (key.endsWith('UnixNano') && value !== '0' ? now : value);
  return JSON.parse(text, today) as Recording;
}

test.each([
  {
    file: 'claude-code-2.1.197.json',
    day: { tool_id: 'claude-code', sessions: 1, invocations: 1, grade: 3 },
    sessions: ['session-1'],
  },
  {
    file: 'codex_exec-0.171.0.json',
    day: { tool_id: 'codex', sessions: 1, invocations: 1, grade: 3 },
    sessions: ['conversation-1'],
  },
  {
    file: 'gemini-cli-0.61.0.json',
    day: { tool_id: 'gemini-cli', sessions: 1, invocations: 1, grade: 3 },
    sessions: ['session-1'],
  },
])('$file: one prompt is one use of one session, and every name is known', async ({ file, day, sessions }) => {
  for (const [signal, body] of Object.entries(recorded(file).requests)) {
    const heard = await receiving.post(`/v1/${signal}`, body, { authorization: `Bearer ${TOKEN}` });
    expect([heard.status, heard.body]).toEqual([200, {}]);
  }
  await receiving.settle();
  const ask = async (sql: string): Promise<object[]> => (await db.pool.query<object>(sql)).rows;
  expect(await ask('select tool_id, sessions, invocations, grade from tool_day')).toEqual([day]);
  expect(await ask('select session_id from agent_session')).toEqual(sessions.map((id) => ({ session_id: id })));
  expect(await ask('select item as name from skipped union all select name from unknown_name')).toEqual([]);
});
