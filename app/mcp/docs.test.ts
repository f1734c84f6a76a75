// What docs/assistants.md says to copy, run as it is printed: only the folder, the store and the address are put in.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { testDatabase, type TestDatabase } from '../../collector/testing/database.ts';

const root = path.join(import.meta.dirname, '../..');
const docs = readFileSync(path.join(root, 'docs/assistants.md'), 'utf8');

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}
const blocks = (language: string): string[] =>
  [...docs.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);

/** Server entries of every client's configuration, and what follows `--` in a command line. */
function commands(): Command[] {
  const files = blocks('json').map(
    (text) => JSON.parse(text) as Record<'servers' | 'mcpServers', Record<string, Command>>
  );
  const entries = files.flatMap(({ servers, mcpServers }) => Object.values(servers ?? mcpServers));
  const lines = blocks('sh').map((text) => text.trim().split(' -- ')[1]!.split(' '));
  const inline = [...docs.matchAll(/`((?:npx|npm) [^`]*mcp)`/g)].map(([, text = '']) => text.split(' '));
  return [...entries, ...[...lines, ...inline].map(([command = '', ...args]) => ({ command, args }))];
}

let db: TestDatabase;
let home: string;
beforeAll(async () => {
  db = await testDatabase();
  home = mkdtempSync(path.join(tmpdir(), 'throughline-assistants-'));
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await db.close();
});

const known = commands();

test('the docs name a command for each client', () => {
  expect(known.map(({ command }) => command).sort()).toEqual(['node', 'node', 'node', 'npm', 'npx', 'npx']);
});

test.each(known.map((one) => [[one.command, ...one.args].join(' '), one] as const))(
  '%s answers',
  async (_, { command, args, env = {} }) => {
    const put = (text: string): string =>
      text
        .replace('/path/to/throughline/.throughline', home)
        .replaceAll('/path/to/throughline', root)
        .replace('${input:throughline-reader}', db.readerUrl);
    const transport = new StdioClientTransport({
      command,
      args: args.map(put),
      cwd: root,
      // A configuration without an address means the embedded store; here there is none of it.
      env: {
        PATH: process.env.PATH ?? '',
        HOME: home,
        npm_config_offline: 'true',
        THROUGHLINE_READER_URL: db.readerUrl,
        ...Object.fromEntries(Object.entries(env).map(([name, text]) => [name, put(text)])),
      },
      stderr: 'ignore',
    });
    const client = new Client({ name: 'docs', version: '1.0.0' });
    await client.connect(transport);
    try {
      const { content } = await client.callTool({ name: 'list_metrics', arguments: {} });
      expect((content as Array<{ text: string }>)[0]!.text).toContain('What this store holds:');
    } finally {
      await client.close();
    }
  }
);

test('every option of the command is in the docs, and no other', () => {
  // Help is no protocol: stdout stays empty.
  expect(
    execFileSync(process.execPath, [path.join(root, 'app/mcp.ts'), '--help'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    })
  ).toBe('');
  const source = readFileSync(path.join(root, 'app/mcp.ts'), 'utf8');
  const options = [...source.matchAll(/^ {8}(\w+): \{ type:/gm)]
    .map(([, name]) => `--${String(name)}`)
    .filter((name) => name !== '--help');
  const listed = [...docs.matchAll(/^\| `(--\w+)`/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(options.sort());
});
