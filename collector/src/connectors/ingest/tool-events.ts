/** `POST /ingest/tool-event`: uses of tools → points of accounts, from which days and events of people follow. Pure. */
import { createHash } from 'node:crypto';
import { titleOfTool } from '../../attribution/tools.ts';
import type { HouseRow, HouseValue, PushedPage } from '../../connector.ts';
import { accountOf, type Context, type Sent } from './normalize.ts';
import type { ToolEvent } from './schema.ts';

const row = (table: HouseRow['table'], values: HouseRow['values']): HouseRow => ({ table, values });

/** The same use is the same series; what else was measured of it is named by it, so that the event finds its lines. */
const seriesOf = ({ source, id }: ToolEvent, measure: string): string => {
  const use = createHash('sha256').update(JSON.stringify([source, id])).digest('hex').slice(0, 32);
  return measure === 'use' ? use : `${use}/${measure}`;
}; // prettier-ignore

/** A use, and what it adds to the day of its account. */
export function toolEventPage(given: ToolEvent, context: Context): Sent {
  const account = given.user ? accountOf(given.user, given.source, context) : null;
  const repository = given.repo ?? null;
  const point = (measure: string, value: number, more: Readonly<Record<string, HouseValue>> = {}): HouseRow =>
    row('tool_point', {
      account_id: account?.values['account_id'] ?? '',
      tool_id: given.tool,
      series_id: seriesOf(given, measure),
      at: given.at,
      start_at: null,
      measure,
      value,
      is_cumulative: false,
      ...(repository === null ? { repo_id: null } : {}),
      ...more,
    });
  const measured = { accepted_lines: given.lines_accepted, input_tokens: given.input_tokens, output_tokens: given.output_tokens, cost_usd: given.cost_usd }; // prettier-ignore
  const use = {
    type: given.type,
    feature: given.feature ?? null,
    workflow_id: given.workflow ?? null,
    change_key: given.number ?? null,
    start_at: given.started_at ?? null,
  };
  const rows = [
    row('tool', { tool_id: given.tool, title: titleOfTool(given.tool), nominal_grade: 3 }),
    ...(account === null ? [] : [account]),
    point('use', 1, use),
    ...Object.entries(measured).flatMap(([measure, value]) => (value === null || value === undefined ? [] : [point(measure, value)])), // prettier-ignore
  ];
  return { repository, rows, notices: account === null ? ['a use without user is counted for nobody'] : [] };
}

/** Thousands of uses are few transactions: those of one repository are one page, in their order. */
export function joined(pages: readonly PushedPage[]): PushedPage[] {
  const byRepository = new Map<string | null, { rows: HouseRow[]; documents: number }>();
  for (const { repository, rows } of pages) {
    const known = byRepository.get(repository) ?? { rows: [], documents: 0 };
    byRepository.set(repository, known);
    for (const row of rows) known.rows.push(row);
    known.documents += 1;
  }
  return [...byRepository].map(([repository, page]) => ({ repository, ...page }));
}
