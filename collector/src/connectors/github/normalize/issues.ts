/** Issues: what was asked for, and of those with an incident label what broke. Pure. */
import type { HouseRow } from '../../../connector.ts';
import { causeIn, hasLabel, severityOfLabels } from '../../../forge/incident-words.ts';
import { issueRows, type IssueRows, type IssueSettings } from '../../../trackers/issue-rows.ts';
import { typeOf, type IssueType } from '../../../trackers/types.ts';
import type { Issue } from '../schema-issues.ts';
import { isGivenUp, stateEvents } from './issue-states.ts';
import { accountOf, actorRow, type Naming } from './accounts.ts';

export interface IssueContext extends Pick<Naming, 'accountId'> {
  readonly source: string;
  /** owner/name as links in texts have it. */
  readonly name: string;
  readonly service: string;
  readonly incidentLabels: readonly string[];
  readonly incidentTypes: readonly string[];
  /** owner/name as GitHub has it now. */
  readonly fullName: string;
  readonly settings: IssueSettings;
  /** Type of the source → type here. */
  readonly types: Readonly<Record<string, IssueType>>;
}

const typeName = ({ issueType }: Issue): string | null => issueType?.name.trim().toLowerCase() ?? null;

const labelsOf = ({ labels }: Issue): string[] => (labels?.nodes ?? []).flatMap((label) => label?.name ?? []);

const assigneeOf = ({ assignees }: Issue): Parameters<typeof accountOf>[0] => (assignees?.nodes ?? [])[0] ?? null;

const namingOf = ({ accountId, source }: IssueContext): Naming => ({ accountId, provider: source });

/** What was asked for, and the states that it went through. One that was closed as not planned, or as a duplicate, was not done. */
export function ofIssue(issue: Issue, context: IssueContext, now: Date): IssueRows {
  const { source, name, types, settings } = context;
  const id = (repository: string, number: number): string => `${repository}#${String(number)}`;
  const isNothing = isGivenUp(issue.stateReason);
  const { parent } = issue;
  return issueRows(
    {
      ...{ source, id: id(name, issue.number), key: null, formerKeys: [], project: name },
      kind: parent ? 'sub_task' : 'issue',
      // In a repository that was renamed its old name is ours.
      parentId: parent ? id(parent.repository.nameWithOwner === context.fullName ? name : parent.repository.nameWithOwner, parent.number) : null,
      type: typeOf(typeName(issue), labelsOf(issue), types),
      labels: labelsOf(issue),
      ...{ estimate: null, createdAt: issue.createdAt, startedAt: null, deletedAt: null },
      doneAt: isNothing ? null : issue.closedAt,
      cancelledAt: isNothing ? issue.closedAt : null,
      assignee: actorRow(assigneeOf(issue), namingOf(context))[0] ?? null,
      ...{ isDelegated: false, url: issue.url, state: issue.updatedAt.toISOString() },
      events: stateEvents(issue, settings.states),
      ...{ spans: [], references: [] },
    },
    settings,
    now
  );
} // prettier-ignore

/**
 * An incident, where a label or its type says so. It began when it was written. Closed as a duplicate or as nothing, it never was one: then it is resolved
 * when it was closed and has no environment that counts.
 */
export function incidentRow(issue: Issue, context: IssueContext): HouseRow[] {
  const { source, name, service, incidentLabels, incidentTypes } = context;
  const labels = labelsOf(issue);
  const type = typeName(issue);
  const isByType = type !== null && incidentTypes.some((one) => one.toLowerCase() === type);
  if (!isByType && !hasLabel(labels, incidentLabels)) {
    return [];
  }
  const isNone = isGivenUp(issue.stateReason);
  return [
    {
      table: 'incident',
      values: {
        source,
        external_id: `${name}#${String(issue.number)}`,
        service_id: service,
        environment: isNone ? 'dismissed' : 'production',
        title: issue.title.slice(0, 1000),
        severity: severityOfLabels(labels),
        started_at: issue.createdAt,
        resolved_at: issue.closedAt,
        responder_account_id: accountOf(assigneeOf(issue), namingOf(context)),
        cause_sha: causeIn(issue.body),
        web_url: issue.url,
      },
    },
  ];
}
