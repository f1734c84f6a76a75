/** Evidence of grade 3: agent authors, labels, marks on the change's own commits. */
import { entryOf } from '../../foreign.ts';
import {
  CONFIDENCE,
  EPSILON,
  commitWeights,
  type CommitEvidence,
  type Evidence,
  type Mark,
  type Verdict,
} from './evidence.ts';

/** Marks that say "AI took part in this commit". */
const AI_KINDS: ReadonlySet<string> = new Set([
  'author',
  'committer',
  'co_author',
  'trailer',
  'text',
  'note',
  'session_note',
]);
/** It says that AI took part. */
export const isAiMark = (mark: Mark): boolean => AI_KINDS.has(mark.kind) && mark.grade >= 3;

const LABELS: Readonly<Record<string, 'human' | 'ai_assisted' | 'ai_heavy'>> = {
  'ai:none': 'human',
  'ai:assisted': 'ai_assisted',
  'ai:heavy': 'ai_heavy',
};

function agent(evidence: Evidence): Verdict | null {
  if (!evidence.isAgentAuthored) return null;
  const tools = evidence.commits.flatMap(({ marks }) => marks.filter(isAiMark).map(({ toolId }) => toolId));
  return { grade: 3, method: 'agent_author', share: 1, lo: 1, hi: 1, confidence: CONFIDENCE.agent, tools };
}

const sourcesOf = (labels: readonly string[]): ReadonlyArray<'human' | 'ai_assisted' | 'ai_heavy'> =>
  labels.map((label) => entryOf(LABELS, label.toLowerCase().split(' ').join(''))).filter((one) => one !== undefined);

/** What labels say, of those that say that AI took part. */
export const aiLabels = (labels: readonly string[]): readonly string[] =>
  sourcesOf(labels).filter((one) => one !== 'human');

function labelled(evidence: Evidence, heavyShare: number): Verdict | null {
  const named = sourcesOf(evidence.labels);
  const codeSource = (['ai_heavy', 'ai_assisted', 'human'] as const).find((one) => named.includes(one));
  if (codeSource === undefined) return null;
  const [lo, hi] = { ai_heavy: [heavyShare + EPSILON, 1], ai_assisted: [EPSILON, heavyShare], human: [0, 0] }[
    codeSource
  ] as [number, number];
  return {
    grade: 3,
    method: 'label',
    codeSource,
    share: codeSource === 'human' ? 0 : null,
    lo,
    hi,
    confidence: CONFIDENCE.label,
    tools: [],
    isDisputed: new Set(named).size > 1,
  };
}

/** Share of one commit by its marks: exact where a mark says so, else anything above nothing. */
function markedShare({ marks }: CommitEvidence): { lo: number; hi: number } {
  const ai = marks.filter(isAiMark);
  if (ai.length === 0) return { lo: 0, hi: 0 };
  const exact = ai.map(({ aiShare }) => aiShare).filter((share) => share !== null);
  const most = exact.reduce((largest, share) => Math.max(largest, share), 0);
  return exact.length === 0 ? { lo: EPSILON, hi: 1 } : { lo: most, hi: most };
}

/** Marked commits: their lines are an upper bound of what AI wrote. */
function marked(evidence: Evidence): Verdict | null {
  const marks = evidence.commits.flatMap((commit) => commit.marks.filter(isAiMark));
  if (marks.length === 0) return null;
  const weights = commitWeights(evidence.commits);
  const total = weights.reduce((all, one) => all + one, 0);
  let lo = 0;
  let hi = 0;
  evidence.commits.forEach((commit, index) => {
    const share = markedShare(commit);
    lo += (share.lo * (weights[index] ?? 0)) / total;
    hi += (share.hi * (weights[index] ?? 0)) / total;
  });
  // A marked commit without effective lines still says that AI took part.
  const least = Math.max(lo, EPSILON);
  const top = Math.max(hi, EPSILON);
  const limit = evidence.isOpaqueSquash ? CONFIDENCE.squash : CONFIDENCE.trailer;
  return {
    grade: 3,
    method: marks.some(({ kind }) => kind === 'co_author' || kind === 'trailer')
      ? 'trailer'
      : (marks[0]?.kind ?? 'trailer'),
    share: Math.min(1, top),
    lo: Math.min(least, top, 1),
    hi: Math.min(1, top),
    confidence: Math.min(
      limit,
      marks.reduce((most, { confidence }) => Math.max(most, confidence), 0)
    ),
    tools: marks.map(({ toolId }) => toolId),
  };
}

/** Every own commit says that no AI took part. */
function explicitHuman({ commits }: Evidence): Verdict | null {
  const said = commits.map(({ marks }) => marks.filter(({ kind }) => kind === 'explicit_human'));
  if (said.length === 0 || said.some((marks) => marks.length === 0)) return null;
  const confidence = said.flat().reduce((least, mark) => Math.min(least, mark.confidence), 1);
  return { grade: 3, method: 'explicit_human', codeSource: 'human', share: 0, lo: 0, hi: 0, confidence, tools: [] };
}

const rank = (verdict: Verdict, heavyShare: number): number => {
  if (verdict.codeSource !== undefined)
    return { unknown: 0, human: 1, ai_assisted: 2, ai_heavy: 3 }[verdict.codeSource];
  return (verdict.share ?? 0) > heavyShare + 1e-12 ? 3 : 2;
};

/** The strongest class among what was declared; tools of all, disputed where one says human and another AI. */
export function declared(evidence: Evidence, heavyShare: number): Verdict | null {
  const all = [agent(evidence), labelled(evidence, heavyShare), marked(evidence), explicitHuman(evidence)].filter(
    (one) => one !== null
  );
  const [first] = all;
  if (first === undefined) return null;
  // The first of equals wins: an agent author, then a label, then marks.
  const best = all.reduce((a, b) => (rank(b, heavyShare) > rank(a, heavyShare) ? b : a), first);
  const isMixed = new Set(all.map((verdict) => rank(verdict, heavyShare) === 1)).size > 1;
  return {
    ...best,
    tools: all.flatMap(({ tools }) => tools),
    isDisputed: isMixed || all.some(({ isDisputed }) => isDisputed === true),
  };
}
