/**
 * Linear as its documents and its published schema say: GraphQL with relay pages (50 by default), a key without `Bearer`, complexity (an object 1, a
 * field 0.1, a list so many times its length; 10,000 a question and so many points in all), `RATELIMITED` with status 400 and headers in epoch
 * milliseconds, single nodes that fail beside data. What is asked for is validated against the part of the schema below.
 */
import {
  buildSchema,
  execute,
  GraphQLError,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type SelectionSetNode,
} from 'graphql';
import { serve, type Answer, type Asked, type Vendor } from './serve.ts';

const LIST = 'after:String,before:String,first:Int,last:Int';
const schema = buildSchema(`
scalar DateTime
scalar DateTimeOrDuration
enum PaginationSortOrder{Ascending Descending}
enum PaginationOrderBy{createdAt updatedAt}
input DateComparator{gt:DateTimeOrDuration gte:DateTimeOrDuration}
input StringComparator{in:[String!]}
input TeamFilter{key:StringComparator}
input IssueFilter{updatedAt:DateComparator team:TeamFilter}
input CycleFilter{updatedAt:DateComparator team:TeamFilter}
input UpdatedAtSort{order:PaginationSortOrder}
input IssueSortInput{updatedAt:UpdatedAtSort}
type PageInfo{hasNextPage:Boolean! endCursor:String}
type Team{id:ID! key:String! name:String!}
type User{id:ID! email:String! name:String!}
type WorkflowState{id:ID! name:String! type:String!}
type IssueLabel{id:ID! name:String!}
type Attachment{id:ID! url:String!}
type IssueStateSpan{id:ID! startedAt:DateTime! endedAt:DateTime stateId:ID! state:WorkflowState}
type IssueHistory{id:ID! createdAt:DateTime! fromCycleId:String toCycleId:String fromTeamId:String toTeamId:String}
type Cycle{id:ID! number:Float! name:String startsAt:DateTime! endsAt:DateTime! completedAt:DateTime updatedAt:DateTime! team:Team!}
type IssueLabelConnection{pageInfo:PageInfo! nodes:[IssueLabel!]!}
type AttachmentConnection{pageInfo:PageInfo! nodes:[Attachment!]!}
type IssueStateSpanConnection{pageInfo:PageInfo! nodes:[IssueStateSpan!]!}
type IssueHistoryConnection{pageInfo:PageInfo! nodes:[IssueHistory!]!}
type IssueConnection{pageInfo:PageInfo! nodes:[Issue]!}
type TeamConnection{pageInfo:PageInfo! nodes:[Team!]!}
type CycleConnection{pageInfo:PageInfo! nodes:[Cycle!]!}
type WorkflowStateConnection{pageInfo:PageInfo! nodes:[WorkflowState!]!}
type Issue{id:ID! identifier:String! previousIdentifiers:[String!]! title:String! createdAt:DateTime! updatedAt:DateTime! archivedAt:DateTime trashed:Boolean
  startedAt:DateTime completedAt:DateTime canceledAt:DateTime addedToCycleAt:DateTime estimate:Float url:String! team:Team! parent:Issue cycle:Cycle
  assignee:User delegate:User labels(${LIST}):IssueLabelConnection! stateHistory(${LIST}):IssueStateSpanConnection!
  attachments(${LIST}):AttachmentConnection! history(${LIST}):IssueHistoryConnection!}
type Query{
  issues(${LIST},includeArchived:Boolean,sort:[IssueSortInput!],filter:IssueFilter):IssueConnection!
  issue(id:String!):Issue
  teams(${LIST},includeArchived:Boolean):TeamConnection!
  cycles(${LIST},includeArchived:Boolean,filter:CycleFilter,orderBy:PaginationOrderBy):CycleConnection!
  workflowStates(${LIST}):WorkflowStateConnection!}
`);

type Fields = Record<string, unknown>;
export interface WorldIssue extends Fields {
  id: string;
  updatedAt: string;
  archivedAt?: string;
}

export interface World {
  readonly key: string;
  readonly teams: Fields[];
  readonly states: Fields[];
  readonly cycles: Fields[];
  readonly issues: WorldIssue[];
  /** Ids of issues that fail by themselves. */
  readonly failing: Set<string>;
  /** Most points of one question. */
  mostComplexity: number;
  /** Points that are left. */
  points: number;
  /** Every page of issues is the first one. */
  isEndless: boolean;
  /** The key may do nothing but write. */
  hasScope: boolean;
}

export const newWorld = (): World => ({
  key: 'lin_api_never-shown-0123456789',
  teams: [
    { id: 't-shop', key: 'SHOP', name: 'Shop' },
    { id: 't-core', key: 'CORE', name: 'Core' },
  ],
  states: [],
  cycles: [],
  issues: [],
  failing: new Set(),
  mostComplexity: 10_000,
  points: 250_000,
  isEndless: false,
  hasScope: true,
});

const NODES = 'nodes';
/** Points of a question, as Linear counts them. */
export function complexityOf(document: DocumentNode, variables: Fields): number {
  /** Of a list its length multiplies what is within `nodes`. */
  const ofSet = (set: SelectionSetNode, times: number): number =>
    set.selections.reduce((sum, one) => {
      if (one.kind !== Kind.FIELD) return sum;
      if (!one.selectionSet) return sum + 0.1;
      const first = one.arguments?.find(({ name }) => name.value === 'first')?.value;
      const length = first?.kind === Kind.INT ? Number(first.value) : first?.kind === Kind.VARIABLE ? Number(variables[first.name.value]) : 50;
      return sum + (one.name.value === NODES ? times : 1) * (1 + ofSet(one.selectionSet, length));
    }, 0);
  return document.definitions.reduce((sum, one) => sum + (one.kind === Kind.OPERATION_DEFINITION ? ofSet(one.selectionSet, 1) : 0), 0);
} // prettier-ignore

interface PageArgs {
  readonly after?: string | null;
  readonly first?: number | null;
}
/** A page of a list; the cursor is a place in it. */
function pageOf(all: readonly unknown[], { after, first }: PageArgs): Fields {
  const from = after === null || after === undefined ? 0 : Number(after.slice(2)) + 1;
  const nodes = all.slice(from, from + (first ?? 50));
  return { nodes, pageInfo: { hasNextPage: from + nodes.length < all.length, endCursor: nodes.length === 0 ? null : `c-${String(from + nodes.length - 1)}` } };
} // prettier-ignore

const LISTS = ['labels', 'stateHistory', 'attachments', 'history'] as const;

function issueOf(issue: WorldIssue): Fields {
  const lists = LISTS.map(
    (name) => [name, (args: PageArgs) => pageOf((issue[name] ?? []) as unknown[], args)] as const
  );
  return {
    previousIdentifiers: [],
    title: 'a title that is never-shown',
    ...issue,
    ...(Object.fromEntries(lists) as Fields),
  };
}

interface Filtered extends PageArgs {
  readonly includeArchived?: boolean;
  readonly filter?: { readonly updatedAt?: { readonly gte?: string }; readonly team?: { readonly key?: { readonly in?: string[] } } };
} // prettier-ignore

function wanted({ filter, includeArchived }: Filtered, all: readonly Fields[]): Fields[] {
  return all
    .filter((one) => includeArchived === true || one['archivedAt'] === undefined)
    .filter((one) => String(one['updatedAt']) >= (filter?.updatedAt?.gte ?? ''))
    .filter((one) => filter?.team?.key?.in?.includes((one['team'] as { key: string }).key) ?? true)
    .sort((a, b) => (String(a['updatedAt']) < String(b['updatedAt']) ? -1 : 1));
}

const rootOf = (world: World): Fields => ({
  teams: (args: PageArgs) => pageOf(world.teams, args),
  workflowStates: (args: PageArgs) => pageOf(world.states, args),
  cycles: (args: Filtered) => pageOf(wanted(args, world.cycles), args),
  issue: ({ id }: { id: string }) => world.issues.filter((one) => one.id === id).map(issueOf)[0] ?? null,
  issues: (args: Filtered) => {
    const page = pageOf(wanted(args, world.issues), world.isEndless ? { first: args.first ?? null } : args);
    const nodes = (page['nodes'] as WorldIssue[]).map((one) => (world.failing.has(one.id) ? new GraphQLError('Internal error') : issueOf(one)));
    return { ...page, nodes };
  },
}); // prettier-ignore

const refused = (
  status: number,
  [code, message]: readonly [code: string, message: string],
  headers: Record<string, string> = {}
): Answer => ({
  status,
  headers,
  body: { errors: [{ message, extensions: { type: code.toLowerCase(), code, userPresentableMessage: message } }] },
});

/** The hour's points are used up until then. */
const rateLimited = (seconds: number): Answer =>
  refused(400, ['RATELIMITED', 'Rate limit exceeded. Only 250000 points are allowed per 1 hour.'], {
    'x-ratelimit-complexity-remaining': '0',
    'x-ratelimit-complexity-reset': String(Date.now() + seconds * 1000),
  });

export function serveLinear(world: World): Promise<Vendor> {
  return serve(({ method, url, headers, body }: Asked): Answer => {
    if (method !== 'POST' || url.pathname !== '/graphql') return { status: 404, body: '' };
    if (headers.authorization !== world.key) return refused(401, ['AUTHENTICATION_ERROR', 'Authentication required, not authenticated']); // prettier-ignore
    if (!world.hasScope) return refused(403, ['FORBIDDEN', 'Invalid scope: `read` required']);
    const { query, variables } = JSON.parse(body) as { query: string; variables: Fields };
    const document = parse(query);
    const wrong = validate(schema, document);
    if (wrong.length > 0) return refused(400, ['GRAPHQL_VALIDATION_FAILED', wrong[0]?.message ?? '']);
    const complexity = complexityOf(document, variables);
    if (complexity > world.mostComplexity) return refused(400, ['INVALID_INPUT', 'Query too complex']);
    if (complexity > world.points) return rateLimited(1);
    world.points -= complexity;
    const answer = execute({ schema, document, rootValue: rootOf(world), variableValues: variables });
    return { status: 200, headers: { 'x-complexity': String(complexity) }, body: answer };
  });
}
