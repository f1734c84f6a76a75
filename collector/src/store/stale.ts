/**
 * Ways in which a written fact makes derived facts stale; tables.ts says which table does it how. The store marks every row it writes in
 * table `dirty` with the repository of the row (0 = none) in the same transaction; the derivation works that list off.
 */

/**
 * change: item = change_key or full sha of one of its commits; commit: the same, where its commits or marks on them are other than they were,
 * so that their authors' declared usage and what deployments ship follow; lines: item = origin_no of a span; deployment: item = service;
 * incident: item = service or `*`; issue: item = its external_id, `key/<key>` of an issue, or `page/<address of a change>`; usage: item = `<person_id or *>/<Monday of the UTC week>`; identity: item = person_id or account_id;
 * reported: item = `account/<account_id>/<day or *>`, `person/<person_id>/<day or *>` or `seat/<account_id>`;
 * telemetry: item = `<account_id>/<UTC day or *>`; session: item = sha of a commit that a session named, in whatever repository.
 * `*` as item means all of the repository (all of the store where the repository is 0).
 */
export type StaleKind =
  | 'change'
  | 'commit'
  | 'lines'
  | 'deployment'
  | 'incident'
  | 'issue'
  | 'usage'
  | 'identity'
  | 'reported'
  | 'telemetry'
  | 'session';

/** One entry of the work list; the store adds repo_id. */
export interface StaleItem {
  readonly kind: StaleKind;
  readonly item: string;
}

/** Says for the values of a row what is stale. */
export type Marker = (values: Readonly<Record<string, unknown>>) => readonly StaleItem[];

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;

/** Entry of one kind, named by the first column that has a value; `*` when none has. */
export const by =
  (kind: StaleKind, ...columns: readonly string[]): Marker =>
  (values) => [{ kind, item: columns.map((column) => text(values[column])).find((item) => item !== null) ?? '*' }];

/** An issue, and what one of its columns linked it to. */
export const issueAnd =
  (prefix: 'key' | 'page', column: string): Marker =>
  (values) => [
    ...by('issue', 'external_id')(values),
    { kind: 'issue', item: `${prefix}/${text(values[column]) ?? ''}` },
  ];

/** Both ends of a revert change: the first in being reverted, the second in its class. */
export const revertEnds: Marker = (values) =>
  ['change_key', 'revert_change_key'].map((column) => ({ kind: 'change', item: text(values[column]) ?? '*' }));

/** Monday of the UTC week of an instant or ISO date, as YYYY-MM-DD; null where it is no date. */
export function mondayOf(value: unknown): string | null {
  const at = value instanceof Date ? new Date(value) : typeof value === 'string' ? new Date(value) : null;
  if (at === null || Number.isNaN(at.getTime())) return null;
  at.setUTCHours(0, 0, 0, 0);
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return at.toISOString().slice(0, 10);
}

/** Usage of the row's person in the week of the column. */
export const usageOf =
  (instant: string): Marker =>
  (values) => {
    const person = text(values['person_id']);
    return person === null ? [] : [{ kind: 'usage', item: `${person}/${mondayOf(values[instant]) ?? '*'}` }];
  };

/** A heartbeat of a tool turns silence into an observed zero for everybody; those of streams do not. */
export const heartbeatUsage: Marker = (values) =>
  text(values['source'])?.startsWith('tool:') === true
    ? [{ kind: 'usage', item: `*/${mondayOf(values['day']) ?? '*'}` }]
    : [];

/** A day of an account or a person, or a licence of an account. */
export const reportedOf =
  (of: 'account' | 'person' | 'seat'): Marker =>
  (values) => {
    const who = `${of}/${text(values[of === 'person' ? 'person_id' : 'account_id']) ?? ''}`;
    const day = text(values['day']);
    const item = of === 'seat' ? who : `${who}/${day !== null && /^\d{4}-\d\d-\d\d$/.test(day) ? day : '*'}`;
    return [{ kind: 'reported', item }];
  };

/** What the account's tools measured from the UTC day of the column on; an account that is none is `''`. */
export const telemetryOf =
  (instant: string): Marker =>
  (values) => {
    const at = values[instant];
    const day = at instanceof Date ? at.toISOString().slice(0, 10) : '*';
    return [{ kind: 'telemetry', item: `${text(values['account_id']) ?? ''}/${day}` }];
  };
