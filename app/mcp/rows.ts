/** One row of an answer in words: group, number, interval, n, people, verdict, status, and the rest by name. Pure. */
import { lookOf } from '../../plugin/src/backend/frames/words.ts';
import { fewText } from '../../plugin/src/backend/query/gate/marks.ts';
import { peopleColumns } from '../../plugin/src/metrics/people-columns.ts';
import type { Cell, Column, Metric, ParamValues, Row, Status, Verdict } from '../../plugin/src/metrics/define.ts';
import { cellText, figure, people, quoted } from './figures.ts';

/** What a row is read with. */
export interface Reading {
  readonly metric: Metric;
  readonly params: ParamValues;
  readonly columns: readonly Column[];
  /** Groups of fewer people are hidden. */
  readonly leastPeople: number;
  /** Why hidden rows are hidden, where the gate says it. */
  readonly whyHidden?: string | undefined;
  /** Texts that people outside wrote are said too. */
  readonly withEvidence: boolean;
}

const NO_CAUSE = 'than chance explains, which is no proof of a cause';
const VERDICTS: Readonly<Record<Verdict, string>> = {
  improved: `improved: better by more ${NO_CAUSE}`,
  regressed: `regressed: worse by more ${NO_CAUSE}`,
  better: `better by more ${NO_CAUSE}`,
  worse: `worse by more ${NO_CAUSE}`,
  more: `more, by more ${NO_CAUSE}, and neither better nor worse by that`,
  less: `less, by more ${NO_CAUSE}, and neither better nor worse by that`,
  no_clear_change: 'no clear change: it cannot be told from none, and is not proved to be none either',
  no_clear_difference: 'no clear difference: it cannot be told from none, and is not proved to be none either',
  too_early: 'too early to say',
  insufficient_data: 'insufficient data: nothing may be concluded',
  not_judged: 'not judged: its source is unknown, nothing may be concluded',
};

/** Why a row has no number, or what is wrong with the one it has. */
function statusText(status: string, { leastPeople, whyHidden }: Pick<Reading, 'leastPeople' | 'whyHidden'>): string {
  const texts: Readonly<Record<Status, string>> = {
    ok: 'ok',
    partial: 'partial: the period is only in part inside the range or the collected data',
    low_n: 'too few units for a number',
    too_wide: 'not known: the interval is too wide to use',
    suppressed_k: whyHidden ?? fewText(leastPeople),
    immature: 'too young: the outcome window has not passed yet',
    stale: 'stale: the source has not reported lately',
    no_baseline: 'no baseline: the tool landed before the data begins',
    no_telemetry: 'no telemetry: what it needs is not reported, which is not zero',
    not_asked: 'not asked: only people can tell, and no survey asks them',
    no_start: 'the start of most units is not known',
    no_deployment: 'no deployment to production holds any of its changes',
    undefined: 'undefined: nothing to divide by',
    bad_config: 'not computed: this combination is refused or the configuration has a fault',
  };
  return Object.hasOwn(texts, status) ? texts[status as Status] : quoted(status);
}

/** Said by the sentence of the row itself, not in its list. */
const SAID = new Set(['value', 'lo', 'hi', 'n', 'status', 'verdict', 'reference']);

/** `code_source "ai_heavy" (AI-heavy)` of a label. */
function labelText({ name }: Column, cell: Exclude<Cell, null>): string {
  const words = typeof cell === 'string' ? lookOf(name, cell).text : undefined;
  const text = cell instanceof Date ? cell.toISOString().replace(/T00:00:00\.000Z$/, '') : quoted(String(cell));
  return `${name} ${text}${words === undefined ? '' : ` (${words})`}`;
}

const isNumber = (cell: Cell | undefined): cell is number => typeof cell === 'number' && Number.isFinite(cell);
const textOf = (cell: Cell | undefined): string => (typeof cell === 'string' ? cell : '');

/** The value with its interval, or why there is none. */
function estimate(row: Row, reading: Reading): string[] {
  const column = reading.columns.find(({ name }) => name === 'value');
  if (column === undefined) return [];
  const { value, lo, hi } = row;
  if (!isNumber(value)) {
    const status = textOf(row['status']);
    return [`no value (${status === '' || status === 'ok' ? column.nullMeaning : statusText(status, reading)})`];
  }
  const interval =
    isNumber(lo) && isNumber(hi)
      ? `, interval ${figure(lo, column.unit)} to ${figure(hi, column.unit)}`
      : ', no interval';
  return [`${figure(value, column.unit)}${interval}`];
}

function judged(row: Row): string[] {
  const [verdict, reference] = [textOf(row['verdict']), textOf(row['reference'])];
  if (verdict === '') return [];
  const against = reference === '' ? '' : ` against ${quoted(reference)}`;
  return [`verdict${against}: ${Object.hasOwn(VERDICTS, verdict) ? VERDICTS[verdict as Verdict] : quoted(verdict)}`];
}

/** One line. */
export function rowText(row: Row, reading: Reading): string {
  const { columns, metric, params, withEvidence } = reading;
  const isGroup = ({ role }: Column): boolean => role === 'time' || role === 'label';
  const there = columns.flatMap((column) => {
    const cell = row[column.name];
    return cell === null || cell === undefined || cell === '' ? [] : [{ column, cell }];
  });
  const counted = new Set(peopleColumns(metric, params));
  const groups = there.filter(({ column }) => isGroup(column)).map(({ column, cell }) => labelText(column, cell));
  const rest = there
    .filter(({ column }) => !isGroup(column) && !SAID.has(column.name))
    .map(({ column, cell }) => {
      if (column.isForeign === true && !withEvidence) return `${column.name} (text of others, kept back)`;
      return `${column.name} ${counted.has(column.name) && isNumber(cell) ? `${people(cell)} people` : cellText(cell, column)}`;
    });
  const { n, status } = row;
  const parts = [
    ...estimate(row, reading),
    ...(isNumber(n) ? [`n ${figure(n, undefined)}`] : []),
    ...judged(row),
    ...(isNumber(row['value']) || !columns.some(({ name }) => name === 'value')
      ? [`status: ${statusText(textOf(status), reading)}`]
      : []),
    ...(rest.length > 0 ? [rest.join(', ')] : []),
  ];
  return `- ${groups.length === 0 ? 'all' : groups.join(', ')}: ${parts.join('; ')}`;
}
