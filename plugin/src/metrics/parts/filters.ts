/** Filters that place-filter.sql and change-filter.sql read, as metrics of changes and deployments declare them, and what groups changes. */
import { filterParam, type Dimension } from '../define.ts';

/** In the order in which queries join them into a group. */
export const CHANGE_GROUPS = ['team', 'repo', 'service', 'pr_class', 'code_source', 'size'] as const satisfies readonly Dimension[]; // prettier-ignore

export const CHANGE_FILTERS = {
  team: filterParam('team', 'Team'),
  repo: filterParam('repo', 'Repository'),
  service: filterParam('service', 'Service'),
  pr_class: filterParam('pr_class', 'Class of change'),
  code_source: filterParam('code_source', 'Code source'),
  zone: filterParam('zone', 'Zone'),
  size: filterParam('size', 'Size'),
};
