/** What is asked of a filled store: the default query of every metric, and every query of the boards that ship. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { metrics } from '../../plugin/src/metrics/registry.generated.ts';

export interface BenchQuery {
  readonly group: 'default' | 'board';
  readonly metric: string;
  /** Params that differ from the defaults, as `name=value …`; '' = none. */
  readonly shape: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface Panel {
  readonly targets?: ReadonlyArray<{ readonly queryType: string; readonly params?: Readonly<Record<string, unknown>> }>;
  readonly panels?: readonly Panel[];
}

const folder = join(import.meta.dirname, '../..', 'dashboards');

/** Variables stand on All, as a board opens; the tool is chosen, as its board asks for. */
function chosen(queryType: string, params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(params).filter(([name, value]) => name !== 'format' && !String(value).startsWith('$'));
  const hasTool = queryType === 'cycle-time-by-usage' && Object.hasOwn(params, 'tool');
  return { ...Object.fromEntries(kept), ...(hasTool ? { tool: ['claude-code'] } : {}) };
}

const shapeOf = (params: Readonly<Record<string, unknown>>): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');

const queriesOf = (panels: readonly Panel[]): BenchQuery[] =>
  panels.flatMap(({ targets = [], panels: inner = [] }) => [
    ...targets.map(({ queryType, params = {} }): BenchQuery => {
      const given = chosen(queryType, params);
      return { group: 'board', metric: queryType, shape: shapeOf(given), params: given };
    }),
    ...queriesOf(inner),
  ]);

/** Defaults first; a query that several panels share is there once. */
export function benchQueries(): BenchQuery[] {
  const defaults = metrics.map(({ id }): BenchQuery => ({ group: 'default', metric: id, shape: '', params: {} }));
  const boards = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => queriesOf((JSON.parse(readFileSync(join(folder, file), 'utf8')) as Required<Panel>).panels));
  const seen = new Set<string>();
  return [...defaults, ...boards].filter(({ metric, shape, params }) => {
    const name = `${metric} ${shape}`;
    // A panel that asks for the defaults in so many words is measured with them.
    const isKnown = seen.has(name) || (shape !== '' && Object.keys(params).length === 0);
    seen.add(name);
    return !isKnown;
  });
}
