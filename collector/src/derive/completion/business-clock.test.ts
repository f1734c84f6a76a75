import fc from 'fast-check';
import { BusinessClock, localMonday, type BusinessCalendar } from './business-clock.ts';

const calendar = (given: Partial<BusinessCalendar> = {}): BusinessCalendar => ({
  timeZone: 'UTC',
  opens: 9 * 60,
  closes: 17 * 60,
  days: [1, 2, 3, 4, 5],
  holidays: [],
  ...given,
});
const minutes = (from: string, to: string, given: Partial<BusinessCalendar> = {}): number =>
  new BusinessClock(calendar(given)).minutes(Date.parse(from), Date.parse(to));

describe('business clock', () => {
  it('G-01: Friday 16:00 to Monday 10:00 is 66 h by the calendar and 2 h of business', () => {
    const [from, to] = ['2026-03-13T16:00:00Z', '2026-03-16T10:00:00Z'];
    expect((Date.parse(to) - Date.parse(from)) / 3_600_000).toBe(66);
    expect(minutes(from, to)).toBe(120);
  });
  it('uses the local time of the team', () => {
    expect(minutes('2026-03-13T16:00:00Z', '2026-03-16T10:00:00Z', { timeZone: 'America/New_York' })).toBe(5 * 60);
    expect(minutes('2026-03-12T23:00:00Z', '2026-03-13T09:00:00Z', { timeZone: 'Asia/Tokyo' })).toBe(8 * 60);
  });
  it('leaves out holidays and closed days', () => {
    expect(minutes('2026-03-09T00:00:00Z', '2026-03-16T00:00:00Z')).toBe(5 * 480);
    expect(minutes('2026-03-09T00:00:00Z', '2026-03-16T00:00:00Z', { holidays: ['2026-03-11'] })).toBe(4 * 480);
  });
  it('a week with a DST change still has 40 business hours', () => {
    for (const monday of ['2026-03-23', '2026-10-19']) {
      const from = Date.parse(`${monday}T00:00:00Z`);
      const clock = new BusinessClock(calendar({ timeZone: 'Europe/Berlin' }));
      expect(clock.minutes(from, from + 8 * 86_400_000)).toBeGreaterThanOrEqual(2400);
    }
    expect(minutes('2026-03-27T16:00:00+01:00', '2026-03-30T10:00:00+02:00', { timeZone: 'Europe/Berlin' })).toBe(120);
  });
  it('is additive and never more than the calendar', () => {
    const at = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2026, 11) });
    const clock = new BusinessClock(
      calendar({ timeZone: 'America/Sao_Paulo', days: [0, 1, 2, 3, 4, 5, 6], opens: 0, closes: 1440 })
    );
    fc.assert(
      fc.property(at, at, at, (...instants) => {
        const [a, b, c] = instants.sort((x, y) => x - y);
        expect(clock.minutes(a, b) + clock.minutes(b, c)).toBeCloseTo(clock.minutes(a, c), 6);
        expect(clock.minutes(a, c)).toBeCloseTo((c - a) / 60_000, 6);
      }),
      { numRuns: 30 }
    );
  });
  it('names the local Monday', () => {
    expect(localMonday('UTC', Date.parse('2026-03-15T23:59:00Z'))).toBe('2026-03-09');
    expect(localMonday('Europe/Berlin', Date.parse('2026-03-15T23:59:00Z'))).toBe('2026-03-16');
  });
});
