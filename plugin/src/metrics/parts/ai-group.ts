/** AI code as one group: how a question says that its shares are not told apart, and what that makes of a source. */
import type { ParamValues } from '../define.ts';

/** The one group. */
export const AI = 'ai';
/** Its shares, as the store tells them apart. */
export const AI_SOURCES = ['ai_assisted', 'ai_heavy'] as const;

const isShare = (source: string): boolean => AI_SOURCES.some((share) => share === source);

/** No param of any metric: the engine sets it (backend/query/ai-group.ts), nobody can ask for it. */
const ONE_AI = 'one_ai';

export const isOneAi = (params: ParamValues): boolean => params[ONE_AI] === true;

export const withOneAi = (params: ParamValues): ParamValues => ({ ...params, [ONE_AI]: true });

/** A source as an answer names it. */
export const sourceIn = (params: ParamValues, source: string): string =>
  isOneAi(params) && isShare(source) ? AI : source;

/** Chosen sources as the store names them: AI is all of its shares. */
export const storedSources = (chosen: readonly string[]): readonly string[] =>
  chosen.includes(AI) ? [...new Set([...chosen.filter((source) => source !== AI), ...AI_SOURCES])] : chosen;

/** Whether some shares are chosen, and not all. */
export const splitsAi = (chosen: readonly string[]): boolean =>
  AI_SOURCES.some((share) => chosen.includes(share)) && !AI_SOURCES.every((share) => chosen.includes(share));

/** Chosen sources that answers tell apart: sources in one list are shown only together. */
export const apart = (params: ParamValues, chosen: readonly string[]): ReadonlyArray<readonly string[]> =>
  isOneAi(params)
    ? [...Map.groupBy(chosen, (source) => sourceIn(params, source)).values()]
    : chosen.map((source) => [source]);
