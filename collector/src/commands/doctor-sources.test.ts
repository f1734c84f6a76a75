/** What `throughline doctor` says of sources, against the vendors' local servers. */
import { newWorld as claudeWorld, serveClaude } from '../../testing/vendors/claude.ts';
import { newWorld as copilotWorld, serveCopilot } from '../../testing/vendors/copilot.ts';
import { newWorld as cursorWorld, serveCursor } from '../../testing/vendors/cursor.ts';
import { broken, tooMany } from '../../testing/vendors/serve.ts';
import { configSchema } from '../config/schema.ts';
import { checkSources } from './doctor-sources.ts';

const closing: Array<() => void> = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function servers() {
  const worlds = { copilot: copilotWorld('ghp_never-shown'), claude: claudeWorld(), cursor: cursorWorld() };
  const copilot = await serveCopilot(worlds.copilot);
  const claude = await serveClaude(worlds.claude);
  const cursor = await serveCursor(worlds.cursor);
  closing.push(() => copilot.close(), () => claude.close(), () => cursor.close()); // prettier-ignore
  const section = {
    copilot: { token: worlds.copilot.token, organisations: ['acme'], url: copilot.api.url, costs: true },
    claude: { admin_key: worlds.claude.adminKey, analytics_key: worlds.claude.analyticsKey, url: claude.url },
    cursor: { api_key: worlds.cursor.key, url: cursor.url },
  };
  return { worlds, section, copilot, claude, cursor };
}
const said = async (given: object): Promise<string[]> => {
  const found = await checkSources(configSchema.parse(given), { now: () => new Date('2026-11-18T12:00:00Z') });
  const lines = found.map(({ check, state, text }) => `${state} ${check}: ${text}`);
  expect(lines.join('\n')).not.toMatch(/never-shown/);
  return lines;
};

test('credentials that do are allowed, stream by stream, for one request each', async () => {
  const { section, copilot, claude, cursor } = await servers();
  expect(await said(section)).toEqual([
    'ok Claude Code, console: allowed',
    'ok Claude Code, enterprise: allowed',
    'ok GitHub Copilot, usage of acme: allowed',
    'ok GitHub Copilot, seats of acme: allowed',
    'ok GitHub Copilot, costs of acme: allowed',
    'ok Cursor, usage: allowed',
    'ok Cursor, events: allowed',
    'ok Cursor, seats: allowed',
    'ok Cursor, commits: allowed',
  ]);
  expect([copilot.api, copilot.reports, claude, cursor].map(({ asked }) => asked.length)).toEqual([3, 0, 2, 4]);
});

test('a key of another kind is called what it looks like, with what is needed and where it is made', async () => {
  const { section } = await servers();
  const wrong = {
    copilot: { ...section.copilot, token: 'gho_never-shown', costs: false },
    claude: { url: section.claude.url, admin_key: 'sk-ant-api03-never-shown' },
    cursor: { ...section.cursor, api_key: 'sk-ant-admin-never-shown', events: false, commits: false },
  };
  const [claude, copilot, , cursor] = await said(wrong);
  expect(claude).toMatch(/^fault Claude Code, console: .* 401 .*an inference key.* \(sk-ant-api03…\)\. It must be an Admin API key \(sk-ant-admin…\)/); // prettier-ignore
  expect(copilot).toMatch(
    /^fault GitHub Copilot, usage of acme: .* 401 .*a token of an OAuth app \(gho_…\)\. Make a new one/
  );
  expect(cursor).toMatch(/^fault Cursor, usage: .* 401 .*a key of Anthropic \(sk-ant-…\)\..*Admin API Keys/);
});

test('a missing scope is named as GitHub names it', async () => {
  const { worlds, section } = await servers();
  worlds.copilot.scopes = ['read:org'];
  const [usage, seats] = await said({ copilot: section.copilot });
  expect(usage).toContain('allowed');
  expect(seats).toMatch(/^fault GitHub Copilot, seats of acme: .*403.*a classic token \(ghp_…\)\. It has the scopes read:org; one of these is needed: manage_billing:copilot\./); // prettier-ignore
});

test('a plan that does not have it says so, where it is 403 and where it is 404', async () => {
  const { worlds, section } = await servers();
  worlds.claude.hasPlan = false;
  worlds.copilot.missing.add('acme');
  worlds.cursor.plan = 'team';
  const lines = await said({ ...section, copilot: { ...section.copilot, costs: false } });
  const faults = lines.filter((line) => line.startsWith('fault'));
  expect(faults).toEqual([
    expect.stringMatching(/^fault Claude Code, console: .*403.*Team plans have no API: use OpenTelemetry/),
    expect.stringMatching(/^fault Claude Code, enterprise: .*403.*read:analytics.*Enterprise plan/),
    expect.stringMatching(/^fault GitHub Copilot, usage of acme: .*404.*no Copilot Business or Enterprise/),
    expect.stringMatching(/^fault GitHub Copilot, seats of acme: .*404/),
    expect.stringMatching(/^fault Cursor, commits: .*403 \(Enterprise access required\).*cursor\.commits: false/),
  ]);
  worlds.cursor.plan = 'unknown';
  expect((await said({ cursor: section.cursor })).at(-1)).toMatch(/^fault Cursor, commits: .*404.*on request/);
});

test('trouble that passes is no fault, and nobody is waited for', async () => {
  const { section, cursor } = await servers();
  cursor.faults.push(tooMany(3_600), broken);
  const lines = await said({ cursor: { ...section.cursor, commits: false } });
  expect(lines.slice(0, 2)).toEqual([
    expect.stringMatching(/^warning Cursor, usage: .*wait/),
    expect.stringMatching(/^warning Cursor, events: /),
  ]);
  cursor.close();
  expect((await said({ cursor: section.cursor })).every((line) => line.startsWith('warning'))).toBe(true);
});
