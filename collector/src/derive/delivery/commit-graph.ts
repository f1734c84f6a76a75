/** The commit graph of a repository as integers: about 40 bytes a commit beside its name. */
import type { Client } from '../work-list.ts';

export interface GraphCommit {
  readonly sha: string;
  readonly parents: readonly string[];
}

/** Largest first. */
class Heap {
  private readonly items: number[] = [];
  get size(): number {
    return this.items.length;
  }
  push(value: number): void {
    const items = this.items;
    let at = items.push(value) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if ((items[up] ?? 0) >= value) break;
      items[at] = items[up] ?? 0;
      at = up;
    }
    items[at] = value;
  }
  pop(): number {
    const items = this.items;
    const top = items[0] ?? -1;
    const last = items.pop() ?? -1;
    if (items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] ?? 0) > (items[child] ?? 0)) child += 1;
      if ((items[child] ?? 0) <= last) break;
      items[at] = items[child] ?? 0;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

export class CommitGraph {
  private readonly order = new Map<string, number>();
  private readonly shas: string[] = [];
  private readonly parents: Int32Array[] = [];

  /** Commits in any order; parents outside the graph (shallow clones) are left out. */
  constructor(commits: readonly GraphCommit[]) {
    const byName = new Map(commits.map((commit) => [commit.sha, commit.parents]));
    for (const start of byName.keys()) this.place(start, byName);
    for (const sha of this.shas) {
      const known = (byName.get(sha) ?? []).map((parent) => this.order.get(parent)).filter((one) => one !== undefined);
      this.parents.push(Int32Array.from(known));
    }
  }

  /** Numbers a commit after all its ancestors, without recursion. */
  private place(start: string, byName: ReadonlyMap<string, readonly string[]>): void {
    const stack = [start];
    while (stack.length > 0) {
      const sha = stack.at(-1) ?? '';
      const open = (byName.get(sha) ?? []).filter((parent) => byName.has(parent) && !this.order.has(parent));
      if (this.order.has(sha) || open.length === 0) {
        stack.pop();
        if (!this.order.has(sha)) this.order.set(sha, this.shas.push(sha) - 1);
      } else {
        for (const parent of open) stack.push(parent);
      }
    }
  }

  has(sha: string): boolean {
    return this.order.has(sha);
  }

  /** Commits reachable from a commit and not yet among `seen`, to which they are added. Looks at little more than the answer. */
  takeNew(tip: string, seen: Set<number>): string[] {
    const found: string[] = [];
    const open = [this.order.get(tip) ?? -1];
    for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
      if (commit < 0 || seen.has(commit)) continue;
      seen.add(commit);
      found.push(this.shas[commit] ?? '');
      for (const parent of this.parents[commit] ?? []) open.push(parent);
    }
    return found;
  }

  /** The first is the second, or an ancestor of it. */
  isAncestor(first: string, second: string): boolean {
    const [goal = -1, start = -1] = [this.order.get(first), this.order.get(second)];
    if (goal < 0 || start < goal) return false;
    const seen = new Set<number>();
    const open = [start];
    for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
      if (commit === goal) return true;
      // Ancestors have lower numbers: what is below the goal does not lead to it.
      if (commit < goal || seen.has(commit)) continue;
      seen.add(commit);
      for (const parent of this.parents[commit] ?? []) open.push(parent);
    }
    return false;
  }

  /** Commits reachable from `tip` and not from `base` (as `git rev-list base..tip`). Looks at little more than the answer. */
  between(base: string, tip: string): string[] {
    const found: string[] = [];
    const sides = new Map<number, number>();
    const heap = new Heap();
    let open = 0;
    const visit = (commit: number, side: number): void => {
      const known = sides.get(commit);
      if (known === undefined) {
        heap.push(commit);
        if (side === 1) open += 1;
      } else if (known === 1 && side === 2) {
        open -= 1;
      }
      sides.set(commit, Math.max(known ?? 0, side));
    };
    visit(this.order.get(tip) ?? -1, 1);
    visit(this.order.get(base) ?? -1, 2);
    // A parent has a lower number than its children, so the side of the highest open commit is final.
    while (heap.size > 0 && open > 0) {
      const commit = heap.pop();
      const side = sides.get(commit) ?? 0;
      if (side === 1) {
        open -= 1;
        found.push(this.shas[commit] ?? '');
      }
      for (const parent of this.parents[commit] ?? []) visit(parent, side);
    }
    return found;
  }
}

/** The whole graph of a repository. */
export async function loadGraph(client: Client, repoId: number): Promise<CommitGraph> {
  const { rows } = await client.query<GraphCommit>('select sha, parents from git_commit where repo_id = $1', [repoId]);
  return new CommitGraph(rows);
}
