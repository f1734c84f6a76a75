// Where boards open, as the documentation says it, and where when their own range would show nothing.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isOfReaders, rangeThatShows, type Board, type Period } from '../../dashboards/src/board-range.ts';
import { metrics } from './metrics/registry.generated.ts';

/** 30 November 2026 is in the period that begins on 23 November: place 742 from the first Monday of 1970. */
const now = new Date('2026-11-30T12:00:00Z');
const year = { from: 'now-1y', to: 'now' };
const NOW = 742;
const periods = (...people: number[]): Period[] =>
  people.flatMap((count, index) => (count === 0 ? [] : [{ place: NOW - people.length + index, people: count }]));
const open = (time: { from: string; to: string }, all: Period[]) => rangeThatShows(time, all, { k: 5, now });

test('a board whose first and last four weeks are of enough people opens as it ships', () => {
  expect(open(year, periods(...Array.from({ length: 20 }, () => 6)))).toBeNull();
  expect(open(year, periods(8, 3, 9))).toBeNull();
});

test('four weeks of few people at an end are left out: with them all of it would be hidden', () => {
  // The five periods before the one of now begin on 6 July 2026.
  expect(open(year, periods(2, 7, 9, 6, 3))).toEqual({
    from: '2026-08-03T00:00:00.000Z',
    to: '2026-10-26T00:00:00.000Z',
  });
});

test('of a clone that stopped years ago the last year is shown', () => {
  const old = Array.from({ length: 30 }, (_, index) => ({ place: NOW - 80 + index, people: 6 }));
  const range = open(year, old);
  expect(range?.to).toBe('2023-01-23T00:00:00.000Z');
  expect(range?.from).toBe('2021-12-27T00:00:00.000Z');
});

test('a board about today still ends today', () => {
  const range = open({ from: 'now-28d', to: 'now' }, periods(6, 6, 0, 0, 0));
  expect(range?.to).toBe('now');
});

test('nothing is moved where nothing could be shown, or where somebody set instants', () => {
  expect(open(year, periods(2, 3, 4))).toBeNull();
  expect(open(year, [])).toBeNull();
  expect(open({ from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' }, periods(2, 7, 3))).toBeNull();
});

test('every board opens on a year, but those that the documentation names with their days', () => {
  const root = path.join(__dirname, '../..');
  const docs = readFileSync(path.join(root, 'docs/provisioning.md'), 'utf8');
  const named = [...docs.matchAll(/^\| \*([^*]+)\* \| (\d+) days \|/gm)].map(([, title, days]) => [
    title,
    `now-${days}d`,
  ]);
  const folder = path.join(root, 'dashboards');
  const boards = readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Board); // prettier-ignore
  const others = boards.filter(({ time }) => time.from !== 'now-1y').map(({ title, time }) => [title, time.from]);
  expect(named.toSorted()).toEqual(others.toSorted());
});

test('the board of who opened evidence keeps its range, whatever the data is of; no other does', () => {
  const folder = path.join(import.meta.dirname, '../../dashboards');
  const registry = new Map(metrics.map((metric) => [metric.id, metric]));
  const kept = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .filter((file) => isOfReaders((JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { panels: [] }).panels, registry)); // prettier-ignore
  expect(kept).toEqual(['evidence-log.json']);
});
