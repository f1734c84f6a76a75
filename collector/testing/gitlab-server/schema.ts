/**
 * The part of GitLab's published GraphQL schema that is asked for (docs.gitlab.com/api/graphql/reference, GitLab 18), word for word: names, arguments
 * and types as there; and what a question costs, by the rule of `app/graphql/types/base_field.rb` and `resolvers/base_resolver.rb`.
 */
import {
  buildSchema,
  getNamedType,
  GraphQLObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

const PAGES = 'after: String, before: String, first: Int, last: Int';

const SDL = `
scalar Time
scalar IssueID
scalar JobID
scalar NoteID
scalar DiscussionID
scalar UserID
scalar CiPipelineID
enum NotesFilterType { ALL_NOTES ONLY_COMMENTS ONLY_ACTIVITY }
enum MergeRequestSort { CREATED_ASC CREATED_DESC UPDATED_ASC UPDATED_DESC }
enum PipelineStatusEnum { CREATED WAITING_FOR_RESOURCE PREPARING WAITING_FOR_CALLBACK PENDING RUNNING FAILED SUCCESS CANCELED CANCELING SKIPPED MANUAL SCHEDULED }
enum CiJobStatus { CREATED WAITING_FOR_RESOURCE PREPARING WAITING_FOR_CALLBACK PENDING RUNNING FAILED SUCCESS CANCELED CANCELING SKIPPED MANUAL SCHEDULED }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type UserCore { id: UserID! username: String! name: String! bot: Boolean! }
type DiffStatsSummary { additions: Int! deletions: Int! changes: Int! fileCount: Int! }
type Commit { id: ID! sha: String! title: String message: String authoredDate: Time committedDate: Time authorName: String authorEmail: String committerName: String committerEmail: String author: UserCore }
type CommitConnection { pageInfo: PageInfo! nodes: [Commit] }
type SystemNoteMetadata { id: ID! action: String }
type DiffPosition { filePath: String! }
type Discussion { id: DiscussionID! resolvable: Boolean! resolved: Boolean! }
type Note { id: NoteID! system: Boolean! internal: Boolean body: String! createdAt: Time! author: UserCore position: DiffPosition discussion: Discussion systemNoteMetadata: SystemNoteMetadata }
type NoteConnection { pageInfo: PageInfo! nodes: [Note] count: Int! }
type MergeRequest { id: ID! iid: String! sourceBranch: String! createdAt: Time! mergedAt: Time closedAt: Time diffStatsSummary: DiffStatsSummary
  commits(${PAGES}): CommitConnection notes(${PAGES}, filter: NotesFilterType): NoteConnection! }
type MergeRequestConnection { pageInfo: PageInfo! nodes: [MergeRequest] }
type CiJob { id: JobID name: String status: CiJobStatus createdAt: Time! queuedAt: Time startedAt: Time finishedAt: Time retried: Boolean manualJob: Boolean allowFailure: Boolean! webPath: String }
type CiJobConnection { pageInfo: PageInfo! nodes: [CiJob] count: Int! }
type Pipeline { id: CiPipelineID! iid: String! name: String ref: String sha: String source: String status: PipelineStatusEnum! createdAt: Time! updatedAt: Time! startedAt: Time finishedAt: Time path: String user: UserCore
  jobs(${PAGES}, retried: Boolean, statuses: [CiJobStatus!]): CiJobConnection }
type PipelineConnection { pageInfo: PageInfo! nodes: [Pipeline] count: Int! }
type Deployment { id: ID! iid: ID! finishedAt: Time createdAt: Time }
type TimelineEventTagType { id: ID! name: String! }
type TimelineEventTagTypeConnection { nodes: [TimelineEventTagType] }
type TimelineEventType { id: ID! occurredAt: Time! note: String timelineEventTags(${PAGES}): TimelineEventTagTypeConnection }
type TimelineEventTypeConnection { pageInfo: PageInfo! nodes: [TimelineEventType] }
type Project { id: ID! fullPath: ID!
  mergeRequest(iid: String!): MergeRequest
  mergeRequests(${PAGES}, iids: [String!], sourceBranches: [String!], sort: MergeRequestSort, updatedAfter: Time): MergeRequestConnection
  deployment(iid: ID!): Deployment
  pipeline(id: CiPipelineID, iid: ID, sha: String): Pipeline
  pipelines(${PAGES}, ref: String, sha: String, updatedAfter: Time, updatedBefore: Time): PipelineConnection
  incidentManagementTimelineEvents(${PAGES}, incidentId: IssueID!): TimelineEventTypeConnection }
type Query { project(fullPath: ID!): Project }
`;

const built = new Map<string, GraphQLSchema>();

/** The schema of a GitLab that lacks some fields (`Commit.committedDate`) and arguments (`notes(filter)`). */
export function schemaWithout(lacking: readonly string[]): GraphQLSchema {
  const key = lacking.join();
  const known = built.get(key);
  if (known) return known;
  let text = SDL;
  for (const what of lacking) {
    const argument = /^(\w+)\((\w+)\)$/.exec(what);
    const [type = '', field = ''] = what.split('.');
    text = argument
      ? text.replace(new RegExp(`(\\b${argument[1] ?? ''}\\([^)]*), ${argument[2] ?? ''}: \\w+`), '$1')
      : text.replace(new RegExp(`(type ${type} \\{[^}]*?) ${field}(?:\\([^)]*\\))?: [\\w!\\[\\]]+`), '$1');
  }
  const schema = buildSchema(text);
  built.set(key, schema);
  return schema;
}

/** Fields that a resolver class answers: they cost by their length. */
const RESOLVED = new Set(['Project.deployment', 'Project.mergeRequest', 'Project.mergeRequests', 'Project.pipeline', 'Project.pipelines', 'Project.incidentManagementTimelineEvents', 'Pipeline.jobs', 'MergeRequest.notes']); // prettier-ignore
const GITALY = new Set(['MergeRequest.commits', 'MergeRequest.diffStatsSummary', 'Commit.title']);
const CONSTANT: Readonly<Record<string, number>> = { 'MergeRequest.mergedAt': 5 };
const MAX_PAGE = 100;

/** Points of a question. */
export function complexityOf(document: DocumentNode, schema: GraphQLSchema, variables: Readonly<Record<string, unknown>>): number {
  const valueOf = (field: FieldNode, name: string): unknown => {
    const value = field.arguments?.find((one) => one.name.value === name)?.value;
    if (value === undefined) return undefined;
    return value.kind === Kind.VARIABLE ? variables[value.name.value] : value.kind === Kind.INT ? Number(value.value) : value;
  };
  const ofSet = (set: SelectionSetNode | undefined, type: GraphQLObjectType): number =>
    (set?.selections ?? []).reduce((sum, one) => {
      if (one.kind !== Kind.FIELD) return sum;
      const name = `${type.name}.${one.name.value}`;
      const of = getNamedType(type.getFields()[one.name.value]?.type);
      const children = of instanceof GraphQLObjectType ? ofSet(one.selectionSet, of) : 0;
      const gitaly = GITALY.has(name) ? 1 : 0;
      if (!RESOLVED.has(name)) return sum + children + (CONSTANT[name] ?? 1 + gitaly);
      const own = children + 1 + (valueOf(one, 'sort') === undefined ? 0 : 1) + gitaly;
      const isList = of?.name.endsWith('Connection') === true;
      const isById = valueOf(one, 'iid') !== undefined || valueOf(one, 'iids') !== undefined;
      const length = Math.min(MAX_PAGE, Number(valueOf(one, 'first') ?? MAX_PAGE));
      return sum + Math.floor(own + (isList && !isById ? own * length * 0.01 : 0));
    }, 0);
  const root = schema.getQueryType();
  return document.definitions.reduce((sum, one) => sum + (one.kind === Kind.OPERATION_DEFINITION && root ? ofSet(one.selectionSet, root) : 0), 0);
} // prettier-ignore

const RUBY: ReadonlyArray<readonly [RegExp, string]> = [
  [/^Cannot query field "(\w+)" on type "(\w+)"\..*$/, "Field '$1' doesn't exist on type '$2'"],
  [/^Unknown argument "(\w+)" on field "\w+\.(\w+)"\..*$/, "Field '$2' doesn't accept argument '$1'"],
];

/** What is wrong with a question in the words of graphql-ruby. */
export const inRuby = (message: string): string =>
  RUBY.reduce((text, [words, ruby]) => text.replace(words, ruby), message);
