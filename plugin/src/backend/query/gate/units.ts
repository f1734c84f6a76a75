/** The rows that metrics count, with their time, the human behind each and what they are grouped and filtered by. */
import type { Dimension, UnitName } from '../../../metrics/define.ts';

/** SQL of one kind of unit: fixed text, nothing of a question is in it. */
export interface UnitSql {
  readonly from: string;
  /** Instant that places a unit in a range. */
  readonly at: string;
  /** Joined from several tables: read once and kept, where one table is better read twice through its indexes. */
  readonly isJoined?: true;
  /** Human who counts; null = nobody known. */
  readonly person: string;
  readonly dimensions: Partial<Record<Dimension, string>>;
  /** A list of values a unit. */
  readonly lists?: Partial<Record<Dimension, string>>;
}

const OF_CHANGE = {
  pr_class: 'f.pr_class',
  code_source: 'f.code_source',
  seniority: 'f.seniority',
  zone: 'f.zone',
  size: 'f.size',
} as const;

const TOOLS = `case when f.tools <> '{}' then f.tools when f.code_source = 'human' then '{none}' else '{unknown}' end`;

const changes = (table: string): UnitSql => ({
  from: `${table} f join repo r on r.repo_id = f.repo_id where f.author_kind <> 'automation'`,
  at: 'f.merged_at',
  person: 'f.responsible_id',
  dimensions: { ...OF_CHANGE, team: 'f.team_id', repo: 'r.slug', service: 'f.service_id' },
  lists: { tool: TOOLS },
});

const shipped = (which: string): UnitSql => ({
  from: `deployment_fact d join deployment_change c on c.deployment_id = d.deployment_id
    join change_fact f on f.repo_id = c.repo_id and f.change_id = c.change_id left join repo r on r.repo_id = d.repo_id
    where f.author_kind <> 'automation' and d.environment = 'production'${which}`,
  at: 'd.finished_at',
  isJoined: true,
  person: 'f.responsible_id',
  dimensions: { ...OF_CHANGE, team: 'd.team_id', repo: `coalesce(r.slug, 'unknown')`, service: 'd.service_id' },
});

export const UNITS: Readonly<Record<UnitName, UnitSql>> = {
  merged: changes('change_fact'),
  survived: changes('change_survival'),
  shipped: shipped(''),
  failed: shipped(' and d.is_failed'),
  reworked: shipped(' and d.is_rework'),
  delivered: {
    ...shipped(''),
    dimensions: { ...OF_CHANGE, team: 'f.team_id', repo: 'r.slug', service: 'f.service_id' },
  },
  completed: {
    from: `workflow_completion f left join repo r on r.repo_id = f.repo_id where f.status = 'ok'`,
    at: 'f.ended_at',
    person: 'f.person_id',
    dimensions: {
      ...OF_CHANGE,
      workflow: 'f.workflow_id',
      team: 'f.team_id',
      repo: 'r.slug',
      service: 'coalesce(r.service_id, r.slug)',
    },
  },
};
