import fc from 'fast-check';
import { testDatabase, type TestDatabase } from '../../../collector/testing/database.ts';
import { bucketStart, bucketsOf, daysBetween, isPartial, nextBucket, type Bucket } from './buckets.ts';

const at = (text: string) => new Date(text);
const iso = (date: Date) => date.toISOString();
const kinds: readonly Bucket[] = ['day', 'week', 'month', 'quarter'];
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Santiago', 'Asia/Beirut', 'America/Havana', 'Pacific/Apia']; // prettier-ignore

describe('buckets', () => {
  it('start weeks on Monday in the zone', () => {
    expect(iso(bucketStart(at('2026-03-09T03:59:00Z'), 'week', 'America/New_York'))).toBe('2026-03-02T05:00:00.000Z');
    expect(iso(bucketStart(at('2026-03-09T04:00:00Z'), 'week', 'America/New_York'))).toBe('2026-03-09T04:00:00.000Z');
    expect(iso(bucketStart(at('2026-03-08T22:59:00Z'), 'week', 'Europe/Berlin'))).toBe('2026-03-01T23:00:00.000Z');
    expect(iso(bucketStart(at('2026-03-08T23:00:00Z'), 'week', 'Europe/Berlin'))).toBe('2026-03-08T23:00:00.000Z');
  });

  it('keep a week with a change of clocks in one piece: 167 and 169 hours', () => {
    const hours = (start: string) =>
      (nextBucket(at(start), 'week', 'Europe/Berlin').getTime() - at(start).getTime()) / 3_600_000;
    expect(hours('2026-03-22T23:00:00Z')).toBe(167);
    expect(hours('2026-10-18T22:00:00Z')).toBe(169);
  });

  it('are of seven days where the clocks change, and a cut day is its part', () => {
    const days = (from: string, to: string) => daysBetween({ from: at(from), to: at(to) }, 'Europe/Berlin');
    expect(days('2026-03-22T23:00:00Z', '2026-03-29T22:00:00Z')).toBe(7);
    expect(days('2026-10-18T22:00:00Z', '2026-10-25T23:00:00Z')).toBe(7);
    expect(days('2026-03-28T23:00:00Z', '2026-03-29T10:30:00Z')).toBe(0.5);
    expect(days('2026-01-05T11:00:00Z', '2026-01-08T05:00:00Z')).toBe(2.75);
  });

  it('cover a range without gap or overlap', () => {
    const range = { from: at('2026-01-15T10:00:00Z'), to: at('2026-04-01T00:00:00Z') };
    expect(bucketsOf(range, 'month', 'UTC').map((start) => iso(start).slice(0, 10))).toEqual(['2026-01-01', '2026-02-01', '2026-03-01']); // prettier-ignore
    expect(bucketsOf(range, 'quarter', 'Asia/Kolkata').map(iso)).toEqual(['2025-12-31T18:30:00.000Z', '2026-03-31T18:30:00.000Z']); // prettier-ignore
  });

  it('are partial when not wholly inside range and watermark', () => {
    const week = { from: at('2026-03-02'), to: at('2026-03-09') };
    const range = { from: at('2026-03-02'), to: at('2026-04-01') };
    expect(isPartial(week, range, null)).toBe(false);
    expect(isPartial(week, range, at('2026-03-09'))).toBe(false);
    expect(isPartial(week, range, at('2026-03-08'))).toBe(true);
    expect(isPartial(week, { ...range, from: at('2026-03-03') }, null)).toBe(true);
    expect(isPartial(week, { ...range, to: at('2026-03-08') }, at('2026-05-01'))).toBe(true);
  });

  it('hold their instant and end where the next one starts', () => {
    const instant = fc.date({ min: at('2020-01-01'), max: at('2029-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, fc.constantFrom(...kinds), fc.constantFrom(...zones.slice(0, 5)), (moment, kind, zone) => {
        const start = bucketStart(moment, kind, zone);
        const next = nextBucket(start, kind, zone);
        expect(start <= moment && moment < next).toBe(true);
        expect(iso(bucketStart(next, kind, zone))).toBe(iso(next));
        expect(iso(bucketStart(new Date(next.getTime() - 1), kind, zone))).toBe(iso(start));
      }),
      { numRuns: 200 }
    );
  });
});

describe('buckets and Postgres', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  it('agree, also where clocks change at midnight', async () => {
    const { rows } = await database.pool.query<{ moment: Date; kind: Bucket; zone: string; start: Date }>(
      `select moment, kind, zone, date_trunc(kind, moment at time zone zone) at time zone zone as start
       from generate_series(timestamptz '2021-12-29 23:45Z', '2025-01-03', interval '1 day 7 hours 30 minutes') moment,
            unnest($1::text[]) kind, unnest($2::text[]) zone`,
      [kinds, zones]
    );
    const differing = rows.filter(({ moment, kind, zone, start }) => bucketStart(moment, kind, zone).getTime() !== start.getTime()); // prettier-ignore
    expect(differing.slice(0, 5)).toEqual([]);
    expect(rows.length).toBeGreaterThan(20_000);
  });
});
