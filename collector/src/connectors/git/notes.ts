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

async function noteRows(repo: Repository, { sha, blob }: { sha: string; blob: string }): Promise<{ rows: HouseRow[]; skips: Skip[] }> {
  const content = await runGit(repo, ['cat-file', 'blob', blob]).catch(() => null);
  if (content === null) {
    return { rows: [], skips: [{ item: `note of ${sha}`, reason: 'the note is missing in this clone' }] };
  }
  const parsed = parseNote(content.toString('utf8'));
  if (!parsed.ok) {
    return { rows: [], skips: [{ item: `note of ${sha}`, reason: `${parsed.message} (${parsed.code})` }] };
  }
  const added = await addedLines(repo, sha).catch(() => null);
  if (added === null) {
    return { rows: [], skips: [{ item: `note of ${sha}`, reason: 'the commit of the note cannot be read in this clone' }] };
  }
  const ranges = validateNote(parsed.attestations, added);
  return { rows: [...ranges.map((range) => rangeRow(sha, range)), ...markRows(sha, ranges)], skips: [] };
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
  let rows: HouseRow[] = [];
  let skips: Skip[] = [];
  for (const [index, [sha, blob]] of notes.entries()) {
    signal.throwIfAborted();
    const read = await noteRows(repo, { sha, blob });
    rows.push(...read.rows);
    skips.push(...read.skips);
    if ((index + 1) % PAGE_NOTES === 0) {
      // An interrupted pass starts over: the cursor only moves when every note was read.
      yield { rows, skips, cursor: { tip: cursor?.tip ?? '' }, progress: { done: index + 1, total: notes.length, unit: 'notes' } };
      rows = [];
      skips = [];
    }
  }
  yield { rows, skips, cursor: { tip }, watermark: context.now(), progress: { done: notes.length, total: notes.length, unit: 'notes' } };
}

export const notes: Stream<GitConfig, NotesCursor> = {
  id: 'notes',
  cursor: notesCursor,
  overlapSeconds: 0,
  every: '*/10 * * * *',
  scopes: ({ repositories }) => repositories.map(slugOf),
  pull,
};
