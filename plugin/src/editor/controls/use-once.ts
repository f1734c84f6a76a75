import { useCallback, useLayoutEffect, useRef } from 'react';

/** Nobody chooses twice as fast; what React has to catch up with comes earlier. */
const ONE_CHOICE_MS = 100;

/**
 * A handler that passes on the first of several calls that come at once.
 *
 * Why: Combobox (downshift 9) reports a choice in an effect that runs whenever its reducer made a new state. While an update of lower
 * priority waits (the mouse moved just before the click), React 18 runs the reducer anew with every draw; where the host stores the
 * choice at once (Redux, scenes), each report draws and each draw reports: the page freezes. Seen in Grafana 12.3 in the settings of
 * data sources and annotations; MultiCombobox takes its choice back with every second report.
 */
export function useOnce<T>(report: (value: T) => void): (value: T) => void {
  const isReported = useRef(false);
  const latest = useRef(report);
  useLayoutEffect(() => {
    latest.current = report;
  });
  return useCallback((value: T) => {
    if (isReported.current) {
      return;
    }
    isReported.current = true;
    setTimeout(() => {
      isReported.current = false;
    }, ONE_CHOICE_MS);
    latest.current(value);
  }, []);
}
