/** Stream `notes`: line attestations of git-ai (refs/notes/ai), checked against what the commit added. Only changed notes on later passes. */
import { parseNote } from '../../attribution/git-ai-note.ts';
import { newMark } from '../../attribution/mark-commit.ts';
import { validateNote, type CheckedRange } from '../../attribution/validate-note.ts';
import type { HouseRow, Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { runGit, type Repository } from '../../lifetimes/git.ts';
import { addedLines } from './added-lines.ts';
import { repositoryOf } from './history.ts';
import { openSource, slugOf } from './repository.ts';
import { notesCursor, type GitConfig, type NotesCursor } from './schema.ts';

const PAGE_NOTES = 200;

/** Notes that differ from those of an earlier commit of the notes ref: commit sha → blob. */
async function changedNotes(repo: Repository, { tip, before }: { tip: string; before: string | null }): Promise<Map<string, string>> {
  const isKnown = before !== null && (await runGit(repo, ['cat-file', '-e', before]).then(() => true, () => false));
  const out = isKnown
    ? await runGit(repo, ['diff-tree', '-r', '--raw', '--no-renames', '--full-index', '--diff-filter=AM', before, tip])
    : await runGit(repo, ['ls-tree', '-r', '--full-tree', tip]);
  const notes = new Map<string, string>();
  for (const line of out.toString('utf8').split('\n')) {
    const [left = '', path = ''] = line.split('\t');
    // Notes lie in folders of two digits once there are many.
    const sha = path.replaceAll('/', '');
    const blob = isKnown ? left.split(' ')[3] : left.split(' ')[2];
    if (/^[0-9a-f]{40,64}$/.test(sha) && blob !== undefined) {
      notes.set(sha, blob);
    }
  }
  return notes;
}

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

function markRows(sha: string, ranges: readonly CheckedRange[]): HouseRow[] {
  const toolIds = new Set(ranges.filter((range) => range.isValid && range.attested === 'ai').map((range) => range.toolId ?? 'generic'));
  return [...toolIds].map((toolId) => {
    const mark = newMark('note', toolId, { value: 'git-ai note' });
    return {
      table: 'commit_mark',
      values: {
        sha,
        tool_id: mark.toolId,
        kind: mark.kind,
        grade: mark.grade,
        confidence: mark.confidence,
        ai_share: null,
        value: mark.value,
        rules_version: mark.rulesVersion,
      },
    };
  });
}

/** Contents of blobs by one process; a missing one is absent. */
async function readBlobs(repo: Repository, blobs: readonly string[]): Promise<Map<string, string>> {
  const out = await runGit(repo, ['cat-file', '--batch'], { input: `${blobs.join('\n')}\n` });
  const contents = new Map<string, string>();
  for (let at = 0; at < out.length; ) {
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

async function noteRows(repo: Repository, notes: ReadonlyArray<readonly [sha: string, blob: string]>): Promise<{ rows: HouseRow[]; skips: Skip[] }> {
  const contents = await readBlobs(repo, notes.map(([, blob]) => blob));
  const added = await addedLines(repo, notes.map(([sha]) => sha));
  const rows: HouseRow[] = [];
  const skips: Skip[] = [];
  for (const [sha, blob] of notes) {
    const content = contents.get(blob);
    const lines = added.get(sha);
    const parsed = content === undefined ? null : parseNote(content);
    if (parsed === null || !parsed.ok) {
      skips.push({ item: `note of ${sha}`, reason: parsed === null ? 'the note is missing in this clone' : `${parsed.message} (${parsed.code})` });
    } else if (lines === undefined) {
      skips.push({ item: `note of ${sha}`, reason: 'the commit of the note cannot be read in this clone' });
    } else {
      const ranges = validateNote(parsed.attestations, lines);
      rows.push(...ranges.map((range) => rangeRow(sha, range)), ...markRows(sha, ranges));
    }
  }
  return { rows, skips };
}

async function* pull(context: StreamContext<GitConfig>, cursor: NotesCursor | null, signal: AbortSignal): AsyncGenerator<Page<NotesCursor>> {
  const repository = repositoryOf(context);
  const { repo } = await openSource(repository, { cacheDir: context.cacheDir, isFetching: false, signal });
  const ref = await runGit(repo, ['rev-parse', '--verify', '--quiet', repository.notes_ref]).catch(() => null);
  const tip = ref?.toString('utf8').trim() ?? '';
  if (tip === '' || tip === cursor?.tip) {
    yield { rows: [], cursor: { tip }, watermark: context.now() };
    return;
  }
  const notes = [...(await changedNotes(repo, { tip, before: cursor?.tip || null }))];
  for (let start = 0; start < notes.length; start += PAGE_NOTES) {
    signal.throwIfAborted();
    const read = await noteRows(repo, notes.slice(start, start + PAGE_NOTES));
    // An interrupted pass starts over: the cursor only moves when every note was read.
    yield { ...read, cursor: { tip: cursor?.tip ?? '' }, progress: { done: start + PAGE_NOTES, total: notes.length, unit: 'notes' } };
  }
  yield { rows: [], cursor: { tip }, watermark: context.now() };
}

export const notes: Stream<GitConfig, NotesCursor> = {
  id: 'notes',
  cursor: notesCursor,
  overlapSeconds: 0,
  every: '*/10 * * * *',
  scopes: ({ repositories }) => repositories.map(slugOf),
  pull,
};
