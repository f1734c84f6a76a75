import type { TestCommit } from './repository.ts';

/** One step of a random history; the numbers pick whatever there is to pick from. */
export interface Step {
  readonly kind:
    | 'edit'
    | 'reformat'
    | 'move'
    | 'rename'
    | 'delete'
    | 'restore'
    | 'revert'
    | 'branch'
    | 'merge'
    | 'octopus'
    | 'empty';
  readonly branch: number;
  readonly pick: number;
  readonly at: number;
  readonly size: number;
}

export const STEP_KINDS = [
  'edit',
  'edit',
  'edit',
  'edit',
  'rename',
  'reformat',
  'move',
  'delete',
  'restore',
  'revert',
  'branch',
  'merge',
  'merge',
  'octopus',
  'empty',
] as const;

type Tree = Record<string, string>;

interface Build {
  readonly commits: (TestCommit & { readonly tree: Tree })[];
  readonly tips: number[];
  fresh: number;
}

/** Builds commits from steps. Lines carry the name of the file that first had them, so that no two files are alike. */
export function randomHistory(steps: readonly Step[]): TestCommit[] {
  const build: Build = { commits: [], tips: [0], fresh: 0 };
  const start: Tree = {};
  for (let file = 0; file < 4; file++) start[`dir/file-${file}.txt`] = newLines(build, `file-${file}`, 12).join('');
  build.commits.push({ parents: [], tree: start });
  for (const step of steps) take(build, step);
  // All branches end in one tip, the first one being the mainline.
  const others = build.tips.slice(1);
  for (const other of others) merge(build, { branch: 0, from: [other] });
  build.commits.push({ parents: [build.tips[0] ?? 0], tree: treeOf(build, build.tips[0] ?? 0) });
  return build.commits;
}

function treeOf(build: Build, commit: number): Tree {
  return build.commits[commit]?.tree ?? {};
}

function newLines(build: Build, name: string, count: number): string[] {
  return Array.from({ length: count }, () =>
    build.fresh++ % 7 === 0 ? '}\n' : `${name} says ${build.fresh} things\n`
  );
}

function commit(build: Build, branch: number, made: { tree: Tree; parents?: number[]; message?: string }): void {
  const parents = made.parents ?? [build.tips[branch] ?? 0];
  build.commits.push({ parents, tree: made.tree, ...(made.message ? { message: made.message } : {}) });
  build.tips[branch] = build.commits.length - 1;
}

function take(build: Build, step: Step): void {
  const branch = step.branch % build.tips.length;
  const tip = build.tips[branch] ?? 0;
  const tree = { ...treeOf(build, tip) };
  const paths = Object.keys(tree).sort();
  const path = paths[step.pick % Math.max(1, paths.length)];
  if (step.kind === 'branch') build.tips.push(tip);
  else if (step.kind === 'merge')
    merge(build, { branch, from: [build.tips[step.pick % build.tips.length] ?? 0], step });
  else if (step.kind === 'octopus') merge(build, { branch, from: [...build.tips], step });
  else if (step.kind === 'empty') commit(build, branch, { tree });
  else if (step.kind === 'revert') revert(build, branch);
  else if (step.kind === 'restore') restore(build, branch, step);
  else if (path === undefined)
    commit(build, branch, {
      tree: { [`dir/again-${build.commits.length}.txt`]: newLines(build, `again-${build.commits.length}`, 6).join('') },
    });
  else change(build, { branch, tree, path, step });
}

function change(
  build: Build,
  { branch, tree, path, step }: { branch: number; tree: Tree; path: string; step: Step }
): void {
  const lines = (tree[path] ?? '').split(/(?<=\n)/);
  const at = step.at % (lines.length + 1);
  if (step.kind === 'delete') delete tree[path];
  else if (step.kind === 'reformat') tree[path] = reformat(lines, step);
  else if (step.kind === 'move') moveBlock(tree, path, step);
  else {
    lines.splice(at, step.size % 3, ...newLines(build, path.replace(/.*\/|\.txt/g, ''), step.size % 4));
    delete tree[path];
    tree[step.kind === 'rename' ? `dir/name-${build.commits.length}.txt` : path] = lines.join('');
  }
  commit(build, branch, { tree });
}

/** Other line breaks and indentations for some lines. */
function reformat(lines: readonly string[], step: Step): string {
  const from = step.at % (lines.length + 1);
  const text = lines.slice(from, from + (step.size % 5) + 1).join('');
  const formatted = step.size % 2 ? text.replace(/(\w) (\w)/g, '$1\n  $2') : text.replace(/\n\s*(?=\w)/g, ' ');
  return [...lines.slice(0, from), formatted, ...lines.slice(from + (step.size % 5) + 1)].join('');
}

/** Takes lines out of one file and puts them into another. */
function moveBlock(tree: Tree, path: string, step: Step): void {
  const paths = Object.keys(tree).sort();
  const other = paths[step.at % paths.length] ?? path;
  const lines = (tree[path] ?? '').split(/(?<=\n)/);
  const block = lines.splice(step.at % (lines.length + 1), (step.size % 6) + 1);
  tree[path] = lines.join('');
  tree[other] = block.join('') + (tree[other] ?? '');
}

/** Undoes the last commit of a branch. */
function revert(build: Build, branch: number): void {
  const tip = build.tips[branch] ?? 0;
  const parent = build.commits[tip]?.parents[0];
  if (parent !== undefined)
    commit(build, branch, { tree: treeOf(build, parent), message: `Revert\n\nThis reverts commit ${'0'.repeat(40)}.` });
}

/** Takes a file as it was in some earlier commit. */
function restore(build: Build, branch: number, step: Step): void {
  const old = treeOf(build, step.at % build.commits.length);
  const paths = Object.keys(old).sort();
  const path = paths[step.pick % Math.max(1, paths.length)];
  if (path !== undefined)
    commit(build, branch, { tree: { ...treeOf(build, build.tips[branch] ?? 0), [path]: old[path] ?? '' } });
}

/** Merges file by file: the changed side wins; where both changed, lines of both are mixed and something new is written between. */
function merge(build: Build, { branch, from, step }: { branch: number; from: readonly number[]; step?: Step }): void {
  const tip = build.tips[branch] ?? 0;
  const others = [...new Set(from)].filter((other) => other !== tip && !isAncestor(build, other, tip));
  if (others.length === 0) return;
  const mine = treeOf(build, tip);
  const tree: Tree = {};
  for (const path of new Set(
    [mine, ...others.map((other) => treeOf(build, other))].flatMap((files) => Object.keys(files))
  )) {
    const versions = [...new Set([mine, ...others.map((other) => treeOf(build, other))].map((files) => files[path]))];
    const chosen = step ? (step.at + path.length) % 4 : 0;
    const content =
      versions.length === 1
        ? versions[0]
        : chosen < 2
          ? versions[chosen % versions.length]
          : mix(build, versions, chosen);
    if (content !== undefined) tree[path] = content;
  }
  commit(build, branch, { tree, parents: [tip, ...others] });
}

function mix(build: Build, versions: readonly (string | undefined)[], chosen: number): string | undefined {
  const [first = '', second = ''] = versions;
  const half = (text: string, isUpper: boolean): string[] => {
    const lines = text.split(/(?<=\n)/);
    return isUpper ? lines.slice(0, Math.ceil(lines.length / 2)) : lines.slice(Math.ceil(lines.length / 2));
  };
  return [...half(first, true), ...(chosen === 2 ? newLines(build, 'merged', 1) : []), ...half(second, false)].join('');
}

function isAncestor(build: Build, old: number, young: number): boolean {
  const todo = [young];
  const seen = new Set<number>();
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (at === old) return true;
    for (const parent of build.commits[at]?.parents ?? []) {
      if (!seen.has(parent)) todo.push(parent);
      seen.add(parent);
    }
  }
  return false;
}
