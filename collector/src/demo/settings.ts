/** The configuration that the demo organisation would have written. */
import { configSchema, type Config } from '../config/schema.ts';
import { processAt, TOOLS, WEEK_MS, type Timeline } from './organisation.ts';
import { TRUTHS } from './truths.ts';

const day = (at: Date): string => at.toISOString().slice(0, 10);

const usage = (id: string): { id: string; usage: object } => {
  const tool = TOOLS.find((candidate) => candidate.id === id);
  return { id, usage: { measure: tool?.measure, low_min: tool?.lowMin, high_min: tool?.highMin } };
};

/** Four workflows: all work of the three main classes, refactors alone, the time in review, and runs of the agent that debugs. */
export function demoConfig(time: Timeline): Config {
  const tools = TOOLS.map((tool) => usage(tool.id));
  const claude = [usage('claude-code')];
  const { feature, lowUntil } = TRUTHS.runs;
  const runs = { id: 'claude-code', usage: { low_min: 1, high_min: lowUntil + 1, features: [feature] } };
  const weeksIn = (weeks: number): Date => new Date(time.start.getTime() + weeks * WEEK_MS);
  return configSchema.parse({
    time_zone: 'UTC',
    ai: { human_before: day(time.humanBefore) },
    events: [
      { kind: 'policy', title: 'Every AI-heavy change gets a second reviewer', from: day(weeksIn(40)) },
      {
        kind: 'policy',
        title: 'Security scan before every merge',
        from: day(weeksIn(TRUTHS.gate.afterWeeks)),
        team: TRUTHS.gate.team,
      },
      {
        kind: 'experiment',
        title: 'Review bot pilot',
        text: 'Team checkout only; the others keep the usual review.',
        from: day(weeksIn(45)),
        to: day(weeksIn(53)),
        team: 'checkout',
      },
    ],
    phases: [
      { id: 'baseline', title: 'Before AI', from: day(time.start) },
      { id: 'ai', title: 'AI alone', from: day(time.landing) },
      { id: 'process', title: 'After process work', from: day(processAt(time)) },
    ],
    workflows: [
      { id: 'change', applies_to: { pr_class: ['feature', 'bugfix', 'refactor'] }, tools },
      { id: 'refactor_change', applies_to: { pr_class: ['refactor'] }, tools: claude },
      { id: 'debug_run', unit: 'agent_run', tools: [runs] },
      { id: 'review', start: { event: 'ready' }, end: { event: 'merged' }, tools: claude },
    ],
  });
}
