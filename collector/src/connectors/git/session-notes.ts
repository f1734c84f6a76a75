/** Stream `sessions`: notes of the session hook (refs/notes/ai-session), for those who want no trailer in the message. */
import { sessionMark } from '../../attribution/mark-commit.ts';
import { sessionsOf } from '../../attribution/sessions.ts';
import type { Skip } from '../../connector.ts';
import { markRow, sessionRows } from '../../mark-row.ts';
import { readBlobs, type NoteRows } from './note-rows.ts';
import { notesStream, type NotesKind } from './notes.ts';

/** The hook writes a line or two. */
const MAX_LENGTH = 10_000;

/** `AI-Session: tool/id` by line. */
function rowsOf(sha: string, text: string): NoteRows['rows'] {
  const lines = text.split('\n').map((line) => line.trim());
  const sessions = sessionsOf(
    lines.map((line) => ({
      key: line.slice(0, Math.max(0, line.indexOf(':'))),
      value: line.slice(line.indexOf(':') + 1).trim(),
    }))
  );
  const tools = new Set(sessions.map(({ toolId }) => toolId));
  return [
    ...[...tools].map((tool) => markRow(sha, sessionMark('session_note', tool))),
    ...sessionRows(sha, sessions, 'note'),
  ];
}

const read: NotesKind['read'] = async (repo, notes, { sizes, signal }) => {
  const isShort = (blob: string): boolean => (sizes.get(blob) ?? 0) <= MAX_LENGTH;
  const contents = await readBlobs(repo, [...notes.values()].filter(isShort), signal);
  const rows: NoteRows['rows'] = [];
  const skips: Skip[] = [];
  for (const [sha, blob] of notes) {
    const text = contents.get(blob);
    if (text !== undefined) for (const row of rowsOf(sha, text)) rows.push(row);
    else
      skips.push({
        item: `session note of ${sha}`,
        reason: isShort(blob)
          ? 'the note is missing in this clone'
          : `the note has ${(sizes.get(blob) ?? 0).toLocaleString('en')} bytes (note_too_large)`,
      });
  }
  return { rows, skips };
};

export const sessions = notesStream('sessions', {
  refOf: () => 'refs/notes/ai-session',
  read,
  scopeOf: (sha) => [
    { table: 'session_commit', values: { sha, method: 'note' } },
    { table: 'commit_mark', values: { sha, kind: 'session_note' } },
  ],
  all: [
    { table: 'session_commit', values: { method: 'note' } },
    { table: 'commit_mark', values: { kind: 'session_note' } },
  ],
});
