import type { PanelData } from '@grafana/data';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { isToFollow, onPanelChange, panelTypeOf } from '../state/panel-type.ts';

/**
 * Visualization of the panel that is edited, as it is now; undefined = there is none, as in Explore. Runs the query anew when it changes: what a query
 * leaves open follows the panel.
 */
export function usePanelType(data: PanelData | undefined, run: () => void): string | undefined {
  const request = data?.request;
  const subscribe = useCallback((listener: () => void) => onPanelChange(request, listener), [request]);
  const type = useSyncExternalStore(subscribe, () => panelTypeOf(request));
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (isToFollow(request)) latest.current();
  }, [type, request]);
  return type;
}
