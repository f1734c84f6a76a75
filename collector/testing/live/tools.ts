/** Command lines of AI tools on this machine, without an account, send to a real receiver: what arrives, by version, and who sends nothing. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase } from '../database.ts';
import { receive } from '../receiving.ts';
import type { Part } from './part.ts';

const TOKEN = 'token-of-the-live-run';
const NOWHERE = 'http://127.0.0.1:9';
/** Without an account none of them comes to an end by itself. */
const LIMIT_MS = 60_000;

interface Tool {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Files under its home. */
  readonly files?: Readonly<Record<string, string>>;
}

const tools = (url: string): readonly Tool[] => [
  {
    command: 'claude',
    args: ['-p', 'say hi'],
    env: { CLAUDE_CODE_ENABLE_TELEMETRY: '1', OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'otlp', ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: NOWHERE }, // prettier-ignore
  },
  {
    command: 'codex',
    args: ['exec', '--skip-git-repo-check', 'say hi'],
    env: {},
    files: {
      '.codex/config.toml': `model_provider = "none"
model = "none"
[model_providers.none]
name = "none"
base_url = "${NOWHERE}/v1"
request_max_retries = 1
stream_max_retries = 1
[otel]
log_user_prompt = false
exporter = { otlp-http = { endpoint = "${url}/v1/logs", protocol = "json", headers = { "authorization" = "Bearer ${TOKEN}" } } }
metrics_exporter = { otlp-http = { endpoint = "${url}/v1/metrics", protocol = "json", headers = { "authorization" = "Bearer ${TOKEN}" } } }
`,
    },
  },
  {
    command: 'gemini',
    args: ['--skip-trust', '-p', 'say hi'],
    // Without it no way to sign in is chosen, and it ends before it begins.
    files: { '.gemini/settings.json': '{"security":{"auth":{"selectedType":"gemini-api-key"}}}' },
    env: { GEMINI_TELEMETRY_ENABLED: 'true', GEMINI_TELEMETRY_TARGET: 'local', GEMINI_TELEMETRY_OTLP_ENDPOINT: url, GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http', GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: NOWHERE }, // prettier-ignore
  },
  { command: 'copilot', args: ['-p', 'say hi', '--allow-all-tools'], env: { COPILOT_OTEL_ENABLED: 'true' } },
];

const run = (command: string, args: readonly string[], options: object): Promise<string | null> =>
  new Promise((resolve) => {
    const child = execFile(command, args, { timeout: LIMIT_MS, ...options }, (error, stdout) =>
      resolve((error as NodeJS.ErrnoException | null)?.code === 'ENOENT' ? null : stdout)
    );
    child.stdin?.end();
  });

async function tried({ command, args, env, files = {} }: Tool, url: string): Promise<string | null> {
  const said = await run(command, ['--version'], {});
  if (said === null) return null;
  const home = mkdtempSync(path.join(tmpdir(), 'throughline-live-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), text);
  }
  const exporter = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${TOKEN}`, OTEL_METRIC_EXPORT_INTERVAL: '1000', OTEL_LOGS_EXPORT_INTERVAL: '500' }; // prettier-ignore
  await run(command, args, { cwd: home, env: { PATH: process.env['PATH'] ?? '', HOME: home, ...exporter, ...env } });
  rmSync(home, { recursive: true, force: true });
  return /\d+(\.\d+)+/.exec(said)?.[0] ?? 'of unknown version';
}

async function runAll(): Promise<string | null> {
  const db = await testDatabase();
  const receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN }] } });
  const told: string[] = [];
  try {
    for (const tool of tools(receiving.url)) {
      await db.pool.query('delete from tool_point; delete from skipped; delete from unknown_name');
      const version = await tried(tool, receiving.url);
      if (version === null) continue;
      await receiving.settle();
      const { rows } = await db.pool.query<{ what: string }>(
        `select tool_id || ' ' || measure || ' × ' || count(*) as what from tool_point group by tool_id, measure
         union all select 'unknown: ' || item from skipped union all select 'unknown: ' || name from unknown_name order by 1`
      );
      told.push(`${tool.command} ${version}: ${rows.map(({ what }) => what).join(', ') || 'sent nothing'}`);
    }
  } finally {
    await receiving.close();
    await db.close();
  }
  return told.length === 0 ? null : told.join('\n  ');
}

export const aiTools: Part = { name: 'Command lines of AI tools (on PATH)', run: runAll };
