import type { PanelData } from '@grafana/data';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { followedOf, isToFollow, onPanelChange, panelTypeOf } from '../state/panel-type.ts';

/**
 * Visualization of the panel that is edited, as it is now; undefined = there is none, as in Explore. Runs the query anew when it, or
 * what else an answer heeds of its panel, changes.
 */
export function usePanelType(data: PanelData | undefined, run: () => void): string | undefined {
  const request = data?.request;
  const subscribe = useCallback((listener: () => void) => onPanelChange(request, listener), [request]);
  const followed = useSyncExternalStore(subscribe, () => followedOf(request));
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (isToFollow(request)) latest.current();
  }, [followed, request]);
  return panelTypeOf(request);
}
