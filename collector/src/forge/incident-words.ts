/** What labels and texts of an incident say in every forge. Pure. */
import { pattern } from '../text/pattern.ts';

const SEVERITY = pattern`^(?:severity|sev|priority|prio|p|s)[-:/ ]*([0-4])$`;
/** `root cause: 1f3c…`, as Four Keys has it; a commit, seven digits or more. */
const CAUSE = pattern`(?im)^\s*(?:root cause|caused by|cause)\s*:\s*(?:\S+/commit/)?([0-9a-f]{7,40})\b`;
const MAX_BODY = 20_000;

/** s1 (worst) to s4 of a label such as `sev1`, `severity::2` or `P0`; null = none says so. */
export function severityOfLabels(labels: readonly string[]): string | null {
  for (const label of labels) {
    const found = SEVERITY.exec(label.toLowerCase())?.groups[0];
    if (found !== undefined && found !== null) {
      return `s${String(Math.min(4, Math.max(1, label.toLowerCase().startsWith('p') ? Number(found) + 1 : Number(found))))}`;
    }
  }
  return null;
}

/** Commit that a text names as the cause; null = none. */
export const causeIn = (body: string | null | undefined): string | null =>
  CAUSE.exec((body ?? '').slice(0, MAX_BODY))?.groups[0] ?? null;

/** Whether one of the labels is one of those; capitals do not count. */
export function hasLabel(labels: readonly string[], wanted: readonly string[]): boolean {
  const names = new Set(wanted.map((label) => label.toLowerCase()));
  return labels.some((label) => names.has(label.toLowerCase()));
}
