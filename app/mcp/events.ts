/** Single deployments and incidents, for an assistant without evidence: how many there were in each closed week, and nothing of one of them. */
import { snapRange } from '../../plugin/src/backend/query/gate/snap-range.ts';
import type { Answer, Question } from '../../plugin/src/backend/terminal.ts';
import type { Column, Metric } from '../../plugin/src/metrics/define.ts';
import { parseQuery, type MetricRegistry } from '../../plugin/src/metrics/query.ts';
import { bucketStart } from '../../plugin/src/statistics/buckets.ts';

/** Whether each row of the answer is a single deployment or incident. @throws QueryError. */
export function listsEvents({ metric: id, params = {} }: Question, metrics: MetricRegistry): boolean {
  const { metric, params: asked } = parseQuery({ queryType: id, params, version: 1 }, metrics);
  return isListed(metric, (name) => String(asked[name]));
}

const isListed = ({ listsEvents: kinds = {} }: Metric, valueOf: (name: string) => string): boolean =>
  Object.entries(kinds).some(([name, values]) => values.includes(valueOf(name)));

/** In closed weeks of the organisation: a range that is walked would tell when one of them was. */
export function inClosedWeeks(question: Question, tz: string): Question {
  return { ...question, tz, ...snapRange(question, { grain: 'week', bucket: null, tz, now: new Date() }) };
}

const COLUMNS: readonly Column[] = [
  {
    name: 'week',
    role: 'label',
    type: 'string',
    label: 'Week',
    help: 'Monday of a closed week.',
    nullMeaning: 'never null',
  },
  {
    name: 'n',
    role: 'count',
    counts: 'nobody',
    type: 'number',
    label: 'Events',
    help: 'How many of them began in it.',
    nullMeaning: 'never null',
  },
];

/** Numbers by week; a week without one has no row. */
export function countedByWeek(answer: Answer): Answer {
  const { from, to, tz } = answer.answered;
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: tz, dateStyle: 'short' });
  const times = answer.rows.flatMap(({ time }) => (time instanceof Date && time >= from && time < to ? [time] : []));
  const byWeek = [...Map.groupBy(times, (time) => day.format(bucketStart(time, 'week', tz)))].sort(([one], [other]) => (one < other ? -1 : 1)); // prettier-ignore
  // The metric shows the newest ones and warns: of the oldest week a part may be missing.
  const isCut = answer.notices.some(({ severity }) => severity === 'warning');
  const whole = isCut ? byWeek.slice(1) : byWeek;
  const rows = whole.map(([week, events]) => ({ week, n: events.length, status: 'ok' }));
  const since = isCut && whole[0] !== undefined ? ` from ${whole[0][0]} on` : '';
  const text = `Single deployments and incidents are kept back: their numbers are by closed week (its Monday), and a week${since} that is not listed has none. Whoever starts this server switches single ones on with --evidence.`;
  return {
    ...answer,
    rows,
    totalRows: rows.length,
    columns: COLUMNS,
    notices: [...answer.notices, { severity: 'info', text }],
  };
}
