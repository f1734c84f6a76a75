/** Did work get faster where AI is used? Cycle time by how much the people behind it use a tool, and the change since the tool landed. */
import { lookOf } from '../../plugin/src/backend/frames/words.ts';
import type { Row } from '../../plugin/src/metrics/define.ts';
import { isKnown, numberOf, textOf, type Ask, type Section, type Table } from './section.ts';
import { count, counted, estimate, HIDDEN, interval, minutes, signed, status, verdict } from './words.ts';

/** More rows than these are a list to look things up in, not an answer. */
const MOST_ROWS = 14;
const MOST_SENTENCES = 4;
const SINCE = 'since it landed';
const USED = ['high', 'mid', 'low'];

export async function answerCycleTime(ask: Ask): Promise<Section> {
  const answer = await ask('cycle-time-by-usage');
  const effect = await ask('cycle-time-by-usage', { mode: 'effect' });
  const sentences = [...effectSentences(effect.rows), ...levelSentences(answer.rows)].slice(0, MOST_SENTENCES);
  const untimed = untimedOf((await ask('cycle-time-by-usage', { mode: 'join_quality' })).rows);
  const isDeclared = answer.rows.some((row) => row['basis'] === 'declared');
  return {
    metric: 'cycle-time-by-usage',
    question: 'Did work get faster where AI is used?',
    findings: [...(sentences.length > 0 ? sentences : [whyNot(answer.rows)]), ...untimed],
    table: tableOf(answer.rows),
    notes: [
      ...(isDeclared && sentences.length > 0
        ? [
            'Use rests on marks in git: who uses a tool without marking commits counts as without use. People choose tools, so this is no effect.',
          ]
        : []),
    ],
    completes:
      isDeclared || answer.rows.length === 0
        ? { text: 'For real use, import it (docs/import.md)', file: 'ai_usage_daily.csv' }
        : null,
    more: sentences.some((text) => text.includes(SINCE)) ? effect : answer,
    answer,
  };
}

/** In the words of the boards. */
const toolOf = (row: Row): string => lookOf('tool', textOf(row, 'tool')).text ?? textOf(row, 'tool');
const placeOf = (row: Row): string => `${textOf(row, 'workflow')}, ${toolOf(row)}`;

/** Differences in differences that are judged: clear ones first, then those of the most use. */
function effectSentences(rows: readonly Row[]): string[] {
  const judged = rows.filter(
    (row) =>
      isKnown(row) &&
      ['improved', 'regressed', 'no_clear_change'].includes(textOf(row, 'verdict')) &&
      USED.includes(textOf(row, 'bucket'))
  );
  const weight = (row: Row): number =>
    (row['verdict'] === 'no_clear_change' ? 2 : 0) + (row['bucket'] === 'high' ? 0 : 1);
  return judged
    .sort((one, two) => weight(one) - weight(two))
    .map((row) => {
      const change = (value: number): string => signed(value, (size) => `${(100 * size).toFixed(1)} %`);
      return `${placeOf(row)}: ${SINCE}, people with ${textOf(row, 'bucket')} use changed by ${estimate(row, change)} against people without: ${verdict(row, ['faster', 'slower'])}.`;
    });
}

/** The most used band of each workflow and tool beside the people without use. */
function levelSentences(rows: readonly Row[]): string[] {
  const pairs = rows
    .filter((row) => row['bucket'] === 'zero' && isKnown(row))
    .flatMap((zero) => {
      const own = rows.filter((row) => placeOf(row) === placeOf(zero) && isKnown(row));
      const used = USED.map((band) => own.find((row) => row['bucket'] === band)).find((row) => row !== undefined);
      return used === undefined ? [] : [{ zero, used }];
    })
    .sort((one, two) => (numberOf(two.used, 'n') ?? 0) - (numberOf(one.used, 'n') ?? 0));
  return pairs.map(
    ({ zero, used }) =>
      `${placeOf(used)}: ${estimate(used, minutes)} where its use is ${textOf(used, 'bucket')}, ${estimate(zero, minutes)} without (${overlap(used, zero)}).`
  );
}

/** Levels have no verdict: whether their intervals meet is all that is said. */
function overlap(one: Row, two: Row): string {
  const [oneLo, oneHi, twoLo, twoHi] = [
    numberOf(one, 'lo'),
    numberOf(one, 'hi'),
    numberOf(two, 'lo'),
    numberOf(two, 'hi'),
  ];
  if (oneLo === null || oneHi === null || twoLo === null || twoHi === null) {
    return 'too few people for an interval';
  }
  return oneHi < twoLo || twoHi < oneLo ? 'the intervals do not overlap' : 'the intervals overlap: no clear difference';
}

/** How much of the work has no known start, where it is most of it. */
function untimedOf(rows: readonly Row[]): string[] {
  const workflows = [...new Set(rows.map((row) => textOf(row, 'workflow')))];
  return workflows.flatMap((workflow) => {
    const row = rows.find((one) => one['workflow'] === workflow);
    const [timed, untimed] = [numberOf(row, 'n') ?? 0, numberOf(row, 'no_start_n') ?? 0];
    return untimed <= timed
      ? []
      : [
          `How long it took is known of ${count(timed)} of ${count(timed + untimed)} units of work (${workflow}): the others were squashed, and with them when they began.`,
        ];
  });
}

function whyNot(rows: readonly Row[]): string {
  if (rows.every((row) => row['status'] === 'no_start')) {
    return 'How long work took is not known of any change here: where changes are squashed, so is the time at which they began.';
  }
  const used = rows.filter((row) => USED.includes(textOf(row, 'bucket')));
  if (used.length === 0) {
    return 'Of the work whose time is known nobody behind it is known to use an AI tool: there is nothing to compare.';
  }
  if (used.every((row) => row['status'] === 'suppressed_k')) {
    return HIDDEN;
  }
  if (used.some(isKnown)) {
    return 'Everybody with enough changes uses a tool at times: there is nobody without use to compare with.';
  }
  const most = used.reduce((sum, row) => Math.max(sum, numberOf(row, 'n') ?? 0), 0);
  return `Too little is known of people who use a tool: at most ${counted(most, 'change')} of theirs in one group, and 10 are needed.`;
}

/** The workflows and tools that somebody uses, most used first. */
function tableOf(rows: readonly Row[]): Table | null {
  const used = new Set(rows.filter((row) => USED.includes(textOf(row, 'bucket'))).map(placeOf));
  const compared = rows.filter(
    (row) => used.has(placeOf(row)) && (isKnown(row) || textOf(row, 'bucket') !== 'unknown')
  );
  const places = [...used].sort((one, two) => usesOf(two, rows) - usesOf(one, rows));
  const shown = places.flatMap((place) => compared.filter((row) => placeOf(row) === place)).slice(0, MOST_ROWS);
  if (shown.length === 0) {
    return null;
  }
  const isOneWorkflow = new Set(shown.map((row) => row['workflow'])).size === 1;
  const workflowOf = (row: Row): string[] => (isOneWorkflow ? [] : [textOf(row, 'workflow')]);
  const labels = isOneWorkflow ? ['tool', 'use'] : ['workflow', 'tool', 'use'];
  return {
    head: [...labels, 'mean time', '95 % interval', 'changes', 'people'],
    right: [0, 1, 2, 3].map((place) => labels.length + place),
    rows: shown.map((row) => [
      ...workflowOf(row),
      toolOf(row),
      textOf(row, 'bucket'),
      isKnown(row) ? minutes(numberOf(row, 'value')) : status(row),
      interval(row, minutes),
      count(numberOf(row, 'n')),
      count(numberOf(row, 'n_dev')),
    ]),
  };
}

const usesOf = (place: string, rows: readonly Row[]): number =>
  rows
    .filter((row) => placeOf(row) === place && USED.includes(textOf(row, 'bucket')))
    .reduce((sum, row) => sum + (numberOf(row, 'n') ?? 0), 0);
