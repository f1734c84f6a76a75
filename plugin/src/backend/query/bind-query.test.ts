import { defineMetric, filterParam, type ParamValues } from '../../metrics/define.ts';
import { bindQuery, NO_VALUE } from './bind-query.ts';

const metric = {
  id: 'example',
  title: 'Example',
  summary: 'What is an example?',
  seedName: 'example',
  params: { team: filterParam('team', 'Team'), repo: filterParam('repo', 'Repository') },
  people: [{ count: null, reason: 'apples fall, not people' }],
  columns: [],
  formats: ['table'],
  examples: [],
} as const;
const builtIns = { from: new Date(0), to: new Date(1), tz: 'UTC' };

function isUsual(usual: readonly string[] | undefined, params: ParamValues): unknown {
  const defined = defineMetric(usual === undefined ? metric : { ...metric, usual });
  return bindQuery(defined, 'select :is_usual::boolean', { params, builtIns }).values[0];
}

describe(':is_usual', () => {
  test('holds while each named param has its default, whatever the others are', () => {
    expect(isUsual(['team'], { team: [], repo: [] })).toBe(true);
    expect(isUsual(['team'], { team: [], repo: ['acme/shop'] })).toBe(true);
    expect(isUsual(['team'], { team: ['web'], repo: [] })).toBe(false);
    expect(isUsual(['team', 'repo'], { team: [], repo: ['acme/shop'] })).toBe(false);
  });

  test('does not hold where a filter lets nothing through: that is not "all"', () => {
    expect(isUsual(['team'], { team: NO_VALUE, repo: [] })).toBe(false);
  });

  test('does not hold in a metric without a usual question', () => {
    expect(isUsual(undefined, { team: [], repo: [] })).toBe(false);
  });

  test('names params only', () => {
    expect(() => isUsual(['tem'], {})).toThrow('metric example: usual names tem, which is no param');
  });
});
