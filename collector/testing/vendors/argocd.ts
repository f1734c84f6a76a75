/**
 * Argo CD's API server as its published description says (argocd-swagger.json beside this, which every answer is held against), and as its source
 * does where the description is silent (3.6.0): which fields of an application the list can be narrowed to, that it leaves out what the token may
 * not see, and that of a single application 403 and 404 tell nothing to whom nothing may be told.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { serve, type Answer, type Asked, type Vendor } from './serve.ts';

interface Described {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly items?: Described;
  readonly properties?: Readonly<Record<string, Described>>;
}
const { parameters, definitions } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'argocd-swagger.json'), 'utf8')
) as {
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly definitions: Readonly<Record<string, Described>>;
};

/** @throws Error where a value is not as it is described. */
export function check(value: unknown, described: Described | undefined, at: string): void {
  if (described?.$ref !== undefined) {
    check(value, definitions[described.$ref.split('/').at(-1) ?? ''], at);
    return;
  }
  if (value === null || value === undefined) return;
  const { type = '', format, items, properties } = described ?? {};
  const isGood =
    type === 'array'
      ? Array.isArray(value)
      : type === 'integer'
        ? Number.isInteger(value)
        : format === 'date-time'
          ? typeof value === 'string' && !Number.isNaN(Date.parse(value))
          : typeof value === type;
  if (!isGood) throw new Error(`${at} is no ${format ?? type}: ${JSON.stringify(value)}`);
  if (Array.isArray(value)) value.forEach((one, place) => check(one, items, `${at}[${String(place)}]`));
  else if (typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      if (properties?.[name] === undefined) throw new Error(`${at}.${name} is not described`);
      check(inner, properties[name], `${at}.${name}`);
    }
  }
}

/** Those of appFields (pkg/apiclient/application/forwarder_overwrite.go) that matter here: no history and no uid. */
const NARROWED = [
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  'spec',
  'spec.project',
  'status.summary',
  'status.health',
  'status.resources',
  'status.operationState.startedAt',
  'status.operationState.finishedAt',
  'status.operationState.phase',
];

export interface Source {
  readonly repoURL: string;
  readonly path?: string;
  readonly chart?: string;
  readonly helm?: { readonly values?: string; readonly parameters?: ReadonlyArray<{ name: string; value: string }> };
}
export interface Entry {
  readonly id: number;
  readonly deployedAt: string;
  readonly deployStartedAt?: string;
  readonly revision?: string;
  readonly revisions?: readonly string[];
  readonly source: Source;
  readonly sources?: readonly Source[];
}
export interface Application {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly spec: {
    readonly project: string;
    readonly destination: { readonly namespace?: string; readonly name?: string; readonly server?: string };
    readonly source?: Source;
    readonly revisionHistoryLimit?: number;
  };
  status: {
    history?: Entry[];
    operationState?: {
      phase: string;
      startedAt: string;
      finishedAt?: string;
      operation?: { sync?: { resources?: object[]; dryRun?: boolean } };
    };
    summary?: { images?: string[] };
    resources?: Array<{ kind: string; name: string }>;
    health?: { status: string };
  };
}

export interface World {
  readonly token: string;
  /** argocd-cm: url. */
  url: string;
  readonly applications: Application[];
  /** Projects whose applications the account may get; null = all. */
  mayGet: readonly string[] | null;
  /** What is answered instead of an application, by its name. */
  readonly instead: Record<string, Answer>;
}
export const newWorld = (): World => ({ token: 'argocd-token-never-shown', url: 'https://argocd.example', applications: [], mayGet: null, instead: {} }); // prettier-ignore

type Tree = Record<string, unknown>;
const valueAt = (tree: unknown, keys: readonly string[]): unknown => keys.reduce<unknown>((inner, key) => (inner as Tree | undefined)?.[key], tree); // prettier-ignore

function narrowed(app: Application, fields: readonly string[]): Tree {
  const made: Tree = {};
  for (const field of NARROWED.filter((one) => fields.includes(`items.${one}`))) {
    const keys = field.split('.');
    const value = valueAt(app, keys);
    if (value === undefined) continue;
    let place = made;
    for (const key of keys.slice(0, -1)) place = (place[key] ??= {}) as Tree;
    place[keys.at(-1) ?? ''] = value;
  }
  return made;
}

const refused = (status: number, code: number, message: string): Answer => ({ status, body: { error: message, code, message } }); // prettier-ignore
const DENIED = refused(403, 7, 'permission denied');

function answer(world: World, { url, headers }: Asked): { readonly given: Answer; readonly as: string } {
  const { pathname, searchParams: query } = url;
  if (pathname === '/api/v1/settings')
    return { given: { status: 200, body: { url: world.url } }, as: 'clusterSettings' };
  if (!pathname.startsWith('/api/')) return { given: { status: 200, body: '<!doctype html><html></html>' }, as: '' };
  if (headers.authorization === undefined) return { given: refused(401, 16, 'no session information'), as: 'runtimeError' }; // prettier-ignore
  if (headers.authorization !== `Bearer ${world.token}`) return { given: refused(401, 16, 'invalid session: token signature is invalid'), as: 'runtimeError' }; // prettier-ignore
  const may = (project: string): boolean => world.mayGet === null || world.mayGet.includes(project);
  const [, name] = /^\/api\/v1\/applications\/([^/]+)$/.exec(pathname) ?? [];
  const known = new Set([...(parameters[name === undefined ? '/api/v1/applications' : '/api/v1/applications/{name}'] ?? []), 'fields']); // prettier-ignore
  for (const one of query.keys()) if (!known.has(one)) throw new Error(`${one} is no parameter of ${pathname}`);
  if (name === undefined) {
    const seen = world.applications.filter(({ spec }) => may(spec.project));
    const fields = query.get('fields')?.split(',');
    const items = seen.length === 0 ? null : fields === undefined ? seen : seen.map((app) => narrowed(app, fields));
    return {
      given: { status: 200, body: { metadata: { resourceVersion: '7' }, items } },
      as: 'v1alpha1ApplicationList',
    };
  }
  const other = world.instead[name];
  if (other !== undefined) return { given: other, as: '' };
  const project = query.get('project');
  if (project !== null && !may(project)) return { given: DENIED, as: 'runtimeError' };
  const found = world.applications.find(({ metadata }) => metadata.name === decodeURIComponent(name) && metadata.namespace === (query.get('appNamespace') ?? 'argocd')); // prettier-ignore
  if (found !== undefined && may(found.spec.project) && (project ?? found.spec.project) === found.spec.project)
    return { given: { status: 200, body: found }, as: 'v1alpha1Application' };
  const missing = refused(404, 5, `applications.argoproj.io "${name}" not found`);
  return { given: project === null ? DENIED : missing, as: 'runtimeError' };
}

export const serveArgoCd = (world: World): Promise<Vendor> =>
  serve((asked) => {
    const { given, as } = answer(world, asked);
    if (as !== '') check(given.body, { $ref: as }, as);
    return given;
  });
