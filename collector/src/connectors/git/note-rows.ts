/** Notes → house rows: attested line ranges, checked against what the commit added, and the mark that follows. */
import { MAX_NOTE_LENGTH, parseNote } from '../../attribution/git-ai-note.ts';
import { newMark } from '../../attribution/mark-commit.ts';
import { validateNote, type AddedLines, type CheckedRange } from '../../attribution/validate-note.ts';
import type { HouseRow, Replaced, Skip } from '../../connector.ts';
import { runGit, type Repository } from '../../git/process.ts';
import { addedLines } from './added-lines.ts';
import { markRow } from '../../mark-row.ts';

/** What some notes say. */
export interface NoteRows {
  readonly rows: HouseRow[];
  readonly skips: Skip[];
}

/** All that a note gives about a commit: what it no longer says is taken back. */
export const noteScope = (sha: string): Replaced[] => [
  { table: 'line_attestation', values: { sha } },
  { table: 'commit_mark', values: { sha, kind: 'note' } },
];

function rangeRow(sha: string, range: CheckedRange): HouseRow {
  return {
    table: 'line_attestation',
    values: {
      sha,
      path: range.path,
      first_line: range.first,
      last_line: range.last,
      attested: range.attested,
      tool_id: range.toolId,
      model: range.model,
      is_valid: range.isValid,
    },
  };
}

const sum = (ranges: ReadonlyArray<{ first: number; last: number }>): number =>
  ranges.reduce((lines, { first, last }) => lines + last - first + 1, 0);

/** One mark per tool; its share is of all lines that the commit added, so that untracked lines count as not by AI. */
function markRows(sha: string, ranges: readonly CheckedRange[], added: AddedLines): HouseRow[] {
  const byTool = new Map<string, CheckedRange[]>();
  for (const range of ranges.filter(({ isValid, attested }) => isValid && attested === 'ai')) {
    const tool = range.toolId ?? 'generic';
    byTool.set(tool, [...(byTool.get(tool) ?? []), range]);
  }
  const all = sum([...added.values()].flat());
  return [...byTool].map(([toolId, own]) => {
    return markRow(sha, newMark('note', toolId, { value: 'git-ai note', aiShare: sum(own) / all }));
  });
}

/** Contents of blobs by one process; a missing one is absent. */
export async function readBlobs(
  repo: Repository,
  blobs: readonly string[],
  signal: AbortSignal
): Promise<Map<string, string>> {
  const out = await runGit(repo, ['cat-file', '--batch'], { input: `${blobs.join('\n')}\n`, signal });
  const contents = new Map<string, string>();
  for (let at = 0; at < out.length;) {
    const end = out.indexOf(10, at);
    const [blob = '', type, size] = out.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type === 'blob') {
      contents.set(blob, out.toString('utf8', at, at + Number(size)));
      at += Number(size) + 1;
    }
  }
  return contents;
}

/** Rows of notes whose commits are in the clone: commit → blob. One that is too large is not read. */
export async function readNotes(
  repo: Repository,
  notes: ReadonlyMap<string, string>,
  { sizes, signal }: { sizes: ReadonlyMap<string, number>; signal: AbortSignal }
): Promise<NoteRows> {
  const isReadable = (blob: string): boolean => (sizes.get(blob) ?? 0) <= MAX_NOTE_LENGTH;
  const [contents, added] = await Promise.all([
    readBlobs(repo, [...notes.values()].filter(isReadable), signal),
    addedLines(repo, [...notes.keys()], signal),
  ]);
  const rows: HouseRow[] = [];
  const skips: Skip[] = [];
  for (const [sha, blob] of notes) {
    const content = contents.get(blob);
    const lines = added.get(sha);
    const parsed = content === undefined ? null : parseNote(content);
    if (!isReadable(blob)) {
      const reason = `the note has ${(sizes.get(blob) ?? 0).toLocaleString('en')} bytes (note_too_large)`;
      skips.push({ item: `note of ${sha}`, reason });
    } else if (parsed === null || !parsed.ok) {
      const reason = parsed === null ? 'the note is missing in this clone' : `${parsed.message} (${parsed.code})`;
      skips.push({ item: `note of ${sha}`, reason });
    } else if (lines === undefined) {
      skips.push({
        item: `note of ${sha}`,
        reason: 'the commit of the note cannot be compared: objects are missing in this clone',
      });
    } else {
      const ranges = validateNote(parsed.attestations, lines);
      for (const range of ranges) rows.push(rangeRow(sha, range));
      for (const row of markRows(sha, ranges, lines)) rows.push(row);
    }
  }
  return { rows, skips };
}
