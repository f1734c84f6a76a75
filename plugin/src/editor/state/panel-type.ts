/**
 * Which visualization a panel has now. Grafana runs no query when a panel is changed, so a request keeps telling the one of the last run; the scene that
 * the request came from knows better. Where it is not there, the request counts.
 */
import { panelOf, settingsOf, type PanelRequest, type PanelSettings } from './panel-settings.ts';

/** Id of the visualization; undefined = nothing tells it. */
export function panelTypeOf(request: PanelRequest | undefined): string | undefined {
  const id = panelOf(request)?.state?.pluginId;
  return typeof id === 'string' ? id : request?.panelPluginId;
}

/** What was heeded of a panel at its last answer. */
const heeded = new WeakMap<object, string>();
/** What a run was asked for, by panel: one run answers all queries of a panel, each of which has an editor. */
const asked = new WeakMap<object, string>();

/** What an answer heeds of its panel, told as heeded. */
export function heedSettings(request: PanelRequest): PanelSettings | undefined {
  const [panel, settings] = [panelOf(request), settingsOf(request)];
  if (panel !== undefined) heeded.set(panel, JSON.stringify(settings));
  return settings;
}

/** All of a panel that its answer follows, in one text: another one is another panel. */
export const followedOf = (request: PanelRequest | undefined): string =>
  `${panelTypeOf(request) ?? ''} ${JSON.stringify(settingsOf(request))}`;

/** Whether a run is to be asked for: the panel is another than at its last answer, and no editor has asked since. */
export function isToFollow(request: PanelRequest | undefined): boolean {
  const panel = panelOf(request);
  if (panel === undefined) return false;
  const settings = JSON.stringify(settingsOf(request));
  const isSame = panelTypeOf(request) === request?.panelPluginId && (heeded.get(panel) ?? settings) === settings;
  if (isSame) {
    asked.delete(panel);
    return false;
  }
  const now = followedOf(request);
  const isNew = asked.get(panel) !== now;
  asked.set(panel, now);
  return isNew;
}

/** Calls whenever the panel changes. @returns what ends that. */
export function onPanelChange(request: PanelRequest | undefined, listener: () => void): () => void {
  const subscription = panelOf(request)?.subscribeToState?.(listener);
  return () => subscription?.unsubscribe();
}
