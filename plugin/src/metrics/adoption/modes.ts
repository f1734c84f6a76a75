/** Shares of people or seats: of how many something is so. */
export const SHARES = ['active', 'licensed', 'utilisation', 'retention', 'idle_seats'];
/** More is better, or less. Having bought more seats is neither: no verdict. */
export const GOOD: Readonly<Record<string, 1 | -1>> = { active: 1, utilisation: 1, idle_seats: -1 };
/** Shares that are set beside those of four weeks before. */
export const COMPARED = ['active', 'licensed', 'utilisation', 'idle_seats'];
export const OVER_TIME = [...SHARES, 'intensity'];
export const BY_PERSON = ['active', 'licensed', 'utilisation', 'retention', 'intensity', 'migration'];
export const BY_WHO = [...BY_PERSON, 'idle_seats', 'blockers'];
/** Numbers of the change, where `show` names one. */
export const CHANGES = ['delta', 'delta_lo', 'delta_hi'];
