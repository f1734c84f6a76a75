/** What Linear tells before anything is collected: which states there are, and what those are that map to nothing. */
import type { z } from 'zod';
import type { PlanContext, SourcePlan } from '../../planned.ts';
import { planOfFacts } from '../../planned.ts';
import { proposeStages } from '../../trackers/propose.ts';
import type { TrackerState } from '../../trackers/stages.ts';
import { follow, linearOf } from './client.ts';
import type { Section } from './config.ts';
import { stateOf } from './normalize.ts';
import { STATES } from './queries.ts';
import { statePage } from './schema.ts';

const PAGE = 100;

/** @throws CollectorError */
export async function plan(context: PlanContext<Section>): Promise<SourcePlan> {
  const linear = linearOf(context);
  const states: TrackerState[] = [];
  const next = follow('states');
  let after: string | null = null;
  do {
    const { workflowStates: page }: z.infer<typeof statePage> = await linear.ask(
      STATES,
      { first: PAGE, after },
      statePage
    );
    for (const state of page.nodes.good) states.push(stateOf(state));
    after = next(page);
  } while (after !== null);
  const { choices, notices } = proposeStages(states, context.section.states, { id: 'linear', title: 'Linear' });
  const known = `Linear: ${String(new Set(states.map(({ name }) => name.toLowerCase())).size)} states of issues, each of which maps to a stage.`;
  return {
    ...planOfFacts([{ fact: 'sprints', state: 'known', because: 'cycles of Linear', step: null }]),
    choices,
    notices: notices.length > 0 ? notices : [known],
  };
}
