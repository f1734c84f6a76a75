/** Filters that place-filter.sql and change-filter.sql read, as metrics of changes and deployments declare them. */
import { filterParam } from '../define.ts';

export const CHANGE_FILTERS = {
  team: filterParam('team', 'Team'),
  repo: filterParam('repo', 'Repository'),
  service: filterParam('service', 'Service'),
  pr_class: filterParam('pr_class', 'Class of change'),
  code_source: filterParam('code_source', 'Code source'),
  zone: filterParam('zone', 'Zone'),
  size: filterParam('size', 'Size'),
};
