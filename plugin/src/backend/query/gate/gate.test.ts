import { defineMetric } from '../../../metrics/define.ts';
import { evidenceLike, filteredMetric, peopleMetric } from '../../fixtures/gate-metrics.ts';
import { findDescribed, valuesOfFew } from './find-described.ts';
import { partitionOf } from './partition.ts';
import { describedRows } from './partitions.ts';
import { findRemainders, type Asking } from './find-remainders.ts';
import { shareBeside, stepBeside, stepOf } from '../../../metrics/parts/steps.ts';
import { inSteps } from './people-steps.ts';
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

  it('is the closed grain in which it lies, not the one before', () => {
    const within = (grain: Grain['grain']) =>
      snapRange({ from: at('2026-11-09T23:00:00Z'), to: at('2026-11-12T23:00:00Z') }, { ...weeks, grain });
    expect(within('week')).toEqual({ from: at('2026-11-08T23:00:00Z'), to: at('2026-11-15T23:00:00Z') });
    expect(within('day')).toEqual({ from: at('2026-11-09T23:00:00Z'), to: at('2026-11-12T23:00:00Z') });
    expect(within('four_weeks')).toEqual({ from: at('2026-10-25T23:00:00Z'), to: at('2026-11-22T23:00:00Z') });
    // What Grafana zooms to where a week by day lies outside the range: from its first to its last point.
    const shown = within('week');
    expect(snapRange({ from: shown.from, to: at('2026-11-14T23:00:00Z') }, weeks)).toEqual(shown);
  });

  it('is counted in four weeks where people are few, which are the same in every zone', () => {
    const four: Grain = { ...weeks, grain: 'four_weeks' };
    const asked = (from: string, tz = 'UTC') =>
      snapRange({ from: at(from), to: at('2026-11-29T12:00:00Z') }, { ...four, tz });
    expect(asked('2026-09-02T10:00:00Z')).toEqual({ from: at('2026-08-31T00:00:00Z'), to: at('2026-11-23T00:00:00Z') });
    expect(asked('2026-08-31T10:00:00Z').from).toEqual(asked('2026-09-27T23:59:00Z').from);
    expect(asked('2026-09-28T10:00:00Z').from).toEqual(at('2026-09-28T00:00:00Z'));
    expect(asked('2026-09-02T10:00:00Z', 'Europe/Berlin')).toEqual({
      from: at('2026-08-30T22:00:00Z'),
      to: at('2026-11-22T23:00:00Z'),
    });
    expect(asked('2026-09-02T10:00:00Z', 'Pacific/Auckland')).toEqual({
      from: at('2026-08-30T12:00:00Z'),
      to: at('2026-11-22T11:00:00Z'),
    });
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
  expect(inSteps(peopleMetric, {}, 5)({ n: 37, n_dev: 7, reporting: 12, value: 0.4 })).toEqual({ n: 37, n_dev: 5, reporting: 10, value: 0.4 });
}); // prettier-ignore

describe('what a row leaves out', () => {
  it('is told in steps: none stays none, what may be one person is not told', () => {
    expect([0, 1, 4, 5, 9, 10, 19, 37, 50, 99, 100, 250, 999, 1000, 4711].map((count) => stepBeside(count, 5))).toEqual([0, null, null, 5, 5, 10, 10, 20, 50, 50, 100, 200, 500, 1000, 2000]);
    expect([7, 8, 9, 10].map((count) => stepBeside(count, 8))).toEqual([null, 8, 8, 10]);
    expect([0, 0.01, 0.03, 0.5, 0.512, 1].map(shareBeside)).toEqual([0, null, 0.05, 0.5, 0.5, 1]);
  });

  it('is so in every answer, in counts and in shares of them', () => {
    expect(inSteps(peopleMetric, {}, 5)({ n: 37, n_dev: 12, left_out: 1, left_out_share: 0.013 })).toEqual({ n: 37, n_dev: 10, left_out: null, left_out_share: null });
    expect(inSteps(peopleMetric, {}, 5)({ n: 37, left_out: 43, left_out_share: 0.56 })).toEqual({ n: 37, left_out: 20, left_out_share: 0.55 });
  });

  it('is declared: a count that does not say what it counts is refused', () => {
    const columns = peopleMetric.columns.map(({ counts: _, ...column }) => column);
    expect(() => defineMetric({ ...peopleMetric, columns })).toThrow(/column n does not say what it counts/);
  });
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
  const people = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${String(index)}`);
  const row = (team: string, repo: string, names: readonly string[]) =>
    ({ key: '[]', team, repo, seniority: 'mid', service: 'one', people: names.join('\u001f') });
  const teams = [row('a', 'x', people('a', 25)), row('b', 'x', people('b', 6)), row('c', 'x', people('c', 3)), row('d', 'x', people('d', 6)), row('e', 'x', people('e', 1))];
  const year = describedRows(teams);
  const ask = (params: Record<string, string[]>, counted = teams) =>
    findDescribed({ metric: filteredMetric, params: { groupBy: [], team: [], seniority: [], ...params } }, { year, counted, labels: [], k: 5 });
  const blocks = (rows: typeof teams, last: 'team' | 'repo') => partitionOf(describedRows(rows), { last, given: {}, k: 5 })[last]?.filter((block) => block.length > 1);

  it('are one block where they are few, with the next larger one if they are still few', () => {
    expect(blocks(teams, 'team')).toEqual([['b', 'c', 'e']]);
    expect(blocks([...teams, row('f', 'x', people('f', 2))], 'team')).toEqual([['c', 'e', 'f']]);
    expect(blocks(teams.slice(0, 2), 'team')).toEqual([]);
  });

  it('are shown together or not at all', () => {
    expect(ask({ team: ['b'] })).toMatchObject([{ labels: [], keys: ['[]'], reason: 'block' }, {}]);
    expect(ask({ team: ['a', 'c'] })).toMatchObject([{ reason: 'block' }, {}]);
    expect(ask({ team: ['b', 'c', 'e'] })).toEqual([]);
    expect(ask({ team: ['a'] })).toEqual([]);
    expect(ask({ groupBy: ['team'] })[0]).toEqual({ labels: ['team'], keys: ['["b"]', '["c"]', '["e"]'], reason: 'block' });
  });

  it('are fewer in what is asked for than in a year: then they are a block there', () => {
    const counted = [row('a', 'x', people('a', 9)), row('d', 'x', people('d', 2)), row('b', 'x', people('b', 6))];
    expect(ask({ team: ['a'] }, counted)).toEqual([]);
    expect(ask({ team: ['d'] }, counted)).toMatchObject([{ labels: [], keys: ['[]'] }]);
  });

  it('are asked for by one attribute at a time', () => {
    expect(ask({ team: ['a'], seniority: ['mid'] })).toMatchObject([{ labels: [], keys: ['[]'], reason: 'together' }]);
    expect(ask({ groupBy: ['team'], seniority: ['mid'] })).toMatchObject([{ reason: 'together' }]);
    expect(ask({})).toEqual([]);
  });

  it('are told by no repository less the team that owns it: repositories that few visit are a block with another', () => {
    const owned = [row('a', 'x', people('a', 8)), row('b', 'y', people('b', 7)), row('c', 'z', people('c', 9)), row('b', 'x', ['b0', 'b1'])];
    expect(blocks(owned, 'team')).toEqual([]);
    expect(blocks(owned, 'repo')).toEqual([['x', 'y']]);
    // The visits of both go both ways: neither team is part of a repository, nor the other way round.
    expect(blocks([...owned, row('a', 'y', ['a0'])], 'repo')).toEqual([]);
    // Enough visitors are nobody.
    expect(blocks([...owned, row('b', 'x', people('b', 5))], 'repo')).toEqual([]);
    // Two teams share two repositories, and one person of a third visits.
    const shared = [row('a', 'x', people('a', 8)), row('a', 'y', people('a', 6)), row('b', 'x', people('b', 6)), row('b', 'y', people('b', 8)), row('c', 'z', people('c', 9)), row('c', 'y', ['c0'])];
    expect(blocks(shared, 'repo')).toEqual([['y', 'z']]);
  });

  it('have ranges of four weeks where they are few', () => {
    const few = (params: Record<string, string[]>) => valuesOfFew({ metric: filteredMetric, params: { groupBy: [], team: [], seniority: [], ...params } }, year, 5);
    expect(few({ team: ['a'] })).toEqual([]);
    expect(few({ team: ['a', 'b'] })).toEqual([]);
    expect(few({ team: ['b'] })).toEqual(['b']);
    expect(few({ groupBy: ['team'] })).toEqual(['b', 'c', 'd', 'e']);
    expect(few({ groupBy: ['team'], team: ['a'] })).toEqual([]);
    expect(few({})).toEqual([]);
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

  it('is judged as a whole too: a group that has no row in the answer adds up with the others', async () => {
    // Two who write docs are a team of their own; the teams that are shown and the answer without a filter would tell of them.
    const shown = [{ team: 'a', n_dev: 9 }, { team: 'b', n_dev: 6 }];
    const asked = asking(['feature', 'bugfix'], ['team']);
    let asks = 0;
    const run = (people: readonly number[]): Asking['run'] => ({ pr_class, groupBy }) => {
      asks += 1;
      const isRest = [pr_class].flat().includes('docs');
      if ([groupBy].flat().length === 0) return Promise.resolve([{ n_dev: people.reduce((sum, n) => sum + n, 0) }]);
      return Promise.resolve(isRest ? people.map((n_dev, place) => ({ team: `rest-${String(place)}`, n_dev })) : shown);
    };
    const found = async (people: readonly number[]) => (await findRemainders({ ...asked, run: run(people) })).filter(({ labels }) => labels.length === 0);
    expect(await found([2])).toMatchObject([{ keys: ['[]'], reason: 'remainder' }]);
    // Three groups of few are enough together, and where one group is enough nothing more is asked.
    expect(await found([2, 2, 2])).toEqual([]);
    const before = asks;
    expect(await found([2, 7])).toEqual([]);
    expect(asks - before).toBe(2);
  });

  it('is asked value by value only for values that something has', async () => {
    const asked = asking(['feature', 'docs', ...Array.from({ length: 500 }, (_, index) => `none-${String(index)}`)]);
    let asks = 0;
    const run: Asking['run'] = (params) => {
      asks += 1;
      return [params['groupBy'] ?? []].flat().includes('pr_class') ? Promise.resolve([{ status: 'bad_config', n_dev: null }]) : asked.run(params);
    };
    expect((await findRemainders({ ...asked, run })).map(({ reason }) => reason)).toEqual(['remainder']);
    expect(asks).toBeLessThan(6);
  });

  it('is asked value by value where a mode refuses the group', async () => {
    const asked = asking(['feature', 'docs']);
    const run: Asking['run'] = (params) => ([params['groupBy'] ?? []].flat().includes('pr_class') ? Promise.resolve([{ status: 'bad_config', n_dev: null }]) : asked.run(params));
    expect((await findRemainders({ ...asked, run })).map(({ reason }) => reason)).toEqual(['remainder']);
  });
}); // prettier-ignore
