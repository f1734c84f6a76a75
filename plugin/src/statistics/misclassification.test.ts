import { blendedRate, correctedShare } from './misclassification.ts';

describe('misclassification', () => {
  it('shrinks a gap of 18 points to 13.5 when a quarter is mislabelled (G-05)', () => {
    expect(blendedRate(24, 42, 0.25)).toBe(28.5);
    expect(42 - blendedRate(24, 42, 0.25)).toBe(13.5);
  });

  it('corrects an observed share by an audit (G-06)', () => {
    expect(correctedShare(0.35, { sensitivity: 0.7, specificity: 0.95 })).toBeCloseTo(0.461538461538, 12);
    expect(correctedShare(0.01, { sensitivity: 0.7, specificity: 0.95 })).toBe(0);
    expect(correctedShare(0.35, { sensitivity: 0.5, specificity: 0.5 })).toBeNull();
  });
});
