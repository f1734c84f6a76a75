/** Deployments of GitLab, and jobs that deploy, as rows of `deployment`. Pure. */
import { entryOf } from '../../../foreign.ts';
import type { HouseRow } from '../../../connector.ts';
import { fits } from '../../../forge/rules.ts';
import { environmentOf } from '../../../import/environments.ts';
import type { Section } from '../config.ts';
import type { Deployment, Environment } from '../schema.ts';
import type { Job, Pipeline } from '../schema-graphql.ts';

export type Result = 'success' | 'failure' | 'cancelled';

/** What is under way, waits for an approval, or was skipped has no end. */
const ENDS: Readonly<Record<string, Result>> = { success: 'success', failed: 'failure', canceled: 'cancelled' };

type EnvironmentRule = Section['environments'][number];

/** What rules of environments are for: the project by its full path now, and the service of what no rule names. */
export interface Naming {
  readonly rules: readonly EnvironmentRule[];
  readonly name: string;
  readonly service: string;
}

const PRODUCTION = 'production';

/**
 * Environment and service of what is deployed to an environment. A rule decides, then the tier that GitLab gives each environment (by its
 * name where nobody says otherwise), then the name alone.
 */
export function placeOf(
  { name: raw, tier }: Pick<Environment, 'name'> & { readonly tier?: string | null | undefined },
  { rules, name, service }: Naming
): { readonly environment: string; readonly service: string } {
  const rule = rules.find((one) => fits(one.project, name) && fits(one.name, raw));
  const known = environmentOf(rule?.environment ?? raw).name;
  if (rule !== undefined || tier == null) return { environment: known, service: rule?.service ?? service };
  const said = tier.toLowerCase();
  return { environment: said === PRODUCTION ? PRODUCTION : known === PRODUCTION ? said : known, service };
}

/** When it ended: when its job did; of one that was told over the API when GitLab says so, else when it last changed. */
export const endOf = ({ status, deployable, updated_at: updated }: Deployment, finished: Date | null): { readonly result: Result; readonly at: Date } | null => {
  const result = entryOf(ENDS, status);
  return result === undefined ? null : { result, at: finished ?? deployable?.finished_at ?? updated };
}; // prettier-ignore

export interface Deploying extends Naming {
  readonly source: string;
  readonly environments: ReadonlyMap<number, Environment>;
  /** Of deployments without a job when they ended, by their number. */
  readonly ends: ReadonlyMap<number, Date>;
  /** Page of the project. */
  readonly page: string;
}

export function deploymentRow(one: Deployment, context: Deploying): HouseRow | null {
  const end = endOf(one, context.ends.get(one.iid) ?? null);
  if (end === null || !one.environment) return null;
  const place = placeOf(context.environments.get(one.environment.id) ?? one.environment, context);
  const started = one.deployable?.started_at ?? one.created_at;
  return {
    table: 'deployment',
    values: {
      source: context.source,
      external_id: String(one.id),
      service_id: place.service,
      environment: place.environment,
      sha: one.sha ?? null,
      ref: one.ref ?? null,
      started_at: started > end.at ? end.at : started,
      finished_at: end.at,
      result: end.result,
      kind: 'unknown',
      web_url: one.deployable?.web_url ?? `${context.page}/-/environments/${String(one.environment.id)}`,
      state_order: one.updated_at.toISOString(),
    },
  };
}

type Rule = Section['deployments'][number];

const JOB_ENDS: Readonly<Record<string, Result>> = { SUCCESS: 'success', FAILED: 'failure', CANCELED: 'cancelled' };

/** A finished job that deploys by a rule of the configuration. A pipeline of a merge request deploys nothing that counts. */
export function jobDeployments(
  pipeline: Pipeline,
  { rules, name, branch, source, service, page }: { readonly rules: readonly Rule[]; readonly name: string; readonly branch: string | null; readonly source: string; readonly service: string; readonly page: string }
): HouseRow[] {
  const of = (job: Job): Rule | undefined => rules.find((rule) => fits(rule.project, name) && fits(rule.job, job.name ?? '') && pipeline.ref === (rule.branch ?? branch));
  if (pipeline.source === 'merge_request_event') return [];
  return (pipeline.jobs?.nodes ?? []).flatMap((job): HouseRow[] => {
    const rule = of(job);
    const result = entryOf(JOB_ENDS, job.status ?? '');
    if (rule === undefined || result === undefined || job.finishedAt == null) return [];
    return [
      {
        table: 'deployment',
        values: {
          source,
          external_id: `job/${job.id.slice(job.id.lastIndexOf('/') + 1)}`,
          service_id: rule.service ?? service,
          environment: environmentOf(rule.environment).name,
          sha: pipeline.sha,
          ref: pipeline.ref ?? null,
          started_at: job.startedAt ?? job.createdAt,
          finished_at: job.finishedAt,
          result,
          kind: 'unknown',
          web_url: page,
          state_order: job.finishedAt.toISOString(),
        },
      },
    ];
  });
} // prettier-ignore
