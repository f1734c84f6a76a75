/** Does the code stay? Line survival by who wrote it, and the gap to human code, or to unmarked code where none is known to be human. */
import type { Row } from '../../plugin/src/metrics/define.ts';
import { isKnown, numberOf, textOf, type Ask, type Section, type Table } from './section.ts';
import {
  bySource,
  count,
  counted,
  HIDDEN,
  interval,
  isAi,
  isTold,
  marked,
  percent,
  points,
  share,
  source,
  unmarkedBias,
  verdict,
} from './words.ts';

const HORIZONS = ['30', '60', '90'];

/** With what AI code is compared: human code, where a number is known of it. */
export function referenceOf(rows: readonly Row[]): 'human' | 'unknown' {
  return rows.some((row) => row['code_source'] === 'human' && isKnown(row)) ? 'human' : 'unknown';
}

export async function answerDurability(ask: Ask): Promise<Section> {
  const answer = await ask('durability');
  const reference = referenceOf(answer.rows);
  const gap = await ask('durability', { mode: 'gap', compare_to: reference });
  const sentences = gapSentences(gap.rows, answer.rows);
  const isCompared = sentences.length > 0;
  return {
    metric: 'durability',
    question: 'Does the code stay?',
    findings: isCompared ? sentences : [whyNot(answer.rows, reference)],
    table: tableOf(answer.rows),
    // What the metric says of its numbers (an agreement on small groups, an assumption) holds for the other answers too.
    notes: [
      ...(isCompared && reference === 'unknown'
        ? [unmarkedBias(gap.rows.filter((row) => isAi(textOf(row, 'code_source'))))]
        : []),
      ...answer.notices.map(({ text }) => text),
    ],
    completes:
      reference === 'human'
        ? null
        : {
            text: 'To compare with human code, say which is: human_before or labels in throughline.yaml (docs/configuration.md)',
            file: null,
          },
    more: isCompared ? gap : answer,
    answer,
  };
}

/** Of each AI source the gap at the largest age at which it is known. */
function gapSentences(gaps: readonly Row[], rows: readonly Row[]): string[] {
  const sources = [...new Set(bySource(gaps).map((row) => textOf(row, 'code_source')))].filter(isAi);
  return sources.flatMap((id) => {
    const at = (of: string, age: string): Row | undefined =>
      rows.find((row) => row['code_source'] === of && row['horizon_d'] === age);
    const isComparable = (row: Row): boolean =>
      isKnown(row) && [id, textOf(row, 'reference')].every((of) => isTold(at(of, textOf(row, 'horizon_d'))));
    const last = gaps.filter((row) => row['code_source'] === id && isComparable(row)).at(-1);
    if (last === undefined) {
      return [];
    }
    const age = textOf(last, 'horizon_d');
    const reference = textOf(last, 'reference');
    const ends = interval(last, points);
    return [
      `After ${age} days ${percent(numberOf(at(id, age), 'value'))} of the lines ${marked(id)} stand unchanged, ${percent(numberOf(at(reference, age), 'value'))} of ${source(reference)} ones: ${points(numberOf(last, 'value') ?? 0)} points${ends === '' ? '' : ` ${ends}`}, ${verdict(last, ['they last longer', 'they last less long'])}.`,
    ];
  });
}

/** Why there is no comparison, in one sentence. */
function whyNot(rows: readonly Row[], reference: string): string {
  const ai = rows.filter((row) => isAi(textOf(row, 'code_source')));
  const other = rows.filter((row) => row['code_source'] === reference);
  const known = other.filter(isTold).at(-1);
  if (rows.length === 0) {
    return 'No change was merged in these months: there is nothing to follow.';
  }
  if (ai.length === 0) {
    const stay =
      known === undefined
        ? ''
        : `; of all lines ${percent(numberOf(known, 'value'))} stand unchanged after ${textOf(known, 'horizon_d')} days`;
    return `No change of these months is marked as written with AI, so there is nothing to compare${stay}.`;
  }
  if (ai.every((row) => row['status'] === 'suppressed_k')) {
    return HIDDEN;
  }
  if (ai.some(isKnown) && other.some(isKnown)) {
    return 'Nothing can be compared yet: too few to tell, the intervals go from nothing to all.';
  }
  return ai.some(isKnown)
    ? `Nothing can be compared yet: ${lacking(other)} ${source(reference)}.`
    : `Nothing can be compared yet: ${lacking(ai)} marked as AI.`;
}

/** What a group lacks, e.g. `there is too little code (1 change; it takes 5 with 100 lines)`. */
function lacking(rows: readonly Row[]): string {
  const changes = counted(
    rows.reduce((most, row) => Math.max(most, numberOf(row, 'n') ?? 0), 0),
    'change'
  );
  return rows.some((row) => row['status'] === 'immature')
    ? `less than 30 days were seen of most of the code (${changes})`
    : `too little code (${changes}; it takes 5 with 100 lines)`;
}

function tableOf(rows: readonly Row[]): Table | null {
  const sources = [...new Set(bySource(rows).map((row) => textOf(row, 'code_source')))];
  if (sources.length === 0) {
    return null;
  }
  return {
    head: ['lines alive', ...HORIZONS.map((age) => `after ${age} d`), 'changes', 'people'],
    right: [1, 2, 3, 4, 5],
    rows: sources.map((id) => {
      const own = rows.filter((row) => row['code_source'] === id);
      const at = (age: string): string => {
        const row = own.find((one) => one['horizon_d'] === age);
        return share(row);
      };
      return [source(id), ...HORIZONS.map(at), count(numberOf(own[0], 'n')), count(numberOf(own[0], 'n_dev'))];
    }),
  };
}
