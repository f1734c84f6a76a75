/** An issue as any tracker tells it → the rows of it. Pure. */
import type { HouseRow, Replaced, Skip } from '../connector.ts';
import { AHEAD_MS } from '../incident-rows.ts';
import { pattern } from '../text/pattern.ts';
import { isWebUrl } from '../text/web-url.ts';
import { stageOf, type StageMap, type TrackerState } from './stages.ts';

/** A change of state or project, in the order in which the source tells them. */
export type ReportedEvent = {
  readonly id: string;
  readonly at: Date;
  readonly method: 'span' | 'changelog' | 'event' | 'created' | 'snapshot';
} & (
  | { readonly kind: 'state'; readonly from: string | null; readonly to: TrackerState }
  | { readonly kind: 'project'; readonly from: string | null; readonly to: string }
);

export interface ReportedSpan {
  readonly cycleId: string;
  readonly addedAt: Date;
  readonly removedAt: Date | null;
  readonly method: 'changelog' | 'created' | 'snapshot';
}

export interface ReportedIssue {
  readonly source: string;
  readonly id: string;
  readonly key: string | null;
  /** Keys that it had before. */
  readonly formerKeys: readonly string[];
  readonly project: string;
  readonly kind: 'epic' | 'issue' | 'sub_task';
  readonly parentId: string | null;
  readonly type: string | null;
  readonly labels: readonly string[];
  readonly estimate: number | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly doneAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly deletedAt: Date | null;
  /** Given where the source tells deletions by silence alone. */
  readonly seenAt?: Date;
  /** Row of the account that it is assigned to; null = nobody. */
  readonly assignee: HouseRow | null;
  readonly isDelegated: boolean;
  readonly url: string | null;
  /** Sorts the states of the issue, see `issue.state_order`. */
  readonly state: string;
  readonly events: readonly ReportedEvent[];
  readonly spans: readonly ReportedSpan[];
  /** Pages of changes. */
  readonly references: readonly string[];
}

/** What the configuration says of issues of a tracker. */
export interface IssueSettings {
  readonly states: StageMap;
  readonly customer_labels: readonly string[];
  readonly revenue_labels: readonly string[];
}

export interface IssueRows {
  readonly rows: readonly HouseRow[];
  readonly replaced: readonly Replaced[];
  readonly skips: readonly Skip[];
}

const MOST = 300;
const short = (text: string): string => text.slice(0, MOST);
const has = (labels: readonly string[], wanted: readonly string[]): boolean =>
  labels.some((label) => wanted.some((one) => one.toLowerCase() === label.toLowerCase()));

const CHANGE_PAGE = pattern`^(/.+/(?:pull|-/merge_requests|merge_requests|pullrequest|pull-requests)/\d+)(?:/.*)?$`;

/** Address of a change as forges give it: without query, fragment and sub-page. Null = it is none of a change. */
export function changePage(url: string): string | null {
  if (!isWebUrl(url)) return null;
  const { origin, pathname } = new URL(url);
  const change = CHANGE_PAGE.exec(pathname)?.groups[0];
  return change === undefined || change === null ? null : `${origin}${change}`;
} // prettier-ignore

function eventRow(given: ReportedIssue, { states }: IssueSettings, [seq, event]: readonly [number, ReportedEvent]): HouseRow {
  const isState = event.kind === 'state';
  return {
    table: 'issue_event',
    values: {
      ...{ source: given.source, external_id: given.id, event_id: event.id, kind: event.kind, seq, at: event.at },
      from_value: event.from === null ? null : short(event.from),
      to_value: short(isState ? event.to.name : event.to),
      category: isState ? event.to.category : null,
      stage: isState ? stageOf(event.to, states) : null,
      method: event.method,
    },
  };
} // prettier-ignore

/** The rows of an issue that was told at `now`. What lies in the future is named and left out: the clock of its source is wrong. */
export function issueRows(given: ReportedIssue, settings: IssueSettings, now: Date): IssueRows {
  const { source, id } = given;
  const isAhead = (at: Date): boolean => at.getTime() - now.getTime() > AHEAD_MS;
  if (isAhead(given.createdAt)) {
    return { rows: [], replaced: [], skips: [{ item: `${source} issue ${given.key ?? id}`, reason: `it was created in the future (${given.createdAt.toISOString()}): check the clock of the source` }] }; // prettier-ignore
  }
  const known = given.events.filter(({ at }) => !isAhead(at));
  const ahead = given.events.length - known.length;
  const keys = [...new Set([...(given.key === null ? [] : [given.key]), ...given.formerKeys].map((key) => key.toUpperCase()))]; // prettier-ignore
  const own = { source, external_id: id };
  const pages = [...new Set(given.references.flatMap((url) => changePage(url) ?? []))];
  return {
    rows: [
      ...(given.assignee === null ? [] : [given.assignee]),
      {
        table: 'issue',
        values: {
          ...own,
          ...{ issue_key: given.key, project_key: given.project, kind: given.kind, parent_id: given.parentId, type: given.type, labels: given.labels.map(short), estimate: given.estimate }, // prettier-ignore
          ...{ created_at: given.createdAt, started_at: given.startedAt, done_at: given.doneAt, cancelled_at: given.cancelledAt, deleted_at: given.deletedAt }, // prettier-ignore
          ...(given.seenAt === undefined ? {} : { seen_at: given.seenAt }),
          assignee_account_id: given.assignee === null ? null : (given.assignee.values['account_id'] ?? null),
          is_delegated: given.isDelegated,
          is_from_customer: has(given.labels, settings.customer_labels),
          is_revenue_feature: has(given.labels, settings.revenue_labels),
          web_url: given.url,
          state_order: given.state,
        },
      },
      ...keys.map((issue_key): HouseRow => ({ table: 'issue_key', values: { source, issue_key, external_id: id } })),
      ...known.map((event, seq) => eventRow(given, settings, [seq, event])),
      ...pages.map((url): HouseRow => ({ table: 'issue_reference', values: { ...own, url } })),
      ...given.spans.map(({ cycleId, addedAt, removedAt, method }): HouseRow => ({ table: 'issue_cycle', values: { ...own, cycle_id: cycleId, added_at: addedAt, removed_at: removedAt, method } })), // prettier-ignore
    ],
    replaced: (['issue_key', 'issue_event', 'issue_reference', 'issue_cycle'] as const).map((table) => ({ table, values: own })), // prettier-ignore
    skips: ahead === 0 ? [] : [{ item: `${source} issue ${given.key ?? id} history`, reason: `${String(ahead)} changes lie in the future and are left out: check the clock of the source` }], // prettier-ignore
  };
}
