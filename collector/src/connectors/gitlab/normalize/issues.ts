/** Issues: what was asked for, and of type incident what broke. Pure. */
import type { HouseRow, Skip } from '../../../connector.ts';
import { causeIn, hasLabel, severityOfLabels } from '../../../forge/incident-words.ts';
import { stateEvents, type Happened } from '../../../forge/issue-states.ts';
import type { Naming } from '../../../forge/signatures.ts';
import { severityOf } from '../../../incident-rows.ts';
import { issueRows, type IssueRows, type IssueSettings } from '../../../trackers/issue-rows.ts';
import { typeOf, type IssueType } from '../../../trackers/types.ts';
import type { Issue, LabelEvent, StateEvent } from '../schema.ts';
import type { TimelineEvent } from '../schema-graphql.ts';
import { accountOf, userRow } from './accounts.ts';

export interface IssueContext extends Naming {
  /** Name of the project here, as links in texts have it. */
  readonly name: string;
  readonly service: string;
  readonly incidentLabels: readonly string[];
  readonly settings: IssueSettings;
  /** Labels of the source → type here. */
  readonly types: Readonly<Record<string, IssueType>>;
}

/** An issue, what happened to it, and of an incident its timeline. */
export interface LivedIssue {
  readonly issue: Issue;
  readonly states: readonly StateEvent[];
  readonly labels: readonly LabelEvent[];
  readonly timeline: readonly TimelineEvent[];
}

const idOf = (name: string, { iid }: Issue): string => `${name}#${String(iid)}`;
const labelsOf = ({ labels }: Issue): string[] => labels ?? [];

/** It goes on in another project, or as another issue; null = it was done. */
const givenUpAs = ({ moved_to_id: moved, _links: links }: Issue): string | null =>
  moved != null ? 'moved' : links?.closed_as_duplicate_of != null ? 'duplicate' : null;

const closedAt = (issue: Issue): Date | null => (issue.state === 'closed' ? (issue.closed_at ?? issue.updated_at) : null); // prettier-ignore

export const isIncident = (issue: Issue, { incidentLabels }: Pick<IssueContext, 'incidentLabels'>): boolean =>
  issue.issue_type?.toLowerCase() === 'incident' || hasLabel(labelsOf(issue), incidentLabels);

/** A test case asks for nothing. */
export const isAsked = ({ issue_type: type }: Issue): boolean => type?.toLowerCase() !== 'test_case';

function happenedTo({ issue, states, labels }: LivedIssue): Happened[] {
  const reason = givenUpAs(issue);
  const last = states.filter(({ state }) => state === 'closed').at(-1);
  const all = [
    ...states.flatMap((one): Happened[] => {
      const id = `state/${String(one.id)}`;
      if (one.state === 'closed') return [{ id, at: one.created_at, kind: 'closed', givenUpAs: one === last ? reason : null }]; // prettier-ignore
      return one.state === 'reopened' ? [{ id, at: one.created_at, kind: 'reopened' }] : [];
    }),
    ...labels.flatMap(
      ({ id, created_at: at, action, label }): Happened[] =>
      label ? [{ id: `label/${String(id)}`, at, kind: action === 'add' ? 'labelled' : 'unlabelled', label: label.name }] : [] // prettier-ignore
    ),
  ];
  // GitLab takes the old one of two scoped labels off at the instant of the new one.
  const place = ({ kind }: Happened): number => (kind === 'unlabelled' ? 0 : 1);
  return all.sort((a, b) => a.at.getTime() - b.at.getTime() || place(a) - place(b));
}

/** What was asked for, and the states that it went through. */
export function ofIssue(lived: LivedIssue, context: IssueContext, now: Date): IssueRows {
  const { issue } = lived;
  const { name, types, settings, provider: source } = context;
  const isNothing = givenUpAs(issue) !== null;
  const closed = closedAt(issue);
  return issueRows(
    {
      ...{ source, id: idOf(name, issue), key: null, formerKeys: [], project: name },
      ...{ kind: issue.issue_type?.toLowerCase() === 'task' ? 'sub_task' : 'issue', parentId: null },
      ...{ type: typeOf(null, labelsOf(issue), types), labels: labelsOf(issue), estimate: issue.weight ?? null },
      ...{ createdAt: issue.created_at, startedAt: null, deletedAt: null },
      ...{ doneAt: isNothing ? null : closed, cancelledAt: isNothing ? closed : null },
      assignee: userRow((issue.assignees ?? [])[0], context)[0] ?? null,
      ...{ isDelegated: false, url: issue.web_url ?? null, state: issue.updated_at.toISOString() },
      events: stateEvents({ createdAt: issue.created_at, closedAt: closed, givenUpAs: givenUpAs(issue), events: happenedTo(lived) }, settings.states), // prettier-ignore
      ...{ spans: [], references: [] },
    },
    settings,
    now
  );
}

/** Times that tags of a timeline give, by the tags that GitLab brings along (incident_management/timeline_event_tag). */
const TAGS = { start: 'start time', end: 'end time', detected: 'impact detected', responded: 'response initiated' } as const; // prettier-ignore

function tagged(timeline: readonly TimelineEvent[], tag: string): Date | null {
  const times = timeline.filter(({ timelineEventTags: tags }) => (tags?.nodes ?? []).some(({ name }) => name.toLowerCase() === tag)); // prettier-ignore
  return times.map(({ occurredAt }) => occurredAt).sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
}

const MAX_TITLE = 1000;

/**
 * An incident. It began when its timeline says so, else when it was written, and ended when the timeline says so, else when it was closed. Closed as a
 * duplicate, or moved, it counts nowhere. The title of a confidential one is not kept.
 */
export function incidentRow({ issue, timeline }: LivedIssue, context: IssueContext): { readonly rows: HouseRow[]; readonly skips: Skip[] } {
  if (!isIncident(issue, context)) return { rows: [], skips: [] };
  const { name, service, provider: source } = context;
  const started = tagged(timeline, TAGS.start) ?? issue.created_at;
  const closed = closedAt(issue);
  const ended = closed === null ? null : (tagged(timeline, TAGS.end) ?? closed);
  const isBackwards = ended !== null && ended < started;
  const after = (at: Date | null): Date | null => (at !== null && at >= started ? at : null);
  const row: HouseRow = {
    table: 'incident',
    values: {
      source,
      external_id: idOf(name, issue),
      service_id: service,
      environment: givenUpAs(issue) === null ? 'production' : 'dismissed',
      title: issue.confidential === true ? `Confidential incident #${String(issue.iid)}` : issue.title.slice(0, MAX_TITLE),
      severity: severityOf(issue.severity ?? null) ?? severityOfLabels(labelsOf(issue)),
      started_at: isBackwards ? issue.created_at : started,
      detected_at: after(tagged(timeline, TAGS.detected)),
      acknowledged_at: after(tagged(timeline, TAGS.responded)),
      resolved_at: isBackwards ? closed : ended,
      responder_account_id: accountOf((issue.assignees ?? [])[0], context),
      cause_sha: issue.confidential === true ? null : causeIn(issue.description),
      web_url: issue.web_url ?? null,
      state_order: issue.updated_at.toISOString(),
    },
  };
  const skips = isBackwards ? [{ item: `incident ${idOf(name, issue)}`, reason: `its timeline ends (${ended.toISOString()}) before it starts (${started.toISOString()}): the times of the issue count` }] : [];
  return { rows: [...userRow((issue.assignees ?? [])[0], context), row], skips };
} // prettier-ignore
