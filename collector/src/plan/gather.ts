/** Asks every connector that the configuration asks for what it can tell, and puts it together. Nothing is stored, no store is opened. */
import type { Config } from '../config/schema.ts';
import type { Connector, NamedRepository } from '../connector.ts';
import { configuredConnectors, namedConfig } from '../connectors/configured.ts';
import { kindOf } from '../derive/identity/kinds.ts';
import { deriveSettings } from '../derive/settings.ts';
import { CollectorError, lineOf } from '../errors.ts';
import { mirrorsAt } from '../git/mirrors/mirrors.ts';
import { openHttp, type Http, type HttpOptions } from '../http/http.ts';
import type {
  PlanContext,
  PlannedAccount,
  PlannedFact,
  PlannedRepository,
  PlannedTeam,
  PlannedTool,
  SourcePlan,
} from '../planned.ts';
import type { Choice } from '../planned.ts';
import type { Progress, ProgressLine } from '../terminal/progress.ts';
import { ownBudget } from './budget.ts';
import { NO_SUSPICION, type PlannedSuspect, type Suspicion } from './suspects.ts';

/** What one connector told. */
export interface ToldBy {
  readonly connector: string;
  readonly title: string;
  readonly cost: string | null;
  readonly looked: SourcePlan['looked'];
}

/** What all sources told, as one. */
export interface Plan {
  readonly sources: readonly ToldBy[];
  readonly repositories: readonly PlannedRepository[];
  readonly teams: readonly PlannedTeam[];
  /** Programs and AI agents, and people whose names say that they may be one. */
  readonly accounts: readonly PlannedAccount[];
  /** Who behaves like one, of the people in the store; null = no store was asked. */
  readonly suspected: readonly PlannedSuspect[] | null;
  /** People among those who wrote lately. */
  readonly people: number;
  readonly tools: readonly PlannedTool[];
  /** What each source brings, several for one fact. */
  readonly facts: readonly PlannedFact[];
  readonly choices: readonly Choice[];
  readonly notices: readonly string[];
  /** What could not be planned at all: lines of errors. */
  readonly faults: readonly string[];
}

export interface Gathering {
  readonly cacheDir: string;
  readonly isWhole: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** What a store of an earlier collection says of people who may be programs. */
  readonly suspicion?: Suspicion;
  readonly now?: () => Date;
}

interface Asked {
  readonly connector: Connector;
  readonly section: null;
}

function httpFor(signal: AbortSignal): (options: HttpOptions) => Http {
  return (options) => openHttp(options, { budget: ownBudget(options.rate), signal });
}

async function ask(
  { connector, section }: Asked,
  repositories: readonly NamedRepository[],
  { mirrors, isWhole, progress, signal, now = () => new Date() }: Gathering & Pick<PlanContext<null>, 'mirrors'>
): Promise<SourcePlan | null> {
  if (connector.plan === undefined) return null;
  let line: ProgressLine | undefined;
  const context: PlanContext<null> = {
    section,
    repositories,
    mirrors,
    now,
    signal,
    isWhole,
    http: httpFor(signal),
    onProgress: (done, total, unit) => (line ??= progress.start(connector.title)).update(done, total, unit),
  };
  const told = await connector.plan(context);
  const seen = told.repositories.length;
  line?.done(seen === 0 ? 'asked' : `${seen.toLocaleString('en')} ${seen === 1 ? 'repository' : 'repositories'} seen`);
  return told;
}

/** It was asked for nothing, like git where no repository is named. */
const isSilent = ({ repositories, facts, notices }: SourcePlan): boolean =>
  repositories.length + facts.length + notices.length === 0;

/** One repository that two sources see: what collection would have of it is what both bring. */
function joined(a: PlannedRepository, b: PlannedRepository): PlannedRepository {
  const signs = new Map([...a.signs, ...b.signs].map((sign) => [`${sign.kind} ${sign.name} ${sign.service}`, sign]));
  const services = new Map([...b.services, ...a.services].map((one) => [one.id, one]));
  const isKnown = [...signs.values()].some(({ isUsed, environment }) => isUsed && environment === 'production');
  const isMarked = (one: PlannedRepository): boolean => (one.squash?.marked ?? 0) > 0 || one.squash?.setting !== null;
  return {
    slug: a.slug,
    isRead: a.isRead || b.isRead,
    isArchived: a.isArchived || b.isArchived,
    // What one source alone would propose is not needed where the other knows.
    signs: [...signs.values()].filter((sign) => !isKnown || sign.isUsed),
    services: [...services.values()],
    owner: [a.owner, b.owner].find((owner) => owner?.isUsed) ?? a.owner ?? b.owner,
    squash: b.squash !== null && (a.squash === null || isMarked(b)) ? b.squash : a.squash,
    notices: [...new Set([...a.notices, ...b.notices])],
    step: isKnown ? null : (b.step ?? a.step),
  };
}

function together(plans: readonly SourcePlan[]): PlannedRepository[] {
  const found = new Map<string, PlannedRepository>();
  for (const one of plans.flatMap(({ repositories }) => repositories)) {
    const known = found.get(one.slug);
    found.set(one.slug, known === undefined ? one : joined(known, one));
  }
  return [...found.values()];
}

function summed(plans: readonly SourcePlan[]): PlannedTool[] {
  const found = new Map<string, PlannedTool>();
  for (const tool of plans.flatMap(({ tools }) => tools))
    found.set(tool.id, { ...tool, count: tool.count + (found.get(tool.id)?.count ?? 0) });
  return [...found.values()].sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}

/** Who writes into several repositories is one account. */
function summedAccounts(plans: readonly SourcePlan[]): PlannedAccount[] {
  const found = new Map<string, PlannedAccount>();
  for (const account of plans.flatMap(({ accounts }) => accounts)) {
    const key = `${account.login ?? ''} ${account.email ?? ''}`.toLowerCase();
    found.set(key, { ...account, count: account.count + (found.get(key)?.count ?? 0) });
  }
  return [...found.values()];
}

/** What the configuration of the command line names, and whether something is to be asked at all. */
export async function gather(config: Config, gathering: Gathering): Promise<Plan> {
  const { suspected, notices } = gathering.suspicion ?? NO_SUSPICION;
  const { repositories } = namedConfig(config);
  const { identity } = deriveSettings(config);
  const plans: SourcePlan[] = [];
  const sources: ToldBy[] = [];
  const faults: string[] = [];
  for (const one of configuredConnectors(config)) {
    try {
      const told = await ask(one, repositories, {
        ...gathering,
        mirrors: mirrorsAt(gathering.cacheDir, config.mirrors),
      });
      if (told === null || isSilent(told)) continue;
      plans.push(told);
      sources.push({ connector: one.connector.id, title: one.connector.title, cost: told.cost, looked: told.looked });
    } catch (error) {
      gathering.signal.throwIfAborted();
      if (!(error instanceof CollectorError)) throw error;
      faults.push(lineOf(error));
    }
  }
  const accounts = summedAccounts(plans).map((account) => ({ ...account, kind: kindOf(account, identity) }));
  return {
    sources,
    repositories: together(plans),
    teams: plans.flatMap(({ teams }) => teams),
    accounts: accounts
      .filter(({ kind, isDoubtful }) => kind !== 'human' || isDoubtful)
      .sort((a, b) => b.count - a.count),
    suspected,
    people: accounts.filter(({ kind }) => kind === 'human').length,
    tools: summed(plans),
    facts: plans.flatMap(({ facts }) => facts),
    choices: plans.flatMap(({ choices }) => choices),
    notices: [...plans.flatMap((one) => one.notices), ...notices],
    faults,
  };
}
