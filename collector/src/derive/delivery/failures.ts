/**
 * Which deployments failed, why, and which change caused it (metrics.md 2.3, QT3). Pure: one service at a time.
 * Time alone links an incident only within the link window; what cannot be linked stays unlinked and is counted.
 */
import type { Deployment } from './deployments.ts';

export interface ShippedChange {
  readonly changeId: string;
  readonly repoId: number;
}

export interface ServiceDeployment extends Deployment {
  readonly changes: readonly ShippedChange[];
}

export interface Incident {
  readonly incidentId: string;
  readonly startedAt: Date;
  readonly resolvedAt: Date | null;
  readonly isProduction: boolean;
  /** Null service: links only explicitly. */
  readonly hasService: boolean;
  /** Deployment named by a manual link. */
  readonly namedDeployment: string | null;
  /** Change of the commit named as the cause, by hand or by the source. */
  readonly namedChange: string | null;
  /** Change or deployed commit mentioned in the text. */
  readonly mentionedChange: string | null;
  /** Changes that say they fix it. */
  readonly fixes: readonly string[];
}

export type LinkMethod = 'explicit' | 'mention' | 'rollback' | 'time_window' | 'unlinked';
export type CauseMethod = 'explicit' | 'fix_blame' | 'sole_change';

export interface Cause {
  readonly changeId: string;
  readonly method: CauseMethod;
  readonly confidence: number;
}

export interface IncidentLink {
  readonly incidentId: string;
  /** Index of the deployment; null = unlinked. */
  readonly deployment: number | null;
  readonly method: LinkMethod;
  readonly confidence: number | null;
  readonly cause: Cause | null;
}

export interface Outcome {
  readonly failureMethods: readonly string[];
  readonly isRework: boolean;
  readonly recoveredAt: Date | null;
  readonly recoveryBasis: 'incident' | 'rollback' | 'hotfix' | null;
  readonly cause: Cause | null;
  readonly fixedChangeId: string | null;
}

export interface FailureInput {
  readonly deployments: readonly ServiceDeployment[];
  readonly incidents: readonly Incident[];
  readonly linkWindowHours: number;
  /** Effective lines that a fix killed, by the change that wrote them: fix → origin → lines. */
  readonly killed: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Index of the deployment that a rollback or hotfix answers; null = none. */
function answered(input: FailureInput, index: number): number | null {
  const { deployments, linkWindowHours } = input;
  const deployment = deployments[index];
  if (deployment === undefined || (deployment.kind !== 'rollback' && deployment.kind !== 'hotfix')) return null;
  if (deployment.rollbackOf !== null) {
    const named = deployments.findIndex(({ externalIds }) => externalIds.includes(deployment.rollbackOf ?? ''));
    return named >= 0 && named < index ? named : null;
  }
  const before = deployment.previous === null ? undefined : deployments[deployment.previous];
  if (before === undefined) return null;
  const hours = (deployment.finishedAt.getTime() - before.finishedAt.getTime()) / 3_600_000;
  // A rollback takes back what ran before it, however long; an unnamed hotfix may mend anything, so only soon after.
  return deployment.kind === 'rollback' || hours <= linkWindowHours ? deployment.previous : null;
}

/** First deployment that shipped a change. */
const shipmentOf = (deployments: readonly ServiceDeployment[], changeId: string): number =>
  deployments.findIndex(({ changes }) => changes.some((change) => change.changeId === changeId));

type Found = Pick<IncidentLink, 'deployment' | 'method' | 'confidence'>;
const UNLINKED: Found = { deployment: null, method: 'unlinked', confidence: null };

/** A rollout serves people before it has ended, and clocks differ: an incident may begin so long before the end of its deployment. */
const EARLY_HOURS = 1;
/** What is left of the confidence in a link to a deployment that had not been there when the incident began. */
const EARLY_SHARE = 0.5;

function byName(incident: Incident, deployments: readonly ServiceDeployment[]): Found | null {
  /** Whoever names it may know better; but what began before it can hardly be its fault. */
  const found = (deployment: number, method: LinkMethod, confidence: number): Found => {
    const end = deployments[deployment]?.finishedAt.getTime() ?? 0;
    const isEarly = end - incident.startedAt.getTime() > EARLY_HOURS * 3_600_000;
    return { deployment, method, confidence: isEarly ? confidence * EARLY_SHARE : confidence };
  };
  const named = deployments.findIndex(({ externalIds }) => externalIds.includes(incident.namedDeployment ?? ''));
  if (incident.namedDeployment !== null && named >= 0) return found(named, 'explicit', 1);
  const cause = incident.namedChange === null ? -1 : shipmentOf(deployments, incident.namedChange);
  if (cause >= 0) return found(cause, 'explicit', 1);
  const mentioned = incident.mentionedChange === null ? -1 : shipmentOf(deployments, incident.mentionedChange);
  return mentioned >= 0 ? found(mentioned, 'mention', 0.9) : null;
}

/** A rollback or hotfix names the bad deployment, and the incident began while that one ran. */
function byRollback(incident: Incident, input: FailureInput, answers: ReadonlyArray<number | null>): Found | null {
  const start = incident.startedAt.getTime();
  for (let index = input.deployments.length - 1; index >= 0; index -= 1) {
    const bad = answers[index] ?? null;
    const answer = input.deployments[index];
    const answeredOne = bad === null ? undefined : input.deployments[bad];
    if (answer === undefined || answeredOne === undefined || answer.rollbackOf === null) continue;
    if (answeredOne.finishedAt.getTime() <= start && start <= answer.finishedAt.getTime()) {
      return { deployment: bad, method: 'rollback', confidence: 0.9 };
    }
  }
  return null;
}

function byTime(incident: Incident, { deployments, linkWindowHours }: FailureInput): Found | null {
  const start = incident.startedAt.getTime();
  const latest = deployments.findLastIndex(({ finishedAt }) => finishedAt.getTime() <= start);
  const deployment = deployments[latest];
  if (deployment === undefined || start - deployment.finishedAt.getTime() > linkWindowHours * 3_600_000) return null;
  return { deployment: latest, method: 'time_window', confidence: 0.5 };
}

/** The change whose lines the fixes ended most; among those of the deployment if it has any. Ties name nobody. */
function blamed(incident: Incident, input: FailureInput, deployment: ServiceDeployment | undefined): Cause | null {
  const lines = new Map<string, number>();
  for (const fix of incident.fixes) {
    for (const [origin, count] of input.killed.get(fix) ?? []) {
      if (!incident.fixes.includes(origin)) lines.set(origin, (lines.get(origin) ?? 0) + count);
    }
  }
  const shipped = new Set(deployment?.changes.map(({ changeId }) => changeId) ?? []);
  const running = [...lines].filter(([origin]) => {
    const at = input.deployments[shipmentOf(input.deployments, origin)];
    return at !== undefined && at.finishedAt <= incident.startedAt;
  });
  const own = running.filter(([origin]) => shipped.has(origin));
  const [first, second] = (own.length > 0 ? own : running).sort((a, b) => b[1] - a[1]);
  return first === undefined || first[1] === second?.[1]
    ? null
    : { changeId: first[0], method: 'fix_blame', confidence: 0.6 };
}

const soleChange = (deployment: ServiceDeployment | undefined): Cause | null => {
  const [only, ...others] = deployment?.changes ?? [];
  return only === undefined || others.length > 0
    ? null
    : { changeId: only.changeId, method: 'sole_change', confidence: 0.8 };
};

function causeOf(incident: Incident, input: FailureInput, deployment: ServiceDeployment | undefined): Cause | null {
  if (incident.namedChange !== null) return { changeId: incident.namedChange, method: 'explicit', confidence: 1 };
  if (incident.mentionedChange !== null)
    return { changeId: incident.mentionedChange, method: 'explicit', confidence: 0.9 };
  return blamed(incident, input, deployment) ?? soleChange(deployment);
}

/** Links every incident of the service, surest rung first. */
export function linkIncidents(input: FailureInput): IncidentLink[] {
  const answers = input.deployments.map((_deployment, index) => answered(input, index));
  return input.incidents.map((incident): IncidentLink => {
    const isFree = incident.hasService && incident.isProduction;
    const found =
      byName(incident, input.deployments) ??
      (isFree ? (byRollback(incident, input, answers) ?? byTime(incident, input)) : null) ??
      UNLINKED;
    const deployment = found.deployment === null ? undefined : input.deployments[found.deployment];
    return { incidentId: incident.incidentId, ...found, cause: causeOf(incident, input, deployment) };
  });
}

interface Answer {
  readonly index: number;
  readonly deployment: ServiceDeployment;
}

function recovery(
  incidents: readonly Incident[],
  answers: readonly Answer[]
): Pick<Outcome, 'recoveredAt' | 'recoveryBasis'> {
  if (incidents.length > 0) {
    const ends = incidents.map(({ resolvedAt }) => resolvedAt?.getTime() ?? null);
    const isOpen = ends.includes(null);
    return isOpen
      ? { recoveredAt: null, recoveryBasis: null }
      : {
          recoveredAt: new Date(ends.reduce<number>((last, end) => Math.max(last, end ?? 0), 0)),
          recoveryBasis: 'incident',
        };
  }
  const first = answers[0]?.deployment;
  if (first === undefined) return { recoveredAt: null, recoveryBasis: null };
  return { recoveredAt: first.finishedAt, recoveryBasis: first.kind === 'rollback' ? 'rollback' : 'hotfix' };
}

/** What became of every deployment, given the links of all incidents. */
export function judgeDeployments(input: FailureInput, links: readonly IncidentLink[]): Outcome[] {
  const { deployments, incidents } = input;
  const byId = new Map(incidents.map((incident) => [incident.incidentId, incident]));
  const answers = deployments.map((_deployment, index) => answered(input, index));
  const causes = deployments.map((deployment, index): Cause | null => {
    const named = links.filter((link) => link.deployment === index && link.cause !== null).map((link) => link.cause);
    return named.sort((a, b) => (b?.confidence ?? 0) - (a?.confidence ?? 0))[0] ?? soleChange(deployment);
  });
  return deployments.map((deployment, index): Outcome => {
    const linked = links.filter((link) => link.deployment === index);
    const given = deployments
      .map((one, at) => ({ index: at, deployment: one }))
      .filter((answer) => answers[answer.index] === index);
    const methods = [
      ...linked.map(({ method }) => method as string),
      ...given.map((answer) => answer.deployment.kind),
      ...(deployment.isDegraded ? ['degraded'] : []),
    ];
    const fixed = links.filter(
      (link) =>
        link.deployment !== null &&
        deployment.changes.some(({ changeId }) => byId.get(link.incidentId)?.fixes.includes(changeId))
    );
    const fixing = new Set(fixed.flatMap((link) => byId.get(link.incidentId)?.fixes ?? []));
    const isFixForward =
      deployment.changes.length > 0 && deployment.changes.every(({ changeId }) => fixing.has(changeId));
    const isRework = deployment.kind === 'rollback' || deployment.kind === 'hotfix' || isFixForward;
    const bad = answers[index] ?? fixed[0]?.deployment ?? null;
    return {
      failureMethods: [...new Set(methods)].sort(),
      isRework,
      ...(methods.length === 0
        ? { recoveredAt: null, recoveryBasis: null }
        : recovery(
            linked.map((link) => byId.get(link.incidentId)).filter((one) => one !== undefined),
            given
          )),
      cause: methods.length === 0 ? null : (causes[index] ?? null),
      fixedChangeId: isRework
        ? (fixed.map(({ cause }) => cause).find((cause) => cause !== null)?.changeId ??
          (bad === null ? null : (causes[bad]?.changeId ?? null)))
        : null,
    };
  });
}
