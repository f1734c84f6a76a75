import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { askedGit, type AskedGit } from './asked-git.ts';
import { overIn } from './compare.ts';
import { diffParser, type FileDiff } from './diff-parser.ts';
import { DIFF_ARGS, type Repository } from '../../git/process.ts';

/** Two contents to compare, by object id. */
export interface Pair {
  readonly oldId: string;
  readonly newId: string;
}

/** How two contents differ. */
export type PairDiff = Pick<FileDiff, 'hunks' | 'removed' | 'added' | 'isBinary'>;

/** Compares contents that stand at different paths, or in commits that are no parent and child. */
export interface PairDiffs {
  /** One answer per pair; null: a content is missing or corrupt. */
  read(pairs: readonly Pair[]): Promise<readonly (PairDiff | null)[]>;
  close(): Promise<void>;
}

export interface PairDiffsOptions {
  /** Collect the contents of changed lines. */
  readonly withContents: boolean;
  readonly signal?: AbortSignal | undefined;
}

const ARGS = [...DIFF_ARGS, '--no-renames'];
const SAME: PairDiff = { hunks: [], removed: null, added: null, isBinary: false };

/**
 * One git process for all pairs: git compares trees, so that two trees are made for each question, with the old contents and the new ones
 * under the same names. They are kept in our own git directory; nothing is written to the repository.
 */
export function pairDiffs(repo: Repository, options: PairDiffsOptions): PairDiffs {
  let opened: Promise<{ folder: string; git: AskedGit }> | null = null;
  let question = 0;

  async function open(): Promise<{ folder: string; git: AskedGit }> {
    const folder = await mkdtemp(join(repo.gitDir, 'trees-'));
    const scratch = { folder, shared: join(repo.gitDir, 'objects') };
    return { folder, git: askedGit({ ...repo, scratch }, { args: ARGS, signal: options.signal }) };
  }

  async function compare(pairs: readonly Pair[]): Promise<readonly (PairDiff | null)[]> {
    if (pairs.length === 0) return [];
    const { folder, git } = await (opened ??= open());
    // Trees of different questions must not be the same file.
    const names = namesOf(question++, pairs.length);
    const write = (side: keyof Pair): Promise<Tree> =>
      writeTree(repo, folder, new Map(pairs.map((pair, at) => [names[at] as string, pair[side]])));
    const trees = [await write('oldId'), await write('newId')];
    const answer = await git.ask(trees.map(({ id }) => id).join(' '));
    await Promise.all(trees.map(({ file }) => rm(file, { force: true })));
    const found = Buffer.isBuffer(answer) ? parse(answer, { ...options, repo, names }) : null;
    if (found) return found;
    if (pairs.length === 1) return [null];
    // Git dies of the first content that it cannot read: halving finds it.
    const half = pairs.length >> 1;
    return [...(await compare(pairs.slice(0, half))), ...(await compare(pairs.slice(half)))];
  }

  return {
    read: async (pairs) => {
      const differing = pairs.filter(({ oldId, newId }) => oldId !== newId);
      const found = [...(await compare(differing))];
      return pairs.map(({ oldId, newId }) => (oldId === newId ? SAME : (found.shift() ?? null)));
    },
    async close() {
      const started = await opened?.catch(() => null);
      started?.git.close();
      if (started) await rm(started.folder, { recursive: true, force: true });
    },
  };
}

interface Tree {
  readonly id: string;
  readonly file: string;
}

/** Names of a tree are sorted, and so are numbers of one width. */
function namesOf(question: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${String(question)}-${String(at).padStart(8, '0')}`);
}

/** A tree of files as a loose object. */
async function writeTree({ hexLength }: Repository, folder: string, files: ReadonlyMap<string, string>): Promise<Tree> {
  const entries = Array.from(files, ([name, id]) => [Buffer.from(`100644 ${name}\0`), Buffer.from(id, 'hex')]);
  const content = Buffer.concat(entries.flat());
  const object = Buffer.concat([Buffer.from(`tree ${content.length}\0`), content]);
  const id = createHash(hexLength === 64 ? 'sha256' : 'sha1')
    .update(object)
    .digest('hex');
  const file = join(folder, id.slice(0, 2), id.slice(2));
  await mkdir(join(folder, id.slice(0, 2)), { recursive: true });
  await writeFile(file, deflateSync(object, { level: 1 }));
  return { id, file };
}

/** Null: they are too much together. */
function parse(
  answer: Buffer,
  { repo, withContents, names }: PairDiffsOptions & { repo: Repository; names: readonly string[] }
): (PairDiff | null)[] | null {
  const files: FileDiff[] = [];
  const { hexLength, limits } = repo;
  const parser = diffParser({
    hexLength,
    limits,
    withContents,
    onCommit: (diff) => diff.files.forEach((file) => files.push(file)),
  });
  const over = overIn(() => {
    parser.push(answer);
    parser.end();
  });
  if (over) return null;
  const byName = new Map(
    files.map(({ newPath, hunks, removed, added, isBinary, isTooLong }) => [
      newPath,
      isTooLong ? null : { hunks, removed, added, isBinary },
    ])
  );
  return names.map((name) => byName.get(name) ?? null);
}
