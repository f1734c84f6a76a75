/**
 * Runs a question as a panel has it. A metric that tells what can be answered (`asksGate`) is told first which answers show nothing: they are asked as
 * panels ask them, so that it cannot say yes where the gate hides.
 */
import type { Metric, Notice, Question } from '../../../metrics/define.ts';
import { exclusionNotices } from '../exclusions.ts';
import { computeRows, zoneOf, type EngineParts } from '../run-metric.ts';
import { prepareGated } from './gate.ts';
import { fewText } from './marks.ts';
import { snapRange } from './snap-range.ts';
import { allHidden, runGated, type Judged, type Running } from './together.ts';
import { whileFactsStay } from './while-facts-stay.ts';

/** @throws BackendError. */
export async function runQuestion(parts: EngineParts, running: Running): Promise<Judged> {
  const [answer, notices] = await Promise.all([
    runGated(parts, running),
    exclusionNotices(parts, running.gated.prepared),
  ]);
  const judged = withNotices(answer, notices);
  const { parsed, from, to, settings } = judged.prepared;
  if (parsed.metric.asksGate !== true || (parts.smallGroups ?? 'hidden') !== 'hidden' || settings.k <= 1) return judged;
  const tz = zoneOf(parts, null);
  // Of whole closed weeks: what it says cannot be walked either.
  const range = snapRange({ from, to }, { grain: 'week', bucket: null, tz, now: running.now });
  const asking = { ...range, now: running.now };
  const name = `hidden questions ${JSON.stringify([range, tz, settings.k])}`;
  const hidden = await whileFactsStay(parts, name, (shared) => findHidden(shared, asking));
  return { ...judged, prepared: { ...judged.prepared, hidden } };
}

const withNotices = (judged: Judged, notices: readonly Notice[]): Judged =>
  notices.length === 0
    ? judged
    : { ...judged, prepared: { ...judged.prepared, notices: [...judged.prepared.notices, ...notices] } };

interface Asking {
  readonly from: Date;
  readonly to: Date;
  readonly now: Date;
}

/** Why, by the id of the question. */
async function findHidden(parts: EngineParts, asking: Asking): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  // One after the other: it is a board among others.
  for (const metric of parts.catalog.metrics.values()) {
    for (const question of metric.questions ?? []) {
      const why = await whyHidden(parts, { metric, question }, asking);
      if (why !== null) found[question.id] = why;
    }
  }
  return found;
}

interface Asked {
  readonly metric: Metric;
  readonly question: Question;
}

/** Null = something is shown, or nothing is there that could be hidden. */
async function whyHidden(parts: EngineParts, { metric, question }: Asked, { from, to, now }: Asking): Promise<string | null> {
  // People are the same without intervals.
  const quiet = metric.params['ci'] === undefined ? {} : { ci: false };
  const stored = { queryType: metric.id, params: { ...quiet, ...question.params }, adhocFilters: [], version: 1 };
  const request = { stored, from, to, isAlert: false };
  const gated = await prepareGated(parts, request, now);
  if (gated.refused !== undefined) return gated.refused.text;
  const { prepared, result } = await runGated(parts, { request, gated, now });
  const { rows, whyHidden: why } = computeRows(parts.catalog, prepared, result);
  return allHidden(rows, []).size === 0 ? null : (why ?? fewText(prepared.settings.k));
} // prettier-ignore
