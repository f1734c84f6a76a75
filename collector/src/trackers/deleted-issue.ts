/** What a webhook says of an issue that no list has any more. */
import type { PushedPage } from '../connector.ts';
import { AHEAD_MS } from '../incident-rows.ts';

export interface DeletedIssue {
  readonly source: string;
  readonly id: string;
  /** Key of its project or team; null = not said. */
  readonly project: string | null;
  readonly createdAt: Date;
  readonly deletedAt: Date;
}

/**
 * The row of an issue that was deleted, as it was told at `now`. What lies in the future would stay the newest state for good: it is refused, and so
 * is an issue of a project that is not collected. @param wanted Keys of projects; empty = all.
 */
export function deletedIssue(given: DeletedIssue, wanted: readonly string[], now: Date): PushedPage {
  const { source, id: external_id, project, createdAt: created_at, deletedAt: deleted_at } = given;
  const reason = whyRefused(given, wanted, now);
  if (reason !== null)
    return { repository: null, rows: [], skips: [{ item: `${source} issue ${external_id}`, reason }] };
  const values = { source, external_id, created_at, deleted_at, state_order: deleted_at.toISOString(), ...(project === null ? {} : { project_key: project }) }; // prettier-ignore
  return { repository: null, rows: [{ table: 'issue', values }] };
}

function whyRefused({ project, createdAt, deletedAt }: DeletedIssue, wanted: readonly string[], now: Date): string | null {
  if (wanted.length > 0 && !wanted.some((key) => key.toUpperCase() === project?.toUpperCase())) {
    return project === null ? 'its deletion names no project, and not all are collected' : `its project ${project.slice(0, 100)} is not collected`;
  }
  const later = [createdAt, deletedAt].find((at) => at.getTime() - now.getTime() > AHEAD_MS);
  return later === undefined ? null : `${later.toISOString()} lies in the future: check the clock of the source`;
} // prettier-ignore
