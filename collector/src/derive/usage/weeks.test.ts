import { eligibleWeeks, Life, mondayOfDay, usageWeeks, type DayUse, type PersonUsage, type Scope } from './weeks.ts';

const MONDAY = mondayOfDay(Math.floor(Date.UTC(2026, 2, 18) / 86_400_000));
const scope = (given: Partial<Scope> = {}): Scope => ({
  toolId: 'bot',
  workflowId: '',
  nominalGrade: 3,
  isDeclared: false,
  ...given,
});
const use = (day: number, uses: number, given: Partial<DayUse> = {}): DayUse => ({
  day,
  uses,
  accepted: 0,
  grade: 3,
  isDeclared: false,
  ...given,
});
const person = (given: Partial<PersonUsage> = {}): PersonUsage => ({
  uses: new Map(),
  commitDays: [],
  seats: new Map(),
  completionWeeks: new Set([MONDAY]),
  ...given,
});
const silent = new Life(new Map());
const week = (of: PersonUsage, scopes = [scope()], life = silent): unknown =>
  usageWeeks(of, [MONDAY], { scopes, life })[0];

describe('usage by week', () => {
  it('names the Monday', () => {
    expect(new Date(MONDAY * 86_400_000).toISOString().slice(0, 10)).toBe('2026-03-16');
  });
  it('counts the week, the 30 days to its end and the 30 days to its start', () => {
    const days = [
      use(MONDAY - 30, 1),
      use(MONDAY - 24, 2),
      use(MONDAY - 23, 4),
      use(MONDAY - 1, 8),
      use(MONDAY, 16),
      use(MONDAY + 6, 32),
      use(MONDAY + 7, 64),
    ];
    expect(week(person({ uses: new Map([['bot/', days]]) }))).toMatchObject({
      week: { uses: 48, days: 2 },
      trailing: { uses: 60, days: 4, coverage: 3, basis: 'event' },
      prior: { uses: 15, days: 4 },
    });
  });
  it('silence is unknown and keeps the row', () => {
    expect(week(person())).toMatchObject({ trailing: { uses: 0, coverage: 0, basis: 'none' } });
    expect(week(person({ seats: new Map([['bot', [{ from: MONDAY - 90, to: MONDAY + 90 }]]]) }))).toMatchObject({
      isSeated: true,
      trailing: { coverage: 1, basis: 'seat' },
    });
  });
  it('who uses one tool counts, as unknown, in the rows of the others', () => {
    const uses = new Map([['bot/', [use(MONDAY, 5)]]]);
    const of = person({ uses, completionWeeks: new Set() });
    const rows = usageWeeks(of, eligibleWeeks(of, MONDAY), { scopes: [scope(), scope({ toolId: 'other' })], life: silent });
    expect(rows.map((row) => [row.scope.toolId, row.monday - MONDAY, row.trailing.basis])).toEqual(
      [0, 7, 14, 21].flatMap((later) => [['bot', later, 'event'], ['other', later, 'none']])
    );
  }); // prettier-ignore
  it('a heartbeat in each of the four weeks makes silence a zero', () => {
    const life = (...back: number[]): Life =>
      new Life(new Map([['bot', new Set(back.map((days) => MONDAY + 7 - days))]]));
    expect(week(person(), [scope()], life(1, 8, 15, 22))).toMatchObject({
      trailing: { uses: 0, coverage: 3, basis: 'observed_zero' },
    });
    expect(week(person(), [scope()], life(1, 8, 22))).toMatchObject({ trailing: { coverage: 0 } });
  });
  it('a row of telemetry with no use is an observed zero', () => {
    expect(week(person({ uses: new Map([['bot/', [use(MONDAY, 0)]]]) }))).toMatchObject({
      trailing: { uses: 0, days: 0, coverage: 3, basis: 'observed_zero' },
    });
  });
  it('marks are declared use; commits without a mark are zero declared use; no commits are unknown', () => {
    const declared = [scope({ isDeclared: true })];
    expect(week(person({ uses: new Map([['bot/', [use(MONDAY, 2, { isDeclared: true })]]]) }), declared)).toMatchObject(
      { trailing: { uses: 2, coverage: 3, basis: 'declared' } }
    );
    expect(week(person({ commitDays: [MONDAY - 10] }), declared)).toMatchObject({
      trailing: { uses: 0, coverage: 3, basis: 'declared' },
    });
    expect(week(person({ commitDays: [MONDAY - 40, MONDAY + 8] }), declared)).toMatchObject({
      trailing: { coverage: 0 },
    });
    expect(week(person({ commitDays: [MONDAY - 10] }))).toMatchObject({ trailing: { coverage: 0 } });
  });
  it('telemetry counts before marks, never both', () => {
    const days = [use(MONDAY, 5), use(MONDAY + 1, 2, { isDeclared: true })];
    expect(week(person({ uses: new Map([['bot/', days]]) }))).toMatchObject({
      week: { uses: 5 },
      trailing: { uses: 5, days: 1 },
    });
  });
  it('a workflow sees its own uses; the tool being observed makes their lack a zero', () => {
    const uses = new Map([['bot/', [use(MONDAY, 5)]]]);
    expect(week(person({ uses }), [scope({ workflowId: 'review' })])).toMatchObject({
      trailing: { uses: 0, coverage: 3, basis: 'observed_zero' },
    });
  });
  it('weeks of completions, seats and uses are eligible', () => {
    const seats = new Map([['bot', [{ from: MONDAY + 1, to: MONDAY + 8 }]]]);
    expect(eligibleWeeks(person({ seats }), MONDAY + 70)).toEqual([MONDAY, MONDAY + 7]);
    const uses = new Map([['bot/', [use(MONDAY + 2, 1)]]]);
    expect(eligibleWeeks(person({ uses, completionWeeks: new Set() }), MONDAY)).toEqual([
      MONDAY,
      MONDAY + 7,
      MONDAY + 14,
      MONDAY + 21,
    ]);
  });
});
