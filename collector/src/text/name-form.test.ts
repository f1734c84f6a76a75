import { nameIn, versionIn } from './name-form.ts';

test.each([
  'claude_code.code_edit_tool.decision',
  'gen_ai.client.operation.time_to_first_chunk',
  'codex.startup.phase.duration_ms',
  'copilot_chat.edit.survival.four_gram',
  'toolCallCount',
  'oauth2.refresh-count',
  'gen_ai.usage.cache_read.input_tokens',
  'http.server.request.body.size',
])('%s is a name', (name) => {
  expect(nameIn(name)).toBe(name);
});

test.each([
  ['words', 'fix the login of ana'],
  ['a prompt written as a name', 'please_delete_the_customers_of_acme'],
  ['a prompt of two parts', 'please_fix_the_bug.for_customer_globex'],
  ['a prompt in short parts', 'fix_the_bug.for_customer_globex'],
  ['four words alone', 'acquire_globex_in_march'],
  ['a key of letters', 'sk-abcdefghijklmnopqrst'],
  ['a key of words', 'sk-proj-abcdefghijklmnop-qrstuvwxyz'],
  ['a key behind a dot', 'auth.sk_live_abcdefgh'],
  ['a token', 'ghp_abcdefghijklmnopqrst'],
  ['an address', 'ana@acme.io'],
  ['a path', 'src/secret/plan.md'],
  ['a URL', 'https://acme.io'],
  ['a request', 'GET /people/ana'],
  ['a key', 'sk-ant-api03-Xy12345ZZ'],
  ['a digest', '9f1c2ab34de'],
  ['an id', 'session.550e8400-e29b-41d4-a716-446655440000'],
  ['a number', '4111111111111111'],
  ['more than a name', 'a'.repeat(25)],
  ['many parts', 'a.b.c.d.e.f'],
  ['two lines', 'a\nb'],
  ['nothing', ''],
])('%s is none', (_what, text) => {
  expect(nameIn(text)).toBeNull();
});

test('a version is numbers, and at most a stage behind them', () => {
  expect(['2.1.197', 'v0.171.0', '1.0.0-rc.2', '20261130'].map(versionIn)).toEqual(['2.1.197', 'v0.171.0', '1.0.0-rc.2', '20261130']); // prettier-ignore
  expect(['latest', '1.0.0+ana@acme.io', '2.1.197 of Ana', ''].map(versionIn)).toEqual([null, null, null, null]);
});
