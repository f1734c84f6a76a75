import { hideSmallGroups } from '../../backend/query/small-groups.ts';
import type { ComputeContext, Row } from '../define.ts';
import { compute } from './compute.ts';
import { columnsOf, defaultParams } from '../query.ts';
import { metric } from './metric.ts';

const asked = (mode: string) => ({ params: { mode, groupBy: ['team'] }, k: 5, tz: 'UTC' });

test('a group of changes with fewer than k people behind it is hidden', () => {
  const row = { team: 'web', value: 0.5, confidence: 0.7, n: 8, n_dev: 3, one_person_share: 0.4, status: 'ok' };
  expect(hideSmallGroups(metric, [row], asked('unknown_share'))).toEqual([
    { team: 'web', value: null, confidence: null, n: null, status: 'suppressed_k' },
  ]);
});

test('telemetry of a tool is not about a group of people and stays, only how few use it is hidden', () => {
  const row = { tool: 'copilot', value: 24, people: 4, status: 'ok' };
  expect(hideSmallGroups(metric, [row], asked('tools'))).toEqual([{ ...row, people: null }]);
  expect(hideSmallGroups(metric, [{ ...row, people: 5 }], asked('tools'))).toEqual([{ ...row, people: 5 }]);
});

const context = (mode: string): ComputeContext => ({
  ...{ params: { mode, groupBy: [] }, from: new Date(0), to: new Date(0), tz: 'UTC', settings: { k: 5 } },
  random: () => () => 0,
});
const judged = (row: Row): Row | undefined => compute([row], context('tools')).rows[0];

describe('quality of a signal (G-33)', () => {
  test('is half the coverage of days of activity that are fresh', () => {
    const found = judged({ tool: 'copilot', value: 30, grade: 2, licensed: 42, covered: 40, covered_2: 40, covered_3: 0, covered_4: 0 });
    expect(found).toMatchObject({ effective_grade: 2 });
    expect(found?.['coverage']).toBeCloseTo(0.952, 3);
    expect(found?.['quality']).toBeCloseTo(0.476, 3);
  }); // prettier-ignore

  test('falls where lines are three days old, and keeps its grade up to four times the usual delay', () => {
    const cursor = { tool: 'cursor', value: 72, grade: 4, licensed: 20, covered: 18, covered_2: 18, covered_3: 18, covered_4: 18 };
    expect(judged(cursor)).toMatchObject({ effective_grade: 4, quality: 0.30000000000000004 });
    expect(judged({ ...cursor, value: 97 })).toMatchObject({ effective_grade: 1, quality: 0 });
  }); // prettier-ignore

  test('is that of seats where fewer than four of five have events, and unknown without seats', () => {
    const events = { tool: 'codex', value: 1, grade: 3, licensed: 20, covered: 12, covered_2: 12, covered_3: 12, covered_4: 0 }; // prettier-ignore
    expect(judged(events)).toMatchObject({ effective_grade: 1, coverage: 0.6 });
    expect(judged({ ...events, licensed: null })).toMatchObject({ effective_grade: null, coverage: null, quality: null }); // prettier-ignore
  });
});

describe('recall of marks', () => {
  /** Each person: changes, marked, by AI, of these marked, by people, of these unmarked. */
  const group = (person: readonly number[], more: Row = {}): Row => ({
    people: JSON.stringify(Array.from({ length: 6 }, () => person)),
    ...{ lost_by_squash: 0, switched_off: 0, n_dev: 6, ai_dev: 6, ...more },
  });
  const rowOf = (mode: string, row: Row): Row | undefined => compute([row], context(mode)).rows[0];

  test.each([
    ['a squash that keeps no messages', { lost_by_squash: 20 }, 'squash drops trailers: set its message to the commits'],
    ['attribution switched off', { switched_off: 20, lost_by_squash: 20 }, 'attribution is switched off or forbidden'],
    ['nothing that the store knows', {}, 'not known'],
  ])('%s is named where it is low', (_what, more, reason) => {
    expect(rowOf('recall', group([10, 1, 5, 1, 5, 5], more))).toMatchObject({ value: 0.2, n: 30, reason, status: 'ok' });
  }); // prettier-ignore

  test('is not told of fewer than twenty proven changes, and the corrected share then neither', () => {
    expect(rowOf('recall', group([10, 2, 3, 1, 5, 5]))).toMatchObject({ value: null, n: 18, status: 'low_n' });
    expect(rowOf('ai_share', group([10, 2, 3, 1, 5, 5]))).toMatchObject({ value: null, lo: null, raw: 0.2, status: 'undefined' });
    expect(rowOf('ai_share', group([10, 2, 0, 0, 5, 5]))?.['reason']).toContain('recall is not known');
  }); // prettier-ignore

  test('gives the corrected share beside the raw one; specificity that nothing proves is taken as 1, and said', () => {
    const row = rowOf('ai_share', group([10, 2, 5, 2, 0, 0]));
    expect(row).toMatchObject({ value: 0.5, raw: 0.2, recall: 0.4, specificity: null });
    expect(row?.['reason']).toContain('specificity is taken as 1');
    expect(Number(row?.['lo'])).toBeLessThan(0.5);
    expect(Number(row?.['hi'])).toBeGreaterThan(0.5);
  });

  test('says why its interval begins at 0 beside changes that are marked', () => {
    // Of the changes proven to be of people as many carry a mark as of all.
    const row = rowOf('ai_share', group([20, 3, 5, 4, 5, 4]));
    expect(row).toMatchObject({ lo: 0, raw: 0.15, status: 'ok' });
    expect(row?.['reason']).toContain('from 0 %: so few changes are proven to be of people');
    expect(rowOf('ai_share', group([10, 5, 5, 4, 5, 5]))?.['reason'] ?? '').not.toContain('from 0 %');
  });

  test('of few people is hidden, and with it what follows from it; the raw share of many stays', () => {
    const row = { value: 0.5, lo: 0.4, hi: 0.6, raw: 0.2, recall: 0.4, specificity: 0.9, reason: null, n: 60, n_dev: 9, ai_dev: 3, human_dev: 9, status: 'ok' };
    const asks = { params: { mode: 'ai_share', groupBy: [] }, k: 5, tz: 'UTC' };
    expect(hideSmallGroups(metric, [row], asks)).toMatchObject([{ value: null, lo: null, recall: null, specificity: null, raw: 0.2, n: 60 }]);
  }); // prettier-ignore
});

test.each(['tools', 'grades', 'match', 'attribution'])('%s names the tool of each row, though no group is asked for', (mode) => {
  const names = columnsOf(metric, { ...defaultParams(metric), mode }).map(({ name }) => name);
  expect(names).toContain('tool');
}); // prettier-ignore
