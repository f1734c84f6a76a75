/** Deployments and incidents of the demo: which change caused a failure, how it was found and mended. */
import { generator, pickWeighted, plantedDecks, seedOf } from './random.ts';
import { REPOS, HOUR_MS, SERVICES, type Timeline } from './organisation.ts';
import type { DemoChange } from './changes.ts';
import { TRUTHS, type PlantedSource } from './truths.ts';

export interface DemoDeployment {
  readonly id: string;
  readonly service: string;
  readonly repo: string;
  readonly sha: string;
  readonly finishedAt: Date;
  readonly result: 'success' | 'failure';
  readonly kind: 'planned' | 'rollback' | 'unknown';
  readonly rollbackOf: string | null;
}

export interface DemoIncident {
  readonly id: string;
  /** Null = an alert that names none. */
  readonly service: string | null;
  readonly title: string;
  readonly severity: 's1' | 's2' | 's3' | 's4';
  readonly startedAt: Date;
  readonly acknowledgedAt: Date | null;
  readonly resolvedAt: Date | null;
  /** Named by somebody; null = nobody did. */
  readonly cause: DemoChange | null;
  readonly isCustomerReported: boolean;
}

export interface Delivery {
  readonly deployments: readonly DemoDeployment[];
  readonly incidents: readonly DemoIncident[];
}

interface Shipping {
  readonly service: string;
  readonly repo: string;
  readonly random: () => number;
  readonly time: Timeline;
}

function incidentOf(shipping: Shipping, deployment: DemoDeployment, cause: DemoChange): DemoIncident | null {
  const { random, time, service } = shipping;
  const startedAt = new Date(deployment.finishedAt.getTime() + (0.2 + random() * 4) * HOUR_MS);
  const resolvedAt = new Date(startedAt.getTime() + (0.4 + random() ** 2 * 6) * HOUR_MS);
  if (startedAt >= time.now) {
    return null;
  }
  return {
    id: `INC-${deployment.id}`,
    service,
    title: `Errors in ${service}`,
    severity: pickWeighted(random, { s1: 1, s2: 3, s3: 5, s4: 2 }),
    startedAt,
    acknowledgedAt: new Date(startedAt.getTime() + random() * 0.3 * HOUR_MS),
    resolvedAt: resolvedAt < time.now ? resolvedAt : null,
    cause: random() < TRUTHS.incidents.explicit + TRUTHS.incidents.mention ? cause : null,
    isCustomerReported: random() < 0.2,
  };
}

/** A fifth of the failures is mended by going back to the version before. */
function rollbackOf(
  shipping: Shipping,
  bad: DemoDeployment,
  before: DemoDeployment | undefined
): DemoDeployment | null {
  const finishedAt = new Date(bad.finishedAt.getTime() + (0.5 + shipping.random()) * HOUR_MS);
  if (!before || shipping.random() > 0.2 || finishedAt >= shipping.time.now) {
    return null;
  }
  return { ...bad, id: `${bad.id}-rollback`, sha: before.sha, finishedAt, kind: 'rollback', rollbackOf: bad.id };
}

function serviceDelivery(
  shipping: Shipping,
  list: readonly DemoChange[],
  fails: (source: PlantedSource) => boolean
): Delivery {
  const deployments: DemoDeployment[] = [];
  const incidents: DemoIncident[] = [];
  let waiting: DemoChange[] = [];
  let busyUntil = 0;
  let before: DemoDeployment | undefined;
  for (const change of list) {
    waiting.push(change);
    const finishedMs = Math.max(change.mergedAt.getTime() + (0.3 + shipping.random() * 1.2) * HOUR_MS, busyUntil);
    if (shipping.random() < 0.35 || finishedMs >= shipping.time.now.getTime()) {
      continue;
    }
    const deployment: DemoDeployment = {
      id: `${shipping.service}-${String(change.number)}`,
      service: shipping.service,
      repo: shipping.repo,
      sha: change.sha,
      finishedAt: new Date(finishedMs),
      result: 'success',
      kind: 'planned',
      rollbackOf: null,
    };
    deployments.push(deployment);
    busyUntil = finishedMs + 0.25 * HOUR_MS;
    // The first deployment of a service has no known change set: nothing can be measured on it.
    const cause = before && waiting.filter((shipped) => fails(shipped.source))[0];
    const incident = cause && incidentOf(shipping, deployment, cause);
    if (incident) {
      incidents.push(incident);
      const rollback = rollbackOf(shipping, deployment, before);
      if (rollback) {
        deployments.push(rollback);
        busyUntil = rollback.finishedAt.getTime() + 0.25 * HOUR_MS;
      }
    }
    before = deployment;
    waiting = [];
  }
  return { deployments, incidents };
}

/** Attempts before a rollout: some broke off before production, some were a first job of the same pipeline. Neither is a deployment of its own. */
function withAttempts(deployments: readonly DemoDeployment[], random: () => number): DemoDeployment[] {
  return deployments.flatMap((one) => {
    const draw = one.kind === 'planned' ? random() : 1;
    const minutesBefore = (minutes: number): Date => new Date(one.finishedAt.getTime() - (minutes / 60) * HOUR_MS);
    if (draw < 0.06)
      return [{ ...one, id: `${one.id}/attempt-1`, finishedAt: minutesBefore(14), result: 'failure' }, one];
    return draw < 0.1 ? [{ ...one, id: `${one.id}/canary`, finishedAt: minutesBefore(5) }, one] : [one];
  });
}

/** All deployments, and the incidents that they caused. */
export function delivery(seed: number, list: readonly DemoChange[], time: Timeline): Delivery {
  const random = generator(seedOf(seed, 'delivery'));
  const fails = plantedDecks(random, TRUTHS.failure, 50);
  const parts = SERVICES.map(({ id: service }) => {
    const repo = REPOS.find((candidate) => candidate.service === service)?.slug ?? '';
    return serviceDelivery(
      { service, repo, random, time },
      list.filter((change) => change.repo === repo),
      fails
    );
  });
  return {
    deployments: withAttempts(
      parts.flatMap((part) => part.deployments),
      generator(seedOf(seed, 'attempts'))
    ),
    incidents: parts.flatMap((part) => part.incidents),
  };
}
