import { defineMetric, type Column, type Metric, type PeopleRule, type Row } from '../../metrics/define.ts';
import { hideSmallGroups, judgeSmallGroups } from './small-groups.ts';

const column = (name: string, role: Column['role']): Column => ({ name, role, ...(role === 'count' ? { counts: 'row' as const } : {}), type: role === 'label' || role === 'text' ? 'string' : 'number', unit: 'short', label: name, help: name, nullMeaning: 'hidden' }); // prettier-ignore
const metric = (people: Metric['people'], labels: readonly string[] = ['team']): Metric =>
  defineMetric({
    id: 'apples',
    title: 'Apples',
    summary: 'How many?',
    seedName: 'apples',
    params: {},
    people,
    columns: [...labels.map((name) => column(name, name === 'time' ? 'time' : 'label')), column('age', 'count'), column('value', 'value'), column('before', 'value'), column('n_dev', 'count'), column('status', 'text')],
    formats: ['table'],
    examples: [],
  }); // prettier-ignore
const row = (team: string, people: number | null, rest: Row = {}): Row => ({
  team,
  value: 1,
  n_dev: people,
  status: 'ok',
  ...rest,
});
const shown = (rows: readonly Row[]): unknown[] => rows.map(({ value }) => value);
const ask = { params: {}, k: 5, tz: 'UTC' };

describe('small groups', () => {
  it('are hidden with the sibling from which they follow, and say so; nobody is not somebody few', () => {
    const rows = hideSmallGroups(metric('n_dev'), [row('a', 4), row('b', 6), row('c', 7), row('d', null)], ask);
    expect(rows).toEqual([
      { team: 'a', value: null, n_dev: null, status: 'suppressed_k' },
      { team: 'b', value: null, n_dev: null, status: 'suppressed_k' },
      row('c', 7),
      row('d', null),
    ]);
  });

  it('are those too in which one person holds more than 80 %, unless the rule says that this is what is asked', () => {
    const rows = [row('a', 9, { one_person_share: 0.9 }), row('b', 9, { one_person_share: 0.2 }), row('c', 12)];
    expect(shown(hideSmallGroups(metric('n_dev'), rows, ask))).toEqual([null, null, 1]);
    expect(shown(hideSmallGroups(metric([{ count: 'n_dev', share: null }]), rows, ask))).toEqual([1, 1, 1]);
  });

  it('are hidden in all the rows in which they are shown again', () => {
    const rows = [
      row('a', 4, { age: 30 }),
      row('b', 6, { age: 30 }),
      row('b', 6, { age: 60 }),
      row('c', 9, { age: 60 }),
    ];
    const hidden = hideSmallGroups(metric([{ count: 'n_dev', again: ['age'] }]), rows, ask);
    expect(shown(hidden)).toEqual([null, null, null, 1]);
    expect(hidden[0]).toMatchObject({ age: 30 });
  });

  it('may be behind some of the columns only, and be judged with rows that are not shown', () => {
    const rule = { count: 'people_before', hides: ['before'] };
    const rows = [row('a', 9, { before: 2, people_before: 6 }), row('b', 9, { before: 3, people_before: 7 }), row('c', null, { people_before: 2, only_judged: true })]; // prettier-ignore
    expect(hideSmallGroups(metric([{ count: 'n_dev' }, rule]), rows, ask)).toEqual([row('a', 9, { before: null }), row('b', 9, { before: 3 })]); // prettier-ignore
  });

  it('take the number that a row is read for with a word of theirs, and leave the words that it has already', () => {
    const rule = { count: 'people_proven', hides: ['value'] };
    const rows = [row('a', 9, { people_proven: 2 }), row('b', 9, { people_proven: 7 }), row('c', 9, { people_proven: 3, value: null, status: 'undefined' }), row('d', 9, { people_proven: 8 })]; // prettier-ignore
    expect(hideSmallGroups(metric([{ count: 'n_dev' }, rule]), rows, ask)).toEqual([
      row('a', 9, { value: null, status: 'suppressed_k' }),
      row('b', 9),
      row('c', 9, { value: null, status: 'undefined' }),
      row('d', 9),
    ]);
  });

  it('have siblings along every label, and a total has those of other totals', () => {
    const cells = [['a', 'x', 4], ['a', 'all', 20], ['b', 'y', 6], ['b', 'all', 21], ['c', 'z', 9], ['c', 'all', 4], ['d', 'all', 30]] as const; // prettier-ignore
    const rows = cells.map(([team, kind, people]) => row(team, people, { kind }));
    const hidden = hideSmallGroups(metric([{ count: 'n_dev', total: { kind: 'all' } }], ['team', 'kind']), rows, ask);
    expect(shown(hidden)).toEqual([null, null, null, 1, 1, null, 1]);
  });

  it('are judged by a larger number where the metric asks for it, and not as parts where nothing adds up', () => {
    const rows = [row('a', 7), row('b', 8), row('c', 9)];
    expect(shown(hideSmallGroups(metric([{ count: 'n_dev', least: 8 }]), rows, ask))).toEqual([null, null, 1]);
    expect(shown(hideSmallGroups(metric([{ count: 'n_dev', least: 8, apart: ['team'] }]), rows, ask))).toEqual([null, 1, 1]); // prettier-ignore
  });
});

describe('a bucket of time of few people', () => {
  const shownAt = (bucket: string, counts: Readonly<Record<string, number>>): unknown[] => {
    const rows = Object.entries(counts).map(([day, people]) => row('a', people, { time: new Date(day) }));
    return shown(hideSmallGroups(metric('n_dev', ['team', 'time']), rows, { ...ask, params: { bucket } }));
  };

  it('is hidden with another of each wider bucket, from whose own answer it would follow', () => {
    const months = { '2026-01-01': 20, '2026-02-01': 20, '2026-03-01': 3, '2026-04-01': 6, '2026-05-01': 9 };
    expect(shownAt('month', months)).toEqual([null, 1, null, 1, 1]);
    // From Monday to Wednesday, then the next Monday and Tuesday.
    const days = { '2026-06-01': 9, '2026-06-02': 3, '2026-06-03': 8, '2026-06-08': 6, '2026-06-09': 6 };
    expect(shownAt('day', days)).toEqual([1, null, null, 1, 1]);
  });

  it('is hidden with any other where nothing wider is made of whole ones', () => {
    expect(shownAt('week', { '2026-06-01': 9, '2026-06-08': 3, '2026-06-15': 6 })).toEqual([1, null, null]);
  });
});

describe('a row that compares with another group', () => {
  const against = { label: 'team', by: 'other', count: 'other_people', share: 'other_share', hides: ['before'] };
  const compared = (people: number | null, share = 0.3) =>
    row('a', 9, { before: 2, other: 'b', other_people: people, other_share: share });
  const before = (rule: PeopleRule, rows: readonly Row[], isMarked?: (one: Row) => boolean) => {
    const asked = { ...ask, ...(isMarked === undefined ? {} : { isMarked }) };
    const judged = judgeSmallGroups(metric([rule]), rows, asked);
    return [judged.rows.map((one) => one['before'] ?? null), judged.uncompared];
  };
  const rule = { count: 'n_dev', against };

  it('does not tell what it compares where the other is few people, or one with most of it, or hidden', () => {
    expect(before(rule, [compared(8)])).toEqual([[2], 0]);
    expect(before(rule, [compared(4)])).toEqual([[null], 1]);
    expect(before(rule, [compared(8, 0.9)])).toEqual([[null], 1]);
    expect(before(rule, [compared(null)])).toEqual([[2], 0]);
    // Only 6 people, but the gate marked them: in another answer they would be told.
    expect(before(rule, [compared(6)], ({ team }) => team === 'b')).toEqual([[null], 1]);
    expect(judgeSmallGroups(metric([rule]), [compared(4)], ask).rows).toEqual([
      { team: 'a', value: 1, n_dev: 9, status: 'ok', before: null, other: 'b' },
    ]);
  });

  it('is hidden whole where it says nothing else', () => {
    const all = { label: 'team', by: 'other', count: 'other_people', share: 'other_share' };
    expect(judgeSmallGroups(metric([{ count: 'n_dev', against: all }]), [compared(3)], ask)).toMatchObject({
      rows: [{ team: 'a', value: null, n_dev: null, status: 'suppressed_k' }],
      uncompared: 1,
    });
  });
});
