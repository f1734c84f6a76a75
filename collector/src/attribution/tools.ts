/** All AI tools that this product knows: the one place where a tool has a name, addresses, bots, trailers and branches. */
import type { Tool } from './tool.ts';
import { EDITORS } from './tools/editors.ts';
import { SERVICES } from './tools/services.ts';
import { TERMINALS } from './tools/terminals.ts';

/** By kind of tool; where fingerprints overlap, the first that fits wins. */
export const TOOLS: readonly Tool[] = [...TERMINALS, ...EDITORS, ...SERVICES];

/** Tool of marks that name none. */
export const UNNAMED_TOOL = 'generic';

const titles = new Map(TOOLS.map(({ id, title }) => [id, title]));

/** Name of a tool for people; an unknown tool is shown by its id. */
export const titleOfTool = (id: string): string => titles.get(id) ?? id;

/** Tool whose default branch names begin like this one: a hint, never a proof; null = none. `name` may carry its owner (`owner:name`). */
export function toolOfBranch(name: string | null | undefined): { readonly tool: Tool; readonly start: string } | null {
  const branch = (name ?? '').split(':').at(-1)?.toLowerCase() ?? '';
  for (const tool of TOOLS) {
    const start = tool.branches?.find((one) => branch.startsWith(one));
    if (start !== undefined) return { tool, start };
  }
  return null;
}
