import { defaultParams } from '../../../metrics/query.ts';
import { metrics } from '../../../metrics/registry.generated.ts';
import { describingOf, groupsOf, labelsOf } from './find-described.ts';

const metric = metrics.find(({ id }) => id === 'review-burden')!;
const asked = (params: object) => ({ metric, params: { ...defaultParams(metric), mode: 'seniority', ...params } });

test('rows by seniority are judged as a group, and are none that a question without groups would take away', () => {
  expect(groupsOf(asked({}))).toEqual([]);
  expect(labelsOf(asked({}))).toEqual(['seniority']);
  expect(describingOf(asked({ team: ['web'] }))).toEqual(['team', 'seniority']);
});
