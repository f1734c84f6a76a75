import type { MeasuredContents } from './measured-contents.ts';
import type { CombinedFile } from '../read/combined-diffs.ts';
import type { FileDiff } from '../read/diff-parser.ts';
import { isText, type FileList, type MergeDiff, type MergeReader } from '../read/merge-reader.ts';
import type { PairDiffs } from '../read/pair-diffs.ts';
import type { PairedFile, PairedSource } from './merge-files.ts';
import { contentsOf, isBinary } from './repair.ts';
import { findSources, type FileSide } from './sources.ts';

/** What pairing needs to know of the run. */
export interface PairMergeContext {
  readonly merges: Pick<MergeReader, 'list'>;
  readonly contents: MeasuredContents;
  readonly pairs: PairDiffs;
  /** Lines of a file that are read. */
  readonly mostLines: number;
}

const NONE: ReadonlyMap<string, PairedFile | null> = new Map();

/**
 * Compares single files of a merge with each parent on its own, where git's combined diff does not say what `git blame` would: a parent
 * has the file under another path, one version is binary, or a content of some other file is missing.
 */
export async function pairMerge(
  context: PairMergeContext,
  diff: MergeDiff,
  parents: readonly string[]
): Promise<ReadonlyMap<string, PairedFile | null>> {
  const files = [...diff.combined.values()].filter(
    (file) =>
      isText(file.mode) &&
      (!diff.hasLines ||
        file.isBinary ||
        file.isTooLong ||
        file.parents.some((side) => side === null || !isText(side.mode)))
  );
  if (files.length === 0) return NONE;
  const renamed = await Promise.all(
    parents.map((parent, position) => renames(context, { diff, files, parent, position }))
  );
  const paired = new Map<string, PairedFile | null>();
  for (const file of files) {
    const sources = parents.flatMap((_, parent): Source[] => {
      const side = file.parents[parent];
      const found = side ? { path: file.path, ...side } : renamed[parent]?.get(file.path);
      return found && isText(found.mode) ? [{ ...found, parent }] : [];
    });
    paired.set(file.path, await pairFile(context, file, sources));
  }
  return paired;
}

type Source = FileSide & { readonly parent: number };

/** Where a parent has the files that it does not have under their own path. */
async function renames(
  { merges, contents }: PairMergeContext,
  of: { diff: MergeDiff; files: readonly CombinedFile[]; parent: string; position: number }
): Promise<ReadonlyMap<string, FileSide>> {
  const created = of.files.filter((file) => file.parents[of.position] === null);
  if (created.length === 0) return new Map();
  const list = of.position === 0 ? of.diff.changed : await merges.list(of.diff.sha, of.parent);
  return list ? findSources(created, vanishedIn(list), contents) : new Map();
}

function vanishedIn(list: FileList): FileSide[] {
  const isVanished = ({ newPath }: FileDiff): boolean => newPath === null;
  return [...list.values()]
    .filter(isVanished)
    .map(({ oldPath, oldMode, oldId }) => ({ path: oldPath as string, mode: oldMode, id: oldId }));
}

/** Null: a content is missing, corrupt or too large. */
async function pairFile(
  { contents, pairs, mostLines }: PairMergeContext,
  file: CombinedFile,
  sources: readonly Source[]
): Promise<PairedFile | null> {
  const content = await contents.read(file.id);
  if (!content) return null;
  if (isBinary(content)) return { lineCount: 0, sources: [] };
  const lineCount = contentsOf(content).hashes.length;
  if (lineCount > mostLines) return null;
  const whole = sources.find(({ id }) => id === file.id);
  if (whole) return { lineCount, sources: [{ parent: whole.parent, path: whole.path, hunks: [] }] };
  const found = await pairs.read(sources.map(({ id }) => ({ oldId: id, newId: file.id })));
  if (found.some((pair) => pair === null)) return null;
  return {
    lineCount,
    // Of a binary version there are no lines to go on.
    sources: sources.flatMap(({ parent, path }, at): PairedSource[] => {
      const pair = found[at];
      return pair && !pair.isBinary ? [{ parent, path, hunks: pair.hunks }] : [];
    }),
  };
}
