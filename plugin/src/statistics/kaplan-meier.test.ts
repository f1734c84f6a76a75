import fc from 'fast-check';
import { atRiskBefore, greenwoodError, kaplanMeier, kaplanMeierOf, matureAt, survivalAt, survivalQuantile } from './kaplan-meier.ts'; // prettier-ignore

const g17 = [
  { time: 10, events: 20, censored: 0 },
  { time: 40, events: 10, censored: 0 },
  { time: 50, events: 0, censored: 20 },
  { time: 70, events: 10, censored: 0 },
  { time: 90, events: 0, censored: 40 },
];

describe('kaplan-meier', () => {
  it('counts censored lines as long as they were observed (G-17)', () => {
    const curve = kaplanMeier(g17);
    expect(survivalAt(curve, 30)).toBeCloseTo(0.8, 9);
    expect(survivalAt(curve, 60)).toBeCloseTo(0.7, 9);
    expect(survivalAt(curve, 90)).toBeCloseTo(0.56, 9);
    expect(greenwoodError(curve, 90)).toBeCloseTo(0.054, 3);
    expect([atRiskBefore(curve, 30), atRiskBefore(curve, 50), atRiskBefore(curve, 90), atRiskBefore(curve, 91)]).toEqual([80, 70, 40, 0]); // prettier-ignore
    expect([matureAt(curve, 50), matureAt(curve, 90)]).toEqual([100, 80]);
  });

  it('gives the survival of changes at 30 days (G-19)', () => {
    const ends = [[60, false], [5, true], [20, true], [45, false], [12, false], [2, true]] as const; // prettier-ignore
    expect(survivalAt(kaplanMeierOf(ends.map(([time, isEvent]) => ({ time, isEvent }))), 30)).toBeCloseTo(4 / 9, 9);
  });

  it('gives medians with open units (G-21, G-32)', () => {
    const lead = kaplanMeierOf([24, 48, 6, 30].map((time) => ({ time, isEvent: time !== 30 })));
    expect(survivalAt(lead, 6)).toBe(0.75);
    // Exactly one half is left from 24 to 48.
    expect(survivalQuantile(lead)).toBe(36);
    expect(survivalQuantile(kaplanMeierOf([10, 20, 30, 40].map((time) => ({ time, isEvent: true }))))).toBe(25);
    expect(survivalQuantile(kaplanMeierOf([10, 20, 30, 40].map((time) => ({ time, isEvent: time < 25 }))))).toBe(20);
    const incidents = kaplanMeierOf([30, 45, 60, 240, 120].map((time) => ({ time, isEvent: time !== 120 })));
    expect(survivalQuantile(incidents)).toBe(60);
    expect(survivalQuantile(kaplanMeierOf([{ time: 5, isEvent: false }]))).toBeNull();
  });

  it('lets events precede censorings at the same time', () => {
    const curve = kaplanMeierOf([{ time: 5, isEvent: false }, { time: 5, isEvent: true }]); // prettier-ignore
    expect(survivalAt(curve, 5)).toBe(0.5);
  });

  it('agrees with a textbook (Freireich 1963, 6-MP arm)', () => {
    const events = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    const curve = kaplanMeierOf([
      ...events.map((time) => ({ time, isEvent: true })),
      ...censored.map((time) => ({ time, isEvent: false })),
    ]);
    const published: Array<[number, number]> = [[6, 0.857], [7, 0.807], [10, 0.753], [13, 0.69], [16, 0.627], [22, 0.538], [23, 0.448]]; // prettier-ignore
    for (const [time, survival] of published) {
      expect(survivalAt(curve, time)).toBeCloseTo(survival, 3);
    }
    expect(greenwoodError(curve, 23)).toBeCloseTo(0.1346, 4);
  });

  it('is 1 before the first event, 0 when everything died, absent without units', () => {
    expect(survivalAt(kaplanMeier(g17), 9)).toBe(1);
    const dead = kaplanMeier([{ time: 1, events: 0.1, censored: 0 }, { time: 2, events: 0.2, censored: 0 }]); // prettier-ignore
    expect(survivalAt(dead, 2)).toBe(0);
    expect(greenwoodError(dead, 2)).toBe(0);
    expect(survivalAt(kaplanMeier([]), 30)).toBeNull();
    expect(greenwoodError(kaplanMeier([]), 30)).toBeNull();
  });

  const unit = fc.record({ time: fc.nat(100), isEvent: fc.boolean(), weight: fc.integer({ min: 1, max: 9 }) });

  it('is the plain share of survivors when nothing is censored before the horizon', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1 }), fc.nat(100), (units, horizon) => {
        const whole = units.map((each) => (each.isEvent ? each : { ...each, time: 100 }));
        const total = whole.reduce((sum, { weight }) => sum + weight, 0);
        const dead = whole.reduce((sum, { time, isEvent, weight }) => sum + (isEvent && time <= horizon ? weight : 0), 0); // prettier-ignore
        expect(survivalAt(kaplanMeierOf(whole), horizon)).toBeCloseTo(1 - dead / total, 9);
      })
    );
  });

  it('falls, stays within [0, 1], and does not depend on how units are aggregated', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1 }), (units) => {
        const curve = kaplanMeierOf(units);
        const single = kaplanMeierOf(units.flatMap(({ time, isEvent, weight }) => Array.from({ length: weight }, () => ({ time, isEvent })))); // prettier-ignore
        let previous = 1;
        for (const [index, step] of curve.steps.entries()) {
          expect(step.survival).toBeLessThanOrEqual(previous);
          expect(step.survival).toBeGreaterThanOrEqual(0);
          expect(single.steps[index]?.survival).toBeCloseTo(step.survival, 9);
          previous = step.survival;
        }
      })
    );
  });
});
