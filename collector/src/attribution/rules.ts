/**
 * How marks are weighed, and what is not about one tool. Tools are in tools.ts, programs without AI in automation.ts.
 * Raise RULES_VERSION with every change of any of them: commits are then read again.
 */

/** Version of all rules; stored with every mark. */
export const RULES_VERSION = 5;

/** Marks that are known to lie for a while: they then say nothing (kind `distrusted`). */
export interface Distrust {
  readonly tool: string;
  readonly email: string;
  /** First and last UTC day of the author time. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export const DISTRUSTED: readonly Distrust[] = [
  {
    tool: 'copilot-vscode',
    email: 'copilot@github.com',
    from: '2026-04-01',
    to: '2026-06-30',
    reason: 'VS Code stamped commits without AI by default',
  },
];

const keys = (words: string, naming: boolean): Array<readonly [string, { readonly naming: boolean }]> =>
  words.split(' ').map((key) => [key, { naming }]);

/** Trailers that declare AI in their value. `naming`: the value must name a known tool or a model (the key has older, other uses). */
export const DECLARING_TRAILERS: ReadonlyMap<string, { readonly naming: boolean }> = new Map([
  ...keys('assisted-by generated-by generated-with co-generated-by commit-generated-by made-with built-with', true),
  ...keys('agent authored-by coding-agent implemented-by model', true),
  ...keys(
    'ai ai-agent ai-assist ai-assistance ai-assistant ai-assisted ai-assisted-by ai-authored ai-authorship',
    false
  ),
  ...keys('ai-contribution ai-disclosure ai-generated ai-generated-by ai-involvement ai-model ai-tool ai-tools', false),
  ...keys('ai-usage ai-use ai-used assisted-by-ai generated-by-ai gen-ai genai', false),
  ...keys('llm llm-assisted llm-generated llm-model', false),
]);

/** Trailers with a number of AI lines. */
export const LINE_COUNT_TRAILERS = { lines: 'entire-attribution', percent: 'agent-attribution' } as const;

/** Confidence of a mark by kind (metrics.md 2.1); a rule of medium strength takes `MEDIUM_PENALTY` off. */
export const MARK_CONFIDENCE = {
  author: 0.85,
  committer: 0.85,
  co_author: 0.7,
  trailer: 0.7,
  text: 0.7,
  branch: 0.3,
  note: 0.95,
  session_note: 0.7,
  line_count: 0.9,
  explicit_human: 0.6,
  distrusted: 0,
} as const;
export const MEDIUM_PENALTY = 0.1;
