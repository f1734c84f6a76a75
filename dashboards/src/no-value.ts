/** What panels say that have nothing to show. */
import { BRINGS, inSentence, STEPS, takes, TITLES } from '../../plugin/src/metrics/parts/grounds.ts';
import type { PanelSpec } from './parts.ts';
import { registry } from './pixels.ts';

/** What a panel says that has nothing to show: what its metric needs most, and the step that brings it. */
export function noValueOf({ query, type }: PanelSpec): { noValue?: string } {
  const fact = registry.get(query?.queryType ?? '')?.needs?.at(-1);
  if (fact === undefined) return {};
  const step = STEPS[BRINGS[fact]];
  const title = inSentence(TITLES[fact]);
  // Large letters have room for little.
  if (type === 'stat' || type === 'bargauge') return { noValue: `no ${title}` };
  return { noValue: `No ${title} in this range. If the store has none: ${step.text}${takes(step)}. More: Start here` };
}
