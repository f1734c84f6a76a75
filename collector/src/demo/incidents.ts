/** Incidents of the demo as their tools tell them: how the change at fault is named, and alerts that no deployment is blamed for. */
import { generator, seedOf } from './random.ts';
import { HOUR_MS, type Timeline } from './organisation.ts';
import type { DemoIncident } from './delivery.ts';
import { TRUTHS } from './truths.ts';

/** An incident as it is stored. */
export interface ToldIncident extends DemoIncident {
  /** github: an issue with a label; its text names the commit at fault. */
  readonly source: 'github' | 'pagerduty' | 'alertmanager';
  /** Numbers of changes that the notes mention. */
  readonly mentions: readonly string[];
}

const NODES = 'a,b,c,d,e,f'.split(',');

/** Of those whose cause is known some have an issue that names it, the others notes that mention the change; of the rest only an alert tells. */
function told(incident: DemoIncident, random: () => number): ToldIncident {
  const { explicit, mention } = TRUTHS.incidents;
  if (incident.cause === null) return { ...incident, source: 'alertmanager', mentions: [] };
  return random() < explicit / (explicit + mention)
    ? { ...incident, source: 'github', mentions: [] }
    : { ...incident, source: 'pagerduty', mentions: [`#${String(incident.cause.number)}`] };
}

/** Outages of a provider and alerts about machines, spread over the time of the demo: what nobody deployed. */
function unlinked(count: number, time: Timeline, random: () => number): ToldIncident[] {
  const span = time.now.getTime() - time.start.getTime();
  return Array.from({ length: count }, (_unused, index): ToldIncident => {
    const startedAt = new Date(time.start.getTime() + ((index + random()) / count) * span);
    const isOutage = index % 4 === 0;
    const node = NODES[index % NODES.length] ?? '';
    const resolvedAt = new Date(startedAt.getTime() + (isOutage ? 2 : 0.2 + random()) * HOUR_MS);
    return {
      id: isOutage ? `outage-${String(index + 1)}` : `disk-${node}-${String(index + 1)}`,
      service: isOutage ? 'cloud-provider' : null,
      title: isOutage ? 'Region degraded' : `Disk is almost full on node-${node}`,
      severity: isOutage ? 's2' : 's4',
      startedAt,
      acknowledgedAt: isOutage ? new Date(startedAt.getTime() + 0.1 * HOUR_MS) : null,
      resolvedAt: resolvedAt < time.now ? resolvedAt : null,
      cause: null,
      isCustomerReported: false,
      source: isOutage ? 'pagerduty' : 'alertmanager',
      mentions: [],
    };
  });
}

/** All incidents: those of deployments, and as many others as are planted. */
export function incidents(seed: number, ofDeployments: readonly DemoIncident[], time: Timeline): ToldIncident[] {
  const random = generator(seedOf(seed, 'incidents'));
  const { unlinked: share } = TRUTHS.incidents;
  const others = Math.round((ofDeployments.length * share) / (1 - share));
  return [...ofDeployments.map((incident) => told(incident, random)), ...unlinked(others, time, random)];
}
