/** What a repository is at the forge, who owns it, and who is in which team. Pure. */
import type { HouseRow } from '../../../connector.ts';
import type { Repository } from '../schema.ts';

/** A repository, its service and its place among forks. */
export function repoRow(slug: string, repository: Repository): HouseRow {
  return {
    table: 'repo',
    values: {
      slug,
      external_id: String(repository.databaseId),
      web_url: repository.url,
      default_branch: repository.defaultBranchRef?.name ?? null,
      is_archived: repository.isArchived,
      parent_slug: repository.parent?.nameWithOwner ?? null,
      squash_message: repository.squashMergeCommitMessage?.toLowerCase() ?? null,
      gone_at: null,
    },
  };
}

/** Id of a team: its slug, as the configuration and people.csv would write it. */
export const teamId = (slug: string): string => slug.toLowerCase();
