/** Outside → house rows. Pure. */
import type { PushedPage, Skip } from '../../connector.ts';
import { entryOf } from '../../foreign.ts';
import { fits, serviceRow } from '../../forge/rules.ts';
import { remoteSlug } from '../../git/url.ts';
import { environmentOf } from '../../import/environments.ts';
import { AHEAD_MS } from '../../incident-rows.ts';
import { pattern } from '../../text/pattern.ts';
import type { Section } from './config.ts';
import type { Application, Entry } from './schema.ts';

export interface Context {
  readonly section: Section;
  readonly now: Date;
}

/** Environments by name that `environmentOf` knows beyond doubt. */
const KNOWN = pattern`^(?:production|prod|prd|live|staging|stage|stg|preprod|pre-prod|preview|test|testing|qa|uat|acceptance|dev|development|sandbox|demo)$`;
const SHA = pattern`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`;
/** What a repository is called that holds no code. */
const NONE = 'none';

/** The first glob that fits one of the texts. */
const ruled = (rules: Readonly<Record<string, string>>, texts: readonly string[]): string | undefined =>
  Object.entries(rules).find(([glob]) => texts.some((text) => fits(glob, text)))?.[1];

/** Null = nothing says it. */
function environmentFor({ metadata, spec }: Application, { environments }: Section): string | null {
  const { name: cluster, namespace } = spec.destination ?? {};
  const places = [metadata.name, namespace, cluster, spec.project].flatMap((one) => one ?? []);
  const given = ruled(environments, places) ?? places.slice(1).find((one) => KNOWN.test(one.toLowerCase()));
  return given === undefined ? null : environmentOf(given).name;
}

interface Commit {
  readonly repository: string | null;
  readonly sha: string | null;
  /** Version of a chart, or a tag. */
  readonly ref: string | null;
}

const UNKNOWN: Commit = { repository: null, sha: null, ref: null };

/** What an image is tagged with, where that is a commit of a repository that the configuration names. Of one with several tags at once nothing is known. */
function ofImages(images: readonly string[], rules: Section['images']): Commit | null {
  const commits = images.flatMap((image) => {
    const [named = ''] = image.split('@');
    const at = named.lastIndexOf(':');
    const [name, tag] = at > named.lastIndexOf('/') ? [named.slice(0, at), named.slice(at + 1)] : [named, ''];
    const repository = ruled(rules, [name]);
    const sha = tag.toLowerCase().replace('sha-', '');
    return repository !== undefined && SHA.test(sha) ? [{ name, repository, sha }] : [];
  });
  const first = commits.find(({ name, sha }) => commits.every((one) => one.name !== name || one.sha === sha));
  return first === undefined ? null : { repository: first.repository, sha: first.sha, ref: null };
}

const revisionsOf = ({ revisions, revision }: Entry): readonly string[] =>
  revisions && revisions.length > 0 ? revisions : revision ? [revision] : [];

/** The first source with a commit of a repository that holds code. */
function ofSources(entry: Entry, { repositories }: Section): Commit {
  const revisions = revisionsOf(entry);
  for (const [place, { repoURL, chart }] of (entry.sources ?? []).entries()) {
    const revision = revisions[place]?.toLowerCase() ?? '';
    const url = repoURL ?? '';
    if (url === '' || chart || !SHA.test(revision)) continue;
    const repository = ruled(repositories, [url]) ?? remoteSlug(url);
    if (repository !== null && repository !== NONE) return { repository, sha: revision, ref: null };
  }
  return { ...UNKNOWN, ref: revisions.find((one) => !SHA.test(one.toLowerCase())) ?? null };
}

/** What is deployed: a sync of the same again is no deployment, also where only its number is new. */
const contentOf = (entry: Entry): string => JSON.stringify([revisionsOf(entry), entry.digest ?? entry.sources ?? null]);

const startOf = ({ deployStartedAt, deployedAt }: Entry): Date => deployStartedAt ?? deployedAt;

interface Told {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly result: 'success' | 'failure';
  readonly kind: 'unknown' | 'rollback';
  readonly rollbackOf: string | null;
  readonly commit: Commit;
}

/** Numbers of the syncs that the history holds; null = it holds none. */
const edgeOf = (
  { status: { history } }: Application,
  isFurther: (one: number, other: number) => boolean
): number | null =>
  (history ?? []).reduce<number | null>((edge, { id }) => (edge === null || isFurther(id, edge) ? id : edge), null);
export const oldestOf = (app: Application): number | null => edgeOf(app, (one, other) => one < other);
export const newestOf = (app: Application): number | null => edgeOf(app, (one, other) => one > other);

/** Of the oldest entry nothing says whether it changed something, unless it is the first of all: it was told when it was newer. */
const isCut = (app: Application): boolean => (oldestOf(app) ?? 0) > 0;

/** Applications keep their ten newest syncs: what goes back to one before the last is a rollback of the last. */
function deployments(app: Application, { section }: Context): Told[] {
  const history = [...(app.status.history ?? [])].sort((one, other) => one.id - other.id);
  const contents = history.map(contentOf);
  const isDeployment = (place: number): boolean =>
    place === 0 ? !isCut(app) : contents[place] !== contents[place - 1];
  // A sync of the same again has no row: what is taken back is the deployment that brought it.
  const brought = (place: number): number => (place < 0 || isDeployment(place) ? place : brought(place - 1));
  return history.flatMap((entry, place): Told[] => {
    if (!isDeployment(place)) return [];
    const bad = history[brought(place - 1)];
    const isBack = contents.slice(0, Math.max(place - 1, 0)).includes(contents[place] ?? '');
    // Images are those of now: of an earlier sync nothing tells them.
    const isNewest = place === history.length - 1;
    const byImage = isNewest ? ofImages(app.status.images ?? [], section.images) : null;
    const isByImage = Object.keys(section.images).length > 0 && !isNewest;
    return [
      {
        startedAt: startOf(entry),
        finishedAt: entry.deployedAt,
        result: 'success',
        kind: isBack ? 'rollback' : 'unknown',
        rollbackOf: isBack && bad !== undefined ? idOf(app, startOf(bad)) : null,
        commit: byImage ?? (isByImage ? UNKNOWN : ofSources(entry, section)),
      },
    ];
  });
}

const idOf = ({ metadata }: Application, startedAt: Date): string => `${metadata.uid}/${startedAt.toISOString()}`;

/** A sync that failed is in no history; one of single resources is no deployment. */
function failure({ status: { operationState: state } }: Application): Told[] {
  if (!state || state.isPartial === true || !['Failed', 'Error'].includes(state.phase)) return [];
  const { startedAt, finishedAt } = state;
  return [{ startedAt, finishedAt: finishedAt ?? startedAt, result: 'failure', kind: 'unknown', rollbackOf: null, commit: UNKNOWN }]; // prettier-ignore
}

/** Why nothing is known of an application that is synced; null = something is, or may be. */
function unknowable({ status: { history, operationState: state } }: Application): string | null {
  const entries = history ?? [];
  if (entries.length === 0 && state?.phase === 'Succeeded' && state.isPartial !== true)
    return 'it keeps no history (spec.revisionHistoryLimit is 0): its deployments are not known';
  return entries.length === 1 && (entries[0]?.id ?? 0) > 0
    ? 'it keeps one sync (spec.revisionHistoryLimit is 1): whether it changed something is not known, so that it is no deployment'
    : null;
}

export const itemOf = ({ name, namespace }: Pick<Application['metadata'], 'name' | 'namespace'>): string =>
  `argocd ${namespace ? `${namespace}/` : ''}${name}`;

/** One page a deployment: each may be of another repository. */
export function applicationPages(app: Application, context: Context): PushedPage[] {
  const { section, now } = context;
  const { name } = app.metadata;
  // What it deploys are applications, which tell of themselves.
  if (app.status.isOfApplications === true) return [];
  const item = itemOf(app.metadata);
  const skipped = (reason: string): PushedPage[] => [{ repository: null, rows: [], skips: [{ item, reason }] }];
  const environment = environmentFor(app, section);
  if (environment === null)
    return skipped('its environment is not known: say it in argocd.environments (by application, namespace, cluster or project)'); // prettier-ignore
  const service = entryOf(section.services, name) ?? name;
  const unknown = unknowable(app);
  const pages = [...deployments(app, context), ...failure(app)].flatMap((told): PushedPage[] => {
    const { startedAt, finishedAt, commit } = told;
    if (finishedAt.getTime() - now.getTime() > AHEAD_MS)
      return skipped(`${finishedAt.toISOString()} lies in the future: check the clock of the cluster`);
    if (finishedAt < startedAt)
      return skipped(`it ends (${finishedAt.toISOString()}) before it starts (${startedAt.toISOString()})`);
    const isKnown = commit.repository !== null && commit.sha !== null;
    const without: Skip = { item, reason: 'no source or image tells a commit of code (argocd.repositories, argocd.images): counted, but it ships no known change' }; // prettier-ignore
    const values = {
      source: 'argocd',
      external_id: idOf(app, startedAt),
      service_id: service,
      environment,
      sha: commit.sha,
      ref: commit.ref,
      started_at: startedAt,
      finished_at: finishedAt,
      result: told.result,
      kind: told.kind,
      rollback_of: told.rollbackOf,
      web_url: app.url ?? null,
      // What knows the commit or the rollback is never replaced by what no longer does: history is cut to ten, images are of now.
      state_order: `${isKnown ? '1' : '0'}${told.kind === 'rollback' ? '1' : '0'}`,
      ...(isKnown ? {} : { repo_id: null }),
    };
    const isToBeNamed = !isKnown && told.result === 'success';
    return [
      {
        repository: isKnown ? commit.repository : null,
        rows: [serviceRow({ service }), { table: 'deployment', values }],
        skips: isToBeNamed ? [without] : [],
      },
    ];
  });
  return unknown === null ? pages : [...pages, ...skipped(unknown)];
}
