import fc from 'fast-check';
import { CommitGraph, type GraphCommit } from './commit-graph.ts';

/** Ancestors by plain recursion: the oracle. */
function ancestors(commits: readonly GraphCommit[], tip: string): Set<string> {
  const byName = new Map(commits.map((commit) => [commit.sha, commit]));
  const seen = new Set<string>();
  const visit = (sha: string): void => {
    if (seen.has(sha) || !byName.has(sha)) return;
    seen.add(sha);
    byName.get(sha)?.parents.forEach(visit);
  };
  visit(tip);
  return seen;
}

describe('commit graph', () => {
  it('finds what a release brings: merged branches, not what was shipped before', () => {
    const graph = new CommitGraph([
      { sha: 'm2', parents: ['m1', 'b2'] },
      { sha: 'b2', parents: ['b1'] },
      { sha: 'b1', parents: ['r'] },
      { sha: 'm1', parents: ['r'] },
      { sha: 'r', parents: ['outside'] },
    ]);
    expect(graph.between('m1', 'm2').sort()).toEqual(['b1', 'b2', 'm2']);
    expect(graph.between('m2', 'm1')).toEqual([]);
    expect(graph.between('m1', 'b2').sort()).toEqual(['b1', 'b2']);
  });

  it('agrees with plain ancestor sets on random graphs', () => {
    const graphs = fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 3 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(graphs, fc.nat(), fc.nat(), (links, a, b) => {
        const commits = links
          .map((parents, index) => ({
            sha: `c${String(index)}`,
            parents: [...new Set(parents.filter((one) => one < index))].map((one) => `c${String(one)}`),
          }))
          .toReversed();
        const [base, tip] = [`c${String(a % links.length)}`, `c${String(b % links.length)}`];
        const hidden = ancestors(commits, base);
        const expected = [...ancestors(commits, tip)].filter((sha) => !hidden.has(sha)).sort();
        expect(new CommitGraph(commits).between(base, tip).sort()).toEqual(expected);
      })
    );
  });

  it('holds a straight history of 100,000 commits without deep recursion', () => {
    const commits = Array.from({ length: 100_000 }, (_one, index) => ({
      sha: `c${String(index)}`,
      parents: index === 0 ? [] : [`c${String(index - 1)}`],
    }));
    const graph = new CommitGraph(commits.toReversed());
    expect(graph.between('c99990', 'c99999')).toHaveLength(9);
  });
});
