import type { PlannedFact, PlannedRepository, Sign } from '../planned.ts';
import { plannedMetrics, type MetricNeeds } from './needs.ts';

const fact = (name: PlannedFact['fact'], state: PlannedFact['state'], step: string | null = null): PlannedFact => ({ fact: name, state, because: `${name} as told`, step }); // prettier-ignore
const production: Sign = { kind: 'tags', name: 'v*', environment: 'production', service: 's', count: 1, isUsed: true, because: 'x' }; // prettier-ignore
const repository = (signs: readonly Sign[], step: string | null = null): PlannedRepository => ({ slug: 's', isRead: true, isArchived: false, signs, services: [], owner: null, squash: null, notices: [], step }); // prettier-ignore

const stateOf = (needs: Partial<MetricNeeds>, facts: PlannedFact[], repositories: PlannedRepository[] = []) => {
  const [metric] = plannedMetrics(repositories, facts, [{ id: 'm', title: 'M', needs: [], gains: [], ...needs }]);
  return [metric?.state, metric?.because, metric?.step];
};

test('without what it needs a metric is missing; with a part of it, or without what it gains from, it is known in part', () => {
  expect(stateOf({ needs: ['changes'], gains: ['teams'] }, [fact('changes', 'known'), fact('teams', 'known')])).toEqual(['known', 'changes as told; teams as told', null]); // prettier-ignore
  expect(stateOf({ needs: ['changes'], gains: ['teams'] }, [fact('changes', 'known')])).toEqual(['partly', 'no teams', expect.stringContaining('people.csv')]); // prettier-ignore
  expect(stateOf({ needs: ['changes'] }, [fact('changes', 'partly')])).toEqual(['partly', 'changes as told', expect.stringContaining('read the pull requests')]); // prettier-ignore
  expect(stateOf({ needs: ['usage'], gains: ['changes'] }, [fact('changes', 'known')])).toEqual(['missing', 'no telemetry of tools', expect.stringContaining('ai_usage_daily.csv')]); // prettier-ignore
  expect(stateOf({ gains: ['usage'] }, [])[0]).toBe('partly');
});

test('of two sources the one that knows more decides', () => {
  expect(stateOf({ needs: ['changes'] }, [fact('changes', 'partly', 'a'), fact('changes', 'known')])[0]).toBe('known');
});

test('deployments are known where every repository has them; the step is that of the first that has none', () => {
  const needs: Partial<MetricNeeds> = { needs: ['deployments'] };
  expect(stateOf(needs, [], [repository([production])])[0]).toBe('known');
  const part = [repository([production]), repository([{ ...production, isUsed: false }], 'name it')];
  expect(stateOf(needs, [], part)).toEqual(['partly', 'deployments of 1 of 2 repositories', 'name it']);
  expect(stateOf(needs, [], [repository([], 'name it')])).toEqual(['missing', 'no production deployments', 'name it']);
  expect(stateOf(needs, [fact('deployments', 'partly')], [repository([], 'name it')])[0]).toBe('partly');
  // What is archived or was only listed says nothing.
  expect(stateOf(needs, [], [repository([production]), { ...repository([]), isArchived: true }, { ...repository([]), isRead: false }])[0]).toBe('known'); // prettier-ignore
});
