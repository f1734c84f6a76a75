/** The way of a request: straight, through a proxy, trusting the authority of a server inside. */
import { readFileSync } from 'node:fs';
import { CollectorError } from '../errors.ts';

export interface Route {
  /** Proxy for all requests. Default: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment. */
  readonly proxy?: string | undefined;
  /** PEM file with a certificate authority to trust beside the known ones. Default: none. */
  readonly caFile?: string | undefined;
}

const routes = new Map<string, Promise<RequestInit>>();

const hasProxy = (env: Readonly<Record<string, string | undefined>>): boolean =>
  ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].some((name) => (env[name] ?? '') !== '');

function authorities(file: string): string[] {
  try {
    return [readFileSync(file, 'utf8')];
  } catch (cause) {
    throw new CollectorError({
      code: 'secret_file',
      message: `Cannot read the certificate file ${file} (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}). Check its name and rights.`,
      fault: 'config',
      cause,
    });
  }
}

async function open({ proxy, caFile }: Route): Promise<RequestInit> {
  const { Agent, EnvHttpProxyAgent, ProxyAgent } = await import('undici');
  const { rootCertificates } = await import('node:tls');
  const tls = caFile === undefined ? {} : { ca: [...rootCertificates, ...authorities(caFile)] };
  const dispatcher =
    proxy !== undefined
      ? new ProxyAgent({ uri: proxy, requestTls: tls, proxyTls: tls })
      : hasProxy(process.env)
        ? new EnvHttpProxyAgent({ requestTls: tls, connect: tls })
        : new Agent({ connect: tls });
  // The runtime's own fetch and the package are of one kind; their types are of two versions.
  return { dispatcher } as unknown as RequestInit;
}

/** What a request of this route has beside its own; {} = nothing, which is right without proxy and authority. @throws CollectorError `secret_file`. */
export async function routeOf(route: Route): Promise<RequestInit> {
  if (route.proxy === undefined && route.caFile === undefined && !hasProxy(process.env)) {
    return {};
  }
  const key = JSON.stringify([route.proxy, route.caFile]);
  const known = routes.get(key) ?? open(route);
  routes.set(key, known);
  known.catch(() => routes.delete(key));
  return known;
}
