import type { ResumePoint, Rewritten } from './contract.ts';
import { runGit, type Repository } from '../git/process.ts';
import type { Commit, History } from './read/history.ts';

/** Which commits a pass works on, and from which state. */
export interface Plan {
  /** Mainline position that is already stored; -1: everything is read. */
  readonly baseSeq: number;
  /** Indices of the commits to apply, parents first. */
  readonly order: readonly number[];
  /** Those of `order` that an earlier pass has reported already: side branches that are needed again. */
  readonly known: ReadonlySet<number>;
  /** By commit index: 1 for what the stored mainline reaches. */
  readonly processed: Uint8Array;
  /** Older mainline commits whose stored files are needed. */
  readonly forks: readonly number[];
  readonly rewritten: Rewritten | null;
  /** Why the stored state cannot be used; null: it is used, or there is none. */
  readonly resetReason: string | null;
}

/** Decides how to continue. `format` is that of this pass. */
export async function planPass(
  repo: Repository,
  history: History,
  from: { resume: ResumePoint | undefined; format: string }
): Promise<Plan> {
  const { resume, format } = from;
  if (!resume) return fullPlan(history, null, null);
  const { baseSeq, rewritten, resetReason } = await findBase(repo, history, resume);
  if (resetReason) return fullPlan(history, rewritten, resetReason);
  if (resume.format !== format) return fullPlan(history, rewritten, 'rules, ignored revisions or attributes changed');
  const work = newWork(history, baseSeq);
  const kept = new Set(resume.forks);
  const tooOld = work.forks.find((index) => {
    const seq = history.commits[index]?.seq ?? 0;
    return seq < resume.versionsFrom && !kept.has(seq);
  });
  if (tooOld !== undefined || baseSeq < resume.versionsFrom) {
    const sha = history.commits[tooOld ?? history.mainline[baseSeq] ?? 0]?.sha ?? '';
    return fullPlan(history, rewritten, `the files of ${sha}, from which new commits start, are no longer kept`);
  }
  return { baseSeq, ...work, rewritten, resetReason: null };
}

function fullPlan(history: History, rewritten: Rewritten | null, resetReason: string | null): Plan {
  return {
    baseSeq: -1,
    order: history.commits.map((_, index) => index),
    known: new Set(),
    processed: new Uint8Array(history.commits.length),
    forks: [],
    rewritten,
    resetReason,
  };
}

interface Base {
  readonly baseSeq: number;
  readonly rewritten: Rewritten | null;
  readonly resetReason: string | null;
}

async function findBase(repo: Repository, history: History, resume: ResumePoint): Promise<Base> {
  const last = history.indexOf.get(resume.tipSha);
  const seq = last === undefined ? null : (history.commits[last] as Commit).seq;
  if (seq === resume.seq) return { baseSeq: seq, rewritten: null, resetReason: null };
  if (seq !== null)
    return {
      baseSeq: -1,
      rewritten: null,
      resetReason: 'the repository knows more or less of the past than before (shallow clone)',
    };
  return findRewrittenBase(repo, history, resume);
}

async function findRewrittenBase(repo: Repository, history: History, resume: ResumePoint): Promise<Base> {
  const out = await runGit(repo, ['rev-list', '--first-parent', resume.tipSha]).catch(() => null);
  const chain = out?.toString('latin1').trim().split('\n') ?? [resume.tipSha];
  const seqOf = (sha: string): number | null => history.commits[history.indexOf.get(sha) ?? -1]?.seq ?? null;
  const shared = chain.findIndex((sha, back) => seqOf(sha) === resume.seq - back);
  const baseSeq = shared < 0 ? -1 : resume.seq - shared;
  const removed = shared < 0 ? chain : chain.slice(0, shared);
  const at = history.commits.at(-1)?.time ?? 0;
  const rewritten = { baseSha: history.commits[history.mainline[baseSeq] ?? -1]?.sha ?? null, baseSeq, removed, at };
  return { baseSeq, rewritten, resetReason: shared < 0 ? 'the history was rewritten from its beginning' : null };
}

/** New commits, and the side commits and mainline versions they start from, where the mainline is stored up to `baseSeq`. */
export function newWork(history: History, baseSeq: number): Pick<Plan, 'order' | 'known' | 'processed' | 'forks'> {
  const { commits } = history;
  const processed = ancestors(history, history.mainline[baseSeq] ?? -1);
  const known = new Set<number>();
  const forks = new Set<number>();
  const order: number[] = [];
  // Children come after their parents, so walking back meets every commit that is needed again before it is decided.
  for (let index = commits.length - 1; index >= 0; index--) {
    if (processed[index] && !known.has(index)) continue;
    order.push(index);
    for (const parent of (commits[index] as Commit).parents) {
      if (!processed[parent]) continue;
      if ((commits[parent] as Commit).seq === null) known.add(parent);
      else forks.add(parent);
    }
  }
  return { order: order.reverse(), known, processed, forks: [...forks] };
}

function ancestors(history: History, from: number): Uint8Array {
  const found = new Uint8Array(history.commits.length);
  if (from < 0) return found;
  found[from] = 1;
  for (let index = from; index >= 0; index--) {
    if (found[index]) for (const parent of (history.commits[index] as Commit).parents) found[parent] = 1;
  }
  return found;
}
