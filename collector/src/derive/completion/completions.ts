/** Completed units of workflows (metrics.md 3). Pure: events of a change in, completions out. */
import { compilePattern, literal, type Pattern } from '../../text/pattern.ts';

export interface WorkflowRow {
  readonly workflow_id: string;
  readonly version: number;
  readonly valid_from: Date;
  readonly unit: string;
  readonly actor: string;
  readonly start_event: string;
  readonly start_else: string | null;
  readonly end_event: string;
  readonly clock: 'calendar' | 'business';
  readonly max_minutes: number | null;
  readonly applies_to: {
    readonly repos?: readonly string[];
    readonly pr_class?: readonly string[];
    readonly exclude_labels?: readonly string[];
    readonly max_lines?: number;
  };
}

export interface UnitEvent {
  readonly at: Date;
  readonly kind: string;
  readonly accountId: string | null;
  readonly state: string | null;
}

/** What a workflow may look at of one change. */
export interface Unit {
  readonly changeKey: string;
  readonly slug: string;
  readonly prClass: string;
  readonly labels: readonly string[];
  /** Effective lines added + deleted; null = not measured. */
  readonly lines: number | null;
  readonly firstCommitAt: Date | null;
  readonly createdAt: Date | null;
  readonly readyAt: Date | null;
  readonly mergedAt: Date | null;
  readonly closedAt: Date | null;
  readonly deployedAt: Date | null;
  readonly authorAccountId: string | null;
  readonly events: readonly UnitEvent[];
}

export interface Completion {
  readonly unitKey: string;
  /** Account whose person is the actor; the author's where it is null. */
  readonly reviewer: string | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date;
  readonly status: 'ok' | 'bad_order' | 'no_start' | 'abandoned';
}

const known = new Map<string, Pattern>();

function globs(glob: string): Pattern {
  const found = known.get(glob) ?? compilePattern(`^${glob.split('*').map(literal).join('.*')}$`);
  known.set(glob, found);
  return found;
}

/** `shop/*` matches everything below shop. */
export function matchesRepo(patterns: readonly string[], slug: string): boolean {
  return patterns.some((glob) => globs(glob).test(slug));
}

/** The unit is of the kind that the workflow measures. */
export function applies(
  { applies_to: filter }: WorkflowRow,
  unit: Pick<Unit, 'slug' | 'prClass' | 'labels' | 'lines'>
): boolean {
  const { repos = [], pr_class: classes = [], exclude_labels: excluded = [], max_lines: maxLines } = filter;
  if (repos.length > 0 && !matchesRepo(repos, unit.slug)) return false;
  if (classes.length > 0 && !classes.includes(unit.prClass)) return false;
  if (unit.labels.some((label) => excluded.includes(label))) return false;
  return maxLines === undefined || unit.lines === null || unit.lines <= maxLines;
}

const isReview = (event: UnitEvent): boolean => event.kind === 'review' || event.kind === 'approve';

/** First event of a name, of one reviewer where given; null = it did not happen. */
function when(name: string, unit: Unit, reviewer: string | null): Date | null {
  const first = (test: (event: UnitEvent) => boolean): Date | null =>
    unit.events.find((event) => test(event) && (reviewer === null || event.accountId === reviewer))?.at ?? null;
  switch (name) {
    case 'first_commit':
      return unit.firstCommitAt;
    case 'created':
      return unit.createdAt;
    case 'ready':
      return unit.readyAt;
    case 'merged':
      return unit.mergedAt;
    case 'closed':
      return unit.closedAt;
    case 'deployed':
      return unit.deployedAt;
    case 'review_submitted':
      return first((event) => isReview(event) && event.accountId !== unit.authorAccountId);
    case 'approved':
      return first((event) => event.kind === 'approve' || event.state === 'approved');
    default:
      return first((event) => event.kind === name);
  }
}

export type Timed = Pick<Completion, 'startedAt' | 'endedAt' | 'status'>;

/** Start and end of a unit by its events; null = it has not ended. */
export function timed(
  { end_event: end, start_event: start, start_else: fallback }: WorkflowRow,
  happened: (name: string, isFallback: boolean) => Date | null
): Timed | null {
  const endedAt = happened(end, false);
  if (endedAt === null) return null;
  const startedAt = happened(start, false) ?? (fallback === null ? null : happened(fallback, true));
  return { startedAt, endedAt, status: startedAt === null ? 'no_start' : endedAt < startedAt ? 'bad_order' : 'ok' };
}

function completion(workflow: WorkflowRow, unit: Unit, reviewer: string | null): Completion | null {
  const unitKey = reviewer === null ? unit.changeKey : `${unit.changeKey}/${reviewer}`;
  const done = timed(workflow, (name, isFallback) => when(name, unit, isFallback ? null : reviewer));
  if (done !== null) return { unitKey, reviewer, ...done };
  const isAbandoned = unit.mergedAt === null && unit.closedAt !== null;
  return isAbandoned ? { unitKey, reviewer, startedAt: null, endedAt: unit.closedAt, status: 'abandoned' } : null;
}

/** Version of each workflow that is valid at the end of a unit: the newest that had begun. */
export function versionAt(versions: readonly WorkflowRow[], end: Date): WorkflowRow | undefined {
  return versions
    .filter((version) => version.valid_from <= end)
    .sort((a, b) => a.valid_from.getTime() - b.valid_from.getTime() || a.version - b.version)
    .at(-1);
}

/** Completions of one change in one workflow, given all its versions. Overlong ones are cut later, by the clock. */
export function completionsOf(
  versions: readonly WorkflowRow[],
  unit: Unit
): Array<Completion & { readonly workflow: WorkflowRow }> {
  const end = unit.mergedAt ?? unit.closedAt;
  const [any] = versions;
  if (end === null || any === undefined) return [];
  const reviewers = [
    ...new Set(
      unit.events
        .filter((event) => isReview(event) && event.accountId !== unit.authorAccountId)
        .map((event) => event.accountId)
    ),
  ];
  const units = any.unit === 'pr_reviewer' ? reviewers.filter((reviewer) => reviewer !== null) : [null];
  return units.flatMap((reviewer) => {
    const probe = completion(any, unit, reviewer);
    const workflow = probe === null ? undefined : versionAt(versions, probe.endedAt);
    if (workflow === undefined || !applies(workflow, unit)) return [];
    const done = completion(workflow, unit, reviewer);
    return done === null ? [] : [{ ...done, workflow }];
  });
}
