/** Files about AI tools: use by person and day, and licences. */
import type { HouseRow } from '../connector.ts';
import { amountUpTo, email, instant, pastDate, text, upTo } from './cells.ts';
import { CellError, may, need, row, type FileKind, type ImportContext, type Values } from './file-kind.ts';
import { str } from './row-values.ts';

/** Most that somebody does in a day. */
const MOST = { uses: 1_000_000, lines: 10_000_000, tokens: 1_000_000_000_000, usd: 1_000_000 } as const;

function personOf(values: Values, context: ImportContext): string {
  const key = str(values.person_key);
  return key === null ? context.personOfEmail(String(values.email)) : context.personId(key);
}

/** A licence of a known person: one of nobody would be of a person who never works. */
function seatRows(values: Values, context: ImportContext): HouseRow[] {
  const { valid_from: from, valid_to: to } = values;
  if (from instanceof Date && to instanceof Date && to <= from) throw new CellError('valid_to', 'does not lie after valid_from'); // prettier-ignore
  if (str(values.person_key) === null && !context.knowsEmail(String(values.email)))
    throw new CellError('email', 'is the address of nobody who is known; import people.csv with it first');
  const personId = personOf(values, context);
  return [
    row('tool', { tool_id: String(values.tool), title: String(values.tool), nominal_grade: 1 }),
    row('person', { person_id: personId, kind: 'human' }),
    row('seat', { tool_id: String(values.tool), person_id: personId, valid_from: from ?? null, valid_to: to ?? null, source: 'given' }), // prettier-ignore
  ];
}

export const TOOL_FILES = {
  ai_usage_daily: {
    table: 'person_day',
    columns: {
      day: need(pastDate),
      tool: need(text),
      person_key: may(text),
      email: may(email),
      sessions: may(upTo(MOST.uses)),
      requests: may(upTo(MOST.uses)),
      lines_suggested: may(upTo(MOST.lines)),
      lines_accepted: may(upTo(MOST.lines)),
      input_tokens: may(upTo(MOST.tokens)),
      output_tokens: may(upTo(MOST.tokens)),
      cost_usd: may(amountUpTo(MOST.usd)),
    },
    eitherOf: [['person_key', 'email']],
    toRows: (values, context) => [
      row('tool', { tool_id: String(values.tool), title: String(values.tool), nominal_grade: 2 }),
      row('person_day', {
        tool_id: String(values.tool),
        person_id: personOf(values, context),
        day: values.day ?? null,
        grade: 2,
        sessions: values.sessions ?? null,
        invocations: values.requests ?? values.sessions ?? null,
        suggested_lines: values.lines_suggested ?? null,
        accepted_lines: values.lines_accepted ?? null,
        input_tokens: values.input_tokens ?? null,
        output_tokens: values.output_tokens ?? null,
        cost_usd: values.cost_usd ?? null,
        source: 'csv',
      }),
      row('heartbeat', { source: `tool:${String(values.tool)}`, day: values.day ?? null, last_at: values.day ?? null }),
    ],
  },
  seats: {
    table: 'seat',
    columns: {
      tool: need(text),
      person_key: may(text),
      email: may(email),
      valid_from: need(instant),
      valid_to: may(instant),
    },
    eitherOf: [['person_key', 'email']],
    toRows: seatRows,
  },
} as const satisfies Readonly<Record<string, FileKind>>;
