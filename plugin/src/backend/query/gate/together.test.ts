// Groups that are shown as one: where most of them cannot be, and not where most are.
import { allHidden, mostlyHidden } from './together.ts';

const hidden = (time: number, source: string) => ({ time: new Date(time), source, n: null, status: 'suppressed_k' });
const shown = (time: number, source: string) => ({ time: new Date(time), source, n: 12, status: 'ok' });

it('are those of whose siblings half or more are hidden, by time and the other labels', () => {
  const rows = [hidden(1, 'ai'), hidden(1, 'unknown'), hidden(2, 'ai'), shown(2, 'unknown'), shown(3, 'unknown')];
  expect([...mostlyHidden(rows, ['time'])]).toEqual(['["1"]', '["2"]']);
  expect([...mostlyHidden([...rows, shown(2, 'human')], ['time'])]).toEqual(['["1"]']);
  expect([...mostlyHidden([...rows, shown(2, 'human'), shown(3, 'human')], [])]).toEqual([]);
  // What shows nothing at all.
  expect([...allHidden(rows, ['time'])]).toEqual(['["1"]']);
  expect([...allHidden(rows, [])]).toEqual([]);
});

it('are none where nothing is hidden: no rows, groups of nobody, questions that were refused', () => {
  const empty = { ...shown(1, 'ai'), n: 0 };
  expect(mostlyHidden([], []).size).toBe(0);
  expect(mostlyHidden([empty], ['time']).size).toBe(0);
  expect(mostlyHidden([{ ...empty, n: null, status: 'bad_config' }], ['time']).size).toBe(0);
  // A group of nobody beside a hidden one shows nothing.
  expect([...mostlyHidden([empty, hidden(1, 'unknown')], ['time'])]).toEqual(['["1"]']);
});
