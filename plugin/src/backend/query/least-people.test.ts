import type { Metric } from '../../metrics/define.ts';
import { metric as cycleTime } from '../../metrics/cycle-time-by-usage/metric.ts';
import { metric as durability } from '../../metrics/durability/metric.ts';
import { agreementNotices, leastFor, leastPeople } from './least-people.ts';

const agreement = { smallest_group: 1, agreed_on: '2026-12-01', agreed_by: 'the whole team' };
const k = (metric: Metric, settings: object, params: object = {}) =>
  leastFor(metric, { groupBy: [], ...params }, leastPeople(settings as Record<string, unknown>, null));

it('is 5 without a written decision, whatever the store or the data source says', () => {
  expect(leastPeople({}, null)).toEqual({ k: 5, usageK: 5, fixedK: 5, agreement: null });
  expect(leastPeople({ k: 1 }, 1).k).toBe(5);
  expect(leastPeople({ k: 2, k_agreement: { smallest_group: 2 } }, null).k).toBe(5);
  expect(leastPeople({ k: 8 }, 6).k).toBe(8);
  expect(leastPeople({ k: 5 }, 12).k).toBe(12);
});

it('is what the organisation agreed on, and a data source may only raise it', () => {
  expect(leastPeople({ k: 1, k_agreement: agreement }, null).k).toBe(1);
  expect(leastPeople({ k: 1, k_agreement: agreement }, 5)).toEqual({ k: 5, usageK: 5, fixedK: 5, agreement: null });
  expect(leastPeople({ k: 0, k_agreement: { ...agreement, smallest_group: 0 } }, null).k).toBe(5);
});

it('may stay higher for the use of tools', () => {
  const settings = { k: 1, usage_k: 5, k_agreement: agreement };
  expect(k(durability, settings)).toBe(1);
  expect(k(cycleTime, settings)).toBe(5);
});

it('is never below 5 where seniority is asked for', () => {
  const settings = { k: 1, k_agreement: agreement };
  expect(k(durability, settings, { groupBy: ['code_source', 'seniority'] })).toBe(5);
  expect(k(durability, settings, { seniority: ['senior'] })).toBe(5);
  expect(k(durability, settings, { seniority: [], groupBy: ['code_source'] })).toBe(1);
});

it('is a person more wherever it comes from while people see their own numbers', () => {
  const looked = { self_view: 'email' };
  expect(leastPeople(looked, null)).toEqual({ k: 6, usageK: 6, fixedK: 6, agreement: null });
  expect(leastPeople({ ...looked, k: 6, usage_k: 6 }, 6)).toMatchObject({ k: 7, usageK: 7 });
  expect([1, 2, 3, 4].map((smallest_group) => leastPeople({ ...looked, k: smallest_group, k_agreement: { ...agreement, smallest_group } }, null).k)).toEqual([2, 3, 4, 5]); // prettier-ignore
  const four = { ...looked, k: 5, usage_k: 5, k_agreement: { ...agreement, smallest_group: 4 } };
  expect(k(durability, four, { seniority: ['senior'] })).toBe(6);
  expect(agreementNotices(5, leastPeople(four, null))).toHaveLength(1);
  expect(leastPeople({ self_view: 'off' }, 6).k).toBe(6);
});

it('is said by every answer, with who agreed and when', () => {
  const least = leastPeople({ k: 1, k_agreement: agreement }, null);
  expect(agreementNotices(1, least)).toEqual([
    { severity: 'info', text: 'Small groups are shown, from 1 person on: agreed on 2026-12-01 by the whole team.' },
  ]);
  expect(agreementNotices(5, least)).toEqual([]);
});
