/**
 * Which derived facts a written fact makes stale. The store calls `dirtyItems` for every row it writes and inserts the result into
 * table `dirty` with the repository of the row (0 = none) in the same transaction; the derive step works that list off.
 * Not marked here: rows of few, slow tables (repo, service, team, tool, tool_landing, workflow, workflow_tool, settings). The derive
 * step compares their fingerprints itself, so a changed configuration re-derives what depends on it.
 */
import type { HouseRow, HouseTable, HouseValue } from '../connector.ts';

/**
 * change: item = change_key or full sha of one of its commits; lines: item = origin_no of a span; deployment: item = service;
 * incident: item = service or `*`; usage: item = `<person_id or *>/<Monday of the UTC week>`; identity: item = person_id or account_id.
 * `*` as item means all of the repository (all of the store where the repository is 0).
 */
export type DirtyKind = 'change' | 'lines' | 'deployment' | 'incident' | 'usage' | 'identity';

/** One entry of the work list; the store adds repo_id. */
export interface DirtyItem {
  readonly kind: DirtyKind;
  readonly item: string;
}

type Values = Readonly<Record<string, HouseValue>>;
type Marker = (values: Values) => readonly DirtyItem[];

const text = (value: HouseValue | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;

/** Entry of one kind, named by the first column that has a value; `*` when none has. */
const by =
  (kind: DirtyKind, ...columns: readonly string[]): Marker =>
  (values) => [{ kind, item: columns.map((column) => text(values[column])).find((item) => item !== null) ?? '*' }];

/** Both ends of a revert change: the first in being reverted, the second in its class. */
const revertEnds: Marker = (values) =>
  ['change_key', 'revert_change_key'].map((column) => ({ kind: 'change', item: text(values[column]) ?? '*' }));

/** Monday of the UTC week of an instant or ISO date, as YYYY-MM-DD; null where it is no date. */
export function mondayOf(value: HouseValue | undefined): string | null {
  const at = value instanceof Date ? new Date(value) : typeof value === 'string' ? new Date(value) : null;
  if (at === null || Number.isNaN(at.getTime())) return null;
  at.setUTCHours(0, 0, 0, 0);
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return at.toISOString().slice(0, 10);
}

const usageOf =
  (instant: string): Marker =>
  (values) => {
    const person = text(values['person_id']);
    return person === null ? [] : [{ kind: 'usage', item: `${person}/${mondayOf(values[instant]) ?? '*'}` }];
  };

/** A heartbeat of a tool turns silence into an observed zero for everybody; those of streams do not. */
const heartbeatUsage: Marker = (values) =>
  text(values['source'])?.startsWith('tool:') === true
    ? [{ kind: 'usage', item: `*/${mondayOf(values['day']) ?? '*'}` }]
    : [];

const nothing: Marker = () => [];

/** What a row of each fact table makes stale. */
const MARKERS: Readonly<Record<HouseTable, Marker>> = {
  account: by('identity', 'account_id'),
  attribution_override: by('change', 'target'),
  change: by('change', 'change_key'),
  change_event: by('change', 'change_key'),
  commit_mark: by('change', 'sha'),
  cost: nothing,
  deployment: by('deployment', 'service_id'),
  git_commit: by('change', 'change_key', 'sha'),
  heartbeat: heartbeatUsage,
  incident: by('incident', 'service_id'),
  incident_link_override: () => [{ kind: 'incident', item: '*' }],
  issue: nothing,
  line_attestation: by('change', 'sha'),
  line_span: by('lines', 'origin_no'),
  live_file: nothing,
  membership: by('identity', 'person_id'),
  path: nothing,
  person: by('identity', 'person_id'),
  repo: nothing,
  revert: revertEnds,
  seat: by('identity', 'person_id'),
  service: nothing,
  survey_answer: nothing,
  team: nothing,
  tool: nothing,
  tool_day: usageOf('day'),
  tool_event: usageOf('at'),
  tool_landing: nothing,
  workflow: nothing,
  workflow_tool: nothing,
};

/**
 * What a written row makes stale; no entry = nothing. `repoId` (null = none) is what the store puts beside each entry.
 * Rows that were deleted are marked like rows that were written. Bulk writers may mark `{ kind, item: '*' }` of a repository instead.
 */
export function dirtyItems(row: HouseRow, repoId: number | null): DirtyItem[] {
  const marked = MARKERS[row.table](row.values);
  const needsRepo = (kind: DirtyKind): boolean => kind === 'change' || kind === 'lines';
  return marked.filter((entry) => repoId !== null || !needsRepo(entry.kind));
}
