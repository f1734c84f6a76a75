/** States that an issue went through, as all forges tell them (forge/issue-states.ts). Pure. */
import { stateEvents as statesOf, type Happened } from '../../../forge/issue-states.ts';
import type { ReportedEvent } from '../../../trackers/issue-rows.ts';
import type { StageMap } from '../../../trackers/stages.ts';
import type { Issue, IssueEvent } from '../schema-issues.ts';

/** Closed as nothing, or as a duplicate: it was given up. */
export const isGivenUp = (reason: string | null | undefined): boolean => reason === 'NOT_PLANNED' || reason === 'DUPLICATE'; // prettier-ignore

const givenUpAs = (reason: string | null | undefined): string | null =>
  isGivenUp(reason) ? (reason ?? '').toLowerCase().replace('_', ' ') : null;

function happened({ __typename: type, id, createdAt: at, stateReason, label }: IssueEvent): Happened[] {
  if (id === undefined || at === undefined) return [];
  if (type === 'ClosedEvent') return [{ id, at, kind: 'closed', givenUpAs: givenUpAs(stateReason) }];
  if (type === 'ReopenedEvent') return [{ id, at, kind: 'reopened' }];
  return [{ id, at, kind: type === 'LabeledEvent' ? 'labelled' : 'unlabelled', label: label?.name ?? '' }];
}

/** Changes of state of an issue. GitHub forgets none, but may fail to tell them. */
export const stateEvents = (issue: Issue, states: StageMap): ReportedEvent[] =>
  statesOf(
    {
      createdAt: issue.createdAt,
      closedAt: issue.closedAt,
      givenUpAs: givenUpAs(issue.stateReason),
      events: (issue.timelineItems?.nodes ?? []).filter((one) => one !== null).flatMap(happened),
    },
    states
  );
