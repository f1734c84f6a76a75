import { LoadingState, type DataQueryRequest, type PanelData } from '@grafana/data';
import { act, renderHook } from '@testing-library/react';
import { GIVEN, panelWith } from '../fixtures/panel.ts';
import { heedSettings } from '../state/panel-type.ts';
import { usePanelType } from './use-panel-type.ts';

function panelOf(pluginId: string) {
  const { request, change, listeners } = panelWith({ pluginId, fieldConfig: { defaults: { thresholds: GIVEN } } });
  const data = (): PanelData => ({
    series: [],
    state: LoadingState.Done,
    timeRange: {} as PanelData['timeRange'],
    request: request(),
  });
  return { data, listeners, change: (to: string) => change({ pluginId: to }), set: (defaults: object) => change({ fieldConfig: { defaults } }) };
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

test('what somebody sets that an answer heeds is answered anew, once; what it does not heed is not', () => {
  const { data, set } = panelOf('stat');
  const before = data();
  heedSettings(before.request!);
  let runs = 0;
  const { rerender } = renderHook(({ of }) => usePanelType(of, () => (runs += 1)), { initialProps: { of: before } });
  act(() => set({ thresholds: GIVEN, decimals: 2 }));
  expect(runs).toBe(0);
  const steps = [GIVEN.steps[0], { value: 50, color: 'red' }];
  act(() => set({ thresholds: { ...GIVEN, steps } }));
  act(() => set({ thresholds: { ...GIVEN, steps: [...steps, { value: 70, color: 'blue' }] } }));
  expect(runs).toBe(1);
  heedSettings(before.request!);
  rerender({ of: data() });
  act(() => set({ thresholds: GIVEN, noValue: 'none yet' }));
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
