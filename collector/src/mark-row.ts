/** The row of a mark, whichever connector read the commit. */
import type { Mark } from './attribution/mark-commit.ts';
import type { NamedSession } from './attribution/sessions.ts';
import type { HouseRow } from './connector.ts';

/** A mark that a commit carries, or that a note gives it. */
export function markRow(sha: string, mark: Mark): HouseRow {
  return {
    table: 'commit_mark',
    values: {
      sha,
      tool_id: mark.toolId,
      kind: mark.kind,
      grade: mark.grade,
      confidence: mark.confidence,
      ai_share: mark.aiShare,
      value: mark.value,
      rules_version: mark.rulesVersion,
    },
  };
}

/** Anybody can write a trailer; the hook writes what the tool told it. */
const SESSION_CONFIDENCE = 0.9;

/** Sessions that a commit, or a note on it, names. One of a tool that is not known is told by its mark alone. */
export const sessionRows = (sha: string, sessions: readonly NamedSession[], method: 'trailer' | 'note'): HouseRow[] =>
  sessions.flatMap(({ telemetryId, sessionId }) =>
    telemetryId === null
      ? []
      : [
          {
            table: 'session_commit',
            values: { tool_id: telemetryId, session_id: sessionId, sha, method, confidence: SESSION_CONFIDENCE },
          },
        ]
  );
