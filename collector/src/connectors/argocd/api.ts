/** Argo CD's API: the list of applications, and each of them as it is. */
import { createHash } from 'node:crypto';
import type { CheckContext, Http } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { sourceInvalid, wrongIn, type Lenient } from '../../lenient.ts';
import { pattern } from '../../text/pattern.ts';
import type { Section } from './config.ts';
import {
  apiApplication,
  applicationList,
  settings,
  source,
  type ApiApplication,
  type Application,
  type Listed,
} from './schema.ts';

/** What the list is asked for: of these the server knows to leave all else out (pkg/apiclient/application/forwarder_overwrite.go, 3.x). */
const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'spec.project',
  'status.health',
  'status.operationState.phase',
  'status.operationState.startedAt',
  'status.operationState.finishedAt',
].map((field) => `items.${field}`);
/** Of a list with 300 bytes an application; a resource of Kubernetes has 1.5 MB at most. */
const MOST_BYTES = { list: 32 << 20, application: 4 << 20 };

const WAYS: Readonly<Record<number, string>> = {
  401: 'the token is not accepted. Make one anew (argocd account generate-token --account NAME) and check that the variable of argocd.token holds it.',
  403: 'the account of the token may not get applications. Grant it in argocd-rbac-cm: p, NAME, applications, get, */*, allow.',
  404: 'there is no Argo CD at this address, or no such application. Check argocd.url, and its sub-path.',
};

export interface Argo {
  /** @throws CollectorError `source_forbidden` where the list is empty; as `Http.request`. */
  list(): Promise<Lenient<Listed>>;
  /** Address that a page of an application begins with. */
  pages(): Promise<string>;
  /** As the template of the README sends it; a text = why it cannot be had. */
  read(one: Listed, pages: string): Promise<Application | string>;
}

/** What is wrong with a certificate by the words of TLS, and the way out. */
const OF_CERTIFICATES = [
  { words: pattern`(?i)self-signed|unable to (?:verify|get)`, way: 'Name the authority of its certificate in argocd.ca_file.' },
  { words: pattern`(?i)altnames`, way: 'Its certificate is for another name: give that one in argocd.url.' },
] as const; // prettier-ignore

async function withCertificate<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CollectorError) || error.code !== 'source_unavailable') throw error;
    const way = OF_CERTIFICATES.find(({ words }) => words.test(error.message))?.way;
    throw way === undefined ? error : new CollectorError({ code: error.code, message: `${error.message} ${way}`, fault: 'source', retryable: true, cause: error }); // prettier-ignore
  }
}

const sourcesOf = ({
  source: one,
  sources,
}: {
  source?: unknown;
  sources?: unknown[] | null | undefined;
}): unknown[] => (sources && sources.length > 0 ? sources : [one]);

/** The resource as the template sends it: parameters of sources are compared by their hash alone. */
function told({ metadata, spec, status }: ApiApplication, pages: string): Application {
  const { operationState: state, summary, resources, history } = status;
  const sync = state?.operation?.sync;
  const isPartial = (sync?.resources ?? []).length > 0 || sync?.dryRun === true;
  return {
    metadata,
    spec,
    url: `${pages.endsWith('/') ? pages.slice(0, -1) : pages}/applications/${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`,
    status: {
      operationState: state ? { phase: state.phase, startedAt: state.startedAt, finishedAt: state.finishedAt, isPartial } : null, // prettier-ignore
      images: summary?.images ?? [],
      isOfApplications: (resources ?? []).some(({ kind }) => kind === 'Application'),
      history: (history ?? []).map(({ source: one, sources, ...entry }) => ({
        ...entry,
        digest: createHash('sha256')
          .update(JSON.stringify([one, sources]))
          .digest('hex'),
        sources: sourcesOf({ source: one, sources }).map((each) => source.parse(each)),
      })),
    },
  };
}

/** What stands between may answer one question with another's answer: what was asked for would then count as read. @throws CollectorError `source_invalid` */
function requireSame(given: ApiApplication['metadata'], asked: Listed['metadata']): void {
  const isSame =
    given.name === asked.name && (!asked.namespace || !given.namespace || given.namespace === asked.namespace);
  if (isSame) return;
  throw new CollectorError({
    code: 'source_invalid',
    message: `Argo CD answered for application ${given.namespace ?? ''}/${given.name}, asked for ${asked.namespace ?? ''}/${asked.name}. Check argocd.url and what stands between (a cache).`,
    fault: 'source',
  });
}

/** Of one application alone: it is gone since the list, or is not to be seen. */
const OF_ONE: ReadonlySet<string> = new Set(['source_not_found', 'source_forbidden', 'source_too_large']);

async function list(http: Http, { url }: Section): Promise<Lenient<Listed>> {
  const answer = await withCertificate(() =>
    http.request('api/v1/applications', { query: { fields: FIELDS.join(',') } })
  );
  const parsed = applicationList.safeParse(answer.json());
  if (!parsed.success) throw sourceInvalid('Argo CD', parsed.error);
  const { items } = parsed.data;
  if (items && items.good.length + items.bad.length > 0) return items;
  throw new CollectorError({
    code: 'source_forbidden',
    message: `Argo CD (${url ?? ''}) lists no application: there is none, or the account of its token may see none. Grant it in argocd-rbac-cm: p, NAME, applications, get, */*, allow.`,
    fault: 'source',
  });
}

export function argoOf({ http: open, section }: Pick<CheckContext<Section>, 'http' | 'section'>): Argo {
  const asking = (maxBytes: number): Http =>
    open({
      baseUrl: section.url ?? '',
      ...(section.token === undefined ? {} : { auth: { secret: section.token } }),
      route: { proxy: section.proxy, caFile: section.ca_file },
      // It names no limit; its list costs the server as much as its own page does.
      rate: { requests: 300, perSeconds: 60 },
      explain: (_headers, status) => WAYS[status] ?? null,
      maxBytes,
    });
  const http = asking(MOST_BYTES.list);
  const single = asking(MOST_BYTES.application);
  return {
    list: () => list(http, section),
    pages: async () => {
      const parsed = settings.safeParse((await http.request('api/v1/settings')).json());
      return (parsed.data?.url ?? '') || (section.url ?? '');
    },
    read: async ({ metadata: { name, namespace }, spec }, pages) => {
      try {
        const query = { appNamespace: namespace ?? undefined, project: spec?.project ?? undefined };
        const answer = await single.request(`api/v1/applications/${encodeURIComponent(name)}`, { query });
        const parsed = apiApplication.safeParse(answer.json());
        if (parsed.success) requireSame(parsed.data.metadata, { name, namespace });
        return parsed.success
          ? told(parsed.data, pages)
          : `it is not as the source describes it: ${wrongIn(parsed.error)}`;
      } catch (error) {
        if (error instanceof CollectorError && OF_ONE.has(error.code)) return error.message;
        throw error;
      }
    },
  };
}
