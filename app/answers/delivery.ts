/** Do changes fail more often when AI wrote them? Change fail rate; where nobody reports failures, what git knows in its place. */
import type { Row } from '../../plugin/src/metrics/define.ts';
import { referenceOf } from './durability.ts';
import { isKnown, numberOf, textOf, type Ask, type Asked, type Section } from './section.ts';
import {
  bySource,
  count,
  counted,
  estimate,
  HIDDEN,
  interval,
  isAi,
  marked,
  minutes,
  percent,
  share,
  source,
  status,
  unmarkedBias,
  verdict,
} from './words.ts';

const QUESTION = 'Do changes fail more often when AI wrote them?';

export async function answerDelivery(ask: Ask): Promise<Section> {
  const answer = await ask('dora-by-source', { compare_to: 'human' });
  const isReported = answer.rows.some((row) => row['status'] !== 'no_telemetry' && row['status'] !== 'suppressed_k');
  return isReported ? failRates(answer, ask) : knownInstead(answer, ask);
}

async function failRates(first: Asked, ask: Ask): Promise<Section> {
  const reference = referenceOf(first.rows);
  const answer = reference === 'human' ? first : await ask('dora-by-source', { compare_to: reference });
  const rows = bySource(answer.rows);
  const base = rows.find((row) => row['code_source'] === reference);
  const compared = rows.filter((row) => isAi(textOf(row, 'code_source')) && isKnown(row) && isKnown(base));
  const findings = compared.map(
    (row) =>
      `${estimate(row, percent)} of the deployments of code ${marked(textOf(row, 'code_source'))} failed, ${estimate(base, percent)} of ${source(reference)} ones: ${verdict(row, ['fewer failures', 'more failures'])}.`
  );
  return {
    metric: 'dora-by-source',
    question: QUESTION,
    findings:
      findings.length > 0
        ? findings
        : ['Too few deployments hold code marked as AI to compare how often they fail: 20 are needed.'],
    table: {
      head: ['source', 'failed', '95 % interval', 'deployments', 'people'],
      right: [1, 2, 3, 4],
      rows: rows.map((row) => [
        source(textOf(row, 'code_source')),
        share(row),
        interval(row, percent),
        count(numberOf(row, 'n')),
        count(numberOf(row, 'n_dev')),
      ]),
    },
    notes: findings.length > 0 && reference === 'unknown' ? [unmarkedBias(compared)] : [],
    completes: null,
    more: answer,
    answer: first,
  };
}

interface Known {
  readonly reverts: readonly Row[];
  readonly churn: readonly Row[];
  /** Lead time; where most starts are not known, the time from merge to deployment. */
  readonly lead: readonly Row[];
  readonly isFromMerge: boolean;
  readonly deployments: Row | undefined;
}

async function knownInstead(answer: Asked, ask: Ask): Promise<Section> {
  const plain = await ask('durability', { mode: 'revert', compare_to: 'human' });
  const reference = referenceOf(plain.rows);
  const revertsAsked =
    reference === 'human' ? plain : await ask('durability', { mode: 'revert', compare_to: reference });
  const lead = (await ask('dora-by-source', { metric: 'lead_time' })).rows;
  const isFromMerge = lead.some((row) => row['status'] === 'no_start');
  const known: Known = {
    reverts: revertsAsked.rows,
    churn: (await ask('durability', { mode: 'churn' })).rows,
    lead: isFromMerge ? (await ask('dora-by-source', { metric: 'lead_time', lead_from: 'merged_at' })).rows : lead,
    isFromMerge,
    deployments: (await ask('dora-by-source', { metric: 'deployment_frequency', groupBy: [] })).rows[0],
  };
  const reverts = revertSentences(known.reverts, reference);
  return {
    metric: 'dora-by-source',
    question: QUESTION,
    findings: [
      'Nobody reports failures here, so how often deployments fail is not known. What git knows in its place:',
      ...(reverts.length > 0 ? reverts : [whyNot(known.reverts, reference)]),
      ...deploymentSentence(known.deployments),
    ],
    table: tableOf(known),
    notes:
      reverts.length > 0 && reference === 'unknown'
        ? [unmarkedBias(known.reverts.filter((row) => isAi(textOf(row, 'code_source'))))]
        : [],
    completes: {
      text: 'For failures, import incidents.csv or deployments.csv (docs/import.md)',
      file: 'incidents.csv',
    },
    more: reverts.length > 0 ? revertsAsked : answer,
    answer,
  };
}

function revertSentences(rows: readonly Row[], reference: string): string[] {
  const base = rows.find((row) => row['code_source'] === reference);
  const compared = bySource(rows).filter((row) => isAi(textOf(row, 'code_source')) && isKnown(row) && isKnown(base));
  return compared.map((row) => {
    const judged =
      textOf(row, 'verdict') === '' ? 'nothing to tell them apart by' : verdict(row, ['fewer reverts', 'more reverts']);
    return `Reverted within 30 days: ${estimate(row, percent)} of the changes ${marked(textOf(row, 'code_source'))}, ${estimate(base, percent)} of ${source(reference)} ones: ${judged}.`;
  });
}

function whyNot(rows: readonly Row[], reference: string): string {
  const ai = rows.filter((row) => isAi(textOf(row, 'code_source')));
  if (ai.length === 0) {
    return 'No change of these months is marked as written with AI, so there is nothing to compare.';
  }
  if (ai.every((row) => row['status'] === 'suppressed_k')) {
    return HIDDEN;
  }
  const [short, of] = ai.some(isKnown)
    ? [rows.filter((row) => row['code_source'] === reference), source(reference)]
    : [ai, 'marked as AI'];
  const most = short.reduce((sum, row) => Math.max(sum, numberOf(row, 'n') ?? 0), 0);
  return `Reverts cannot be compared: ${counted(most, 'change')} ${of} ${most === 1 ? 'was' : 'were'} seen for 30 days, and it takes 20.`;
}

function deploymentSentence(row: Row | undefined): string[] {
  const perDay = numberOf(row, 'value');
  if (row?.['status'] === 'suppressed_k')
    return ['How often and how fast is deployed is hidden: few people are behind it.'];
  return perDay === null || perDay === 0
    ? [
        'No tag of these months is a deployment, so lead time and frequency are not known (tag_patterns in throughline.yaml).',
      ]
    : [`Deployed (by tags) ${(7 * perDay).toFixed(1)} times a week, ${count(numberOf(row, 'n'))} in all.`];
}

function tableOf({ reverts, churn, lead, isFromMerge }: Known): Section['table'] {
  const sources = [...new Set(bySource([...reverts, ...churn, ...lead]).map((row) => textOf(row, 'code_source')))];
  const of = (rows: readonly Row[], id: string): Row | undefined => rows.find((row) => row['code_source'] === id);
  const fromMerge = (row: Row): string => (isFromMerge ? ` (n ${count(numberOf(row, 'n'))})` : '');
  const time = (row: Row): string =>
    isKnown(row) ? `${minutes(numberOf(row, 'value'))}${fromMerge(row)}` : status(row);
  const cell = (row: Row | undefined, text: (row: Row) => string): string => (row === undefined ? '–' : text(row));
  return sources.length === 0
    ? null
    : {
        head: [
          'source',
          'reverted in 30 d',
          'lines gone in 14 d',
          isFromMerge ? 'merge to deployment' : 'lead time',
          'changes',
          'people',
        ],
        right: [1, 2, 3, 4, 5],
        rows: sources.map((id) => [
          source(id),
          cell(of(reverts, id), share),
          cell(of(churn, id), share),
          cell(of(lead, id), time),
          count(numberOf(of(reverts, id), 'n')),
          count(numberOf(of(reverts, id), 'n_dev')),
        ]),
      };
}
