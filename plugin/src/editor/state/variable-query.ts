import { DIMENSIONS, type Dimension } from '../../metrics/define.ts';
import { isRecord } from '../../metrics/query-error.ts';
import type { StoredFilters, VariableQuery } from './types.ts';

/** The name of a dimension, or undefined. */
export function dimensionOf(name: unknown): Dimension | undefined {
  return DIMENSIONS.find((dimension) => dimension === name);
}

/**
 * The stored query of a variable, whatever its form: an object, or the bare name of a dimension as a text.
 * Unknown dimensions and values that are no text are left out.
 */
export function readVariableQuery(raw: unknown): VariableQuery {
  if (!isRecord(raw)) {
    return { refId: 'A', dimension: dimensionOf(typeof raw === 'string' ? raw.trim() : undefined) };
  }
  const filters: StoredFilters = {};
  for (const [name, value] of Object.entries(isRecord(raw['filters']) ? raw['filters'] : {})) {
    const dimension = dimensionOf(name);
    if (dimension !== undefined) {
      filters[dimension] = textsOf(value);
    }
  }
  return {
    refId: typeof raw['refId'] === 'string' ? raw['refId'] : 'A',
    dimension: dimensionOf(raw['dimension']),
    filters,
  };
}

/** A stored filter value as a list of texts. */
export function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (entry): entry is string => typeof entry === 'string' && entry !== ''
  );
}
