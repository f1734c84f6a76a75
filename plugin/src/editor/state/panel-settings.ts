/**
 * What an answer heeds of the panel that it is drawn in, as it is now: its author's thresholds, colours and words. The scene that a request came from
 * (`__sceneObject`, which Grafana puts into it) tells them. Read by shape and with care: where it is not there, nothing is known.
 */
import type { DataQueryRequest } from '@grafana/data';

interface Scene {
  readonly parent?: unknown;
  readonly state?: {
    readonly pluginId?: unknown;
    readonly fieldConfig?: unknown;
    readonly options?: unknown;
  };
  readonly subscribeToState?: (listener: () => void) => { unsubscribe(): void };
}
export type PanelRequest = Pick<DataQueryRequest, 'panelPluginId' | 'scopedVars'>;

export interface PanelSettings {
  /** What its author wants to be said where there is nothing to show; undefined = nothing. */
  readonly ownText: string | undefined;
  /** Whether somebody set thresholds, or wants Grafana's to be drawn: not those alone that every new panel has. */
  readonly hasThresholds: boolean;
  /** Whether somebody said where its numbers begin or end. */
  readonly hasEnds: boolean;
  /** Mode of the colours; undefined = the visualization's own. */
  readonly colour: string | undefined;
  /** Field along which a trend goes, as its author chose it. */
  readonly axis: string | undefined;
  /** Whether somebody said which fields an XY chart sets against each other. */
  readonly hasPoints: boolean;
  /** Whether somebody said which fields a candlestick is made of. */
  readonly hasCandles: boolean;
  /** A heat map leaves out cells of so much and less; undefined = none. */
  readonly leavesOut: number | undefined;
}

/** A query runner lies within its panel, at most below a few transformers. */
const MOST_STEPS = 10;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What lies in an object under these names; undefined = nothing. */
const at = (value: unknown, ...names: readonly string[]): unknown =>
  names.reduce<unknown>((found, name) => (isObject(found) ? (found as Record<string, unknown>)[name] : undefined), value); // prettier-ignore

const textAt = (value: unknown, ...names: readonly string[]): string | undefined => {
  const found = at(value, ...names);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

export function panelOf(request: PanelRequest | undefined): Scene | undefined {
  const entry: unknown = request?.scopedVars?.['__sceneObject']?.value;
  let scene: unknown = isObject(entry) ? entry.valueOf() : undefined;
  for (let step = 0; step < MOST_STEPS && isObject(scene); step += 1) {
    if (textAt(scene, 'state', 'pluginId') !== undefined) return scene;
    scene = at(scene, 'parent');
  }
  return undefined;
}

/** Undefined = nothing tells them, as in Explore and in the preview of a rule. */
export function settingsOf(request: PanelRequest | undefined): PanelSettings | undefined {
  const panel = panelOf(request);
  if (panel === undefined) return undefined;
  const defaults = at(panel, 'state', 'fieldConfig', 'defaults');
  const options = at(panel, 'state', 'options');
  return {
    ownText: textAt(defaults, 'noValue'),
    hasThresholds: hasThresholds(defaults),
    hasEnds: [at(defaults, 'min'), at(defaults, 'max')].some((end) => typeof end === 'number'),
    colour: textAt(defaults, 'color', 'mode'),
    axis: textAt(options, 'xField'),
    hasPoints: at(options, 'mapping') === 'manual',
    hasCandles: at(options, 'includeAllFields') === true || Object.keys(at(options, 'fields') ?? {}).length > 0,
    leavesOut: leastOf(options),
  };
}

/** What Grafana leaves out of a heat map of counts, and of any other. */
const NEXT_TO_NOTHING = 1e-9;

function leastOf(options: unknown): number | undefined {
  const filter = at(options, 'filterValues');
  const least = filter === undefined ? NEXT_TO_NOTHING : at(filter, 'le');
  return typeof least === 'number' ? least : undefined;
}

/** Grafana gives every panel two: green from below, red from 80 on. */
function hasThresholds(defaults: unknown): boolean {
  const style = at(defaults, 'custom', 'thresholdsStyle', 'mode') ?? 'off';
  const steps = at(defaults, 'thresholds', 'steps');
  const [base, next, ...others] = Array.isArray(steps) ? (steps as unknown[]) : [];
  if (style !== 'off') return true;
  if (base === undefined) return false;
  const isGiven = at(base, 'color') === 'green' && at(next, 'color') === 'red' && at(next, 'value') === 80;
  return at(defaults, 'thresholds', 'mode') === 'percentage' || !isGiven || others.length > 0;
}
