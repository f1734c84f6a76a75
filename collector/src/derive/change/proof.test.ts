import { describe, expect, it } from '@jest/globals';
import { proofOf } from './proof.ts';
import type { CommitEvidence, Evidence, Mark } from './evidence.ts';

const mark = (given: Partial<Mark> = {}): Mark => ({ toolId: 'claude-code', kind: 'co_author', grade: 3, confidence: 0.7, aiShare: null, ...given }); // prettier-ignore
const commit = (...marks: Mark[]): CommitEvidence => ({ effectiveAdded: 100, marks, override: null, overrideTool: null }); // prettier-ignore
const evidence = (given: Partial<Evidence> = {}): Evidence => ({
  ...{ commits: [commit()], isOpaqueSquash: false, isAgentAuthored: false, labels: [], branch: null, override: null, lines: null },
  ...{ effectiveAdded: 100, accepted: null, isActive: false, activeTools: [], isTrackedHuman: false, isWithoutSeat: false },
  ...{ isBeforeTools: false, sessions: [], ...given },
}); // prettier-ignore
const lines = (ai: number, human: number, untracked = 0): Evidence['lines'] => ({ ai, human, untracked, tools: ai > 0 ? ['codex'] : [] }); // prettier-ignore
const marked = (given: Partial<Evidence>): readonly string[] => proofOf(evidence(given)).marked_tools;
const proven = (given: Partial<Evidence>): unknown[] => {
  const { proven_by, proven_ai, proven_tools } = proofOf(evidence(given));
  return [proven_by, proven_ai, ...proven_tools];
};

describe('marks', () => {
  it.each([
    ['a co-author', { commits: [commit(), commit(mark())] }, ['claude-code']],
    ['a trailer of a tool without a name', { commits: [commit(mark({ kind: 'trailer', toolId: 'generic' }))] }, ['generic']],
    ['a label that says AI', { labels: ['AI: assisted'] }, ['generic']],
    ['an agent as author', { isAgentAuthored: true }, ['generic']],
    ['an agent that names itself', { isAgentAuthored: true, commits: [commit(mark({ toolId: 'copilot', kind: 'author' }))] }, ['copilot']],
  ] as const)('%s is one', (_what, given, tools) => expect(marked(given)).toEqual(tools)); // prettier-ignore

  it.each([
    ['a note, with which marks are compared', { commits: [commit(mark({ kind: 'note' }))] }],
    ['a note of a session', { commits: [commit(mark({ kind: 'session_note' }))] }],
    ['a count of lines', { commits: [commit(mark({ kind: 'line_count', grade: 4, aiShare: 1 }))] }],
    ['a distrusted one', { commits: [commit(mark({ kind: 'distrusted', grade: 0 }))] }],
    ['the name of a branch', { branch: 'claude/fix' }],
    ['a label that says people', { labels: ['ai:none'] }],
    ['a session', { sessions: ['codex'] }],
  ])('%s is none', (_what, given) => expect(marked(given)).toEqual([]));
});

describe('proof', () => {
  it.each([
    ['attested lines', { lines: lines(10, 90) }, ['line', true, 'codex']],
    ['attested lines of people alone', { lines: lines(0, 100) }, ['line', false]],
    ['counted lines', { commits: [commit(mark({ kind: 'line_count', grade: 4, aiShare: 0.2, toolId: 'cursor' }))] }, ['line_count', true, 'cursor']],
    ['counted lines of people alone', { commits: [commit(mark({ kind: 'line_count', grade: 4, aiShare: 0 }))] }, ['line_count', false]],
    ['a tracker that found nothing', { isTrackedHuman: true }, ['tracker', false]],
    ['a session that named a commit', { sessions: ['codex', 'codex'] }, ['session', true, 'codex']],
    ['an audit before all others', { override: { share: 0, toolId: null }, lines: lines(10, 90) }, ['audit', false]],
  ] as const)('%s proves', (_what, given, found) => expect(proven(given)).toEqual(found)); // prettier-ignore

  it.each([
    ['a mark, which is what is judged', { commits: [commit(mark())] }],
    ['lines that nobody attested', { lines: lines(0, 50, 50) }],
    ['a count of some commits', { commits: [commit(mark({ kind: 'line_count', grade: 4, aiShare: 0 })), commit()] }],
    ['no tool to use', { isBeforeTools: true, isWithoutSeat: true }],
    ['activity', { isActive: true, activeTools: ['codex'], accepted: { lines: 50, isRepoKnown: true, tools: ['codex'] } }],
  ])('%s proves nothing', (_what, given) => expect(proven(given)).toEqual([null, null])); // prettier-ignore

  it('goes to a session where lines leave it open', () => {
    expect(proven({ lines: lines(0, 50, 50), sessions: ['codex'] })).toEqual(['session', true, 'codex']);
  });
});
