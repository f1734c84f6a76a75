/**
 * Pull requests in two passes: headers of what changed (100 for one point), then the details of just those. Connections inside
 * connections are left out on purpose: `parents` or `authors` inside of each commit would cost 25 points a page.
 */
import { ACTOR, PAGE, RATE } from './common.ts';

/** What happened to a pull request, reviews and comments among it: one connection instead of three. */
const TIMELINE = [
  ...['READY_FOR_REVIEW_EVENT', 'CONVERT_TO_DRAFT_EVENT', 'REVIEW_REQUESTED_EVENT', 'REVIEW_REQUEST_REMOVED_EVENT'],
  ...['PULL_REQUEST_REVIEW', 'REVIEW_DISMISSED_EVENT', 'ISSUE_COMMENT', 'HEAD_REF_FORCE_PUSHED_EVENT'],
  ...['MERGED_EVENT', 'CLOSED_EVENT', 'REOPENED_EVENT', 'AUTO_MERGE_ENABLED_EVENT'],
  ...['ADDED_TO_MERGE_QUEUE_EVENT', 'REMOVED_FROM_MERGE_QUEUE_EVENT'],
].join(',');

const WHEN = 'createdAt actor{...Actor}';
const EVENTS = `nodes{__typename
  ...on ReadyForReviewEvent{id ${WHEN}} ...on ConvertToDraftEvent{id ${WHEN}}
  ...on ReviewRequestedEvent{id ${WHEN} requestedReviewer{__typename ...on User{login databaseId} ...on Bot{login databaseId} ...on Mannequin{login databaseId} ...on Team{slug}}}
  ...on ReviewRequestRemovedEvent{id ${WHEN} requestedReviewer{__typename ...on User{login databaseId} ...on Bot{login databaseId} ...on Mannequin{login databaseId} ...on Team{slug}}}
  ...on PullRequestReview{id fullDatabaseId state submittedAt author{...Actor} commit{oid}}
  ...on ReviewDismissedEvent{id ${WHEN}}
  ...on IssueComment{id createdAt author{...Actor}}
  ...on HeadRefForcePushedEvent{id ${WHEN} beforeCommit{oid authoredDate} afterCommit{oid}}
  ...on MergedEvent{id ${WHEN}} ...on ClosedEvent{id ${WHEN}} ...on ReopenedEvent{id ${WHEN}}
  ...on AutoMergeEnabledEvent{id ${WHEN}} ...on AddedToMergeQueueEvent{id ${WHEN}} ...on RemovedFromMergeQueueEvent{id ${WHEN} reason}}`;

const COMMITS = `nodes{commit{oid message authoredDate committedDate additions deletions
  author{name email user{login databaseId}} committer{name email}}}`;

const CHECK = `__typename ...on CheckRun{id name status conclusion startedAt completedAt detailsUrl checkSuite{app{slug} branch{name} workflowRun{event}}}
  ...on StatusContext{id context state createdAt targetUrl}`;

const checksOf = (paging: string): string =>
  `last:commits(last:1){nodes{commit{oid statusCheckRollup{contexts(${paging}){totalCount ${PAGE} nodes{${CHECK}}}}}}}`;

/** The connections of a pull request, each with what completes it when it has more than a page. */
export const CONNECTIONS = {
  commits: `commits(first:$first,after:$after){totalCount ${PAGE} ${COMMITS}}`,
  timelineItems: `timelineItems(first:$first,after:$after,itemTypes:[${TIMELINE}]){totalCount ${PAGE} ${EVENTS}}`,
  labels: `labels(first:$first,after:$after){totalCount ${PAGE} nodes{name}}`,
  closingIssuesReferences: `closingIssuesReferences(first:$first,after:$after){totalCount ${PAGE} nodes{number repository{nameWithOwner}}}`,
} as const;

export type Connection = keyof typeof CONNECTIONS;

/** Connections that use the fragment of actors. */
const withActors: ReadonlySet<Connection> = new Set(['timelineItems']);

const sized = (connection: Connection, first: number): string =>
  CONNECTIONS[connection].replace('first:$first,after:$after', `first:${String(first)}`);

const HEADERS = `fragment Headers on Repository{nameWithOwner pullRequests(first:$first,after:$after,orderBy:{field:UPDATED_AT,direction:DESC}){
  totalCount ${PAGE} nodes{id number updatedAt}}}`;

export const PULL_HEADERS = `query pullHeaders($id:ID!,$first:Int!,$after:String){${RATE} node(id:$id){...Headers}} ${HEADERS}`;
export const PULL_HEADERS_TOGETHER = `query pullHeadersTogether($ids:[ID!]!,$first:Int!,$after:String){${RATE} nodes(ids:$ids){id ...Headers}} ${HEADERS}`;

/** Of open pull requests whether they can be merged: GitHub works it out when it is asked, and says UNKNOWN until it has. */
const OPEN = `fragment Open on Repository{nameWithOwner pullRequests(first:$first,after:$after,states:OPEN,orderBy:{field:CREATED_AT,direction:ASC}){
  totalCount ${PAGE} nodes{id number mergeable}}}`;

export const OPEN_PULLS = `query openPulls($id:ID!,$first:Int!,$after:String){${RATE} node(id:$id){...Open}} ${OPEN}`;
export const OPEN_PULLS_TOGETHER = `query openPullsTogether($ids:[ID!]!,$first:Int!,$after:String){${RATE} nodes(ids:$ids){id ...Open}} ${OPEN}`;
export const MERGEABLE = `query mergeable($ids:[ID!]!){${RATE} nodes(ids:$ids){...on PullRequest{id number mergeable}}}`;

export const PULL_DETAILS = `query pullDetails($ids:[ID!]!){${RATE}
  nodes(ids:$ids){__typename ...on PullRequest{id number title body totalCommentsCount url state isDraft createdAt updatedAt closedAt mergedAt
    author{...Actor} mergedBy{...Actor} headRefName headRefOid baseRefName isCrossRepository additions deletions changedFiles
    baseRepository{databaseId}
    mergeCommit{oid messageHeadline committedDate}
    ${sized('labels', 20)} ${sized('closingIssuesReferences', 10)} ${sized('commits', 100)} ${sized('timelineItems', 100)}
    ${checksOf('first:60')}}}}
  ${ACTOR}`;

/** Further pages of one connection of one pull request. */
export const pullRest = (connection: Connection): string =>
  `query pullRest($id:ID!,$first:Int!,$after:String){${RATE} node(id:$id){...on PullRequest{${CONNECTIONS[connection]}}}}
  ${withActors.has(connection) ? ACTOR : ''}`;

/** Comments of a thread are asked for whole: with its first one alone a point buys no more threads. */
const THREADS = `totalCount ${PAGE} nodes{id isResolved isOutdated comments(first:50){totalCount nodes{id createdAt author{...Actor}}}}`;

/** What was said in the diff. A question of its own, for those where something was: threads hold connections, which cost points for each. */
export const PULL_THREADS = `query pullThreads($ids:[ID!]!){${RATE}
  nodes(ids:$ids){...on PullRequest{id reviewThreads(first:10){${THREADS}}}}}
  ${ACTOR}`;
export const THREADS_REST = `query threadsRest($id:ID!,$first:Int!,$after:String){${RATE}
  node(id:$id){...on PullRequest{reviewThreads(first:$first,after:$after){${THREADS}}}}}
  ${ACTOR}`;

/** Further checks of the last commit of one pull request. */
export const CHECKS_REST = `query checksRest($id:ID!,$first:Int!,$after:String){${RATE} node(id:$id){...on PullRequest{${checksOf('first:$first,after:$after')}}}}`;

/** Commits that a rebase put on the base branch: the newest `count` behind each merge commit, or as many behind a page of them. */
export const rebased = (
  commits: ReadonlyArray<{ readonly oid: string; readonly count: number; readonly after?: string | null }>
): string =>
  `query rebased($id:ID!){${RATE} node(id:$id){...on Repository{${commits
    .map(
      ({ oid, count, after = null }, index) =>
        `c${String(index)}:object(oid:"${oid}"){...on Commit{history(first:${String(count)},after:${JSON.stringify(after)}){${PAGE} nodes{oid messageHeadline authoredDate}}}}`
    )
    .join(' ')}}}}`;
