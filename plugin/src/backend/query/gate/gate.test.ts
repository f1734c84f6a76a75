import { evidenceLike, peopleMetric } from '../../fixtures/gate-metrics.ts';
import { inSteps, stepOf } from './people-steps.ts';
import { whyNoRows } from './row-readers.ts';
import { cutBucket, snapRange, type Grain } from './snap-range.ts';

const at = (text: string) => new Date(text);
const weeks: Grain = { grain: 'week', bucket: null, tz: 'Europe/Berlin', now: at('2026-11-29T12:00:00Z') };

describe('snapRange', () => {
  it('takes the start back to its Monday and the end back to the last closed week, local to the organisation', () => {
    expect(snapRange({ from: at('2026-09-02T10:00:00Z'), to: at('2026-11-29T12:00:00Z') }, weeks)).toEqual({
      from: at('2026-08-30T22:00:00Z'),
      to: at('2026-11-22T23:00:00Z'),
    });
  });

  it('gives one range for all that differ by less than a week', () => {
    const asked = (days: number) =>
      snapRange({ from: at(`2026-09-0${String(1 + days)}T05:00:00Z`), to: at(`2026-11-2${String(3 + days)}T05:00:00Z`) }, weeks);
    expect([1, 2, 3, 4, 5].map(asked)).toEqual([1, 2, 3, 4, 5].map(() => asked(0)));
  }); // prettier-ignore

  it('is never empty and never reaches into an open week', () => {
    const day = snapRange({ from: at('2026-11-28T00:00:00Z'), to: at('2026-11-29T00:00:00Z') }, weeks);
    expect(day).toEqual({ from: at('2026-11-15T23:00:00Z'), to: at('2026-11-22T23:00:00Z') });
    expect(snapRange({ from: at('2027-01-01T00:00:00Z'), to: at('2027-02-01T00:00:00Z') }, weeks)).toEqual(day);
  });

  it('begins with a whole bucket, and tells which one the end cuts', () => {
    const months: Grain = { ...weeks, bucket: 'month' };
    const range = snapRange({ from: at('2026-09-20T00:00:00Z'), to: at('2026-11-29T00:00:00Z') }, months);
    expect(range.from).toEqual(at('2026-08-31T22:00:00Z'));
    expect(cutBucket(range, months)).toEqual(at('2026-10-31T23:00:00Z'));
    expect(cutBucket({ from: range.from, to: at('2026-10-31T23:00:00Z') }, months)).toBeNull();
    expect(cutBucket(range, weeks)).toBeNull();
  });
});

it('counts of people are steps: two answers never differ by one person', () => {
  expect([5, 9, 10, 19, 20, 49, 50, 99, 100, 4711].map(stepOf)).toEqual([5, 5, 10, 10, 20, 20, 50, 50, 100, 100]);
  // Shown at all only where the organisation agreed to it.
  expect([0, 1, 4].map(stepOf)).toEqual([0, 1, 4]);
  expect(inSteps(peopleMetric, {})({ n: 37, n_dev: 7, reporting: 12, value: 0.4 })).toEqual({ n: 37, n_dev: 5, reporting: 10, value: 0.4 });
}); // prettier-ignore

describe('rows behind numbers', () => {
  it('are shown by role: to Editors by default, never to nobody', () => {
    const seen = (role: string, readers: Parameters<typeof whyNoRows>[2]) => whyNoRows(evidenceLike, role, readers) === null;
    expect(['', 'Viewer', 'Editor', 'Admin', 'Grafana Admin'].map((role) => seen(role, 'editors'))).toEqual([false, false, true, true, false]);
    expect(['', 'Viewer', 'Editor', 'Admin'].map((role) => seen(role, 'everybody'))).toEqual([false, true, true, true]);
    expect(['', 'Viewer', 'Editor', 'Admin'].map((role) => seen(role, 'admins'))).toEqual([false, false, false, true]);
    expect(['', 'Viewer', 'Editor', 'Admin'].map((role) => seen(role, 'nobody'))).toEqual([false, false, false, false]);
  }); // prettier-ignore

  it('say why they are hidden; metrics that list no units are for all', () => {
    expect(whyNoRows(evidenceLike, 'Viewer', 'editors')?.text).toMatch(/^hidden: .* shown to Editors and Admins only/);
    expect(whyNoRows(peopleMetric, '', 'nobody')).toBeNull();
  });
});
