/**
 * Categories of data about people that an organisation may choose not to collect (`privacy.collect` of throughline.yaml), and where each
 * lies in the store. The one list for the doors, the walls (switches.ts), what is removed and docs/data-flow.md.
 */

/** Names of categories, as `privacy.collect` has them. */
export const CATEGORIES = ['usage', 'lines', 'surveys', 'seniority'] as const;
export type Category = (typeof CATEGORIES)[number];

/** What a category holds of a table. */
export interface Place {
  /** With its schema where that is not public. */
  readonly table: string;
  /** Columns that are left empty; absent = whole rows are not written. */
  readonly columns?: readonly string[];
  /** SQL over the row `new` of the rows that are meant; absent = all. */
  readonly when?: string;
}

const whole = (...tables: readonly string[]): Place[] => tables.map((table) => ({ table }));

/** Facts first, then what is derived from them. */
export const PLACES: Readonly<Record<Category, readonly Place[]>> = {
  usage: [
    ...whole(
      'tool_event',
      'tool_point',
      'person_day',
      'tool_day',
      'account_day',
      'account_seat',
      'seat',
      'agent_session',
      'session_commit'
    ),
    { table: 'heartbeat', when: `starts_with(new.source, 'tool:')` },
    ...whole('declared_day', 'usage_week', 'tool_week', 'pack.usage_pack', 'pack.tool_event_month'),
  ],
  lines: [
    ...whole('line_attestation', 'line_span', 'live_file', 'path'),
    ...whole('change_survival', 'change_line', 'change_death', 'pack.survival_day', 'pack.survival_delta', 'pack.survival_pack'), // prettier-ignore
    { table: 'account_day', columns: ['suggested_lines', 'accepted_lines'] },
    { table: 'person_day', columns: ['suggested_lines', 'accepted_lines'] },
    { table: 'tool_day', columns: ['suggested_lines', 'accepted_lines'] },
    { table: 'tool_point', when: `new.measure = 'accepted_lines'` },
  ],
  surveys: whole('survey_answer'),
  seniority: [{ table: 'person', columns: ['experience_start'] }],
};

/** What the category is, for people. */
export const IN_WORDS: Readonly<Record<Category, string>> = {
  usage: 'who used which AI tool when, and who has a licence',
  lines: 'when each line was written, by whom, and when it went',
  surveys: 'answers to surveys',
  seniority: 'since when somebody works in the profession',
};

/** By table, the categories that whole rows of it belong to. */
const rowsOf = new Map<string, Category>(
  CATEGORIES.flatMap((category) =>
    PLACES[category].filter(({ columns, when }) => !columns && !when).map(({ table }) => [table, category] as const)
  )
);

/** The category that the rows of a table belong to; undefined = none, or only some. */
export const categoryOf = (table: string): Category | undefined => rowsOf.get(table);
