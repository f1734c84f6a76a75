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

/**
 * Id of a team: the path of its group below the one at the top, with dots (`acme/platform/core` is `platform.core`), as the configuration,
 * people.csv and CODEOWNERS write it.
 */
export function teamId(path: string): string {
  const [top = '', ...below] = path.toLowerCase().split('/');
  return below.length === 0 ? top : below.join('.');
}
