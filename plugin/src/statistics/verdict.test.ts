import { verdict, type VerdictInput } from './verdict.ts';

const faster: VerdictInput = {
  effect: -0.24,
  interval: { lo: -0.29, hi: -0.19 },
  good: -1,
  threshold: 0.05,
};

describe('verdict', () => {
  it('needs an interval without 0, the one that is drawn, and an effect that matters', () => {
    expect(verdict(faster)).toBe('improved');
    expect(verdict({ ...faster, good: 1 })).toBe('regressed');
    expect(verdict({ ...faster, interval: { lo: -0.5, hi: 0.01 } })).toBe('no_clear_change');
    expect(verdict({ ...faster, effect: -0.04 })).toBe('no_clear_change');
    expect(verdict({ ...faster, effect: 0.24, interval: { lo: 0.1, hi: 0.4 } })).toBe('regressed');
  });

  it('says insufficient data where something is missing', () => {
    expect(verdict({ ...faster, interval: null })).toBe('insufficient_data');
    expect(verdict({ ...faster, effect: null })).toBe('insufficient_data');
  });
});
