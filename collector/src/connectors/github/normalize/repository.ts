/** What a repository is at the forge, who owns it, and who is in which team. Pure. */
import type { HouseRow } from '../../../connector.ts';
import { pattern } from '../../../text/pattern.ts';
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

const OWNER = pattern`^@[A-Za-z0-9][\w-]*/([\w.-]+)$`;
const COMMENT = pattern`(^|\s)#.*$`;
const SPACE = pattern`\s+`;
/** CODEOWNERS beyond 3 MB is not read by GitHub either. */
const MAX_LINES = 20_000;

/** Team that owns all of a repository: of the last rule for everything the first team. Null = nobody, or a person. */
export function ownerOf(codeowners: string): string | null {
  const rules = codeowners
    .split('\n', MAX_LINES)
    .map((line) => SPACE.replace(COMMENT.replace(line.slice(0, 2_000), () => '').trim(), () => ' ').split(' '))
    .filter(([glob]) => glob === '*' || glob === '**' || glob === '/**' || glob === '/*');
  const owners = rules.at(-1)?.slice(1) ?? [];
  return owners.map((owner) => OWNER.exec(owner)?.groups[0] ?? null).find((team) => team !== null) ?? null;
}

/** Id of a team: its slug, as the configuration and people.csv would write it. */
export const teamId = (slug: string): string => slug.toLowerCase();

export const teamRow = ({ slug, name, parent }: { slug: string; name: string; parent: string | null }): HouseRow => ({
  table: 'team',
  values: {
    team_id: teamId(slug),
    title: name,
    ...(parent === null ? {} : { parent_team_id: teamId(parent) }),
    source: 'github',
  },
});
