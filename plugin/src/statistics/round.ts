/**
 * Decimal rounding, half away from zero, as Postgres rounds numeric (metrics.md 0.8): 2.25 → 2.3, not 2.2. Works on the 15 digits that a
 * double can be trusted for, so that 9.35 computed as 9.349999999999999 is 9.35. For display only; frames carry full precision.
 * @param digits Decimals, 0 … 12.
 */
export function roundHalfUp(value: number, digits: number): number {
  if (!Number.isFinite(value)) {
    return value;
  }
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toExponential(14).split('e');
  const places = Number(exponent) + digits + 1;
  const figures = mantissa.replace('.', '');
  if (places < 0 || places >= figures.length) {
    return places < 0 ? 0 : value;
  }
  const kept = BigInt(figures.slice(0, places) || '0') + (Number(figures[places]) >= 5 ? 1n : 0n);
  const rounded = Number(`${kept}e-${digits}`);
  return value < 0 && rounded !== 0 ? -rounded : rounded;
}
