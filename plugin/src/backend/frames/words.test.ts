import { cellConfig, fieldConfig } from './field-config.ts';
import { createTheme } from '@grafana/data';
import { namesOf, PALETTE } from './series-names.ts';
import { FIXED, looksAgainst, referenceOf, type Looks } from './words.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import type { Column } from '../../metrics/define.ts';

const column = (rest: Partial<Column>): Column => ({
  name: 'value',
  role: 'value',
  type: 'number',
  label: 'Value',
  help: 'Help.',
  nullMeaning: 'never null',
  ...rest,
});
const fixed = (fixedColor: string) => ({ mode: 'fixed', fixedColor });

/** L, a and b (CIE 1976) of `#rrggbb`. */
function lab(hex: string): [number, number, number] {
  const linear = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const mixed = (red: number, green: number, blue: number): number => {
    const sum = red * linear[0]! + green * linear[1]! + blue * linear[2]!;
    return sum > 0.008856 ? Math.cbrt(sum) : 7.787 * sum + 16 / 116;
  };
  const [x, y, z] = [mixed(0.4339, 0.3762, 0.1899), mixed(0.2126, 0.7152, 0.0722), mixed(0.0178, 0.1095, 0.8727)];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe.each(['dark', 'light'] as const)('colours in the %s theme', (mode) => {
  const { visualization } = createTheme({ colors: { mode } });
  const hexOf = (color: string): string => visualization.getColorByName(color);
  /** Two lines are told apart from about 15 on. */
  const least = (colors: readonly string[]): number =>
    Math.min(...colors.flatMap((one, at) => colors.slice(at + 1).map((two) => Math.hypot(...lab(hexOf(one)).map((part, index) => part - lab(hexOf(two))[index]!))))); // prettier-ignore

  // AI as one group never stands beside its shares.
  const apart = Object.entries(FIXED).flatMap(([label, { ai, ai_assisted, ai_heavy, ...looks }]): Array<[string, Looks]> =>
    ai === undefined ? [[label, looks]] : [[label, { ...looks, ai }], [label, { ...looks, ai_assisted: ai_assisted!, ai_heavy: ai_heavy! }]]); // prettier-ignore

  test.each(apart)('values of %s are told apart, from one another and from all that has no colour of its own', (_label, looks) => {
    const fixed = Object.values(looks).flatMap(({ color }) => (color === undefined ? [] : [color]));
    expect(least(fixed)).toBeGreaterThan(15);
    expect(least([...fixed, ...PALETTE])).toBeGreaterThan(15);
  }); // prettier-ignore
});

describe('names of series', () => {
  test('series of a panel have each their own colour, also those without a fixed one beside those with one', () => {
    const tools = ['all', 'claude-code', 'codex', 'copilot', 'cursor', 'devin', 'gemini-cli', 'jules', 'openhands', 'q', 'review-bot', 'windsurf']; // prettier-ignore
    const sources = ['human', 'ai_assisted', 'ai_heavy', 'unknown', 'none', 'mixed', 'all', 'together'];
    for (const all of [tools.map((tool) => ({ tool })), sources.map((source) => ({ code_source: source }))]) {
      const colors = namesOf(all, 'Value').map(({ color }) => color?.fixedColor);
      expect(new Set(colors).size).toBe(all.length);
    }
  });

  test('say in words what tells series apart, and nothing that all share', () => {
    const shared = { workflow: 'change', tool: 'claude-code' };
    expect(
      namesOf(
        [
          { ...shared, bucket: 'high' },
          { ...shared, bucket: 'zero' },
        ],
        'Value'
      )
    ).toEqual([
      { name: 'high use', color: fixed('orange') },
      { name: 'no use', color: fixed('blue') },
    ]);
  });

  test('a single series is named by its group, one without labels by its number', () => {
    expect(namesOf([{ metric: 'change_fail_rate', code_source: 'ai_heavy' }], 'Value')).toEqual([
      { name: 'AI-heavy', color: fixed('orange') },
    ]);
    expect(namesOf([{ repo: 'acme/shop' }], 'Value')).toEqual([{ name: 'acme/shop' }]);
    expect(namesOf([{}], 'Value')).toEqual([{ name: 'Value' }]);
  });

  test('two dimensions have no colour of one of them, and names stay apart', () => {
    const names = namesOf(
      [
        { code_source: 'human', pr_class: 'feature' },
        { code_source: 'human', pr_class: 'bugfix' },
        { code_source: 'none', pr_class: 'bugfix' },
      ],
      'Value'
    );
    expect(names.map(({ name }) => name)).toEqual(['human, feature', 'human, bugfix', 'no code change, bugfix']);
    expect(new Set(names.map(({ color }) => color?.fixedColor)).size).toBe(3);
  });

  test('a value that is called like a property of every object is itself', () => {
    expect(namesOf([{ code_source: 'constructor' }, { code_source: 'human' }], 'Value')[0]?.name).toBe('constructor');
  });
});

describe('words and digits of a column', () => {
  test('a state is a word in its colour, a group a word in that of text', () => {
    const status = cellConfig(column({ name: 'status', type: 'string', role: 'text' }));
    expect(status.custom).toMatchObject({ cellOptions: { type: 'color-text' } });
    expect(status.mappings?.[0]?.options).toMatchObject({ suppressed_k: { text: 'hidden', color: 'orange' } });
    const source = cellConfig(column({ name: 'code_source', type: 'string', role: 'label' }));
    expect(source.custom).not.toHaveProperty('cellOptions');
    expect(source.mappings?.[0]?.options).toMatchObject({ ai_assisted: { text: 'AI-assisted' } });
    expect(JSON.stringify(source.mappings)).not.toContain('yellow');
  });

  test('a verdict between groups names the group that it is against', () => {
    const verdict = column({ name: 'verdict', type: 'string', role: 'text' });
    const wordsOf = (reference?: string) => cellConfig(verdict, { reference }).mappings?.[0]?.options;
    expect(wordsOf('human')).toMatchObject({
      worse: { text: 'worse than human', color: 'red' },
      better: { text: 'better than human', color: 'green' },
      regressed: { color: 'red' },
    });
    expect(wordsOf()).toMatchObject({ worse: { text: 'worse than reference' } });
    expect(referenceOf([{ reference: null }, { reference: 'human' }])).toBe('human');
    expect(referenceOf([{ reference: 'unknown' }, { reference: 'human' }])).toBeUndefined();
  });

  test('of unknown source nothing is judged, which is not too little data', () => {
    const words = cellConfig(column({ name: 'verdict', type: 'string', role: 'text' })).mappings?.[0]?.options;
    expect(words).toMatchObject({
      not_judged: { text: 'not judged' },
      insufficient_data: { text: 'insufficient data' },
    });
  });

  test('a list of groups is told in the words of each', () => {
    const source = column({ name: 'code_source', type: 'string', role: 'text' });
    expect(cellConfig(source, { values: ['ai_assisted, human', 'human', null] }).mappings?.[0]?.options).toMatchObject({
      'ai_assisted, human': { text: 'AI-assisted, human' },
    });
  });

  test('a small probability is not none, a count has no decimals', () => {
    expect(fieldConfig(column({ name: 'p_holm', unit: 'short' }))).toMatchObject({
      decimals: 3,
      mappings: [{ type: 'range', options: { from: 0, to: 0.0005, result: { text: '< 0.001' } } }],
    });
    expect(fieldConfig(column({ role: 'count', name: 'n' }))).toMatchObject({ decimals: 0 });
    expect(fieldConfig(column({ unit: 'short' }))).not.toHaveProperty('decimals');
  });

  test('no metric has a column whose words stand for something else', () => {
    const labels: Record<string, Set<string>> = {};
    for (const { columns } of metrics) {
      for (const { name, type, label } of columns) {
        if (fieldConfig(column({ name, type })).mappings !== undefined) (labels[name] ??= new Set()).add(label);
      }
    }
    expect(Object.fromEntries(Object.entries(labels).map(([name, all]) => [name, [...all].sort()]))).toEqual({
      bucket: ['Usage band'],
      changed_verdict: ['Is it proven'],
      code_source: ['Code source'],
      effective_grade: ['Effective grade'],
      from_bucket: ['Band before'],
      grade: ['Nominal grade'],
      horizon_d: ['Age'],
      method: ['Linked by', 'Method'],
      opened_by: ['Opened by'],
      outcome: ['Outcome'],
      p: ['p'],
      p_holm: ['p (Holm)'],
      p_permutation: ['p (permutation)'],
      reference: ['Compared with'],
      same_size_verdict: ['Verdict at equal size'],
      stage: ['Stage'],
      state: ['State'],
      status: ['Status'],
      team: ['Team'],
      tool: ['Tool'],
      verdict: ['Verdict'],
    });
  });
});

test('code of unknown source is unmarked code where the others are compared with it, and unknown where they are not', () => {
  const column = { name: 'code_source', type: 'string' };
  expect(looksAgainst(column, 'unknown')?.['unknown']).toEqual({ text: 'unmarked (as reference)' });
  expect(looksAgainst(column, 'human')?.['unknown']?.text).toBeUndefined();
});
