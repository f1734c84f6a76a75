/** Which first-parent commit brought each commit to the default branch, and which change that is. */
import { runGit, type Repository } from '../../lifetimes/git.ts';
import { changeWords, type ChangeWords } from './change-words.ts';
import { readLog } from './read-log.ts';

/** A change of the default branch. */
export interface MainlineChange extends ChangeWords {
  /** Number, or full sha of the first-parent commit. */
  readonly key: string;
  /** Last first-parent commit that belongs to it. */
  readonly mergeSha: string;
  readonly mergedAt: Date;
}

export interface Mainline {
  /** Change by the first-parent commit's sha. */
  readonly changes: ReadonlyMap<string, MainlineChange>;
  /** First-parent commit that brought a commit, by sha. Commits known before are absent. */
  readonly owner: ReadonlyMap<string, string>;
  /** New commits, for progress. */
  readonly total: number;
}

interface Node {
  readonly parents: readonly string[];
}

async function readGraph(repo: Repository, range: readonly string[]): Promise<Map<string, Node>> {
  const out = await runGit(repo, ['rev-list', '--topo-order', '--reverse', '--parents', '--stdin'], { input: `${range.join('\n')}\n` });
  const graph = new Map<string, Node>();
  for (const line of out.toString('latin1').split('\n')) {
    const [sha, ...parents] = line.split(' ');
    if (sha !== undefined && sha !== '') {
      graph.set(sha, { parents });
    }
  }
  return graph;
}

/** First-parent chain of the tip within the new commits, oldest first. */
function chainOf(graph: ReadonlyMap<string, Node>, tip: string): string[] {
  const chain: string[] = [];
  for (let at: string | undefined = tip; at !== undefined && graph.has(at); at = graph.get(at)?.parents[0]) {
    chain.push(at);
  }
  return chain.reverse();
}

/** Gives each commit to the first first-parent commit that reaches it. */
function owners(graph: ReadonlyMap<string, Node>, chain: readonly string[]): Map<string, string> {
  const owner = new Map<string, string>();
  for (const first of chain) {
    const waiting = [first];
    for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
      if (graph.has(sha) && !owner.has(sha)) {
        owner.set(sha, first);
        waiting.push(...(graph.get(sha)?.parents ?? []));
      }
    }
  }
  return owner;
}

/**
 * Names the changes of a chain, oldest first. Neighbours with one number are one change (a rebase merge); a number that comes back later
 * (cherry-pick, quoted subject) does not join two changes: the later commit is known by its sha.
 */
export function nameChanges(
  commits: ReadonlyArray<{ readonly sha: string; readonly at: Date; readonly words: ChangeWords }>,
  used: ReadonlySet<string> = new Set()
): Map<string, MainlineChange> {
  const changes = new Map<string, MainlineChange>();
  const taken = new Set(used);
  let before: { number: string | null; members: string[] } = { number: null, members: [] };
  for (const { sha, at, words } of commits) {
    const isSame = words.number !== null && words.number === before.number && words.kind === 'squash';
    before = isSame ? { ...before, members: [...before.members, sha] } : { number: words.number, members: [sha] };
    const isFree = words.number !== null && (isSame || !taken.has(words.number));
    const key = isFree ? (words.number as string) : sha;
    if (words.number !== null) {
      taken.add(words.number);
    }
    const change = { ...words, number: isFree ? words.number : null, key, mergeSha: sha, mergedAt: at };
    for (const member of isSame && isFree ? before.members : [sha]) {
      changes.set(member, change);
    }
  }
  return changes;
}

/** Reads what is new on the default branch. `known` = tips whose history is stored already. */
export async function readMainline(repo: Repository, { tip, known, signal }: { tip: string; known: readonly string[]; signal: AbortSignal }): Promise<Mainline> {
  const graph = await readGraph(repo, [tip, ...known.map((sha) => `^${sha}`)]);
  const chain = chainOf(graph, tip);
  const owner = owners(graph, chain);
  const commits: Array<{ sha: string; at: Date; words: ChangeWords }> = [];
  const isNew = new Set(chain);
  for await (const commit of readLog(repo, ['--first-parent', '--reverse', tip, ...known.map((sha) => `^${sha}`)], signal)) {
    if (isNew.has(commit.sha)) {
      commits.push({ sha: commit.sha, at: commit.committedAt, words: changeWords(commit.message, commit.parents.length > 1) });
    }
  }
  return { changes: nameChanges(commits), owner, total: graph.size };
}
