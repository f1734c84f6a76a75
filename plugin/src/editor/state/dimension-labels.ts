import { t } from '@grafana/i18n';
import type { Dimension } from '../../metrics/define.ts';

/** Names of the dimensions for people; the compiler demands one for each. */
const LABELS: Readonly<Record<Dimension, string>> = {
  team: 'Team',
  repo: 'Repository',
  service: 'Service',
  pr_class: 'Class of work',
  code_source: 'Code source',
  usage_bucket: 'Usage band',
  tool: 'Tool',
  workflow: 'Workflow',
  seniority: 'Seniority',
  zone: 'Zone',
  size: 'Size',
  phase: 'Phase',
  arm: 'Experiment arm',
  reviewer_kind: 'Kind of reviewer',
  basis: 'Basis',
};

/** The name of a dimension in the language of the viewer. */
export const dimensionLabel = (dimension: Dimension): string => t(`dimensions.${dimension}`, LABELS[dimension]);
