/** The git histories of a generated organisation: what was merged, as GitHub would have merged it. The world then names real commits. */
import path from 'node:path';
import { Script, writeHistory } from '../fast-import.ts';
import { people } from './people.ts';
import type { MadePull } from './pull-request.ts';
import type { MadeRepository, World } from './world.ts';

/** One pull request onto `tip`. @returns the new tip. */
function land(script: Script, pull: MadePull, tip: number): number {
  const ref = `refs/pull/${String(pull.number)}/head`;
  const file = (index: number): string => `src/${String(pull.number)}-${String(index)}.txt`;
  let head = tip;
  pull.commits.forEach((made, index) => {
    head = script.commit(made.oid, { ref, who: made.author, authoredAt: made.at, committedAt: made.at, message: made.message, parents: [head], files: [[file(index), made.additions]] }); // prettier-ignore
  });
  const main = 'refs/heads/main';
  if (pull.method === 'rebase') {
    return pull.landed.reduce((parent, made, index) => {
      const own = pull.commits[index];
      return script.commit(made.oid, { ref: main, who: own?.author ?? null, authoredAt: made.authoredAt, committedAt: made.at, message: made.message, parents: [parent], files: [[file(index), own?.additions ?? 1]] }); // prettier-ignore
    }, tip);
  }
  const [made] = pull.landed;
  if (made === undefined) return tip;
  const parents = pull.method === 'merge' ? [tip, head] : [tip];
  const count = pull.commits.reduce((sum, one) => sum + one.additions, 0);
  // A merge holds what its branch holds. A squash holds the lines of all its commits in one file: whose they are is asked, not where they stand.
  const files: ReadonlyArray<readonly [string, number]> =
    pull.method === 'merge'
      ? pull.commits.map(({ additions }, index) => [file(index), additions] as const)
      : [[`src/${String(pull.number)}.txt`, count]];
  return script.commit(made.oid, { ref: main, who: pull.author, authoredAt: made.at, committedAt: made.at, message: made.message, parents, files }); // prettier-ignore
}

function writeOne(
  world: World,
  repository: MadeRepository,
  { folder, now }: { folder: string; now: number }
): Map<string, string> {
  const script = new Script('GitHub <noreply@github.com>');
  let tip = script.commit('first', { ref: 'refs/heads/main', who: people[0] ?? null, authoredAt: repository.startAt, committedAt: repository.startAt, message: `Begin ${repository.name}`, parents: [], files: [['README.md', 3]] }); // prettier-ignore
  const merged = Array.from({ length: repository.count }, (_none, index) => world.made(repository, index + 1))
    .filter(({ mergedAt }) => mergedAt !== null && mergedAt <= now)
    .sort((a, b) => (a.mergedAt ?? 0) - (b.mergedAt ?? 0) || a.number - b.number);
  for (const pull of merged) tip = land(script, pull, tip);
  return writeHistory(path.join(folder, repository.owner, repository.name), script);
}

/** Writes the bare repositories below `folder` as they are at `now`; from then on the world names their commits. */
export function writeGit(world: World, folder: string, now: number): void {
  const names = new Map<string, string>();
  for (const repository of world.repositories) {
    for (const [made, real] of writeOne(world, repository, { folder, now })) names.set(made, real);
  }
  world.rename(names);
}
