/** What a project is at GitLab. Pure. */
import type { HouseRow } from '../../../connector.ts';
import type { Project } from '../schema.ts';

/** What a squash keeps of the messages of its commits; null = the server does not say. */
export function squashMessage({
  squash_commit_template: template,
}: Project): 'blank' | 'pr_body' | 'commit_messages' | null {
  if (template === undefined) return null;
  if (template?.includes('%{all_commits}') === true) return 'commit_messages';
  return template?.includes('%{description}') === true ? 'pr_body' : 'blank';
}

export const projectRow = (slug: string, one: Project): HouseRow => ({
  table: 'repo',
  values: {
    slug,
    external_id: String(one.id),
    web_url: one.web_url,
    default_branch: one.default_branch ?? null,
    is_archived: one.archived === true,
    parent_slug: one.forked_from_project?.path_with_namespace ?? null,
    squash_message: squashMessage(one),
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
