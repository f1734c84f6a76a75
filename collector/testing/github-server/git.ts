/** The git histories of a generated organisation: what was merged, as GitHub would have merged it. The world then names real commits. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Account } from './people.ts';
import { people } from './people.ts';
import type { MadePull } from './pull-request.ts';
import type { MadeRepository, World } from './world.ts';

/** A stream for `git fast-import`, and which mark stands for which commit of the world. */
class Script {
  readonly lines: string[] = [];
  readonly names = new Map<number, string>();
  #mark = 0;

  #text(text: string): void {
    this.lines.push(`data ${String(Buffer.byteLength(text))}`, text);
  }

  commit(
    name: string,
    at: {
      ref: string;
      who: Account | null;
      authoredAt: number;
      committedAt: number;
      message: string;
      parents: readonly number[];
      /** Files that it changes, and how many lines each has then. */
      files: ReadonlyArray<readonly [file: string, lines: number]>;
    }
  ): number {
    const mark = ++this.#mark;
    this.names.set(mark, name);
    const who = at.who ?? (people[0] as Account);
    const time = (ms: number): string => `${String(Math.floor(ms / 1000))} +0000`;
    this.lines.push(`commit ${at.ref}`, `mark :${String(mark)}`);
    this.lines.push(`author ${who.name} <${who.email}> ${time(at.authoredAt)}`, `committer GitHub <noreply@github.com> ${time(at.committedAt)}`); // prettier-ignore
    this.#text(at.message);
    at.parents.forEach((parent, index) => this.lines.push(`${index === 0 ? 'from' : 'merge'} :${String(parent)}`));
    for (const [file, lines] of at.files) {
      this.lines.push(`M 644 inline ${file}`);
      this.#text(Array.from({ length: lines }, (_none, line) => `${file} line ${String(line)}`).join('\n'));
    }
    return mark;
  }
}

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
  const target = path.join(folder, repository.owner, repository.name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const git = (args: readonly string[], input?: string): void => void execFileSync('git', ['-C', target, ...args], { input, stdio: ['pipe', 'ignore', 'pipe'] }); // prettier-ignore
  git(['init', '-q', '--bare', '-b', 'main']);
  const script = new Script();
  let tip = script.commit('first', { ref: 'refs/heads/main', who: people[0] ?? null, authoredAt: repository.startAt, committedAt: repository.startAt, message: `Begin ${repository.name}`, parents: [], files: [['README.md', 3]] }); // prettier-ignore
  const merged = Array.from({ length: repository.count }, (_none, index) => world.made(repository, index + 1))
    .filter(({ mergedAt }) => mergedAt !== null && mergedAt <= now)
    .sort((a, b) => (a.mergedAt ?? 0) - (b.mergedAt ?? 0) || a.number - b.number);
  for (const pull of merged) tip = land(script, pull, tip);
  git(['fast-import', '--quiet', `--export-marks=${path.join(target, 'marks')}`], `${script.lines.join('\n')}\n`);
  const real = new Map<string, string>();
  for (const line of readFileSync(path.join(target, 'marks'), 'utf8').split('\n')) {
    const [mark = '', sha = ''] = line.split(' ');
    const name = script.names.get(Number(mark.slice(1)));
    if (name !== undefined) real.set(name, sha);
  }
  return real;
}

/** Writes the bare repositories below `folder` as they are at `now`; from then on the world names their commits. */
export function writeGit(world: World, folder: string, now: number): void {
  const names = new Map<string, string>();
  for (const repository of world.repositories) {
    for (const [made, real] of writeOne(world, repository, { folder, now })) names.set(made, real);
  }
  world.rename(names);
}
