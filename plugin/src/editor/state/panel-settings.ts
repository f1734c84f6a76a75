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
  };
  readonly subscribeToState?: (listener: () => void) => { unsubscribe(): void };
}
export type PanelRequest = Pick<DataQueryRequest, 'panelPluginId' | 'scopedVars'>;

export interface PanelSettings {
  /** What its author wants to be said where there is nothing to show; undefined = nothing. */
  readonly ownText: string | undefined;
  /** Whether somebody set thresholds, or wants Grafana's to be drawn: not those alone that every new panel has. */
  readonly hasThresholds: boolean;
  /** Mode of the colours; undefined = the visualization's own. */
  readonly colour: string | undefined;
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
  return {
    ownText: textAt(defaults, 'noValue'),
    hasThresholds: hasThresholds(defaults),
    colour: textAt(defaults, 'color', 'mode'),
  };
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
