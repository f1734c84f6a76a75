/** Which notes there are at a commit of the notes ref, and which differ between two. */
import { CollectorError } from '../../errors.ts';
import { readPaths } from '../../git/read-paths.ts';
import { pattern } from '../../text/pattern.ts';
import { runGit, type Repository } from '../../git/process.ts';

/** Commit that a note is about → blob with its text; null = the note is gone. */
export type Notes = ReadonlyMap<string, string | null>;

const SHA = pattern`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`;

/** Notes lie in folders of two digits once there are many; other files in the tree are no notes. */
const shaOf = (path: string): string | null => {
  const sha = path.replaceAll('/', '');
  return SHA.test(sha) ? sha : null;
};

/** More commits than any repository has. */
const MOST_NOTES = 5_000_000;

/** All notes at a commit; none for ''. */
export async function notesAt(repo: Repository, tip: string): Promise<Map<string, string>> {
  const notes = new Map<string, string>();
  if (tip === '') {
    return notes;
  }
  const { isWhole } = await readPaths(repo, ['ls-tree', '-r', '-z', '--full-tree', tip], (entry) => {
    const [left = '', path = ''] = entry.split('\t');
    const sha = shaOf(path);
    if (sha !== null) {
      notes.set(sha, left.split(' ')[2] ?? '');
    }
    return notes.size <= MOST_NOTES;
  });
  if (!isWhole) {
    throw new CollectorError({
      code: 'git_notes',
      message: `The notes at ${tip} of ${repo.place.gitDir} cannot be read: an object is missing, or there are more than ${MOST_NOTES.toLocaleString('en')} notes or five million paths. Check it with git fsck, or name another repositories[].notes_ref.`,
      fault: 'source',
    });
  }
  return notes;
}

/** Notes that were added, changed or removed from one commit of the notes ref to another; '' = no notes. */
export async function notesBetween(repo: Repository, before: string, tip: string): Promise<Notes> {
  if (before === tip) {
    return new Map();
  }
  if (before === '' || tip === '') {
    const all = await notesAt(repo, before === '' ? tip : before);
    return before === '' ? all : new Map([...all.keys()].map((sha) => [sha, null]));
  }
  const out = await runGit(repo, ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--full-index', before, tip]);
  const notes = new Map<string, string | null>();
  const fields = out.toString('utf8').split('\0');
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const sha = shaOf(fields[at + 1] ?? '');
    const [, , , blob = '', status] = (fields[at] ?? '').split(' ');
    // A fan-out that changed moves every note: the same commit is then removed in one place and added in another.
    if (sha !== null && (status !== 'D' || !notes.has(sha))) {
      notes.set(sha, status === 'D' ? null : blob);
    }
  }
  return notes;
}

/** Those of the commits that are in this clone: notes outlive commits that a squash or rebase replaced. */
export async function presentCommits(repo: Repository, shas: readonly string[]): Promise<Set<string>> {
  if (shas.length === 0) {
    return new Set();
  }
  const out = await runGit(repo, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    input: `${shas.join('\n')}\n`,
  });
  return new Set(
    out
      .toString('latin1')
      .split('\n')
      .flatMap((line) => (line.endsWith(' commit') ? [line.slice(0, -7)] : []))
  );
}

const PREFIX_BYTES = 6;
const prefix = (sha: string): string => sha.slice(0, 2 * PREFIX_BYTES);

/** A set of commits as short text: the first 48 bits of each name, which no repository has twice. */
export const packShas = (shas: Iterable<string>): string =>
  Buffer.from([...shas].map(prefix).sort().join(''), 'hex').toString('base64url');

/** Whether a commit is in a set that was packed. */
export function unpackShas(packed: string): (sha: string) => boolean {
  const hex = Buffer.from(packed, 'base64url').toString('hex');
  const known = new Set<string>();
  for (let at = 0; at < hex.length; at += 2 * PREFIX_BYTES) {
    known.add(hex.slice(at, at + 2 * PREFIX_BYTES));
  }
  return (sha) => known.has(prefix(sha));
}
