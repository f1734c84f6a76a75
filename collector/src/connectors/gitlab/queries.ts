/** Questions of GraphQL. What an older GitLab may not know is asked for where `has` says so. */
import type { Question } from './client.ts';

const USER = (has: (what: string) => boolean): string =>
  `{ id username ${has('UserCore.bot') && has('User.bot') ? 'bot' : ''} }`;
const PAGE_INFO = 'pageInfo { hasNextPage endCursor }';

/** Entries of a connection that come with its merge request. */
const FIRST = 100;

type Has = (what: string) => boolean;
const where = (has: Has, name: string, field = name.slice(name.indexOf('.') + 1)): string => (has(name) ? field : '');

const commits = (has: Has): string => `commits(first: ${String(FIRST)}, after: $commits) { ${PAGE_INFO} nodes {
    sha message authoredDate authorName author ${USER(has)}
    ${['committedDate', 'authorEmail', 'committerName', 'committerEmail'].map((field) => where(has, `Commit.${field}`)).join(' ')} } }`;

const filter = (has: Has, value: string): string => (has('notes(filter)') ? `, filter: ${value}` : '');

const activity = (
  has: Has
): string => `activity: notes(first: ${String(FIRST)}, after: $activity${filter(has, 'ONLY_ACTIVITY')}) { ${PAGE_INFO} nodes {
    id createdAt system body discussion { id } author ${USER(has)} ${where(has, 'Note.systemNoteMetadata', 'systemNoteMetadata { action }')} } }`;

const said = (
  has: Has
): string => `said: notes(first: ${String(FIRST)}, after: $said${filter(has, 'ONLY_COMMENTS')}) { ${PAGE_INFO} nodes {
    id createdAt system ${has('Note.internal') ? 'internal' : where(has, 'Note.confidential')} author ${USER(has)}
    position { filePath } discussion { id resolvable resolved } } }`;

/** Connections of a merge request that may have more pages. */
export const CONNECTIONS = { commits, activity, said } as const;
export type Connection = keyof typeof CONNECTIONS;

const PLACES = '$commits: String, $activity: String, $said: String';

export const PARTS: Question = (has) => `query parts($project: ID!, $iids: [String!]!, ${PLACES}) {
  project(fullPath: $project) { mergeRequests(iids: $iids, first: 100) { nodes {
    iid ${where(has, 'MergeRequest.diffStatsSummary', 'diffStatsSummary { additions deletions }')}
    ${commits(has)} ${activity(has)} ${said(has)} } } } }`;

/** Further pages of one connection. */
export const moreOf =
  (connection: Connection): Question =>
  (has) =>
    `query more($project: ID!, $iid: String!, $${connection}: String) {
  project(fullPath: $project) { mergeRequest(iid: $iid) { ${CONNECTIONS[connection](has)} } } }`;

const jobs = (has: Has): string => `jobs(first: ${String(FIRST)}, after: $jobs) { ${PAGE_INFO} nodes {
    id name status createdAt queuedAt startedAt finishedAt allowFailure ${where(has, 'CiJob.webPath')} } }`;

export const PIPELINES: Question = (
  has
) => `query pipelines($project: ID!, $first: Int!, $after: String, $since: Time, $jobs: String) {
  project(fullPath: $project) { pipelines(first: $first, after: $after, updatedAfter: $since) { ${PAGE_INFO} nodes {
    id iid ref sha status createdAt updatedAt startedAt finishedAt path user ${USER(has)}
    ${where(has, 'Pipeline.name')} ${where(has, 'Pipeline.source')} ${jobs(has)} } } } }`;

export const MORE_JOBS: Question = (has) => `query jobs($project: ID!, $iid: ID!, $jobs: String) {
  project(fullPath: $project) { pipeline(iid: $iid) { ${jobs(has)} } } }`;

/** Merge requests of branches, to tell what a pipeline of a branch was for. */
export const OF_BRANCHES: Question = (has) => `query branches($project: ID!, $branches: [String!]!) {
  project(fullPath: $project) { mergeRequests(sourceBranches: $branches, first: 100, sort: CREATED_DESC) {
    nodes { iid sourceBranch createdAt mergedAt ${where(has, 'MergeRequest.closedAt')} } } } }`;

/** Nothing but the project is asked of a server without timelines. */
export const TIMELINE: Question = (has) =>
  has('Project.incidentManagementTimelineEvents') && has('TimelineEventType.timelineEventTags')
    ? `query timeline($project: ID!, $incident: IssueID!) {
  project(fullPath: $project) { incidentManagementTimelineEvents(incidentId: $incident, first: 100) { nodes {
    occurredAt timelineEventTags { nodes { name } } } } } }`
    : 'query project($project: ID!) { project(fullPath: $project) { id } }';

/** When deployments ended, of each by its own name. */
export const endsOfDeployments =
  (iids: readonly number[]): Question =>
  (has) =>
    `query ends($project: ID!) { project(fullPath: $project) { id ${iids
      .filter(() => has('Project.deployment') && has('Deployment.finishedAt'))
      .map((iid) => `d${String(iid)}: deployment(iid: "${String(iid)}") { finishedAt }`)
      .join(' ')} } }`;
