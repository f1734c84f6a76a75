/** How long what is about people is kept (`privacy.retain` of throughline.yaml): ages in days, each with its default and the reason for it. */

/** What has an age of its own. */
export const AGES = {
  openings: {
    days: 400,
    least: 30,
    what: 'notes of who opened rows behind numbers',
    because: 'a year and the time to look back at it',
  },
  deliveries: {
    days: 90,
    least: 1,
    what: 'bodies of deliveries that could not be worked off',
    because: 'long enough to mend the sender or the collector and to try them again',
  },
  points: {
    days: 90,
    least: 7,
    what: 'points of telemetry (tokens, cost, sessions, lines, as tools measured them)',
    because: 'days are added up from them; late ones come within days',
  },
  events: {
    days: 800,
    least: 90,
    what: 'single uses of tools, with their instants',
    because: 'a year and the year before it; the sums of days stay',
  },
  sessions: {
    days: 800,
    least: 30,
    what: 'sessions of tools',
    because: 'as single uses',
  },
  seats: {
    days: 800,
    least: 90,
    what: 'licences that have ended',
    because: 'as single uses',
  },
} as const;

export type Aged = keyof typeof AGES;

/** Ages in days. */
export type Ages = Readonly<Record<Aged, number>>;

export const agedNames = Object.keys(AGES) as Aged[];
export const DEFAULT_AGES = Object.fromEntries(agedNames.map((name) => [name, AGES[name].days])) as Record<
  Aged,
  number
>;
