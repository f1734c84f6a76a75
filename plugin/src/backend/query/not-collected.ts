/** Questions about what the organisation chose not to collect: they have this answer, and neither an empty one nor old numbers. */
import type { Category, Metric, Notice, ParamValues } from '../../metrics/define.ts';
import type { ParsedQuery } from '../../metrics/query.ts';

const IN_WORDS: Readonly<Record<Category, string>> = {
  usage: 'the use of AI tools',
  lines: 'the lifetimes of lines',
  surveys: 'answers to surveys',
  seniority: 'seniority',
};

/** Categories that are switched off, as the collector wrote them into table `setting`. */
function switchedOff(settings: Readonly<Record<string, unknown>>): ReadonlySet<unknown> {
  const { not_collected: off } = settings;
  return new Set(Array.isArray(off) ? (off as unknown[]) : []);
}

const asksFor = (when: Readonly<Record<string, readonly string[]>>, params: ParamValues): boolean =>
  Object.entries(when).every(([name, values]) => values.includes(String(params[name])));

/** Whether people are told apart or chosen by seniority. */
function tellsSeniority({ metric, params, adhocFilters }: ParsedQuery): boolean {
  if (adhocFilters.some(({ key }) => key === 'seniority')) return true;
  return Object.entries(metric.params).some(([name, param]) => {
    const value = params[name];
    if (!Array.isArray(value)) return false;
    return (
      (param.kind === 'filter' && param.dimension === 'seniority' && value.length > 0) ||
      (param.kind === 'groupBy' && value.includes('seniority'))
    );
  });
}

/** What a question rests on. */
function restsOn(parsed: ParsedQuery): Category[] {
  const { metric, params }: { metric: Metric; params: ParamValues } = parsed;
  const { needs = [], about, collects = [] } = metric;
  return [
    ...(needs.includes('usage') || about === 'usage' ? (['usage'] as const) : []),
    ...(needs.includes('lines') ? (['lines'] as const) : []),
    ...(tellsSeniority(parsed) ? (['seniority'] as const) : []),
    ...collects.filter(({ when }) => asksFor(when, params)).map(({ of }) => of),
  ];
}

/** Why there is no answer; null = all that it rests on is collected. */
export function whyNotCollected(parsed: ParsedQuery, settings: Readonly<Record<string, unknown>>): Notice | null {
  const off = switchedOff(settings);
  const found = restsOn(parsed).find((category) => off.has(category));
  return found === undefined
    ? null
    : {
        severity: 'info',
        text: `not collected: ${IN_WORDS[found]} is switched off in throughline.yaml (privacy.collect.${found}).`
          .replace('lines is', 'lines are')
          .replace('surveys is', 'surveys are'),
      };
}
