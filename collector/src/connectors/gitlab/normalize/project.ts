/** What a project is at GitLab. Pure. */
import type { HouseRow } from '../../../connector.ts';
import type { Project } from '../schema.ts';

export const projectRow = (slug: string, one: Project): HouseRow => ({
  table: 'repo',
  values: {
    slug,
    external_id: String(one.id),
    web_url: one.web_url,
    default_branch: one.default_branch ?? null,
    is_archived: one.archived === true,
    parent_slug: one.forked_from_project?.path_with_namespace ?? null,
    gone_at: null,
  },
});

/** Id of a team: the last part of the path of its group, as the configuration and CODEOWNERS of other forges write it. */
export const teamId = (path: string): string => path.toLowerCase();
