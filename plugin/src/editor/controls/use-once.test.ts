import { renderHook } from '@testing-library/react';
import { useOnce } from './use-once.ts';

test('useOnce passes on the first of calls that come at once, and the next choice', () => {
  jest.useFakeTimers();
  const seen: string[] = [];
  const { result, rerender } = renderHook(({ name }) => useOnce((value: string) => seen.push(`${name} ${value}`)), {
    initialProps: { name: 'old' },
  });
  const handler = result.current;
  handler('a');
  handler('a');
  handler('b');
  rerender({ name: 'new' });
  handler('a');
  expect(seen).toEqual(['old a']);
  jest.advanceTimersByTime(100);
  handler('b');
  expect(seen).toEqual(['old a', 'new b']);
  expect(result.current).toBe(handler);
  jest.useRealTimers();
});
