/**
 * The dialect table: what the names mean that tools give their telemetry. Data; a name that is not here is counted as unknown and never
 * guessed. Raise the version when a line changes. Sources: design notes of each tool's documentation, dated in the README beside this file.
 */

export const DIALECT_VERSION = 4;

/** What a number adds to, column of `tool_day`. */
export type Measure = 'sessions' | 'accepted_lines' | 'input_tokens' | 'output_tokens' | 'cost_usd';

/** What the values of an attribute add to; null = known, and not counted. */
type Values = Readonly<Record<string, Measure | null>>;

/** A metric: what it adds to, as a whole or by the value of an attribute; null = known, and not counted (again). */
export interface MetricEntry {
  /** Null = as the service says. */
  readonly tool: string | null;
  readonly measure: Measure | null;
  readonly by?: { readonly attribute: string; readonly values: Values };
}

/** An event or span. */
export interface EventEntry {
  readonly tool: string | null;
  /** use = a person asked for something; session = it begins; tokens = a finished answer; known = a part of a use, not counted by itself. */
  readonly means: 'use' | 'session' | 'tokens' | 'known';
  /** Kind of the use in `tool_event`. */
  readonly type?: string;
  /** Attribute that names the feature. */
  readonly feature?: string;
  /** Attributes of what it adds, by measure. */
  readonly adds?: Readonly<Partial<Record<Measure, string>>>;
  /** It counts only where this attribute has this value. */
  readonly only?: { readonly attribute: string; readonly value: string };
}

const CLAUDE = 'claude-code';
const CODEX = 'codex';
const GEMINI = 'gemini-cli';
const COPILOT = 'copilot';

/** `service.name` → tool. */
export const SERVICES: Readonly<Record<string, string>> = {
  'claude-code': CLAUDE,
  codex_cli_rs: CODEX,
  codex_exec: CODEX,
  'codex-app-server': CODEX,
  'gemini-cli': GEMINI,
  'copilot-chat': COPILOT,
  'github-copilot': COPILOT,
  'copilot-cli': COPILOT,
  agentspan: 'agentspan',
};

/** What an event's name begins with where the tool leaves it out (`event.name=tool_result`). */
export const PREFIXES: Readonly<Record<string, string>> = { [CLAUDE]: 'claude_code.' };

const whole = (tool: string | null, measure: Measure | null): MetricEntry => ({ tool, measure });
const known = (tool: string | null, prefix: string, names: string): ReadonlyArray<readonly [string, MetricEntry]> =>
  names.split(' ').map((name) => [`${prefix}${name}`, whole(tool, null)]);
const by = (tool: string | null, attribute: string, values: Values): MetricEntry => ({
  tool,
  measure: null,
  by: { attribute, values },
});
const ADDED = { added: 'accepted_lines', removed: null } as const;
const TOKENS = { input: 'input_tokens', output: 'output_tokens' } as const;
const uncounted = (names: string): Values => Object.fromEntries(names.split(' ').map((name) => [name, null]));

export const METRICS: ReadonlyMap<string, MetricEntry> = new Map<string, MetricEntry>([
  ['claude_code.session.count', whole(CLAUDE, 'sessions')],
  ['claude_code.lines_of_code.count', by(CLAUDE, 'type', ADDED)],
  ['claude_code.cost.usage', whole(CLAUDE, 'cost_usd')],
  ['claude_code.token.usage', by(CLAUDE, 'type', { ...TOKENS, ...uncounted('cacheRead cacheCreation') })],
  ...known(CLAUDE, 'claude_code.', 'commit.count pull_request.count code_edit_tool.decision active_time.total'),
  ['codex.thread.started', whole(CODEX, 'sessions')],
  // Its tokens are read from its log events: metrics do not name the user, and `codex exec` sends some since 0.171 only.
  ...known(
    CODEX,
    'codex.',
    'tool.call turn.token_usage turn.e2e_duration_ms process.start api_request api_request.duration_ms startup.phase.duration_ms tools.registered shell_snapshot shell_snapshot.duration_ms auth.selection auth.selection.duration'
  ),
  ['gemini_cli.session.count', whole(GEMINI, 'sessions')],
  ['gemini_cli.lines.changed', by(GEMINI, 'type', ADDED)],
  ['gemini_cli.token.usage', by(GEMINI, 'type', { ...TOKENS, ...uncounted('thought cache tool') })],
  ...known(
    GEMINI,
    'gemini_cli.',
    'tool.call.count tool.call.latency api.request.count api.request.latency file.operation.count network_retry.count startup.duration'
  ),
  ['copilot_chat.session.count', whole(COPILOT, 'sessions')],
  ['copilot_chat.lines_of_code.count', by(COPILOT, 'type', ADDED)],
  ['github.copilot.code.lines_added', whole(COPILOT, 'accepted_lines')],
  ...known(
    COPILOT,
    'copilot_chat.',
    'edit.acceptance.count edit.survival.four_gram edit.survival.no_revert pull_request.count'
  ),
  // GenAI conventions, old and new names: the tool is the service's.
  ['gen_ai.client.token.usage', by(null, 'gen_ai.token.type', { ...TOKENS, completion: 'output_tokens' })],
  ...known(
    null,
    'gen_ai.',
    'client.operation.duration client.operation.time_to_first_chunk invoke_agent.duration invocation.duration workflow.duration'
  ),
]);

const part = (tool: string | null, prefix: string, names: string): ReadonlyArray<readonly [string, EventEntry]> =>
  names.split(' ').map((name) => [`${prefix}${name}`, { tool, means: 'known' }]);
const use = (tool: string | null, more: Partial<EventEntry> = {}): EventEntry => ({
  tool,
  means: 'use',
  type: 'tool_invocation',
  ...more,
});

/** Events of logs. */
export const EVENTS: ReadonlyMap<string, EventEntry> = new Map<string, EventEntry>([
  ['claude_code.user_prompt', use(CLAUDE)],
  ...part(
    CLAUDE,
    'claude_code.',
    'api_request api_error tool_result tool_decision subagent_completed api_request_body api_response_body assistant_response hook_execution_complete hook_execution_start mcp_server_connection skill_activated plugin_installed plugin_loaded auth compaction at_mention internal_error permission_mode_changed api_retries_exhausted'
  ),
  ['codex.user_prompt', use(CODEX)],
  ['codex.conversation_starts', { tool: CODEX, means: 'session' }],
  [
    'codex.sse_event',
    {
      tool: CODEX,
      means: 'tokens',
      adds: { input_tokens: 'input_token_count', output_tokens: 'output_token_count' },
      only: { attribute: 'event.kind', value: 'response.completed' },
    },
  ],
  ...part(CODEX, 'codex.', 'startup_phase api_request tool_decision tool_result websocket_request websocket_event'),
  ['gemini_cli.user_prompt', use(GEMINI)],
  ['gemini_cli.config', { tool: GEMINI, means: 'session' }],
  ...part(
    GEMINI,
    'gemini_cli.',
    'tool_call file_operation api_request api_response api_error slash_command flash_fallback next_speaker_check conversation_finished network_retry_attempt ripgrep_fallback startup_stats'
  ),
  // GenAI conventions: what a call was asked and answered, by any service.
  ...part(null, 'gen_ai.', 'client.inference.operation.details'),
]);

/** Spans, by `gen_ai.operation.name`, else by their own name. */
export const SPANS: ReadonlyMap<string, EventEntry> = new Map<string, EventEntry>([
  ['invoke_agent', use(null, { feature: 'gen_ai.agent.name' })],
  ...part(
    null,
    '',
    'chat text_completion generate_content execute_tool create_agent embeddings plan invoke_workflow handle_conversation_turn'
  ),
  // Of Gemini CLI, which names no operation.
  ...part(GEMINI, '', 'llm_call'),
  ['agent.session', use('agentspan', { type: 'agent_run', feature: 'agent.artifact.type' })],
]);

/** Attributes that name the user, the session and the place, the first that is there wins; nothing else of a request is kept but what an entry names. */
export const WHO = {
  email: ['user.email', 'enduser.email'],
  login: ['user.login', 'github.copilot.user.login', 'user.name'],
  id: ['user.account_uuid', 'user.account_id', 'user.id', 'installation.id'],
  session: ['gen_ai.conversation.id', 'session.id', 'conversation.id', 'thread.id'],
  repository: ['vcs.repository.name', 'github.copilot.git.repository'],
  url: ['vcs.repository.url.full'],
  organisation: ['workspace.org_slug'],
  branch: ['vcs.ref.head.name', 'github.copilot.git.branch'],
  head: ['vcs.ref.head.revision', 'github.copilot.git.commit_sha'],
} as const;
