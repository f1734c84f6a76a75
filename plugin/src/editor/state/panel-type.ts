/**
 * Which visualization a panel has now. Grafana runs no query when it is changed, so a request keeps telling the one of the last run; the scene that the
 * request came from (`__sceneObject`, which Grafana puts into it) knows better. Read by shape and with care: where it is not there, the request counts.
 */
import type { DataQueryRequest } from '@grafana/data';

interface Scene {
  readonly parent?: unknown;
  readonly state?: {
    readonly pluginId?: unknown;
    readonly fieldConfig?: { readonly defaults?: { readonly noValue?: unknown } };
  };
  readonly subscribeToState?: (listener: () => void) => { unsubscribe(): void };
}
type Request = Pick<DataQueryRequest, 'panelPluginId' | 'scopedVars'>;

/** A query runner lies within its panel, at most below a few transformers. */
const MOST_STEPS = 10;

const isScene = (value: unknown): value is Scene => typeof value === 'object' && value !== null;

function panelOf(request: Request | undefined): Scene | undefined {
  const entry: unknown = request?.scopedVars?.['__sceneObject']?.value;
  let scene: unknown = isScene(entry) ? entry.valueOf() : undefined;
  for (let step = 0; step < MOST_STEPS && isScene(scene); step += 1) {
    if (typeof scene.state?.pluginId === 'string') return scene;
    scene = scene.parent;
  }
  return undefined;
}

/** Id of the visualization; undefined = nothing tells it. */
export function panelTypeOf(request: Request | undefined): string | undefined {
  const id = panelOf(request)?.state?.pluginId;
  return typeof id === 'string' ? id : request?.panelPluginId;
}

/** What the panel's author wants to be said where there is nothing to show; undefined = nothing, or nothing tells it. */
export function noValueOf(request: Request): string | undefined {
  const { noValue } = panelOf(request)?.state?.fieldConfig?.defaults ?? {};
  return typeof noValue === 'string' && noValue !== '' ? noValue : undefined;
}

/** Calls whenever the panel changes. @returns what ends that. */
export function onPanelChange(request: Request | undefined, listener: () => void): () => void {
  const subscription = panelOf(request)?.subscribeToState?.(listener);
  return () => subscription?.unsubscribe();
}
