// Every metric × mode × grouping, through the engine and a real store: a group of four people, a group in which one person holds most of
// the work, and the sibling from which they would follow. A metric that is added tomorrow is asked the same.
import { testDatabase } from '../../../collector/testing/database.ts';
import { askMetric } from '../backend/fixtures/ask-metric.ts';
import { openReader } from '../backend/fixtures/reader.ts';
import { RANGE, workGroups, worldSql, type World } from '../backend/fixtures/small-groups-world.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { computes } from './compute.generated.ts';
import type { Metric, Param, ParamValues, PeopleRule, Row } from './define.ts';
import { columnsOf, defaultParams, isParamShown, peopleRules } from './query.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const catalog = makeCatalog(metrics, sql, computes);

/** Every mode: the values of the params that choose what is asked, and a comparison with another period. */
function modesOf({ params }: Metric): ParamValues[] {
  const valuesOf = (name: string): string[] => {
    const param = params[name];
    return param?.kind === 'choice' ? param.choices.map(({ value }) => value) : [];
  };
  const along = (modes: ParamValues[], name: string): ParamValues[] => {
    const values = valuesOf(name);
    return values.length === 0 ? modes : modes.flatMap((mode) => values.map((value) => ({ ...mode, [name]: value })));
  };
  const compared = valuesOf('compare').filter((value) => value !== 'none').map((compare) => ({ compare, show: 'delta' })); // prettier-ignore
  const asks = Object.entries(params).flatMap(([name, param]) =>
    param.kind === 'choice' && param.chooses === 'question' ? [name] : []
  );
  return [...new Set(['metric', 'mode', ...asks])].reduce(along, [{}]).concat(compared);
}

/** No group, each alone, and two together. */
function groupingsOf({ params }: Metric): ParamValues[] {
  return Object.entries(params).reduce<ParamValues[]>(
    (found, [name, param]) =>
      param.kind === 'groupBy'
        ? [[], ...param.allowed.map((one) => [one]), param.allowed.slice(0, 2)].map((groups) => ({ [name]: groups }))
        : found,
    [{}]
  );
}

/** Without intervals, which hide nothing and take long; a mode that has no meaning beside another is the other once more. */
function everyQuestion(metric: Metric): ParamValues[] {
  const plain: ParamValues = metric.params['ci'] === undefined ? {} : { ci: false };
  const questions = modesOf(metric).flatMap((mode) => groupingsOf(metric).map((grouping) => ({ ...mode, ...grouping, ...plain }))); // prettier-ignore
  const meant = (given: ParamValues): string => {
    const params = { ...defaultParams(metric), ...given } as ParamValues;
    return JSON.stringify(
      Object.entries(params).filter(([name]) => isParamShown(metric.params[name] as Param, params))
    );
  };
  return [...new Map(questions.map((given) => [meant(given), given])).values()];
}

interface About {
  readonly group: string;
  /** Labels that tell it. */
  readonly labels: readonly string[];
}

/** The group of the world that a row is about, by what its labels say. */
function groupOf(row: Row, labels: readonly string[], world: World): About | undefined {
  const told = workGroups(world).map(({ name, values }) => ({
    group: name,
    labels: labels.filter((label) => values[label] !== undefined && row[label] === values[label]),
  }));
  return told.find(({ labels: matching }) => matching.length > 0);
}

/** Cells of a row that a rule hides and that are shown. */
function shownCells(row: Row, rule: PeopleRule, columns: readonly string[]): string[] {
  const hides = rule.hides ?? columns.filter((name) => ![...(rule.keeps ?? []), ...(rule.again ?? []), 'status'].includes(name)); // prettier-ignore
  return hides.filter((name) => row[name] !== null && row[name] !== undefined);
}

/** Whether the rule must hide the row: the small group where it is judged so, and the next one where they are parts of a sum. */
function isToBeHidden({ group, labels }: About, rule: PeopleRule, world: World): boolean {
  if (world.small === 'one' && rule.share === null) return false;
  // Where a label that never adds up tells the groups apart too, no two of them stand beside each other.
  const isPart = labels.every((name) => !(rule.apart ?? []).includes(name));
  return group === 'small' || (group === 'next' && isPart);
}

const worlds: World[] = [
  { small: 'few', bands: 'by group' },
  { small: 'one', bands: 'by group' },
  { small: 'few', bands: 'alike' },
  { small: 'one', bands: 'alike' },
];

describe.each(worlds)('small group: $small, usage bands: $bands', (world) => {
  let ask: (metric: Metric, params: ParamValues) => Promise<readonly Row[]>;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const database = await testDatabase();
    await database.pool.query(worldSql(world));
    const store = openReader(database);
    ask = async (metric, params) => (await askMetric({ catalog, store }, { metric: metric.id, params, ...RANGE })).rows;
    close = async () => {
      await store.close();
      await database.close();
    };
  }, 60_000);
  afterAll(() => close());

  // How people use a tool makes a difference only where rows are by usage.
  const asked = metrics.filter(
    ({ columns }) => world.bands === 'by group' || columns.some(({ name }) => name === 'bucket')
  );
  test.each(asked.map((metric) => [metric.id, metric] as const))(
    '%s hides it and its sibling',
    async (_id, metric) => {
      const seen = new Set<string>();
      for (const given of everyQuestion(metric)) {
        const params = { ...defaultParams(metric), ...given } as ParamValues;
        const rules = peopleRules(metric, params).filter((rule): rule is PeopleRule => rule.count !== null);
        if (rules.length === 0) continue;
        const columns = columnsOf(metric, params);
        const labels = columns.filter(({ role }) => role === 'label').map(({ name }) => name);
        const others = columns.filter(({ role }) => role !== 'label' && role !== 'time').map(({ name }) => name);
        const rows = await ask(metric, given);
        // Who has no row in the answer follows from none.
        const isSmallThere = rows.some((row) => groupOf(row, labels, world)?.group === 'small');
        for (const row of rows) {
          const about = groupOf(row, labels, world);
          if (about === undefined || row['status'] === 'bad_config') continue;
          const { group } = about;
          for (const rule of rules) {
            const mustHide = isToBeHidden(about, rule, world) && (group === 'small' || isSmallThere);
            if (mustHide) seen.add(group);
            expect({ given, group, shown: mustHide ? shownCells(row, rule, others) : [] }).toEqual({
              given,
              group,
              shown: [],
            });
            if (group === 'rest' && rule.hides === undefined) {
              expect({ given, group, isHidden: row['status'] === 'suppressed_k' }).toEqual({
                given,
                group,
                isHidden: false,
              });
            }
          }
        }
      }
      const all = typeof metric.people === 'string' ? [{ count: metric.people }] : metric.people;
      // Where nothing is judged by how much one person did, a group of nine is none of few.
      const isJudged = all.some((rule) => rule.count !== null && (world.small === 'few' || ('share' in rule ? rule.share : '') !== null)); // prettier-ignore
      expect([...seen].sort()).toEqual(isJudged ? ['next', 'small'] : []);
    },
    120_000
  );
});

/** A metric about nobody counts nobody, and each question has one answer to who is behind it. */
test.each(metrics.map((metric) => [metric.id, metric] as const))('%s says who is behind each answer', (_id, metric) => {
  for (const given of everyQuestion(metric)) {
    const params = { ...defaultParams(metric), ...given } as ParamValues;
    const rules = peopleRules(metric, params);
    const whole = rules.filter((rule) => rule.count === null || rule.hides === undefined);
    const counts = columnsOf(metric, params).filter(({ name, label }) => /^(n_dev|people)$/.test(name) || /\bpeople\b/i.test(label)); // prettier-ignore
    expect({ given, rules: rules.length > 0, whole: whole.length <= 1 }).toEqual({ given, rules: true, whole: true });
    for (const rule of rules) {
      if (rule.count === null) {
        expect({ given, counts: counts.map(({ name }) => name), hasReason: rule.reason.length > 10 }).toEqual({ given, counts: [], hasReason: true }); // prettier-ignore
      }
      const named = [...('hides' in rule ? (rule.hides ?? []) : []), ...('keeps' in rule ? (rule.keeps ?? []) : [])];
      expect(named.filter((name) => !metric.columns.some((column) => column.name === name))).toEqual([]);
    }
  }
});
