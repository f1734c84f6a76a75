/** How few people may stand behind a group that is shown (metrics.md 15.1): 5, unless the organisation agreed in writing on fewer. */
import type { Metric, Notice, ParamValues } from '../../metrics/define.ts';
import { hasRowsBySeniority } from '../../metrics/query.ts';

/** Without a decision of the organisation no group of fewer people is shown, and no group by seniority or of a survey ever. */
const LEAST_K = 5;

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
  /** For what is known by seniority and of surveys, whatever was agreed. */
  readonly fixedK: number;
  /** Null = none: k is 5 or more. */
  readonly agreement: Agreement | null;
}

type Settings = Readonly<Record<string, unknown>>;

/** Who sees their own numbers can take them off a group's: it has so many people more, wherever its least number comes from. */
const more = ({ self_view: way }: Settings): number => (way === undefined || way === null || way === 'off' ? 0 : 1);

/** The least number of what no agreement lowers. */
export const fixedLeast = (settings: Settings): number => LEAST_K + more(settings);

/**
 * The least numbers of an organisation; `ofDataSource` only raises them. Null = not set there. Settings `k` and `usage_k` hold the person more
 * (derive/settings.ts), so that whoever reads the store alone finds it there.
 */
export function leastPeople(settings: Settings, ofDataSource: number | null): LeastPeople {
  const agreement = readAgreement(settings['k_agreement']);
  const seen = more(settings);
  const floor = (agreement?.smallestGroup ?? LEAST_K) + seen;
  const k = Math.max(floor, wholeOf(settings['k']) ?? floor, (ofDataSource ?? 0) + seen);
  const fixedK = fixedLeast(settings);
  return {
    k,
    usageK: Math.max(k, wholeOf(settings['usage_k']) ?? 0),
    fixedK,
    agreement: k < fixedK ? agreement : null,
  };
}

/** The least number for one question. */
export function leastFor(metric: Metric, params: ParamValues, least: LeastPeople): number {
  const k = metric.about === 'usage' ? least.usageK : least.k;
  return asksSeniority(metric, params) ? Math.max(k, least.fixedK) : k;
}

/** What every answer about people says when small groups are shown. */
export function agreementNotices(k: number, { agreement, fixedK }: LeastPeople): Notice[] {
  if (agreement === null || k >= fixedK) return [];
  const text = `Small groups are shown, from ${k === 1 ? '1 person' : `${String(k)} people`} on: agreed on ${agreement.on} by ${agreement.by}.`;
  return [{ severity: 'info', text }];
}

function asksSeniority(metric: Metric, params: ParamValues): boolean {
  return (
    hasRowsBySeniority(metric, params) ||
    Object.entries(metric.params).some(([name, param]) => {
      const values = [params[name] ?? []].flat();
      return param.kind === 'filter'
        ? param.dimension === 'seniority' && values.length > 0
        : values.includes('seniority');
    })
  );
}

function readAgreement(stored: unknown): Agreement | null {
  const { smallest_group: smallestGroup, agreed_on: on, agreed_by: by } = (stored ?? {}) as Record<string, unknown>;
  const people = wholeOf(smallestGroup);
  return people !== null && people >= 1 && isText(on) && isText(by) ? { smallestGroup: people, on, by } : null;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const wholeOf = (value: unknown): number | null => (Number.isInteger(value) ? (value as number) : null);
