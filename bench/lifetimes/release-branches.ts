// Makes a history like that of a project with several supported releases: every fix is merged into the oldest branch it belongs to and
// from there upwards, branch by branch, so that nearly every second commit is a merge and the branches are far apart. The same number
// gives the same history. `npm run bench -- --merges N` reads it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const BRANCHES = 6;
// Commits of a fix before it is merged.
const STEPS = 3;
const MANY_FILES = 1500;
const LINES = 60;
const START = 1_500_000_000;

interface Branch {
  readonly name: string;
  /** Mark of its tip. */
  tip: number;
  /** By file number. */
  readonly files: string[][];
}

/** How large the history is. */
export interface Releases {
  readonly merges: number;
  /** Default 1,500. */
  readonly files?: number;
}

/** Makes a bare repository whose branch `main` is the newest release. */
export async function makeReleaseBranches(folder: string, size: Releases): Promise<void> {
  const init = spawn('git', ['init', '-q', '--bare', '--initial-branch=main', folder], { stdio: 'inherit' });
  await once(init, 'close');
  const child = spawn('git', ['--git-dir', folder, 'fast-import', '--quiet', '--force'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  for (const text of stream(size)) if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  child.stdin.end();
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}`);
}

function* stream({ merges, files = MANY_FILES }: Releases): Generator<string> {
  let mark = 0;
  const commit = (branch: Branch, changed: readonly number[], parents: readonly number[]): string => {
    mark++;
    branch.tip = mark;
    const message = parents.length > 1 ? `Merge into ${branch.name}` : `Change ${String(mark)}`;
    const person = `T <t@example.com> ${String(START + mark * 600)} +0000`;
    const links = parents.map((parent, at) => `${at === 0 ? 'from' : 'merge'} :${String(parent)}\n`);
    const contents = changed.map((file) => {
      const content = branch.files[file]?.join('') ?? '';
      return `M 100644 inline dir${String(file % 40)}/file${String(file)}.txt\ndata ${String(content.length)}\n${content}\n`;
    });
    const head = `commit refs/heads/${branch.name}\nmark :${String(mark)}\nauthor ${person}\ncommitter ${person}\n`;
    return `${head}data ${String(message.length)}\n${message}\n${links.join('')}${contents.join('')}\n`;
  };
  const all = Array.from({ length: files }, (_, file) => file);
  const first = all.map((file) =>
    Array.from({ length: LINES }, (_, line) => `file ${String(file)} line ${String(line)}\n`)
  );
  const oldest: Branch = { name: 'release-0', tip: 0, files: first };
  yield commit(oldest, all, []);
  const branches = [oldest];
  while (branches.length < BRANCHES) {
    const before = branches.at(-1) as Branch;
    const name = branches.length === BRANCHES - 1 ? 'main' : `release-${String(branches.length)}`;
    const branch: Branch = { name, tip: before.tip, files: before.files.map((lines) => [...lines]) };
    branches.push(branch);
    // A release of its own: two files of three differ from those of the release before.
    for (const file of all.filter((each) => each % 3 > 0))
      branch.files[file]?.push(`only in ${name}, file ${String(file)}\n`);
    yield commit(
      branch,
      all.filter((each) => each % 3 > 0),
      [before.tip]
    );
  }
  let merged = 0;
  for (let fix = 0; merged < merges; fix++) {
    const from = fix % BRANCHES;
    const file = (fix * 7919) % files;
    const line = (fix * 104_729) % LINES;
    const base = branches[from] as Branch;
    const side: Branch = { name: 'side', tip: base.tip, files: base.files };
    for (let step = 1; step <= STEPS; step++) {
      (side.files[file] as string[])[(line + step - 1) % LINES] = `fix ${String(fix)} step ${String(step)}\n`;
      yield commit(side, [file], [side.tip]);
    }
    yield commit(base, [file], [base.tip, side.tip]);
    merged++;
    for (let above = from + 1; above < BRANCHES && merged < merges; above++, merged++) {
      const branch = branches[above] as Branch;
      for (let step = 1; step <= STEPS; step++)
        (branch.files[file] as string[])[(line + step - 1) % LINES] = `fix ${String(fix)} step ${String(step)}\n`;
      yield commit(branch, [file], [branch.tip, (branches[above - 1] as Branch).tip]);
    }
  }
}
