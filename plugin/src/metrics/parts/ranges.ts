/** Days for which a line is drawn where the range is too short for one: as the boards open. */
export const LINE_DAYS = 365;

/** Days that a rule looks at where its range is shorter than one. */
export const RULE_DAYS = 90;

/** Buckets of time, in words. */
export const BUCKET_UNITS = { day: 'days', week: 'weeks', month: 'months', quarter: 'quarters' } as const;
