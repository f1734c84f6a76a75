/** GitHub deployments, and runs of workflows that deploy, as rows of `deployment`. Pure. */
import { isForPull } from './builds.ts';
import { environmentOf } from '../../../import/environments.ts';
import type { HouseRow } from '../../../connector.ts';
import { fits } from '../../../forge/rules.ts';
import { entryOf } from '../../../foreign.ts';
import type { Section } from '../config.ts';
import type { Deployment, Run } from '../schema.ts';

export interface Target {
  readonly source: string;
  /** Slug of the repository. */
  readonly slug: string;
  readonly service: string;
  readonly webUrl: string | null;
}

interface Ended {
  readonly result: 'success' | 'failure' | 'cancelled';
  readonly at: Date;
  readonly url: string | null;
}

const ENDS: Readonly<Record<string, Ended['result']>> = {
  SUCCESS: 'success',
  FAILURE: 'failure',
  ERROR: 'failure',
};

/**
 * How it ended: the first success; without one its last failure. What became inactive later had been there. Null = it is under way,
 * or was given up before it began.
 */
export function endOf({ statuses, state, updatedAt }: Deployment): Ended | null {
  const all = (statuses?.nodes ?? [])
    .filter((status) => status !== null)
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const ended = all.flatMap((status) => {
    const result = entryOf(ENDS, status.state);
    return result === undefined
      ? []
      : [{ result, at: status.createdAt, url: status.logUrl ?? status.environmentUrl ?? null }];
  });
  const success = ended.find(({ result }) => result === 'success');
  const last = success ?? ended.at(-1);
  if (last) {
    return last;
  }
  // Statuses are kept for some time only; the state stays.
  const kept: Readonly<Record<string, Ended['result']>> = {
    ...ENDS,
    ACTIVE: 'success',
    ...(all.length === 0 ? { INACTIVE: 'success' } : {}),
  };
  const result = entryOf(kept, state ?? '');
  return result === undefined ? null : { result, at: updatedAt, url: null };
}

type EnvironmentRule = Section['environments'][number];

/** What rules of environments are for: the repository by its name now, and the service of what no rule names. */
export interface Naming {
  readonly rules: readonly EnvironmentRule[];
  readonly name: string;
  readonly service: string;
}

/** Name of the environment of a deployment: GitHub calls it production where nothing is said. */
export const rawEnvironment = ({ originalEnvironment, environment }: Pick<Deployment, 'originalEnvironment' | 'environment'>): string =>
  originalEnvironment ?? environment ?? 'production'; // prettier-ignore

/** Environment and service of what is deployed to an environment of that name. */
export function placeOf(
  raw: string,
  { rules, name, service }: Naming
): { readonly environment: string; readonly service: string } {
  const rule = rules.find((one) => fits(one.repository, name) && fits(one.name, raw));
  return { environment: environmentOf(rule?.environment ?? raw).name, service: rule?.service ?? service };
}

/** States of a deployment sort by when the last of them came. */
const stateOrder = ({ updatedAt, statuses }: Deployment): string =>
  new Date(
    (statuses?.nodes ?? []).reduce((last, one) => Math.max(last, one?.createdAt.getTime() ?? 0), updatedAt.getTime())
  ).toISOString();

export function deploymentRow(
  deployment: Deployment,
  { source, ...naming }: Naming & Pick<Target, 'source'>
): HouseRow | null {
  const end = endOf(deployment);
  const place = placeOf(rawEnvironment(deployment), naming);
  return end === null
    ? null
    : {
        table: 'deployment',
        values: {
          source,
          external_id: deployment.id,
          service_id: place.service,
          environment: place.environment,
          sha: deployment.commitOid,
          ref: deployment.ref?.name ?? null,
          started_at: deployment.createdAt,
          finished_at: end.at,
          result: end.result,
          kind: 'unknown',
          web_url: end.url,
          state_order: stateOrder(deployment),
        },
      };
}

type Rule = Section['deployments'][number];

/** The rule by which a run of a workflow deploys; undefined = it does not. A run for a pull request does not: a fork calls its branch as it likes. */
export const ruleOf = (
  run: Run,
  { rules, name, branch }: { rules: readonly Rule[]; name: string; branch: string | null }
): Rule | undefined =>
  rules.find(
    (rule) =>
      !isForPull(run.event) &&
      fits(rule.repository, name) &&
      ((run.path ?? '').split('@')[0] === rule.workflow ||
        (run.path ?? '').split('@')[0]?.endsWith(`/${rule.workflow}`) === true) &&
      run.head_branch === (rule.branch ?? branch)
  );

const RUN_ENDS: Readonly<Record<string, Ended['result']>> = {
  success: 'success',
  failure: 'failure',
  timed_out: 'failure',
  cancelled: 'cancelled',
};

/** A finished run of a workflow that deploys: a run that is repeated is one deployment, its last attempt. */
export function runDeployment(run: Run, rule: Rule, { source, service }: Target): HouseRow[] {
  const result = entryOf(RUN_ENDS, run.conclusion ?? '');
  return result === undefined || run.status !== 'completed'
    ? []
    : [
        {
          table: 'deployment',
          values: {
            source,
            external_id: `run/${String(run.id)}`,
            service_id: rule.service ?? service,
            environment: environmentOf(rule.environment).name,
            sha: run.head_sha,
            ref: run.head_branch ?? null,
            started_at: run.run_started_at ?? run.created_at,
            finished_at: run.updated_at,
            result,
            kind: 'unknown',
            web_url: run.html_url ?? null,
            state_order: run.updated_at.toISOString(),
          },
        },
      ];
}
