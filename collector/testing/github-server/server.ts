/**
 * A GitHub to ask: executes GitHub's published GraphQL schema over a generated organisation, counts what a query costs as GitHub does, and
 * breaks off, limits and refuses as it does. What it leaves out is named in the README of the connector.
 */
import { verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { schema as published } from '@octokit/graphql-schema';
import {
  buildSchema,
  extendSchema,
  execute,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  Kind,
  type GraphQLSchema,
} from 'graphql';
import { costOf } from './cost.ts';
import { Limits, type LimitOptions } from './limits.ts';
import { pullNode, repositoryNode, teamsOf, teamNode, type View } from './nodes.ts';
import { teams } from './people.ts';
import { answerRest } from './rest.ts';
import { suiteNode } from './runs.ts';
import type { MadeRepository, World } from './world.ts';

let built: GraphQLSchema | null = null;
const schemaOf = (): GraphQLSchema => (built ??= buildSchema(published.idl, { assumeValid: true }));

/** What GitHub.com has and the published package does not. */
export const NEWER = 'extend type Issue { issueType: IssueType } type IssueType { id: ID! name: String! }';
let newer: GraphQLSchema | null = null;
const newerSchema = (): GraphQLSchema => (newer ??= extendSchema(schemaOf(), parse(NEWER), { assumeValid: true }));
const schemaFor = ({ hasIssueTypes = true }: Pick<GitHubServerOptions, 'hasIssueTypes'>): GraphQLSchema =>
  hasIssueTypes ? newerSchema() : schemaOf();

export interface FaultPlan {
  /** Answer in place of the usual one; null = the usual one. */
  readonly answer?: (asked: Asked) => { readonly status: number; readonly headers?: Record<string, string>; readonly body: unknown } | null; // prettier-ignore
}

export interface Asked {
  /** Number of the request, from 1. */
  readonly number: number;
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface GitHubServerOptions {
  readonly world: World;
  readonly now: Date;
  readonly token?: string;
  /** Public key of an App: whoever signs with its private one gets the token. */
  readonly appKey?: string;
  readonly limits?: LimitOptions;
  readonly faults?: FaultPlan;
  /** Where the git repositories are; they are cloned from there. Default: nowhere. */
  readonly gitUrl?: string;
  /** An older GitHub Enterprise Server knows no types of issues. Default: it does. */
  readonly hasIssueTypes?: boolean;
  /** Whether a pull request can be merged is worked out when it is first asked for, and told from the next question on. Default: it is known. */
  readonly worksOutLate?: boolean;
}

export interface GitHubServer {
  readonly url: string;
  readonly world: World;
  readonly limits: Limits;
  readonly asked: Asked[];
  /** Number of the request that first asked whether a pull request can be merged. */
  readonly mergeableAsked: Map<string, number>;
  faults: FaultPlan;
  close(): Promise<void>;
}

type Documents = Map<string, { readonly document: DocumentNode; readonly faults: readonly string[] }>;
const documents = new WeakMap<GraphQLSchema, Documents>();

/** Parsed and checked once for each text. */
function documentOf(
  query: string,
  schema: GraphQLSchema
): { readonly document: DocumentNode; readonly faults: readonly string[] } {
  const own: Documents = documents.get(schema) ?? new Map();
  documents.set(schema, own);
  const known = own.get(query);
  if (known) return known;
  const document = parse(query);
  const made = { document, faults: validate(schema, document).map(({ message }) => message) };
  if (own.size > 500) own.clear();
  own.set(query, made);
  return made;
}

interface Body {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

const ok = (body: unknown, headers: Record<string, string> = {}): Reply => ({ status: 200, headers, body });
const failed = (type: string | undefined, message: string, data: unknown = null): Reply =>
  ok({ data, errors: [{ ...(type === undefined ? {} : { type }), message }] });

const find = (world: World, id: string): MadeRepository | undefined =>
  world.repositories.find((one) => one.id === id && !one.isGone);

function rootOf(view: View, limits: Limits, points: number): Record<string, unknown> {
  const { world } = view;
  const nodeOf = (id: string): object | null => {
    const [kind, index = '', number = ''] = id.split('_');
    const repository = find(world, kind === 'PR' || kind === 'CS' ? `R_${index}` : id);
    if (kind === 'T')
      return teamNode(view, teams.find(({ slug }) => slug === index) ?? (teams[0] as (typeof teams)[number]));
    if (repository === undefined) return null;
    if (kind === 'CS') return suiteNode(view, repository, Number(number));
    return kind === 'PR' ? pullNode(view, repository, Number(number)) : repositoryNode(view, repository);
  };
  const owned = world.repositories.filter((one) => !one.isGone && one.owner === world.organisation);
  return {
    rateLimit: () => ({ cost: points, remaining: limits.remaining, limit: limits.options.points, used: 0, nodeCount: 0, resetAt: limits.resetAt.toISOString() }), // prettier-ignore
    node: ({ id }: { id: string }) => nodeOf(id),
    nodes: ({ ids }: { ids: readonly string[] }) => ids.map(nodeOf),
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const found = world.repositories.find((one) => one.owner === owner && one.name === name && !one.isGone);
      return found ? repositoryNode(view, found) : null;
    },
    organization: ({ login }: { login: string }) =>
      login === world.organisation ? { __typename: 'Organization', login, teams: teamsOf(view) } : null,
    repositoryOwner: ({ login }: { login: string }) =>
      login === world.organisation
        ? {
            __typename: 'Organization',
            login,
            repositories: (args: { first: number; after?: string | null }) => {
              const start = args.after ? Number(args.after) : 0;
              const page = owned.slice(start, start + args.first);
              const end = start + page.length;
              return {
                totalCount: owned.length,
                pageInfo: {
                  hasNextPage: end < owned.length,
                  hasPreviousPage: start > 0,
                  startCursor: String(start),
                  endCursor: String(end),
                },
                nodes: () => page.map((one) => repositoryNode(view, one)),
              };
            },
          }
        : null,
  };
}

/** Each null where something was asked for by name or id becomes an error beside the data, as GitHub tells it. */
function missing(data: Record<string, unknown> | null | undefined): object[] {
  return Object.entries(data ?? {}).flatMap(([field, value]): object[] => {
    const fault = (path: readonly (string | number)[]): object => ({ type: 'NOT_FOUND', path, message: `Could not resolve to a node or Repository (${path.join('.')}).` }); // prettier-ignore
    if (value === null) return [fault([field])];
    return field === 'nodes' && Array.isArray(value) ? value.flatMap((one, index) => (one === null ? [fault([field, index])] : [])) : []; // prettier-ignore
  });
}

async function answerGraphql(
  options: GitHubServerOptions,
  server: Pick<GitHubServer, 'limits' | 'asked' | 'mergeableAsked' | 'faults' | 'url'>,
  body: Body
): Promise<Reply> {
  const { world } = options;
  const { limits } = server;
  const { document, faults } = documentOf(body.query, schemaFor(options));
  const variables = body.variables ?? {};
  const operation =
    document.definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? (one.name?.value ?? '') : []))[0] ??
    '';
  const asked = { number: server.asked.length + 1, operation, variables };
  server.asked.push(asked);
  if (faults.length > 0) return failed('INVALID', faults.join('; '));
  const planned = server.faults.answer?.(asked);
  if (planned) return planned;
  const cost = costOf(document, variables);
  if (cost.nodes > 500_000)
    return failed(
      'MAX_NODE_LIMIT_EXCEEDED',
      `This query requests up to ${String(cost.nodes)} possible nodes which exceeds the maximum limit of 500,000.`
    );
  const wait = limits.cpuWait;
  if (wait > 0) {
    return {
      status: 403,
      headers: { 'retry-after': String(wait) },
      body: { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' },
    };
  }
  if (!limits.pay(cost.points)) {
    const reset = String(Math.ceil(limits.resetAt.getTime() / 1000));
    return {
      ...failed('RATE_LIMITED', 'API rate limit exceeded for user ID 1.'),
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
    };
  }
  const pulls = new Set<string>();
  const isWorkedOut: View['isWorkedOut'] = ({ id }, number) => {
    const key = `${id}/${String(number)}`;
    const first = server.mergeableAsked.get(key) ?? asked.number;
    server.mergeableAsked.set(key, first);
    return options.worksOutLate !== true || first < asked.number;
  };
  const view: View = { world, now: limits.shown, url: options.gitUrl ?? server.url, onPull: (repository, number) => pulls.add(`${repository.id}/${String(number)}`), isWorkedOut }; // prettier-ignore
  const began = performance.now();
  const result = (await execute({ schema: schemaFor(options), document, rootValue: rootOf(view, limits, cost.points), variableValues: variables })) as ExecutionResult<Record<string, unknown>>; // prettier-ignore
  limits.totals.pulls += pulls.size;
  if (!(await limits.work(5 + pulls.size * limits.options.cpuPerPullMs, performance.now() - began))) {
    limits.totals.heavy += 1;
    return { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>502 Bad Gateway</html>' };
  }
  if (cost.nodes > limits.options.heavyNodes) {
    limits.totals.heavy += 1;
    const nodes = Array.isArray(variables['ids']) ? variables['ids'].map(() => null) : null;
    return ok({ data: { ...result.data, nodes }, errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits for this query exceeded.' }] }); // prettier-ignore
  }
  const errors = [...(result.errors ?? []).map(({ message, path }) => ({ message, path })), ...missing(result.data)];
  return ok({ data: result.data, ...(errors.length > 0 ? { errors } : {}) });
}

/** Trades the signed word of an App for a token. */
function installationToken(authorization: string, { appKey = '', token }: GitHubServerOptions): Reply {
  const [head = '', claims = '', signature = ''] = authorization.replace('Bearer ', '').split('.');
  const isSigned = verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), appKey, Buffer.from(signature, 'base64url'));
  return isSigned
    ? { status: 201, body: { token, expires_at: new Date(Date.now() + 3_600_000).toISOString() } }
    : { status: 401, body: { message: 'A JSON web token could not be decoded' } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, headers = {}, body }: Reply, limits: Limits): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'x-ratelimit-remaining': String(limits.remaining),
      'x-ratelimit-reset': String(Math.ceil(limits.resetAt.getTime() / 1000)),
      ...headers,
    }) // prettier-ignore
    .end(text);
}

export async function startGitHub(options: GitHubServerOptions): Promise<GitHubServer> {
  const limits = new Limits(options.now, options.limits);
  const state: GitHubServer = {
    url: '',
    world: options.world,
    limits,
    asked: [],
    mergeableAsked: new Map(),
    faults: options.faults ?? {},
    close: () => Promise.resolve(),
  };
  const reply = async (request: IncomingMessage): Promise<Reply> => {
    const url = new URL(request.url ?? '', 'http://github');
    await limits.arrive();
    if (options.appKey !== undefined && url.pathname.endsWith('/access_tokens')) {
      return installationToken(request.headers.authorization ?? '', options);
    }
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
      return { status: 401, body: { message: 'Bad credentials' } };
    }
    if (url.pathname === '/api/graphql') {
      return answerGraphql(options, state, JSON.parse(await bodyOf(request)) as Body);
    }
    state.asked.push({
      number: state.asked.length + 1,
      operation: `${request.method ?? ''} ${url.pathname}`,
      variables: Object.fromEntries(url.searchParams),
    });
    return answerRest(options.world, { url, now: limits.shown });
  };
  const server: Server = createServer((request, response) => {
    reply(request).then(
      (answer) => send(response, answer, limits),
      (error: unknown) => send(response, { status: 500, body: { message: String(error) } }, limits)
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}
