/** What the tracker of the demo tells, as rows: as the Linear connector writes them. */
import type { DemoChange } from '../changes.ts';
import type { DemoIssue } from './issues.ts';
import { forgeName, table, type Ids, type Organisation, type TableRows } from '../tables.ts';

const SOURCE = 'linear';
const PROJECT = 'SHOP';

const idOf = ({ number }: DemoIssue): string => `shop-issue-${String(number)}`;
const cycleOf = (number: number): string => `shop-cycle-${String(number)}`;
const keyOf = ({ number }: DemoIssue): string => `${PROJECT}-${String(number)}`;

/** Key of the issue that a change belongs to, as its branch names it; absent = none. */
export function issueKeys({ issues }: Organisation): (change: DemoChange) => string | undefined {
  const keys = new Map(issues.flatMap((issue) => issue.changes.map((change) => [change, keyOf(issue)] as const)));
  return (change) => keys.get(change);
}

export function issueTables(org: Organisation, ids: Ids): TableRows[] {
  const { issues, cycles } = org;
  const accountOf = ({ changes }: DemoIssue): string | null => {
    const author = changes[0]?.author;
    return author === undefined ? null : ids.account('linear', forgeName(author));
  };
  const authors = [...new Map(issues.flatMap(({ changes }) => changes.map(({ author }) => [author.key, author] as const))).values()]; // prettier-ignore
  return [
    table('tracker_project', 'source project_key title', [[SOURCE, PROJECT, 'Shop']]),
    table(
      'account',
      'account_id provider email display_name kind',
      authors.map((one) => [ids.account('linear', forgeName(one)), 'linear', one.email, one.name, 'human'])
    ),
    table(
      'issue',
      'source external_id issue_key project_key kind type created_at assignee_account_id web_url',
      issues.map((issue) => [
        ...[SOURCE, idOf(issue), keyOf(issue), PROJECT, 'issue', issue.type, issue.createdAt, accountOf(issue)],
        `https://linear.app/acme/issue/${keyOf(issue)}`,
      ])
    ),
    table(
      'issue_key',
      'source issue_key external_id',
      issues.map((issue) => [SOURCE, keyOf(issue), idOf(issue)])
    ),
    table(
      'issue_event',
      'source external_id event_id kind seq at from_value to_value category stage method',
      issues.flatMap((issue) =>
        issue.states.map(({ at, state }, seq) => [
          ...[SOURCE, idOf(issue), String(seq), 'state', seq, at, issue.states[seq - 1]?.state.name ?? null],
          ...[state.name, state.category, state.stage, seq === 0 ? 'created' : 'span'],
        ])
      )
    ),
    table(
      'cycle',
      'source cycle_id project_key title starts_at ends_at completed_at',
      cycles.map(({ number, startsAt, endsAt, completedAt }) => [
        ...[SOURCE, cycleOf(number), PROJECT, `Cycle ${String(number)}`, startsAt, endsAt, completedAt],
      ])
    ),
    table(
      'issue_cycle',
      'source external_id cycle_id added_at removed_at method',
      cycles.flatMap(({ number, stays }) =>
        stays.map(({ issue, addedAt, removedAt }) => [
          ...[SOURCE, idOf(issue), cycleOf(number), addedAt, removedAt, 'changelog'],
        ])
      )
    ),
  ];
}
