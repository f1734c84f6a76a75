/** Deployments and issues of a generated repository. */
import { drawOf, oidOf } from './random.ts';
import type { MadeRepository, World } from './world.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

export interface MadeDeployment {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly createdAt: number;
  readonly statuses: ReadonlyArray<{ readonly state: string; readonly at: number }>;
}

export interface MadeIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly type: string | null;
  readonly createdAt: number;
  readonly closedAt: number | null;
}

/** Every tenth merge is deployed to staging and production; one in fifteen fails before it is there. */
export function deploymentsOf(world: World, repository: MadeRepository): MadeDeployment[] {
  const made: MadeDeployment[] = [];
  for (let number = 10; number <= repository.count; number += 10) {
    const pull = world.pull(repository, number);
    const sha = pull.landed.at(-1)?.oid;
    if (pull.mergedAt === null || sha === undefined) continue;
    const draw = drawOf('deployment', repository.id, number);
    for (const [index, environment] of (repository.environments ?? ['staging', 'Production']).entries()) {
      const createdAt = pull.mergedAt + (index * 2 + 1) * HOUR;
      const end = draw.chance(1 / 15) ? 'FAILURE' : 'SUCCESS';
      const statuses = [
        { state: 'IN_PROGRESS', at: createdAt + 60_000 },
        { state: end, at: createdAt + draw.whole(3, 20) * 60_000 },
      ];
      made.push({ id: repository.databaseId * 10_000 + number * 2 + index, sha, environment, createdAt, statuses });
    }
  }
  return made.sort((a, b) => a.createdAt - b.createdAt);
}

/** A few issues a month; one in six is an incident, and half of these name the commit that caused it. */
export function issuesOf(repository: MadeRepository): MadeIssue[] {
  const count = Math.max(2, Math.round(repository.count / 8));
  return Array.from({ length: count }, (_none, index) => {
    const draw = drawOf('issue', repository.id, index);
    const createdAt = repository.startAt + ((index + draw.next()) / count) * (repository.endAt - repository.startAt);
    const isIncident = index % 6 === 0;
    return {
      number: 100_001 + index,
      title: isIncident ? 'Checkout answers with 500' : 'Show the price with tax',
      body:
        isIncident && draw.chance(0.5) ? `It hurts.\n\nroot cause: ${oidOf('cause', repository.id, index)}` : 'Please.',
      labels: isIncident ? ['incident', 'sev2'] : [draw.of(['bug', 'enhancement'])],
      type: isIncident ? 'Incident' : index % 4 === 0 ? 'Defect' : null,
      createdAt: Math.floor(createdAt / 1000) * 1000,
      closedAt: draw.chance(0.8) ? Math.floor((createdAt + draw.between(0.1, 20) * DAY) / 1000) * 1000 : null,
    };
  });
}
