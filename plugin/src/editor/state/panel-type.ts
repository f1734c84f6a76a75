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

/** Types that a run was asked for already, by panel: one run answers all queries of a panel, each of which has an editor. */
const asked = new WeakMap<object, string>();

/** Whether a run is to be asked for: the panel is of another type than at the last one, and no editor has asked since. */
export function isToFollow(request: Request | undefined): boolean {
  const panel = panelOf(request);
  const type = panelTypeOf(request);
  if (panel === undefined || type === undefined) return false;
  if (type === request?.panelPluginId) {
    asked.delete(panel);
    return false;
  }
  const isNew = asked.get(panel) !== type;
  asked.set(panel, type);
  return isNew;
}

/** Calls whenever the panel changes. @returns what ends that. */
export function onPanelChange(request: Request | undefined, listener: () => void): () => void {
  const subscription = panelOf(request)?.subscribeToState?.(listener);
  return () => subscription?.unsubscribe();
}
