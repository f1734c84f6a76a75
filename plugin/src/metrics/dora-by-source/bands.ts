/** Names for values of the five metrics: data, not truth. DORA publishes clusters of survey answers, not cut-offs. */

/** From the first band whose limit the value meets; the last has no limit. */
export interface Band {
  readonly name: string;
  /** Value up to which (times, rates) or from which (frequency) the band holds; null = all the rest. */
  readonly limit: number | null;
}

const HOUR = 60;
const DAY = 24 * HOUR;

/** Defaults after the clusters of DORA's reports; setting `dora_bands` replaces them metric by metric. */
export const DEFAULT_BANDS: Readonly<Record<string, readonly Band[]>> = {
  lead_time: [
    { name: 'elite', limit: DAY },
    { name: 'high', limit: 7 * DAY },
    { name: 'medium', limit: 30 * DAY },
    { name: 'low', limit: null },
  ],
  deployment_frequency: [
    { name: 'elite', limit: 1 },
    { name: 'high', limit: 1 / 7 },
    { name: 'medium', limit: 1 / 30 },
    { name: 'low', limit: null },
  ],
  change_fail_rate: [
    { name: 'elite', limit: 0.05 },
    { name: 'high', limit: 0.1 },
    { name: 'medium', limit: 0.15 },
    { name: 'low', limit: null },
  ],
  recovery_time: [
    { name: 'elite', limit: HOUR },
    { name: 'high', limit: DAY },
    { name: 'medium', limit: 7 * DAY },
    { name: 'low', limit: null },
  ],
};

/** Band of a value; null = no bands for the metric. */
export function bandOf(metric: string, value: number, settings: Readonly<Record<string, unknown>>): string | null {
  const bands = ownBands(settings['dora_bands'], metric) ?? DEFAULT_BANDS[metric] ?? [];
  const isMet = (limit: number): boolean => (metric === 'deployment_frequency' ? value >= limit : value <= limit);
  return bands.find(({ limit }) => limit === null || isMet(limit))?.name ?? null;
}

function ownBands(setting: unknown, metric: string): readonly Band[] | null {
  const list =
    typeof setting === 'object' && setting !== null ? (setting as Record<string, unknown>)[metric] : undefined;
  const isBand = (one: unknown): one is Band => {
    const { name, limit } = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>;
    return typeof name === 'string' && (limit === null || typeof limit === 'number');
  };
  return Array.isArray(list) && list.length > 0 && list.every(isBand) ? list : null;
}
