/** Streams over a notes ref: only notes that were added, changed or removed on later passes. */
import type { Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { MAX_NOTE_LENGTH } from '../../attribution/git-ai-note.ts';
import type { NamedRepository, Replaced } from '../../connector.ts';
import { objectSizes } from '../../git/objects.ts';
import { runGit, type Repository } from '../../git/process.ts';
import { repositoryOf } from './repo-rows.ts';
import { noteScope, readNotes, type NoteRows } from './note-rows.ts';
import { notesAt, notesBetween, packShas, presentCommits, unpackShas, type Notes } from './notes-tree.ts';
import { openSource, type Source } from '../../git/source.ts';
import { seenOf } from './unchanged.ts';
import { notesCursor, repositoryScopes, type NotesCursor } from './schema.ts';

/** What notes of a kind say. */
export interface NotesKind {
  /** Ref of the notes in a repository. */
  readonly refOf: (repository: NamedRepository) => string;
  /** Rows of notes whose commits are in the clone: commit → blob. */
  readonly read: typeof readNotes;
  /** All that a note gives about a commit. */
  readonly scopeOf: (sha: string) => Replaced[];
  /** All that notes give in a repository. */
  readonly all: readonly Replaced[];
}

/** Notes in one transaction; they are tens of kilobytes each, and together no more than one may be. */
const PAGE_NOTES = 200;

const isKnown = (repo: Repository, sha: string): Promise<boolean> =>
  runGit(repo, ['cat-file', '-e', `${sha}^{tree}`]).then(
    () => true,
    () => false
  );

/** What is stored belongs to commits of the notes ref that are gone from the clone: it cannot be compared with any more. */
async function isLost(repo: Repository, { tip, reading }: NotesCursor): Promise<boolean> {
  for (const sha of [tip, reading?.tip ?? ''].filter((one) => one !== '')) {
    if (!(await isKnown(repo, sha))) {
      return true;
    }
  }
  return false;
}

/** Notes to read, by commit: up to `after` they are as at `reading.tip`, beyond it as at `tip`. */
async function changedNotes(repo: Repository, { tip: stored, reading }: NotesCursor, tip: string): Promise<Notes> {
  if (reading === null) {
    return notesBetween(repo, stored, tip);
  }
  const [done, open] = [await notesBetween(repo, reading.tip, tip), await notesBetween(repo, stored, tip)];
  return new Map([
    ...[...done].filter(([sha]) => sha <= reading.after),
    ...[...open].filter(([sha]) => sha > reading.after),
  ]);
}

/** Notes whose commits were not in the clone when they were read, and now are; or the other way round. */
function movedNotes(
  notes: ReadonlyMap<string, string>,
  present: ReadonlySet<string>,
  { absent, reading }: NotesCursor
): Notes {
  const wasAbsent = unpackShas(absent);
  const isAbsentNow = unpackShas(reading?.absent ?? '');
  const after = reading?.after ?? '';
  return new Map([...notes].filter(([sha]) => present.has(sha) === (sha <= after ? isAbsentNow : wasAbsent)(sha)));
}

/** One line for all of them: that commits are replaced by a squash or rebase is no fault of anybody. */
function absentSkip(count: number, start: NotesCursor): Skip[] {
  const what = count === 1 ? '1 note is about a commit' : `${count.toLocaleString('en')} notes are about commits`;
  const reason =
    count === 0 ? 'all are there now' : `${what} that this clone does not have (replaced by a squash or rebase)`;
  return count === 0 && start.absent === '' ? [] : [{ item: 'notes without their commits', reason }];
}

interface Work {
  readonly kind: NotesKind;
  readonly repo: Repository;
  readonly tip: string;
  /** Where the pass began. */
  readonly start: NotesCursor;
  readonly changed: Notes;
  readonly present: ReadonlySet<string>;
  /** Notes at `tip` whose commits are missing, packed. */
  readonly absent: string;
  readonly signal: AbortSignal;
}

async function* pages(work: Work): AsyncGenerator<Page<NotesCursor>> {
  const { kind, repo, tip, start, changed, present, absent, signal } = work;
  const shas = [...changed.keys()].sort();
  const sizes = await objectSizes(
    repo,
    [...changed.values()].flatMap((blob) => blob ?? []),
    signal
  );
  const sizeOf = (sha: string): number => Math.min(MAX_NOTE_LENGTH, sizes.get(changed.get(sha) ?? '') ?? 0);
  for (let from = 0, to = 0; from < shas.length; from = to) {
    signal.throwIfAborted();
    for (let bytes = 0; to < shas.length && to - from < PAGE_NOTES && (to === from || bytes <= MAX_NOTE_LENGTH); to++) {
      bytes += sizeOf(shas[to] ?? '');
    }
    const chunk = shas.slice(from, to);
    const readable = chunk.flatMap((sha) => {
      const blob = changed.get(sha) ?? null;
      return blob !== null && present.has(sha) ? [[sha, blob] as const] : [];
    });
    const read: NoteRows =
      readable.length === 0 ? { rows: [], skips: [] } : await kind.read(repo, new Map(readable), { sizes, signal });
    const after = chunk.at(-1) ?? '';
    // Up to there what is stored is of the interrupted pass: a cursor between would lie about the rest of it.
    const isBehind = start.reading !== null && after < start.reading.after;
    yield {
      ...read,
      replaced: chunk.flatMap(kind.scopeOf),
      cursor: isBehind ? start : { ...start, reading: { tip, after, absent } },
      progress: { done: to, total: shas.length, unit: 'notes' },
    };
  }
}

interface Opened {
  readonly kind: NotesKind;
  readonly source: Source;
  readonly seen: string;
  readonly signal: AbortSignal;
}

async function* readAll(
  context: StreamContext<null>,
  cursor: NotesCursor | null,
  { kind, source, seen, signal }: Opened
): AsyncGenerator<Page<NotesCursor>> {
  const { repo, tip: head } = source;
  const ref = await runGit(repo, ['rev-parse', '--verify', '--quiet', kind.refOf(repositoryOf(context))]).catch(
    () => null
  );
  const tip = ref?.toString('utf8').trim() ?? '';
  const none: NotesCursor = { tip: '', head: '', absent: '', reading: null, seen: '' };
  let start = { ...(cursor ?? none), seen: '' };
  if (start.reading === null && start.tip === tip && start.head === head) {
    yield { rows: [], cursor: { ...start, seen }, watermark: context.now() };
    return;
  }
  if (await isLost(repo, start)) {
    start = none;
    yield {
      rows: [],
      replaced: kind.all,
      cursor: start,
    };
  }
  const all = await notesAt(repo, tip);
  const present = await presentCommits(repo, [...all.keys()]);
  const missing = [...all.keys()].filter((sha) => !present.has(sha));
  const changed = new Map([...movedNotes(all, present, start), ...(await changedNotes(repo, start, tip))]);
  const absent = packShas(missing);
  yield* pages({ kind, repo, tip, start, changed, present, absent, signal });
  const end: NotesCursor = { tip, head, absent, reading: null, seen };
  yield { rows: [], cursor: end, skips: absentSkip(missing.length, start), watermark: context.now() };
}

async function* pull(
  kind: NotesKind,
  { context, cursor, signal }: { context: StreamContext<null>; cursor: NotesCursor | null; signal: AbortSignal }
): AsyncGenerator<Page<NotesCursor>> {
  const { mirrors, onProgress } = context;
  const before = await seenOf(context, signal);
  if (cursor?.reading === null && cursor.seen === before) {
    yield { rows: [], cursor, watermark: context.now() };
    return;
  }
  const source = await openSource(repositoryOf(context), { mirrors, isFetching: false, onProgress, signal });
  try {
    yield* readAll(context, cursor, { kind, source, seen: (await seenOf(context, signal)) ?? '', signal });
  } finally {
    source.close();
  }
}

/** A stream of what notes of a kind say. */
export const notesStream = (id: string, kind: NotesKind): Stream<null, NotesCursor> => ({
  id,
  cursor: notesCursor,
  every: '*/10 * * * *',
  scopes: repositoryScopes,
  needs: 'history',
  pull: (context, cursor, signal) => pull(kind, { context, cursor, signal }),
});

/** Line attestations of git-ai (refs/notes/ai). */
export const notes: Stream<null, NotesCursor> = {
  ...notesStream('notes', {
    refOf: ({ notes_ref: ref }) => ref,
    read: readNotes,
    scopeOf: noteScope,
    all: [
      { table: 'line_attestation', values: {} },
      { table: 'commit_mark', values: { kind: 'note' } },
    ],
  }),
  feeds: ['lines'],
};
