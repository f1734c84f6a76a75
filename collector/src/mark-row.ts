/** The row of a mark, whichever connector read the commit. */
import type { Mark } from './attribution/mark-commit.ts';
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
