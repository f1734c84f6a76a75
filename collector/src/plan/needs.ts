/** What each metric will have, by what sources bring of the facts that it rests on. Pure. */
import { connectors } from '../connectors/registry.generated.ts';
import type { Fact, PlannedFact, PlannedRepository } from '../planned.ts';
import { METRICS } from './metrics.generated.ts';

/** What a metric rests on. */
export interface MetricNeeds {
  readonly id: string;
  readonly title: string;
  /** Without any of these it says nothing. */
  readonly needs: readonly Fact[];
  /** Without these it says less. */
  readonly gains: readonly Fact[];
}

export interface PlannedMetric {
  readonly id: string;
  readonly title: string;
  readonly state: 'known' | 'partly' | 'missing';
  /** What is missing, or how it is known, in words. */
  readonly because: string;
  /** The one next step; null = nothing is missing. */
  readonly step: string | null;
}

/** Connectors whose names the command line takes: forges. */
const FORGES = connectors.flatMap(({ id, named }) => (named ? [`--${id} NAME`] : [])).join(' or ');

interface Missing {
  readonly what: string;
  readonly step: string;
  /** Where it is known in part; default `step`. */
  readonly more?: string;
}

/** What is missing, and what brings it. */
export const MISSING: Readonly<Record<Fact, Missing>> = {
  changes: {
    what: 'no changes',
    step: `name a repository: --repo PATH_OR_URL, or ${FORGES}`,
    more: `read the pull requests: ${FORGES}`,
  },
  reviews: { what: 'no reviews', step: `read the pull requests: ${FORGES}` },
  deployments: {
    what: 'no production deployments',
    step: 'tag releases (v1.2.3), or send deployments: POST /ingest/deploy (docs/ingest.md)',
  },
  incidents: {
    what: 'no incidents',
    step: 'connect what knows of incidents, or label issues `incident` (docs/configuration.md)',
  },
  code_source: {
    what: 'no marks of AI tools in what was looked at',
    step: 'let the tools sign, or import ai_attribution_override.csv (docs/import.md)',
  },
  lines: { what: 'no git history', step: 'name the repository: --repo PATH_OR_URL' },
  usage: { what: 'no telemetry of tools', step: 'import ai_usage_daily.csv (docs/import.md)' },
  teams: { what: 'no teams', step: 'import people.csv and teams.csv (docs/import.md)' },
  sprints: { what: 'no sprints or cycles', step: 'connect Jira or Linear (docs/configuration.md)' },
};

type Known = Pick<PlannedMetric, 'state' | 'because' | 'step'>;

const count = (some: number, all: number): string => `${some.toLocaleString('en')} of ${all.toLocaleString('en')} repositories`; // prettier-ignore

/** Deployments are known by repository; what pushes bring nobody knows beforehand. */
function ofDeployments(repositories: readonly PlannedRepository[], facts: readonly PlannedFact[]): Known {
  const read = repositories.filter(({ isRead, isArchived }) => isRead && !isArchived);
  const isKnown = ({ signs }: PlannedRepository): boolean => signs.some(({ isUsed, environment }) => isUsed && environment === 'production'); // prettier-ignore
  const known = read.filter(isKnown).length;
  const sent = facts.find(({ fact }) => fact === 'deployments');
  if (known > 0 && known === read.length) return { state: 'known', because: `deployments of ${count(known, read.length)}`, step: null }; // prettier-ignore
  if (known > 0) {
    const step = read.find((one) => !isKnown(one))?.step ?? MISSING.deployments.step;
    return { state: 'partly', because: `deployments of ${count(known, read.length)}`, step };
  }
  return sent !== undefined
    ? { state: 'partly', because: `deployments: ${sent.because}`, step: null }
    : { state: 'missing', because: MISSING.deployments.what, step: read[0]?.step ?? MISSING.deployments.step };
}

/** What all sources together know of a fact. */
export function stateOf(fact: Fact, repositories: readonly PlannedRepository[], facts: readonly PlannedFact[]): Known {
  if (fact === 'deployments') return ofDeployments(repositories, facts);
  const own = facts.filter((one) => one.fact === fact);
  const best = own.find(({ state }) => state === 'known') ?? own[0];
  return best === undefined
    ? { state: 'missing', because: MISSING[fact].what, step: MISSING[fact].step }
    : {
        state: best.state,
        because: best.because,
        step: best.state === 'known' ? null : (best.step ?? MISSING[fact].more ?? MISSING[fact].step),
      };
}

const LEVELS = ['known', 'partly', 'missing'] as const;

/** Every metric, as far as it will be known. */
export function plannedMetrics(
  repositories: readonly PlannedRepository[],
  facts: readonly PlannedFact[],
  metrics: readonly MetricNeeds[] = METRICS
): PlannedMetric[] {
  return metrics.map(({ id, title, needs, gains }) => {
    const needed = needs.map((fact) => stateOf(fact, repositories, facts));
    const gained = gains.map((fact) => stateOf(fact, repositories, facts));
    // What is gained can be missing: the metric is then known in part.
    const levels = [
      ...needed.map(({ state }) => LEVELS.indexOf(state)),
      ...gained.map(({ state }) => Math.min(1, LEVELS.indexOf(state))),
    ];
    const state = LEVELS[levels.reduce((worst, one) => Math.max(worst, one), 0)] ?? 'missing';
    const all = [...needed, ...gained];
    const worst = needed.find((one) => one.state === 'missing') ?? all.find((one) => one.state === 'missing') ?? all.find((one) => one.state === 'partly'); // prettier-ignore
    return {
      id,
      title,
      state,
      because:
        worst?.because ??
        ([...new Set(all.map(({ because }) => because))].join('; ') || 'the collector tells of itself'),
      step: worst?.step ?? null,
    };
  });
}
