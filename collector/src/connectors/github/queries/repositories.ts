/** Repositories of owners, with the newest of what each of them holds: a look at 100 of them costs three points, idle or not. */
import { ACTOR, PAGE, RATE } from './common.ts';

const REPOSITORY = `fragment Repo on Repository{id databaseId nameWithOwner url isArchived isFork isDisabled isEmpty pushedAt diskUsage
  defaultBranchRef{name target{oid}} notes:ref(qualifiedName:"refs/notes/ai"){target{oid}} parent{nameWithOwner} squashMergeCommitMessage
  repositoryTopics(first:20)@include(if:$topics){nodes{topic{name}}}
  pullRequests(first:1,orderBy:{field:UPDATED_AT,direction:DESC}){totalCount nodes{updatedAt}}
  issues(first:1,orderBy:{field:UPDATED_AT,direction:DESC}){nodes{updatedAt}}
  deployments(first:1,orderBy:{field:CREATED_AT,direction:DESC}){nodes{createdAt}}}`;

export const OWNED = `query owned($login:String!,$first:Int!,$after:String,$topics:Boolean!){${RATE}
  repositoryOwner(login:$login){__typename login repositories(first:$first,after:$after,ownerAffiliations:[OWNER],orderBy:{field:NAME,direction:ASC}){
    totalCount ${PAGE} nodes{...Repo}}}} ${REPOSITORY}`;

/** Repositories by node id or by name: those that are named one by one, and those that no owner lists any more. */
export const byName = (names: readonly string[]): string =>
  `query named($topics:Boolean!){${RATE} ${names
    .map((name, index) => {
      const [owner = '', repository = ''] = name.split('/');
      return `r${String(index)}:repository(owner:${JSON.stringify(owner)},name:${JSON.stringify(repository)}){...Repo}`;
    })
    .join(' ')}} ${REPOSITORY}`;

export const BY_ID = `query byId($ids:[ID!]!,$topics:Boolean!){${RATE} nodes(ids:$ids){...Repo}} ${REPOSITORY}`;

/** CODEOWNERS where GitHub looks for it, in its order. */
export const CODEOWNERS = `query codeowners($ids:[ID!]!){${RATE} nodes(ids:$ids){...on Repository{id
  a:object(expression:"HEAD:.github/CODEOWNERS"){...on Blob{text}}
  b:object(expression:"HEAD:CODEOWNERS"){...on Blob{text}}
  c:object(expression:"HEAD:docs/CODEOWNERS"){...on Blob{text}}}}}`;

export const TEAMS = `query teams($login:String!,$first:Int!,$after:String){${RATE}
  organization(login:$login){teams(first:$first,after:$after,orderBy:{field:NAME,direction:ASC}){totalCount ${PAGE}
    nodes{id slug name parentTeam{slug} members(first:100){totalCount ${PAGE} edges{role node{login databaseId}}}}}}}`;

export const TEAM_MEMBERS = `query teamMembers($id:ID!,$first:Int!,$after:String){${RATE}
  node(id:$id){...on Team{members(first:$first,after:$after){totalCount ${PAGE} edges{role node{login databaseId}}}}}}`;

const DEPLOYED = `fragment Deployed on Repository{deployments(first:$first,after:$after,orderBy:{field:CREATED_AT,direction:DESC}){totalCount ${PAGE}
  nodes{id commitOid environment originalEnvironment task state createdAt updatedAt ref{name}
    statuses(first:20){totalCount nodes{state createdAt environmentUrl logUrl}}}}}`;

export const DEPLOYMENTS = `query deployments($id:ID!,$first:Int!,$after:String){${RATE} node(id:$id){...Deployed}} ${DEPLOYED}`;
export const DEPLOYMENTS_TOGETHER = `query deploymentsTogether($ids:[ID!]!,$first:Int!,$after:String){${RATE} nodes(ids:$ids){id ...Deployed}} ${DEPLOYED}`;

/** What of an issue is asked for: what the server knows, and labels over time where the configuration says what they mean. */
export interface AskedOfIssues {
  readonly types: boolean;
  readonly parents: boolean;
  readonly labels: boolean;
}

/** Closed and opened again; few issues have more of it. */
const HISTORY = (labels: boolean): string =>
  `timelineItems(first:${labels ? '40' : '6'},itemTypes:[CLOSED_EVENT,REOPENED_EVENT${labels ? ',LABELED_EVENT,UNLABELED_EVENT' : ''}]){totalCount nodes{__typename
    ...on ClosedEvent{id createdAt stateReason} ...on ReopenedEvent{id createdAt}${labels ? ' ...on LabeledEvent{id createdAt label{name}} ...on UnlabeledEvent{id createdAt label{name}}' : ''}}}`;

/** An older GitHub Enterprise Server refuses a question for a field that it does not know: types and parents are asked for where they are. */
const askedOf = ({ types, parents, labels }: AskedOfIssues): string =>
  `fragment Asked on Repository{issues(first:$first,after:$after,filterBy:{since:$since},orderBy:{field:UPDATED_AT,direction:ASC}){totalCount ${PAGE}
  nodes{id number title url state stateReason createdAt updatedAt closedAt body ${types ? 'issueType{name} ' : ''}${parents ? 'parent{number repository{nameWithOwner}} ' : ''}labels(first:20){totalCount nodes{name}}
    assignees(first:1){nodes{...Actor}} ${HISTORY(labels)}}}} ${ACTOR}`;

export const issuesQuery = (asked: AskedOfIssues): string =>
  `query issues($id:ID!,$first:Int!,$after:String,$since:DateTime){${RATE} node(id:$id){...Asked}} ${askedOf(asked)}`;
export const issuesTogetherQuery = (asked: AskedOfIssues): string =>
  `query issuesTogether($ids:[ID!]!,$first:Int!,$after:String,$since:DateTime){${RATE} nodes(ids:$ids){id ...Asked}} ${askedOf(asked)}`;

/** What an issue has on this server. */
export const ISSUE_FIELDS = `query issueFields{${RATE} __type(name:"Issue"){fields{name}}}`;

/** Versions of CODEOWNERS that are read of a repository; of a file that changed more often the newest. */
export const MOST_VERSIONS = 50;
const VERSIONS = (name: string, file: string): string =>
  `${name}:history(first:${String(MOST_VERSIONS)},path:"${file}"){totalCount nodes{oid committedDate}}`;

/** Commits of the default branch that changed CODEOWNERS, newest first. */
export const OWNER_VERSIONS = `query ownerVersions($ids:[ID!]!){${RATE} nodes(ids:$ids){...on Repository{id defaultBranchRef{target{...on Commit{
  ${VERSIONS('a', '.github/CODEOWNERS')} ${VERSIONS('b', 'CODEOWNERS')} ${VERSIONS('c', 'docs/CODEOWNERS')}}}}}}}`;

/** CODEOWNERS as it was at each commit: `v0a` is the first place of the first. */
export const ownersAt = (commits: readonly string[]): string =>
  `query ownersAt($id:ID!){${RATE} node(id:$id){...on Repository{${commits
    .flatMap((oid, index) =>
      ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'].map(
        (file, at) => `v${String(index)}${'abc'[at] ?? ''}:object(expression:"${oid}:${file}"){...on Blob{text}}`
      )
    )
    .join(' ')}}}}`;
