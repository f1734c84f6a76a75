/** What answers rest on, in words, and the steps that bring it. Boards, empty panels and the metric readiness say it alike. */
import type { Ground, StoreFact } from '../define.ts';

/** Something that a person can do about what is missing. */
export interface Step {
  readonly text: string;
  /** About how long it takes; null = nothing to do but wait. */
  readonly minutes: number | null;
  /** Where it is described, in the repository; '' = nowhere. */
  readonly see: string;
}

const step = (text: string, minutes: number | null, see = ''): Step => ({ text, minutes, see });

export const STEPS = {
  repository: step('name a repository: npm start -- --repo PATH_OR_URL, or --github NAME', 5, 'README.md'),
  range: step('choose a range that holds data', 1),
  wait: step('wait: it is being collected', null),
  people: step(
    'collect more repositories; in a public project agree on smaller groups: privacy.smallest_group in throughline.yaml',
    5,
    'docs/privacy.md'
  ),
  forge: step('read pull requests from a forge: npm start -- --github NAME', 5, 'docs/configuration.md'),
  builds: step('read pipelines from a forge: npm start -- --github NAME', 5, 'docs/configuration.md'),
  mirrors: step('read the git histories too: github.mirrors: true in throughline.yaml', 2, 'docs/configuration.md'),
  deployments: step('add POST /ingest/deploy to the pipeline, or tag releases (v1.2.3)', 2, 'docs/ingest.md'),
  environment: step('say what counts as production: npx throughline plan --write', 2, 'docs/plan.md'),
  incidents: step('send incidents: POST /ingest/incident, or label issues "incident"', 5, 'docs/ingest.md'),
  links: step('name the deployment or commit in incidents', 10, 'docs/metrics.md'),
  marks: step(
    'let tools sign commits, and say what is human: human_before in throughline.yaml',
    5,
    'docs/configuration.md'
  ),
  usage: step('import ai_usage_daily.csv from the tool', 15, 'docs/import.md'),
  landings: step('say when the tool landed: landed_at in throughline.yaml', 2, 'docs/configuration.md'),
  phases: step('name the phases, the first is the baseline: phases in throughline.yaml', 2, 'docs/configuration.md'),
  older: step('collect older history, from before the tool', 10, 'docs/configuration.md'),
  seats: step('import seats.csv, or read them from the vendor', 15, 'docs/import.md'),
  identity: step('join accounts to people: import people.csv', 10, 'docs/import.md'),
  teams: step('import people.csv and teams.csv', 10, 'docs/import.md'),
  tracker: step('connect Jira or Linear in throughline.yaml', 10, 'docs/configuration.md'),
} satisfies Readonly<Record<string, Step>>;

export type StepName = keyof typeof STEPS;

/** Names of what answers rest on. */
export const TITLES: Readonly<Record<Ground | StoreFact, string>> = {
  changes: 'Merged changes',
  lines: 'Lines of code',
  age_90: 'Lines of 90 days',
  starts: 'Starts of changes',
  code_source: 'Code source',
  reviews: 'Reviews',
  deployments: 'Deployments to production',
  failures: 'Failures in production',
  incidents: 'Incidents',
  usage: 'Use of AI tools',
  bands: 'People with and without use',
  before: 'Time before the tool',
  identity: 'Accounts joined to people',
  teams: 'Teams',
  sprints: 'Sprints and cycles',
  builds: 'Builds',
};

/** What usually brings a fact that is not there at all. */
export const BRINGS: Readonly<Record<StoreFact, StepName>> = {
  changes: 'repository',
  lines: 'repository',
  code_source: 'marks',
  reviews: 'forge',
  deployments: 'deployments',
  incidents: 'incidents',
  usage: 'usage',
  teams: 'teams',
  sprints: 'tracker',
  builds: 'builds',
};

/** Within a sentence: names of things keep their capitals. */
export const inSentence = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);

/** About how long, for the end of a sentence. */
export const takes = ({ minutes }: Step): string => (minutes === null ? '' : ` (about ${String(minutes)} min)`);
