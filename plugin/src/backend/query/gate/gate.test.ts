import { evidenceLike, filteredMetric, peopleMetric } from '../../fixtures/gate-metrics.ts';
import { blockOf, findDescribed } from './find-described.ts';
import { findRemainders, type Asking } from './find-remainders.ts';
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

describe('people that attributes describe', () => {
  const teams = [{ value: 'a', people: 9 }, { value: 'b', people: 6 }, { value: 'c', people: 3 }, { value: 'd', people: 6 }, { value: 'e', people: 0 }];
  const ask = (params: Record<string, string[]>) => findDescribed({ metric: filteredMetric, params: { groupBy: [], team: [], seniority: [], ...params } }, teams, 5);

  it('are one block with the next larger one where they are few', () => {
    expect(blockOf(teams, 5)).toEqual(['e', 'c', 'b']);
    expect(blockOf(teams.slice(0, 2), 5)).toEqual([]);
  });

  it('are shown together or not at all', () => {
    expect(ask({ team: ['b'] })).toMatchObject([{ labels: [], keys: ['[]'], reason: 'block' }]);
    expect(ask({ team: ['a', 'c'] })).toMatchObject([{ reason: 'block' }]);
    expect(ask({ team: ['b', 'c', 'e'] })).toEqual([]);
    expect(ask({ team: ['a'] })).toEqual([]);
    expect(ask({ groupBy: ['team'] })).toEqual([{ labels: ['team'], keys: ['["e"]', '["c"]', '["b"]'], reason: 'block' }]);
  });

  it('are asked for by one attribute at a time', () => {
    expect(ask({ team: ['a'], seniority: ['mid'] })).toMatchObject([{ labels: [], keys: ['[]'], reason: 'together' }]);
    expect(ask({ groupBy: ['team'], seniority: ['mid'] })).toMatchObject([{ reason: 'together' }]);
    expect(ask({})).toEqual([]);
  });
}); // prettier-ignore

describe('what a filter leaves out', () => {
  /** People by class of change. */
  const world: Record<string, number> = { feature: 9, bugfix: 6, docs: 2 };
  const asking = (chosen: readonly string[], groupBy: readonly string[] = []): Asking => ({
    metric: filteredMetric,
    params: { groupBy, team: [], seniority: [], pr_class: chosen },
    k: 5,
    valuesOf: () => Promise.resolve(Object.keys(world)),
    run: ({ pr_class = [], groupBy: groups = [] }) => {
      const values = [pr_class].flat().map(String);
      const isGrouped = [groups].flat().includes('pr_class');
      return Promise.resolve(isGrouped ? values.map((value) => ({ pr_class: value, n_dev: world[value] ?? 0 })) : [{ n_dev: Math.max(...values.map((value) => world[value] ?? 0)) }]);
    },
  });
  const reasons = async (chosen: readonly string[], groupBy?: readonly string[]) => (await findRemainders(asking(chosen, groupBy))).map(({ reason }) => reason);

  it('is nobody or k people', async () => {
    expect(await reasons([])).toEqual([]);
    expect(await reasons(['feature', 'bugfix', 'docs'])).toEqual(['remainder']); // docs alone could be left out
    expect(await reasons(['feature', 'bugfix'])).toEqual(['remainder']); // docs is the rest
    expect(await reasons(['feature'])).toEqual([]);
    expect(await reasons(['feature', 'bugfix'], ['pr_class'])).toEqual(['remainder']);
  });
}); // prettier-ignore
