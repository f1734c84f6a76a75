/** How few people may stand behind a group that is shown (metrics.md 15.1): 5, unless the organisation agreed in writing on fewer. */
import type { Metric, Notice, ParamValues } from '../../metrics/define.ts';

/** Without a decision of the organisation no group of fewer people is shown, and no group by seniority or of a survey ever. */
export const LEAST_K = 5;

/** What the organisation decided; read from the settings of its store, never from a panel. */
export interface Agreement {
  readonly smallestGroup: number;
  /** ISO date. */
  readonly on: string;
  readonly by: string;
}

export interface LeastPeople {
  /** For what is known of code and its delivery. */
  readonly k: number;
  /** For what is known of people's use of tools. */
  readonly usageK: number;
  /** Null = none: k is 5 or more. */
  readonly agreement: Agreement | null;
}

type Settings = Readonly<Record<string, unknown>>;

/** The least numbers of an organisation; `ofDataSource` only raises them. Null = not set there. */
export function leastPeople(settings: Settings, ofDataSource: number | null): LeastPeople {
  const agreement = readAgreement(settings['k_agreement']);
  const floor = agreement?.smallestGroup ?? LEAST_K;
  const k = Math.max(floor, wholeOf(settings['k']) ?? floor, ofDataSource ?? 0);
  return { k, usageK: Math.max(k, wholeOf(settings['usage_k']) ?? 0), agreement: k < LEAST_K ? agreement : null };
}

/** The least number for one question. */
export function leastFor(metric: Metric, params: ParamValues, least: LeastPeople): number {
  const k = metric.about === 'usage' ? least.usageK : least.k;
  return asksSeniority(metric, params) ? Math.max(k, LEAST_K) : k;
}

/** What every answer about people says when small groups are shown. */
export function agreementNotices(k: number, { agreement }: LeastPeople): Notice[] {
  if (agreement === null || k >= LEAST_K) return [];
  const text = `Small groups are shown, from ${k === 1 ? '1 person' : `${String(k)} people`} on: agreed on ${agreement.on} by ${agreement.by}.`;
  return [{ severity: 'info', text }];
}

function asksSeniority(metric: Metric, params: ParamValues): boolean {
  return Object.entries(metric.params).some(([name, param]) => {
    const values = [params[name] ?? []].flat();
    return param.kind === 'filter'
      ? param.dimension === 'seniority' && values.length > 0
      : values.includes('seniority');
  });
}

function readAgreement(stored: unknown): Agreement | null {
  const { smallest_group: smallestGroup, agreed_on: on, agreed_by: by } = (stored ?? {}) as Record<string, unknown>;
  const people = wholeOf(smallestGroup);
  return people !== null && people >= 1 && isText(on) && isText(by) ? { smallestGroup: people, on, by } : null;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const wholeOf = (value: unknown): number | null => (Number.isInteger(value) ? (value as number) : null);
