// Groups that are shown as one: where none of them can be, and not where one is.
import { allHidden } from './together.ts';

const hidden = (time: number, source: string) => ({ time: new Date(time), source, n: null, status: 'suppressed_k' });
const shown = (time: number, source: string) => ({ time: new Date(time), source, n: 12, status: 'ok' });

it('are those of whose siblings every one is hidden, by time and the other labels', () => {
  const rows = [hidden(1, 'ai'), hidden(1, 'unknown'), hidden(2, 'ai'), shown(2, 'unknown'), shown(3, 'unknown')];
  expect([...allHidden(rows, ['time'])]).toEqual(['["1"]']);
  expect([...allHidden(rows, [])]).toEqual([]);
});

it('are none where nothing is hidden: no rows, groups of nobody, questions that were refused', () => {
  const empty = { ...shown(1, 'ai'), n: 0 };
  expect(allHidden([], []).size).toBe(0);
  expect(allHidden([empty], ['time']).size).toBe(0);
  expect(allHidden([{ ...empty, n: null, status: 'bad_config' }], ['time']).size).toBe(0);
  // A group of nobody beside a hidden one shows nothing.
  expect([...allHidden([empty, hidden(1, 'unknown')], ['time'])]).toEqual(['["1"]']);
});
