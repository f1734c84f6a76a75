import { nameIn, versionIn } from './name-form.ts';

test.each([
  'claude_code.code_edit_tool.decision',
  'gen_ai.client.operation.time_to_first_chunk',
  'codex.startup.phase.duration_ms',
  'copilot_chat.edit.survival.four_gram',
  'toolCallCount',
  'oauth2.refresh-count',
])('%s is a name', (name) => {
  expect(nameIn(name)).toBe(name);
});

test.each([
  ['words', 'fix the login of ana'],
  ['a prompt written as a name', 'please_delete_the_customers_of_acme'],
  ['an address', 'ana@acme.io'],
  ['a path', 'src/secret/plan.md'],
  ['a URL', 'https://acme.io'],
  ['a request', 'GET /people/ana'],
  ['a key', 'sk-ant-api03-Xy12345ZZ'],
  ['a digest', '9f1c2ab34de'],
  ['an id', 'session.550e8400-e29b-41d4-a716-446655440000'],
  ['a number', '4111111111111111'],
  ['more than a name', 'a'.repeat(25)],
  ['many parts', 'a.b.c.d.e.f.g'],
  ['two lines', 'a\nb'],
  ['nothing', ''],
])('%s is none', (_what, text) => {
  expect(nameIn(text)).toBeNull();
});

test('a version is numbers, and at most a stage behind them', () => {
  expect(['2.1.197', 'v0.171.0', '1.0.0-rc.2', '20261130'].map(versionIn)).toEqual(['2.1.197', 'v0.171.0', '1.0.0-rc.2', '20261130']); // prettier-ignore
  expect(['latest', '1.0.0+ana@acme.io', '2.1.197 of Ana', ''].map(versionIn)).toEqual([null, null, null, null]);
});
