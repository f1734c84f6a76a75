/** A time as a sentence tells it. Pure. */

/** In the largest unit that fits it: minutes, hours or days of 24 hours. */
export const timeInWords = (minutes: number, decimals = 1): string => {
  if (minutes < 1) return 'under a minute';
  if (minutes < 60) return minutes.toFixed(0) === '1' ? '1 minute' : `${minutes.toFixed(0)} minutes`;
  return Math.round(minutes) < 1440
    ? `${(minutes / 60).toFixed(decimals)} hours`
    : `${(minutes / 1440).toFixed(decimals)} days`;
};
