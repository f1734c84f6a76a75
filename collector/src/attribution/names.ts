/** Tools and models by the names they are called in trailers, footers and notes. */
import { pattern } from '../text/pattern.ts';
import { TOOLS, UNNAMED_TOOL } from './tools.ts';

const BY_LENGTH = TOOLS.flatMap(({ id, names }) => (names ?? []).map((name) => [name, id] as const)).sort(
  ([a], [b]) => b.length - a.length
);
const BY_NAME = new Map(BY_LENGTH);

/** Longer values are no names. */
const MAX_NAME = 200;

/** Words that follow a tool's name, and no person's: models, sizes, kinds of programs, and words that go on with another name. */
const MODEL_WORD = pattern`^(?:v?\d[\w.-]*|opus|sonnet|haiku|fable|instant|code|coder|codex|cli|tui|sdk|agents?|action|ai|bot|assistants?|assist|desktop|web|cloud|pro|flash|max|mini|nano|plus|ultra|turbo|lite|large|medium|small|thinking|reasoning|preview|exp|experimental|latest|beta|chat|workspace|gpt|model|llm|composer|swe|plugin|extension|ide|editor|autocomplete|completions?|tab|build|team|enterprise|developer|deep|via|with|using|and|powered|suggestions?|edits?|mode|session|o\d|claude|gemini|kimi|glm|qwen|deepseek|grok|llama|minimax)\b`;

/** A model, alone or behind its vendor: `gpt-5`, `OpenAI/gpt-5.4-codex`, `claude-sonnet-4-5`, `o3-mini`. */
const MODEL = pattern`(?i)^(?:(?:openai|anthropic|google|mistral(?:ai)?|x-?ai|meta(?:-llama)?|deepseek(?:-ai)?|alibaba|qwen|moonshot(?:ai)?|z-?ai|zai-org|zhipu(?:ai)?|minimax(?:ai)?|nvidia|cohere|amazon|microsoft|hf|ollama|openrouter)\s?[/: ]\s?)*(?:(?:chat)?gpt[- ]?(?:\d|oss)|o[1-9](?:-|\b)|codex-|(?:claude[- ])?(?:opus|sonnet|haiku)[- ]\d|claude-|gemini[- ]\d|gemma[- ]?\d|llama[- ]?\d|mistral-|mixtral|devstral|codestral|magistral|qwen[- ]?\d|qwq|deepseek-|kimi[- ]k?\d|glm[- ]?\d|grok[- ]\d|minimax[- ]m?\d|phi-\d|starcoder|swe-\d|composer[- ]\d)`;

/** `AGENT:MODEL` of the kernel; no address of a page. */
const AGENT_AND_MODEL = pattern`^[A-Za-z][\w .-]{0,40}:[A-Za-z0-9][\w./:-]*(?:\s|$)`;

/** What stands behind a tool's name goes on with a model or ends: `Claude Dupont` is a person, `Claude Opus 4` is none. */
function isEndOfName(rest: string): boolean {
  if (rest === '' || ':([,/+&;|*_!'.includes(rest[0] ?? '')) return rest[0] !== '/' || rest[1] !== '/';
  if (rest[0] === '.') return rest === '.' || rest[1] === ' ';
  if (rest[0] === ' ' || rest[0] === '-') {
    const next = rest.slice(1).trimStart();
    return next === '' || '(["<—–-:,.'.includes(next[0] ?? '') || MODEL_WORD.test(next);
  }
  return rest[0] === '<' || rest[0] === '@';
}

/** The tool that a text begins by naming, e.g. `Claude Opus 4.6 (1M context)` or `crush:gpt-5`; null = none, or a person of that name. */
export function toolOfText(text: string): string | null {
  const folded = text.slice(0, MAX_NAME).trim().toLowerCase();
  const found = BY_LENGTH.find(([name]) => folded.startsWith(name) && isEndOfName(folded.slice(name.length)));
  return found?.[1] ?? null;
}

/** The tool whose whole name this is; null = none. */
export const toolOfName = (name: string): string | null => BY_NAME.get(name.trim().toLowerCase()) ?? null;

/** A name that no person bears: a tool's name with more behind it than the name, of two words, or a model. */
export function toolOfFullName(name: string): string | null {
  const folded = name.slice(0, MAX_NAME).trim().toLowerCase();
  const tool = toolOfText(folded);
  const isBare = toolOfName(folded) !== null && !folded.includes(' ') && !folded.includes('-');
  if (tool !== null) return isBare ? null : tool;
  const via = folded.lastIndexOf(' via ');
  if (via > 0) return toolOfText(folded.slice(via + 5));
  return MODEL.test(folded) ? UNNAMED_TOOL : null;
}

/** Tool or model that a declaration names; null = neither. */
export function toolOfDeclaration(value: string): string | null {
  const text = value.slice(0, MAX_NAME).trim();
  const tool = toolOfText(text);
  if (tool !== null) return tool;
  const via = text.toLowerCase().lastIndexOf(' via ');
  if (via > 0) return toolOfText(text.slice(via + 5)) ?? (MODEL.test(text) ? UNNAMED_TOOL : null);
  return MODEL.test(text) ? UNNAMED_TOOL : null;
}

/** `Agent:model`, whoever the agent is. */
export const isAgentAndModel = (value: string): boolean =>
  AGENT_AND_MODEL.test(value.slice(0, MAX_NAME)) && !value.includes('://') && !value.includes('<');

/** A tool named anywhere in a text, by words. */
export function toolWithin(text: string): { readonly tool: string; readonly index: number } | null {
  const folded = text.slice(0, MAX_NAME).toLowerCase();
  for (let at = 0; at < folded.length; at += 1) {
    const isStart = at === 0 || !isWord(folded[at - 1]);
    const tool = isStart && isWord(folded[at]) ? toolOfText(folded.slice(at)) : null;
    if (tool !== null) return { tool, index: at };
  }
  return null;
}

const isWord = (char: string | undefined): boolean =>
  char !== undefined && ((char >= 'a' && char <= 'z') || (char >= '0' && char <= '9'));

/** Tool id of a tool's own name in a note: the known id, else the name as a slug; null = no usable name. */
export function toolIdOf(name: string): string | null {
  let slug = '';
  for (const char of name.trim().slice(0, MAX_NAME).toLowerCase()) {
    if (isWord(char)) slug += char;
    else if (slug !== '' && !slug.endsWith('-')) slug += '-';
  }
  const id = slug.slice(0, 40);
  return toolOfName(name) ?? (id === '' ? null : id.endsWith('-') ? id.slice(0, -1) : id);
}
