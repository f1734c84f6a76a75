/** What a vendor reports of a day, as rows: the same for every connector of that kind. */
import { titleOfTool } from './attribution/tools.ts';
import type { HouseRow, Page, Skip } from './connector.ts';
import { addDays, startOf } from './days.ts';

/** A day of one part of a source. */
export interface ReportedDay {
  /** Connector. */
  readonly source: string;
  /** Part of it, e.g. an organisation. */
  readonly scope: string;
  readonly toolId: string;
  readonly day: string;
  /** Signal grade: 2 = counted by day, 3 = of single uses with their instants. Default 2. */
  readonly grade?: 2 | 3;
}

/** What is counted of an account in a day; null = not given. */
export interface Measures {
  readonly sessions: number | null;
  readonly invocations: number | null;
  readonly suggested_lines: number | null;
  readonly accepted_lines: number | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cost_usd: number | null;
}

/** Measures of which the rest is not given. */
export const measuresOf = (given: Partial<Measures>): Measures => ({
  sessions: null,
  invocations: null,
  suggested_lines: null,
  accepted_lines: null,
  input_tokens: null,
  output_tokens: null,
  cost_usd: null,
  ...given,
});

/** Sum of what is given; null = nothing is. */
export function total(...parts: ReadonlyArray<number | null | undefined>): number | null {
  const given = parts.filter((part) => part !== null && part !== undefined);
  return given.length === 0 ? null : given.reduce((sum, part) => sum + part, 0);
}

/** An account with all that its rows of the day add up to. */
export interface Counted {
  readonly account: HouseRow;
  readonly measures: Measures;
}

/** Money to a millionth, once it is added up: sums of fractions of cents carry dust. */
const rounded = (amount: number | null): number | null => (amount === null ? null : Math.round(amount * 1e6) / 1e6);

/** Adds up what belongs to one account, whatever page it came on. */
function byAccount(counted: readonly Counted[]): Map<string, Counted> {
  const found = new Map<string, Counted>();
  for (const { account, measures } of counted) {
    const id = account.values['account_id'] as string;
    const known = found.get(id)?.measures;
    const names = Object.keys(measures) as Array<keyof Measures>;
    const sums = Object.fromEntries(names.map((name) => [name, total(known?.[name], measures[name])]));
    found.set(id, { account, measures: sums as unknown as Measures });
  }
  return found;
}

/** Row of a tool that vendors report by person and day. */
export const reportedTool = (toolId: string, grade: 2 | 3 = 2): HouseRow => ({
  table: 'tool',
  values: { tool_id: toolId, title: titleOfTool(toolId), nominal_grade: grade },
});

/**
 * Rows of a day; what was stored of it and is not reported any more is taken back. A day with anybody in it was observed: whoever is not in
 * it did not use the tool. A day with nobody says nothing of anybody: what is stored stays.
 */
export function reportedDay(
  { source, scope, toolId, day, grade = 2 }: ReportedDay,
  counted: readonly Counted[],
  skips: readonly Skip[] = []
): Pick<Page<unknown>, 'rows' | 'skips' | 'replaced'> {
  if (counted.length === 0) return { rows: [], skips };
  const key = { source, scope, tool_id: toolId, day };
  const rows = [...byAccount(counted).values()].flatMap(({ account, measures }): HouseRow[] => [
    account,
    {
      table: 'account_day',
      values: { ...key, account_id: account.values['account_id'] as string, grade, ...measures, cost_usd: rounded(measures.cost_usd) },
    },
  ]); // prettier-ignore
  const heartbeat: HouseRow = {
    table: 'heartbeat',
    values: { source: `tool:${toolId}`, day, last_at: startOf(addDays(day, 1)) },
  };
  return {
    rows: [reportedTool(toolId, grade), heartbeat, ...rows],
    skips,
    replaced: [{ table: 'account_day', values: key }],
  };
}
