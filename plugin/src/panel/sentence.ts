/** A row as a sentence: what is read aloud, and what the picture says at most. */
import { t } from '@grafana/i18n';
import type { IntervalRow } from './rows.ts';

/** Both ends in words, as a range or as what is known on one side. */
export function intervalWords({ ends }: Pick<IntervalRow, 'ends'>): string | null {
  if (ends === null) {
    return null;
  }
  const { lower, upper } = ends;
  return lower === null
    ? t('panel.interval.at-most', 'at most {{upper}}', { upper: String(upper) })
    : upper === null
      ? t('panel.interval.at-least', 'at least {{lower}}', { lower })
      : t('panel.interval.both', '{{lower}} to {{upper}}', { lower, upper });
}

/** The verdict; where there is none, what else is to be said of the row. */
export const wordsOf = ({ verdict, reason }: Pick<IntervalRow, 'verdict' | 'reason'>): string =>
  verdict?.text ?? reason ?? '';

/** A number with its unit in letters, where it has one. */
const WITH_UNIT = /^(\S*\d) (\p{L}+)$/u;

/** Estimate and interval as one text; a unit that all three share is said once. */
export function estimateWords(row: IntervalRow): string {
  const ends = intervalWords(row);
  if (ends === null) return row.estimate.text;
  const [value, lower, upper] = [row.estimate.text, row.ends?.lower, row.ends?.upper].map((text) =>
    WITH_UNIT.exec(text ?? '')
  );
  const unit = value?.[2];
  if (unit === undefined || lower?.[2] !== unit || upper?.[2] !== unit) return `${row.estimate.text} [${ends}]`;
  const bare = intervalWords({ ends: { lower: lower[1] ?? '', upper: upper[1] ?? '' } });
  return `${value?.[1] ?? ''} [${bare ?? ''}] ${unit}`;
}

export function sentenceOf(row: IntervalRow): string {
  const { group, label, value, estimate, level, verdict, isJudged, n, reason, beside } = row;
  const name = [group, label].filter((part) => part !== '').join(', ');
  const counted = n === null ? [] : [`${n.name}: ${n.text}`];
  const more = beside.flatMap(({ name: what, text }) => (text === '' ? [] : [`${what}: ${text}`]));
  if (value === null) {
    const none = t('panel.sentence.no-number', '{{name}}: no number, {{reason}}', {
      name,
      reason: reason ?? t('panel.row.nothing', 'no value'),
    });
    return `${[none, ...(isJudged && verdict !== null ? [verdict.text] : []), ...counted, ...more].join('; ')}.`;
  }
  const ends = intervalWords(row);
  const interval =
    ends === null
      ? t('panel.sentence.no-interval', 'no interval')
      : level === null
        ? t('panel.sentence.interval', 'interval {{ends}}', { ends })
        : t('panel.sentence.interval-at', '{{level}} interval {{ends}}', { level, ends });
  return `${[
    `${name}: ${estimate.name} ${estimate.text}, ${interval}`,
    ...(verdict === null ? [] : [verdict.text]),
    ...(reason === null ? [] : [reason]),
    ...counted,
    ...more,
  ].join('; ')}.`;
}
