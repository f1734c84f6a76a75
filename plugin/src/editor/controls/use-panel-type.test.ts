import { LoadingState, type DataQueryRequest, type PanelData } from '@grafana/data';
import { act, renderHook } from '@testing-library/react';
import { usePanelType } from './use-panel-type.ts';

/** A panel as Grafana's scenes have it, above a transformer and a query runner. */
function panelOf(pluginId: string) {
  const listeners = new Set<() => void>();
  const panel = {
    state: { pluginId },
    subscribeToState: (listener: () => void) => {
      listeners.add(listener);
      return { unsubscribe: () => listeners.delete(listener) };
    },
  };
  const runner = { state: {}, parent: { state: {}, parent: panel } };
  const entry = { text: '__sceneObject', valueOf: () => runner };
  const data = (): PanelData => ({
    series: [],
    state: LoadingState.Done,
    timeRange: {} as PanelData['timeRange'],
    request: { panelPluginId: panel.state.pluginId, scopedVars: { __sceneObject: { text: '', value: entry } } } as unknown as DataQueryRequest,
  });
  const change = (to: string) => {
    panel.state = { pluginId: to };
    for (const listener of listeners) listener();
  };
  return { data, change, listeners };
} // prettier-ignore

test('the panel as it is now: a change runs the query, once, and then that run tells it', () => {
  const { data, change, listeners } = panelOf('timeseries');
  let runs = 0;
  const run = () => (runs += 1);
  const { result, rerender, unmount } = renderHook(({ of }) => usePanelType(of, run), { initialProps: { of: data() } });
  expect([result.current, runs]).toEqual(['timeseries', 0]);
  act(() => change('stat'));
  rerender({ of: { ...data(), request: { ...data().request, panelPluginId: 'timeseries' } as DataQueryRequest } });
  expect([result.current, runs]).toEqual(['stat', 1]);
  rerender({ of: data() });
  act(() => change('table'));
  expect([result.current, runs]).toEqual(['table', 2]);
  unmount();
  expect(listeners.size).toBe(0);
});

test('the editors of several queries ask for one run', () => {
  const { data, change } = panelOf('timeseries');
  const before = data();
  let runs = 0;
  const run = () => (runs += 1);
  const editors = [1, 2, 3].map(() => renderHook(({ of }) => usePanelType(of, run), { initialProps: { of: before } }));
  act(() => change('stat'));
  expect(runs).toBe(1);
  for (const { rerender } of editors) rerender({ of: data() });
  act(() => change('timeseries'));
  expect(runs).toBe(2);
});

test('a change while the editor was not there is followed when it opens', () => {
  const { data, change } = panelOf('timeseries');
  const before = data();
  change('table');
  let runs = 0;
  const { result } = renderHook(() => usePanelType(before, () => (runs += 1)));
  expect([result.current, runs]).toEqual(['table', 1]);
});

test('without a scene the request tells it, without a request nothing', () => {
  const request = { panelPluginId: 'stat', scopedVars: {} } as DataQueryRequest;
  const data = { series: [], state: LoadingState.Done, request } as unknown as PanelData;
  expect(renderHook(() => usePanelType(data, () => undefined)).result.current).toBe('stat');
  expect(renderHook(() => usePanelType(undefined, () => undefined)).result.current).toBeUndefined();
});
