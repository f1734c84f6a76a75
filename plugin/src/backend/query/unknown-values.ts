/** Values of a filter that are not known here: a slip of the pen finds nothing, as a quiet team does. */
import { closest } from '../../metrics/closest.ts';
import type { Dimension } from '../../metrics/define.ts';
import { AI, AI_SOURCES } from '../../metrics/parts/ai-group.ts';
import { CLASSES } from '../../metrics/parts/packs.ts';
import type { Store } from '../store/database.ts';
import { dimensionValues, MAX_VALUES } from './dimensions.ts';
import { fixedLeast } from './least-people.ts';
import type { PreparedQuery } from './run-metric.ts';
import { filtersWithin } from './team-scope.ts';

/** So many are told where nothing is near. */
const MOST_TOLD = 5;
/** More filters than these nobody looks through. */
const MOST_FILTERS = 3;

/** Values that mean something whatever the store holds (metrics.md 2). */
const VOCABULARY: Partial<Record<Dimension, readonly string[]>> = {
  code_source: ['human', AI, ...AI_SOURCES, 'unknown', 'none'],
  pr_class: CLASSES,
  size: ['XS', 'S', 'M', 'L', 'XL'],
  seniority: ['junior', 'mid', 'senior', 'any', 'unknown'],
};

/** A sentence for each filter with an unknown value, with what may be meant: only values that a picker offers to whoever asks. */
export async function unknownValues(
  store: Store,
  { parsed, settings, smallGroups }: PreparedQuery,
  signal: AbortSignal
): Promise<string[]> {
  const { teams } = store.settings;
  const chosen = Object.entries(parsed.metric.params).flatMap(([name, param]) => {
    const values = parsed.params[name];
    return param.kind === 'filter' && Array.isArray(values) && values.length > 0
      ? [{ dimension: param.dimension, label: param.label, values: values as readonly string[] }]
      : [];
  });
  const said: string[] = [];
  for (const { dimension, label, values } of chosen.slice(0, MOST_FILTERS)) {
    const k = dimension === 'seniority' ? Math.max(settings.k, fixedLeast(settings)) : settings.k;
    const least = smallGroups === 'hidden' ? { least: k } : {};
    const among = dimension === 'team' && teams !== null ? { among: teams } : {};
    const sql = dimensionValues(dimension, filtersWithin({}, teams), { limit: MAX_VALUES, ...least, ...among });
    const found = await store.run(sql, { signal, maxRows: MAX_VALUES });
    const known = [...new Set([...found.rows.map((row) => String(row['value'])), ...(VOCABULARY[dimension] ?? [])])];
    const value = values.find((one) => !known.includes(one) && one !== 'unknown');
    if (value !== undefined) said.push(sentence(label, value, known));
  }
  return said;
}

function sentence(label: string, value: string, known: readonly string[]): string {
  const near = closest(value, known);
  if (near.length > 0) return `${label} ${value} is not known here: did you mean ${near.join(' or ')}?`;
  const rest = known.length - MOST_TOLD;
  const told = `${known
    .filter((one) => one !== '')
    .slice(0, MOST_TOLD)
    .join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
  return known.length === 0 ? `${label} ${value} is not known here.` : `${label} ${value} is not known here: there are ${told}.`; // prettier-ignore
}
