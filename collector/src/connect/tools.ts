/** What a person sets so that a tool reports to this collector. Data: one entry a tool; names of settings as the tools' own documents have them. */

/** What the texts are filled with. */
export interface Given {
  /** Where the collector receives, without a slash at its end. */
  readonly endpoint: string;
  /** Bearer token, or what stands for it. */
  readonly token: string;
}

/** A text to put somewhere. */
export interface Step {
  /** Where it goes. */
  readonly where: string;
  readonly text: (given: Given) => string;
}

export interface ConnectedTool {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Other names that people use. */
  readonly aliases: readonly string[];
  readonly steps: readonly Step[];
  /** Signal grade that comes of it, and what of. */
  readonly tells: string;
  readonly lacks: string;
  /** tool_id of what comes; null = nothing is sent to the collector, there is nothing to wait for. */
  readonly toolId: string | null;
  /** Whether the tool sends by itself, or the collector asks its vendor. */
  readonly from: 'tool' | 'vendor';
}

const env = (pairs: (given: Given) => Readonly<Record<string, string>>, tool: string): Step[] => [
  {
    where: 'shell (~/.profile, ~/.zshenv)',
    text: (given) =>
      Object.entries(pairs(given))
        .map(([name, value]) => `export ${name}="${value}"`)
        .join('\n'),
  },
  {
    where: 'PowerShell ($PROFILE)',
    text: (given) =>
      Object.entries(pairs(given))
        .map(([name, value]) => `$env:${name} = "${value}"`)
        .join('\n'),
  },
  ...(tool === 'claude-code'
    ? [
        {
          where:
            'managed settings, for everybody (/etc/claude-code/managed-settings.json; macOS: /Library/Application Support/ClaudeCode/managed-settings.json; Windows: C:\\Program Files\\ClaudeCode\\managed-settings.json)',
          text: (given: Given) => JSON.stringify({ env: pairs(given) }, null, 2),
        },
      ]
    : []),
];

const headers = ({ token }: Given): string => `Authorization=Bearer ${token}`;

const claudeEnv = (given: Given): Readonly<Record<string, string>> => ({
  CLAUDE_CODE_ENABLE_TELEMETRY: '1',
  OTEL_METRICS_EXPORTER: 'otlp',
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_EXPORTER_OTLP_ENDPOINT: given.endpoint,
  OTEL_EXPORTER_OTLP_HEADERS: headers(given),
});

const codexToml = ({ endpoint, token }: Given): string => {
  const exporter = (signal: string): string =>
    `{ otlp-http = { endpoint = "${endpoint}/v1/${signal}", protocol = "binary", headers = { "authorization" = "Bearer ${token}" } } }`;
  return `[otel]\nlog_user_prompt = false\nexporter = ${exporter('logs')}\nmetrics_exporter = ${exporter('metrics')}`;
};

const geminiJson = ({ endpoint }: Given): string =>
  JSON.stringify(
    { telemetry: { enabled: true, target: 'local', otlpEndpoint: endpoint, otlpProtocol: 'http', logPrompts: false } },
    null,
    2
  );

const copilotJson = ({ endpoint }: Given): string =>
  JSON.stringify(
    { 'github.copilot.chat.otel.enabled': true, 'github.copilot.chat.otel.otlpEndpoint': endpoint },
    null,
    2
  );

const yaml = (text: string): Step => ({ where: 'throughline.yaml, beside the collector', text: () => text });

export const CONNECTED_TOOLS: readonly ConnectedTool[] = [
  {
    name: 'claude-code',
    title: 'Claude Code',
    aliases: ['claude', 'claudecode', 'anthropic'],
    steps: env(claudeEnv, 'claude-code'),
    tells: 'single uses (grade 3, event), sessions, added lines, tokens, cost; the person by e-mail',
    lacks:
      'the repository: the session hook tells it, or OTEL_RESOURCE_ATTRIBUTES="vcs.repository.name=OWNER/NAME" in each repository',
    toolId: 'claude-code',
    from: 'tool',
  },
  {
    name: 'codex',
    title: 'Codex',
    aliases: ['openai', 'codex-cli', 'chatgpt'],
    steps: [{ where: '~/.codex/config.toml', text: codexToml }],
    tells: 'single uses (grade 3, event), sessions, tokens of finished answers; the person by e-mail',
    lacks: 'lines and cost; the repository: the session hook tells it. codex exec sends no metrics',
    toolId: 'codex',
    from: 'tool',
  },
  {
    name: 'gemini',
    title: 'Gemini CLI',
    aliases: ['gemini-cli', 'google'],
    steps: [
      { where: '~/.gemini/settings.json', text: geminiJson },
      ...env((given) => ({ OTEL_EXPORTER_OTLP_HEADERS: headers(given) }), 'gemini'),
    ],
    tells: 'single uses (grade 3, event), sessions, added lines, tokens; the person by e-mail',
    lacks:
      'cost; the repository, and a session that the hook could write: set OTEL_RESOURCE_ATTRIBUTES in each repository',
    toolId: 'gemini-cli',
    from: 'tool',
  },
  {
    name: 'copilot',
    title: 'GitHub Copilot (VS Code, CLI)',
    aliases: ['github-copilot', 'copilot-cli', 'vscode'],
    steps: [
      { where: 'settings.json of VS Code', text: copilotJson },
      ...env(
        (given) => ({
          COPILOT_OTEL_ENABLED: 'true',
          OTEL_EXPORTER_OTLP_ENDPOINT: given.endpoint,
          OTEL_EXPORTER_OTLP_HEADERS: headers(given),
          OTEL_RESOURCE_ATTRIBUTES: 'user.email=YOU@EXAMPLE.COM',
        }),
        'copilot'
      ),
    ],
    tells: 'runs of agents (grade 3, event), sessions, added lines; in VS Code the repository and the commit',
    lacks:
      'the person, unless OTEL_RESOURCE_ATTRIBUTES names one; completions: those come by day from GitHub (section copilot of throughline.yaml, grade 2)',
    toolId: 'copilot',
    from: 'tool',
  },
  {
    name: 'cursor',
    title: 'Cursor',
    aliases: ['cursor-agent', 'anysphere'],
    steps: [yaml("cursor:\n  api_key: '${CURSOR_ADMIN_KEY}'")],
    tells: 'use per person and day, single uses with tokens and cost, lines by AI of each commit (grade 4), seats',
    lacks:
      'anything from the editor itself: the collector asks the Admin API (Enterprise plan), so it comes within the hour',
    toolId: 'cursor',
    from: 'vendor',
  },
  {
    name: 'git-ai',
    title: 'git-ai',
    aliases: ['gitai'],
    steps: [
      {
        where: 'each clone (git-ai writes notes; they do not travel by themselves)',
        text: () =>
          'git push origin refs/notes/ai\ngit config --add remote.origin.fetch "+refs/notes/ai:refs/notes/ai"',
      },
    ],
    tells:
      'which lines AI wrote (grade 4, line), by tool and model; the collector reads refs/notes/ai with the repository',
    lacks: 'use that ends in no commit',
    toolId: null,
    from: 'vendor',
  },
];
