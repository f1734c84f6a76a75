import { codeSource, isCertain } from './code-source.ts';
import { EPSILON, type CommitEvidence, type Evidence, type Mark } from './evidence.ts';

const settings = { heavyShare: 0.4, acceptActivity: false, assumeUnmarked: 'unknown' } as const;
const mark = (given: Partial<Mark> = {}): Mark => ({
  toolId: 'claude-code',
  kind: 'co_author',
  grade: 3,
  confidence: 0.7,
  aiShare: null,
  ...given,
});
const commit = (effectiveAdded: number | null, ...marks: Mark[]): CommitEvidence => ({
  effectiveAdded,
  marks,
  override: null,
  overrideTool: null,
});
const evidence = (given: Partial<Evidence> = {}): Evidence => ({
  commits: [commit(100)],
  isOpaqueSquash: false,
  isAgentAuthored: false,
  labels: [],
  branch: null,
  override: null,
  lines: null,
  effectiveAdded: 100,
  accepted: null,
  isActive: false,
  activeTools: [],
  isTrackedHuman: false,
  isWithoutSeat: false,
  isBeforeTools: false,
  sessions: [],
  ...given,
});
const lines = (ai: number, human: number, untracked = 0): Evidence['lines'] => ({
  ai,
  human,
  untracked,
  tools: ['cursor'],
});
const source = (given: Partial<Evidence>): string => codeSource(evidence(given), settings).codeSource;

describe('G-07: code source of a change', () => {
  it('40 AI lines of 100 are assisted, 41 are heavy', () => {
    expect(source({ lines: lines(40, 60) })).toBe('ai_assisted');
    expect(source({ lines: lines(41, 59) })).toBe('ai_heavy');
  });
  it('0 of 100 with grade 4 is human, 0 signals are unknown', () => {
    expect(source({ lines: lines(0, 100) })).toBe('human');
    expect(codeSource(evidence(), settings)).toMatchObject({
      codeSource: 'unknown',
      share: null,
      grade: 0,
      method: 'none',
      confidence: null,
    });
  });
  it('an agent author is heavy', () => {
    expect(codeSource(evidence({ isAgentAuthored: true }), settings)).toMatchObject({
      codeSource: 'ai_heavy',
      share: 1,
      method: 'agent_author',
      confidence: 0.85,
      isCertain: true,
    });
  });
  it('a trailer on commits with 30 of 100 lines is assisted, certain, with the share as upper bound', () => {
    const result = codeSource(evidence({ commits: [commit(30, mark()), commit(70)] }), settings);
    expect(result).toMatchObject({
      codeSource: 'ai_assisted',
      hi: 0.3,
      isCertain: true,
      confidence: 0.7,
      tools: ['claude-code'],
    });
    expect(result.lo).toBeGreaterThan(0);
    expect(result.lo).toBeLessThan(0.001);
  });
  it('grade 4 says 10 %, a label says heavy: assisted, conflict', () => {
    expect(codeSource(evidence({ lines: lines(10, 90), labels: ['AI:Heavy'] }), settings)).toMatchObject({
      codeSource: 'ai_assisted',
      hasConflict: true,
      grade: 4,
    });
  });
});

describe('line evidence', () => {
  it('untracked lines open the interval and are not human', () => {
    expect(codeSource(evidence({ lines: lines(30, 30, 40) }), settings)).toMatchObject({
      share: 0.3,
      lo: 0.3,
      hi: 0.7,
      isCertain: false,
    });
    expect(source({ lines: lines(0, 60, 40) })).toBe('unknown');
  });
  it('untracked lines do not hide a lower grade', () => {
    expect(source({ lines: lines(0, 60, 40), commits: [commit(100, mark())] })).toBe('ai_heavy');
  });
  it('counts of several tools add up to at most 1; commits without a count stay open', () => {
    const counts = [
      mark({ kind: 'line_count', grade: 4, aiShare: 0.7 }),
      mark({ kind: 'line_count', grade: 4, aiShare: 0.6, toolId: 'x' }),
    ];
    expect(codeSource(evidence({ commits: [commit(50, ...counts), commit(50)] }), settings)).toMatchObject({
      share: 0.5,
      lo: 0.5,
      hi: 1,
      method: 'line_count',
      isCertain: true,
    });
  });
  it('no lines by one tool say nothing against the mark of another; against its own, and alone, they do', () => {
    const none = mark({ kind: 'line_count', grade: 4, aiShare: 0, toolId: 'cursor' });
    expect(source({ commits: [commit(100, none)] })).toBe('human');
    expect(codeSource(evidence({ commits: [commit(100, none, mark({ toolId: 'claude-code' }))] }), settings)).toMatchObject({ codeSource: 'ai_heavy', grade: 3, hasConflict: false }); // prettier-ignore
    expect(codeSource(evidence({ commits: [commit(100, none, mark({ toolId: 'cursor' }))] }), settings)).toMatchObject({ codeSource: 'human', hasConflict: true }); // prettier-ignore
  });
  it('a manual share stands above everything', () => {
    expect(
      codeSource(evidence({ override: { share: 0, toolId: null }, isAgentAuthored: true }), settings)
    ).toMatchObject({
      codeSource: 'human',
      method: 'override',
      hasConflict: false,
    });
  });
});

describe('declared evidence', () => {
  it('a marked squash of many is only an upper bound with less confidence', () => {
    expect(codeSource(evidence({ commits: [commit(100, mark())], isOpaqueSquash: true }), settings)).toMatchObject({
      codeSource: 'ai_heavy',
      hi: 1,
      isCertain: false,
      confidence: 0.5,
    });
  });
  it('one human label and one mark disagree: the mark wins and the conflict is kept', () => {
    expect(
      codeSource(evidence({ labels: ['ai:none'], commits: [commit(30, mark()), commit(70)] }), settings)
    ).toMatchObject({
      codeSource: 'ai_assisted',
      hasConflict: true,
    });
  });
  it('a change that only deletes is weighed by commits', () => {
    expect(source({ effectiveAdded: 0, commits: [commit(0, mark()), commit(0), commit(0)] })).toBe('ai_assisted');
    expect(
      source({ effectiveAdded: 0, commits: [commit(0)], accepted: { lines: 50, isRepoKnown: true, tools: [] } })
    ).toBe('unknown');
  });
  it('distrusted marks say nothing, not even "assumed human"', () => {
    const distrusted = evidence({ commits: [commit(100, mark({ kind: 'distrusted', grade: 0 }))] });
    expect(codeSource(distrusted, { ...settings, assumeUnmarked: 'human' }).codeSource).toBe('unknown');
  });
  it('"no AI" on every commit is human, on one of two it is not', () => {
    const none = mark({ kind: 'explicit_human', confidence: 0.5, toolId: 'generic' });
    expect(source({ commits: [commit(50, none), commit(50, none)] })).toBe('human');
    expect(source({ commits: [commit(50, none), commit(50)] })).toBe('unknown');
  });
});

describe('weak evidence', () => {
  it('accepted lines give a share that is never certain', () => {
    expect(codeSource(evidence({ accepted: { lines: 30, isRepoKnown: false, tools: ['x'] } }), settings)).toMatchObject(
      {
        codeSource: 'ai_assisted',
        share: 0.3,
        confidence: 0.4,
        grade: 2,
        isCertain: false,
      }
    );
  });
  it('activity and branch names decide only where the organisation says so', () => {
    expect(codeSource(evidence({ isActive: true }), settings)).toMatchObject({
      codeSource: 'unknown',
      grade: 1,
      method: 'activity',
    });
    expect(source({ branch: 'codex/fix-it' })).toBe('unknown');
    expect(codeSource(evidence({ branch: 'codex/fix-it' }), { ...settings, acceptActivity: true })).toMatchObject({
      codeSource: 'ai_assisted',
      confidence: 0.3,
      tools: ['codex'],
    });
  });
});

describe('human evidence', () => {
  it.each([
    [{ isTrackedHuman: true }, 'tracker', 0.95],
    [{ labels: ['ai:none'] }, 'label', 0.8],
    [{ isWithoutSeat: true }, 'no_seat', 0.6],
    [{ isBeforeTools: true }, 'human_before', 0.9],
  ])('%j → human by %s', (given, method, confidence) => {
    expect(codeSource(evidence(given), settings)).toMatchObject({
      codeSource: 'human',
      share: 0,
      method,
      confidence,
      isAssumed: false,
    });
  });
  it('a mark before "human_before" beats it', () => {
    expect(source({ isBeforeTools: true, commits: [commit(100, mark())] })).toBe('ai_heavy');
  });
  it('"assume_unmarked: human" is an assumption and says so', () => {
    expect(codeSource(evidence(), { ...settings, assumeUnmarked: 'human' })).toMatchObject({
      codeSource: 'human',
      isAssumed: true,
      method: 'assumed',
      confidence: null,
      isCertain: false,
    });
  });
});

describe('certainty', () => {
  it.each([
    [0, 0, true],
    [EPSILON, 0.4, true],
    [0, 0.4, false],
    [0.4, 0.41, false],
    [0.41, 1, true],
    [null, null, false],
  ])('[%s, %s] is certain: %s', (lo, hi, expected) => {
    expect(isCertain(lo, hi, 0.4)).toBe(expected);
  });
});

describe('G-05/06: why unmarked is not human', () => {
  it('a quarter of heavy code among "human" shrinks the gap from 18 to 13.5 points', () => {
    const observed = 0.75 * 0.24 + 0.25 * 0.42;
    expect(observed).toBeCloseTo(0.285, 12);
    expect(0.42 - observed).toBeCloseTo(0.135, 12);
  });
  it('an audited share is corrected by sensitivity and specificity', () => {
    expect((0.35 + 0.95 - 1) / (0.7 + 0.95 - 1)).toBeCloseTo(0.461538, 6);
  });
});
