/** `connect` as a person runs it, with the exporters of the OpenTelemetry SDK as the tool. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { startSender, type Sender } from '../../testing/otlp-sender.ts';
import { receive, type Receiving } from '../../testing/receiving.ts';
import { endOf, runCli, startCli, type Ended } from '../../testing/run-cli.ts';
import { CONNECTED_TOOLS } from '../connect/tools.ts';
import { guideOf, toolNamed } from './connect.ts';

const TOKEN = 'otlp-token-that-nobody-may-see';

let db: TestDatabase;
let folder: string;
let receiving: Receiving;
const senders: Sender[] = [];
beforeAll(async () => {
  db = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-connect-'));
  receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN }] } });
});
afterAll(async () => {
  await Promise.all(senders.map((one) => one.close()));
  await receiving.close();
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

const configured = (): void =>
  writeFileSync(path.join(folder, 'throughline.yaml'), "http: { host: 0.0.0.0, port: 4318 }\notlp:\n  tokens:\n    - { token: '${TOOLS_TOKEN}' }\n"); // prettier-ignore
const env = { TOOLS_TOKEN: TOKEN };

describe('what is printed', () => {
  const shown = (name: string, more: { endpoint?: string; showToken?: boolean } = {}): string =>
    guideOf(toolNamed(name), { showToken: false, ...more }, folder);

  it('without a configuration names what to put there, with a token only if it is asked for', () => {
    const plain = shown('claude-code');
    expect(plain).toContain('OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer <OTLP_TOKEN>"');
    expect(plain).toContain('- { token: "${OTLP_TOKEN}" }');
    const [made] = /\b[0-9a-f]{64}\b/.exec(shown('claude-code', { showToken: true })) ?? [];
    expect(made).toHaveLength(64);
  });

  it('with one, the name of the variable that holds the token, and never the token unless it is asked for', () => {
    configured();
    process.env['TOOLS_TOKEN'] = TOKEN;
    for (const { name, from } of CONNECTED_TOOLS) {
      const text = shown(name, { endpoint: 'https://tools.acme.io/' });
      expect(text).not.toContain(TOKEN);
      if (from === 'tool') expect(text).toContain('Bearer <TOOLS_TOKEN>');
      if (from === 'tool') expect(text).toMatch(/https:\/\/tools\.acme\.io["/]/);
      expect(text).not.toContain('acme.io//');
    }
    expect(shown('codex', { showToken: true })).toContain(`Bearer ${TOKEN}`);
    expect(shown('codex')).toContain('http://localhost:4318/v1/logs');
    expect(() => shown('codex', { endpoint: 'tools.acme.io' })).toThrow('is no address');
    delete process.env['TOOLS_TOKEN'];
  });

  it('is what the tools read: JSON and a section of throughline.yaml', () => {
    const given = { endpoint: 'https://x.io', token: 't' };
    for (const { steps } of CONNECTED_TOOLS) {
      for (const { where, text } of steps) {
        if (where.includes('.json')) expect(JSON.parse(text(given))).toBeInstanceOf(Object);
        if (where.includes('.yaml')) expect(parse(text(given))).toHaveProperty('cursor.api_key');
      }
    }
  });

  it('of an unknown tool says which may be meant', async () => {
    for (const [given, meant] of Object.entries({
      claude: 'claude-code',
      cladue: 'claude-code',
      'gemini-cli': 'gemini',
      copliot: 'copilot',
      gitai: 'git-ai',
      Cursr: 'cursor',
    }))
      // prettier-ignore
      expect(() => toolNamed(given)).toThrow(`Did you mean ${meant}?`);
    expect(() => toolNamed('vim')).toThrow(/^(?!.*Did you mean).*claude-code, codex/);
    expect(await runCli(['connect', 'claude'], { cwd: folder, env })).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Did you mean claude-code?') as string }); // prettier-ignore
  });
});

describe('the wait', () => {
  /** Starts it, and resolves when it waits. */
  async function waiting(...args: string[]): Promise<{ ended: Promise<Ended> }> {
    configured();
    const child = startCli(['connect', ...args, '--wait', '--home', path.join(folder, 'home')], { url: db.url, cwd: folder, env }); // prettier-ignore
    const ended = endOf(child);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('Waiting for the first event')) resolve();
      });
      child.once('close', () => resolve());
    });
    return { ended };
  }

  it('ends with the first event: who, and how much of it is known to be where', async () => {
    const { ended } = await waiting('claude-code', '--timeout', '120');
    const one = startSender({
      url: receiving.url,
      token: TOKEN,
      wire: 'json',
      resource: { 'service.name': 'claude-code' },
    });
    senders.push(one);
    for (const [session, email, repository] of [['s-1', 'ana@acme.io', 'acme/shop'], ['s-2', 'bo@acme.io', null]] as const) // prettier-ignore
      one.event('claude_code.user_prompt', { 'event.name': 'user_prompt', 'event.sequence': 1, 'session.id': session, 'user.email': email, ...(repository === null ? {} : { 'vcs.repository.name': repository }) }); // prettier-ignore
    await one.flush();
    await receiving.settle();
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('First event from 2 people, repository known for 50 % of 2 sessions.');
    expect(stdout).not.toContain(TOKEN);
  }, 150_000);

  it('says what to look at when nothing comes', async () => {
    const { code, stderr } = await (await waiting('codex', '--timeout', '1')).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/nothing came of Codex within 1 s.*throughline status/);
  }, 120_000);
});
