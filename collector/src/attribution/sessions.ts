/** Sessions of AI tools that a commit, or a note on it, names: `AI-Session: claude-code/6f0e3c1a-…` (what the hook in hook/ writes). */
import { pattern } from '../text/pattern.ts';
import { readMessage } from './message.ts';
import { TOOLS, UNNAMED_TOOL } from './tools.ts';
import type { Trailer } from './trailers.ts';

export interface NamedSession {
  /** Tool of the mark; `generic` = one that is not known: a name that anybody may write makes no tool. */
  readonly toolId: string;
  /** tool_id under which its telemetry comes; null = it is not known. */
  readonly telemetryId: string | null;
  /** Id at the tool. */
  readonly sessionId: string;
}

const KEY = 'ai-session';
/** What the hook writes. All else (paths, addresses, sentences, what is longer) names no session. */
const VALUE = pattern`^([a-z][a-z0-9-]{0,39})/([A-Za-z0-9._:-]{1,100})$`;
/** Sessions of one commit; a squash of a hundred says no more with the next one. */
const MOST = 20;

const byId = new Map(TOOLS.filter(({ isReviewer }) => isReviewer !== true).map((tool) => [tool.id, tool]));
const reviewers = new Set(TOOLS.filter(({ isReviewer }) => isReviewer === true).map(({ id }) => id));

/** The session that a trailer names; null = it is another trailer, or names none. */
export function sessionOf({ key, value }: Trailer): NamedSession | null {
  if (key.toLowerCase() !== KEY || value.length > 200) return null;
  const [id = '', sessionId = ''] = VALUE.exec(value)?.groups ?? [];
  if (id === '' || id === null || sessionId === null || reviewers.has(id)) return null;
  const tool = byId.get(id);
  return {
    toolId: tool?.id ?? UNNAMED_TOOL,
    telemetryId: tool === undefined ? null : (tool.telemetry ?? tool.id),
    sessionId,
  };
}

/** Sessions that trailers name, each once. */
export function sessionsOf(trailers: readonly Trailer[]): NamedSession[] {
  const found = new Map<string, NamedSession>();
  for (const trailer of trailers) {
    const session = sessionOf(trailer);
    if (session !== null && found.size < MOST) found.set(`${session.toolId}/${session.sessionId}`, session);
  }
  return [...found.values()];
}

/** Sessions of a message of a commit, of those that a squash lists as well. */
export function sessionsIn(message: string): NamedSession[] {
  if (!message.toLowerCase().includes(`${KEY}:`)) return [];
  const { trailers, earlier } = readMessage(message);
  return sessionsOf([...trailers, ...earlier]);
}
