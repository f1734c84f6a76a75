/**
 * How AI tools show themselves in git: data only, matched by mark-commit.ts and account-kind.ts.
 * Addresses and logins are compared whole and in lower case; a GitHub no-reply address is known by its id where it has one,
 * because logins get renamed. Raise RULES_VERSION with every change: commits are then read again.
 */

/** Version of all data in this file; stored with every mark. */
export const RULES_VERSION = 1;

/** How sure a rule is: `high` = only this tool writes it, `medium` = others may write it too. */
export type Strength = 'high' | 'medium';

/** A trailer that only AI tools write. */
export interface TrailerRule {
  /** Key, lower case. */
  readonly key: string;
  /** Values that count; absent = any. */
  readonly value?: RegExp;
}

/** Fingerprints of one tool; any of them is a mark. */
export interface ToolRule {
  readonly tool: string;
  readonly strength: Strength;
  /** Addresses of author, committer or co-author, lower case. */
  readonly emails?: readonly string[];
  /** Ids in GitHub no-reply addresses `<id>+<login>@users.noreply.github.com`. */
  readonly githubIds?: readonly number[];
  /** Logins of bot accounts, lower case, without `[bot]`. */
  readonly bots?: readonly string[];
  /** Ends of raw git names (a forge's login hides them). A person who runs the tool carries it, so it marks the commit, not the account. */
  readonly nameEnd?: string;
  readonly trailers?: readonly TrailerRule[];
  /** Whole lines of the message. */
  readonly text?: RegExp;
  /** Starts of branch names: a hint, never a proof. */
  readonly branches?: readonly string[];
}

/** Marks that are known to lie for a while: they then say nothing (kind `distrusted`). */
export interface Distrust {
  readonly tool: string;
  readonly email: string;
  /** First and last UTC day of the author time. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export const TOOL_RULES: readonly ToolRule[] = [
  {
    tool: 'claude-code',
    strength: 'high',
    emails: ['noreply@anthropic.com'],
    githubIds: [209825114],
    bots: ['claude'],
    trailers: [{ key: 'claude-session', value: /^https:\/\/claude\.ai\/code\/session_\w+/ }],
    text: /^\P{Letter}*Generated with \[Claude Code\]\(https?:\/\/[^\s)]+\)\P{Letter}*$/mu,
    branches: ['claude/'],
  },
  {
    tool: 'copilot-agent',
    strength: 'high',
    githubIds: [198982749],
    bots: ['copilot-swe-agent'],
    trailers: [{ key: 'agent-logs-url', value: /^https:\/\/github\.com\/\S+\/sessions\/\S+/ }],
    branches: ['copilot/'],
  },
  {
    tool: 'copilot-cli',
    strength: 'high',
    githubIds: [223556219],
    trailers: [{ key: 'copilot-session' }],
  },
  { tool: 'copilot-autofix', strength: 'high', githubIds: [175728472] },
  { tool: 'copilot-vscode', strength: 'medium', emails: ['copilot@github.com'] },
  {
    tool: 'cursor',
    strength: 'high',
    emails: ['cursoragent@cursor.com', 'sos@cursor.sh'],
    bots: ['cursor'],
    trailers: [{ key: 'made-with', value: /^cursor\b/i }],
    branches: ['cursor/'],
  },
  {
    tool: 'codex',
    strength: 'high',
    emails: ['noreply@openai.com', 'codex@openai.com'],
    bots: ['chatgpt-codex-connector'],
    branches: ['codex/'],
  },
  {
    tool: 'devin',
    strength: 'high',
    githubIds: [158243242],
    bots: ['devin-ai-integration'],
    text: /^(?:Devin session|Link to Devin (?:run|session)): https:\/\/app\.devin\.ai\/sessions\/\S+\s*$/m,
    branches: ['devin/'],
  },
  {
    tool: 'aider',
    strength: 'high',
    emails: ['noreply@aider.chat', 'noreply@aider.dev'],
    nameEnd: ' (aider)',
    text: /^aider: /,
  },
  { tool: 'gemini-cli', strength: 'medium', githubIds: [218195315] },
  { tool: 'jules', strength: 'high', githubIds: [161369871], bots: ['google-labs-jules'] },
  {
    tool: 'amp',
    strength: 'high',
    emails: ['amp@ampcode.com'],
    trailers: [{ key: 'amp-thread-id', value: /^https:\/\/ampcode\.com\/threads\/\S+/ }],
  },
  { tool: 'opencode', strength: 'high', emails: ['noreply@opencode.ai'] },
  { tool: 'factory-droid', strength: 'medium', githubIds: [138933559], bots: ['factory-droid'] },
  { tool: 'amazon-q', strength: 'medium', githubIds: [208079219], bots: ['amazon-q-developer'] },
  { tool: 'openhands', strength: 'medium', emails: ['openhands@all-hands.dev'] },
  { tool: 'roo-code', strength: 'medium', emails: ['roomote@roocode.com'] },
  { tool: 'junie', strength: 'medium', emails: ['junie@jetbrains.com'] },
  { tool: 'windsurf', strength: 'medium', emails: ['windsurf@codeium.com'] },
  { tool: 'kiro', strength: 'medium', emails: ['kiro@kiro.dev'] },
  { tool: 'firebender', strength: 'medium', emails: ['help@firebender.com'] },
  // A recorder of agent sessions; which agent it was is in the checkpoint, not in the commit.
  { tool: 'generic', strength: 'medium', trailers: [{ key: 'entire-checkpoint', value: /^[0-9a-f]{12}$/ }] },
];

export const DISTRUSTED: readonly Distrust[] = [
  {
    tool: 'copilot-vscode',
    email: 'copilot@github.com',
    from: '2026-04-01',
    to: '2026-06-30',
    reason: 'VS Code stamped commits without AI by default',
  },
];

/** Trailers that name a tool in their value. `naming`: the value must name a known tool (the key has older, other uses). */
export const DECLARING_TRAILERS: ReadonlyArray<{ readonly key: string; readonly naming: boolean }> = [
  { key: 'assisted-by', naming: true },
  { key: 'generated-by', naming: true },
  { key: 'ai-assisted-by', naming: false },
  { key: 'ai-assisted', naming: false },
  { key: 'ai-generated', naming: false },
  { key: 'ai-tool', naming: false },
  { key: 'ai-model', naming: false },
];

/** Values that deny: nobody, no AI. */
export const DENIALS: ReadonlySet<string> = new Set(['none', 'no', 'false', 'n/a', 'na', 'nobody', '0', '0%', 'human']);

/** Trailers with a number of AI lines. */
export const LINE_COUNT_TRAILERS = { lines: 'entire-attribution', percent: 'agent-attribution' } as const;

/** AI reviewers: AI agents as accounts, but no authors. */
export const REVIEW_BOTS: { readonly githubIds: readonly number[]; readonly bots: readonly string[] } = {
  githubIds: [136622811, 176961590],
  bots: [
    'coderabbitai',
    'copilot-pull-request-reviewer',
    'gemini-code-assist',
    'graphite-app',
    'qodo-merge-pro',
    'sourcery-ai',
    'ellipsis-dev',
    'greptile-apps',
  ],
};

/** Programs without AI: never authors of changes that are compared. */
export const AUTOMATION: { readonly emails: readonly string[]; readonly names: readonly string[] } = {
  emails: [
    'noreply@github.com',
    'support@dependabot.com',
    'support@github.com',
    'bot@renovateapp.com',
    'renovate@whitesourcesoftware.com',
    'action@github.com',
    'actions@github.com',
    'greenkeeper@greenkeeper.io',
    'support@greenkeeper.io',
    'snyk-bot@snyk.io',
    'bot@pyup.io',
    'noreply@weblate.org',
    'bot@allcontributors.org',
  ],
  names: [
    'dependabot',
    'renovate',
    'renovate-bot',
    'github-actions',
    'github actions',
    'github merge queue',
    'mergify',
    'bors',
    'greenkeeper',
    'snyk-bot',
    'pre-commit-ci',
    'allcontributors',
    'semantic-release-bot',
    'gitlab-bot',
    'weblate',
    'k8s-ci-robot',
  ],
};

/** Names by which tools are called in trailers and notes, lower case; the longest name that fits wins. */
export const TOOL_NAMES: ReadonlyArray<readonly [name: string, tool: string]> = [
  ['claude code', 'claude-code'],
  ['claude-code', 'claude-code'],
  ['claude', 'claude-code'],
  ['github copilot cli', 'copilot-cli'],
  ['copilot-cli', 'copilot-cli'],
  ['github copilot', 'copilot'],
  ['github-copilot', 'copilot'],
  ['copilot', 'copilot'],
  ['cursor', 'cursor'],
  ['codex', 'codex'],
  ['openai codex', 'codex'],
  ['chatgpt', 'chatgpt'],
  ['devin', 'devin'],
  ['aider', 'aider'],
  ['gemini', 'gemini-cli'],
  ['gemini-cli', 'gemini-cli'],
  ['gemini cli', 'gemini-cli'],
  ['jules', 'jules'],
  ['amp', 'amp'],
  ['opencode', 'opencode'],
  ['droid', 'factory-droid'],
  ['factory-droid', 'factory-droid'],
  ['amazon q', 'amazon-q'],
  ['openhands', 'openhands'],
  ['roo code', 'roo-code'],
  ['junie', 'junie'],
  ['windsurf', 'windsurf'],
  ['kiro', 'kiro'],
  ['firebender', 'firebender'],
  ['crush', 'crush'],
  ['zed', 'zed'],
  ['cline', 'cline'],
  ['continue', 'continue'],
];

/** Tools that rules can name, for the table `tool`. */
export const TOOLS: ReadonlyArray<{ readonly id: string; readonly title: string }> = [
  { id: 'aider', title: 'Aider' },
  { id: 'amazon-q', title: 'Amazon Q Developer' },
  { id: 'amp', title: 'Amp' },
  { id: 'chatgpt', title: 'ChatGPT' },
  { id: 'claude-code', title: 'Claude Code' },
  { id: 'cline', title: 'Cline' },
  { id: 'codex', title: 'Codex' },
  { id: 'continue', title: 'Continue' },
  { id: 'copilot', title: 'GitHub Copilot' },
  { id: 'copilot-agent', title: 'Copilot coding agent' },
  { id: 'copilot-autofix', title: 'Copilot Autofix' },
  { id: 'copilot-cli', title: 'Copilot CLI' },
  { id: 'copilot-vscode', title: 'Copilot in VS Code' },
  { id: 'crush', title: 'Crush' },
  { id: 'cursor', title: 'Cursor' },
  { id: 'devin', title: 'Devin' },
  { id: 'factory-droid', title: 'Factory Droid' },
  { id: 'firebender', title: 'Firebender' },
  { id: 'gemini-cli', title: 'Gemini CLI' },
  { id: 'generic', title: 'AI tool (not named)' },
  { id: 'jules', title: 'Jules' },
  { id: 'junie', title: 'Junie' },
  { id: 'kiro', title: 'Kiro' },
  { id: 'opencode', title: 'opencode' },
  { id: 'openhands', title: 'OpenHands' },
  { id: 'roo-code', title: 'Roo Code' },
  { id: 'windsurf', title: 'Windsurf' },
  { id: 'zed', title: 'Zed' },
];

/** Confidence of a mark by kind (metrics.md 2.1); a rule of medium strength takes `MEDIUM_PENALTY` off. */
export const MARK_CONFIDENCE = {
  author: 0.85,
  committer: 0.85,
  co_author: 0.7,
  trailer: 0.7,
  text: 0.7,
  branch: 0.3,
  note: 0.95,
  line_count: 0.9,
  explicit_human: 0.6,
  distrusted: 0,
} as const;
export const MEDIUM_PENALTY = 0.1;
