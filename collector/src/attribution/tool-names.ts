import { TOOL_NAMES } from './rules.ts';

const BY_LENGTH = [...TOOL_NAMES].sort(([a], [b]) => b.length - a.length);

/** The tool that a text starts by naming, e.g. `Claude Opus 4.6 (1M context)` or `crush:gpt-5`; null = none. */
export function toolOfText(text: string): string | null {
  const folded = text.trim().toLowerCase();
  const found = BY_LENGTH.find(([name]) => folded.startsWith(name) && !/^[a-z0-9]/.test(folded.slice(name.length)));
  return found?.[1] ?? null;
}

/** Tool id of a tool's own name in a note: the known id, else the name as a slug; null = no usable name. */
export function toolIdOf(name: string): string | null {
  const slug = name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return TOOL_NAMES.find(([known]) => known === name.trim().toLowerCase())?.[1] ?? (slug === '' ? null : slug);
}
