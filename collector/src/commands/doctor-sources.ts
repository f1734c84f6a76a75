/** Asks each configured source whether credential, rights and plan are what its streams need. Knows no connector by name. */
import type { Config } from '../config/schema.ts';
import type { Check } from '../connector.ts';
import { configuredConnectors } from '../connectors/configured.ts';
import { CollectorError, lineOf } from '../errors.ts';
import { openHttp, type Http, type HttpOptions } from '../http/http.ts';
import { ownBudget } from '../plan/budget.ts';
import { fault, ok, warning, type Finding } from './finding.ts';

/** Whatever is wrong is said at once: nothing is asked twice, and nobody is waited for. */
const TIMEOUT_MS = 15_000;
const opener =
  (signal: AbortSignal) =>
  (options: HttpOptions): Http =>
    openHttp(
      { ...options, attempts: 1, maxWaitSeconds: 1, timeoutMs: TIMEOUT_MS },
      { budget: ownBudget(options.rate), signal }
    );

/** What somebody has to mend; anything else passes by itself. */
const LASTING: ReadonlySet<string> = new Set(['source_login', 'source_forbidden', 'source_not_found', 'source_refused', 'source_redirect', 'source_invalid']); // prettier-ignore

async function findingOf(title: string, { what, ask }: Check): Promise<Finding> {
  const check = `${title}, ${what}`;
  try {
    await ask();
    return ok(check, 'allowed');
  } catch (error) {
    const isLasting = error instanceof CollectorError && LASTING.has(error.code);
    return (isLasting ? fault : warning)(check, lineOf(error));
  }
}

/** Findings of every connector that the configuration asks for and that has something to check, in its order. */
export async function checkSources(
  config: Config,
  { now = () => new Date() }: { readonly now?: () => Date } = {}
): Promise<Finding[]> {
  const http = opener(new AbortController().signal);
  const asked = configuredConnectors(config).map(async ({ connector, section }) => {
    const findings: Finding[] = [];
    for (const check of connector.checks?.({ section, http, now }) ?? []) findings.push(await findingOf(connector.title, check)); // prettier-ignore
    return findings;
  });
  return (await Promise.all(asked)).flat();
}
