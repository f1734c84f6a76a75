/** Puts the organisation together: one seed and one "now" give one organisation. */
import { changes } from './changes.ts';
import { delivery } from './delivery.ts';
import { forgeChanges } from './forge.ts';
import { incidents } from './incidents.ts';
import { lineSpans } from './lines.ts';
import { openChanges } from './open-changes.ts';
import { REPOS, developers, timeline } from './organisation.ts';
import type { Organisation } from './tables.ts';
import { issues } from './tracker/issues.ts';
import { cycles } from './tracker/sprints.ts';
import { codexAccounts, uses } from './telemetry.ts';
import { answers, costs, heartbeats, seats, toolDays } from './usage.ts';

/** The demo organisation as of `now`; pure. */
export function organise(seed: number, now: Date): Organisation {
  const time = timeline(now);
  const people = developers(seed, now);
  const list = changes(seed, people, time);
  const days = toolDays(seed, people, time);
  const shipped = delivery(seed, list, time);
  const tracked = issues(seed, list, time);
  return {
    people,
    time,
    changes: list,
    forge: forgeChanges(seed, list, time),
    open: openChanges(seed, people, time),
    issues: tracked,
    cycles: cycles(seed, tracked, time),
    spans: REPOS.flatMap(({ slug }) =>
      lineSpans(
        seed,
        list.filter((change) => change.repo === slug),
        time
      )
    ),
    deployments: shipped.deployments,
    incidents: incidents(seed, shipped.incidents, time),
    seats: seats(people, time),
    toolDays: days,
    uses: uses(seed, days, { changes: list, now }),
    codex: codexAccounts(seed, people, time),
    heartbeats: heartbeats(time),
    costs: costs(people, time),
    answers: answers(seed, people, time),
  };
}
